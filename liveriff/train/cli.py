"""``liveriff train``: material, codec, generator, export and measuring, each resumable; figures go to WORK."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from liveriff.render.embedded.weights import FOLDER
from liveriff.render.environment import VARIABLES
from liveriff.train.run import Run, default_work, on_terminal

_work = click.option(
    "--work", type=click.Path(path_type=Path), default=default_work, help="Folder of material, checkpoints and logs."
)
_hours = click.option("--hours", type=float, default=0.5, show_default=True, help="Budget, time spent before included.")
_to = click.option("--to", "folder", type=click.Path(path_type=Path), default=FOLDER, help="Folder of the weights.")


@click.group()
def train() -> None:
    """Train the embedded model: data, codec, unet, export, eval; or all of them."""


@train.command()
@_work
@click.option("--loops", type=int, default=8000, show_default=True, help="Loops of eight beats.")
@click.option("--shots", type=int, default=2500, show_default=True, help="One-shots of two seconds.")
@click.option("--workers", type=int, default=os.cpu_count() or 1, show_default=True, help="Processes.")
def data(work: Path, loops: int, shots: int, workers: int) -> None:
    """Render the training material into WORK/data; what is there stays."""
    from liveriff.train.material.render import render_material

    made = render_material(work, loops, shots, workers)
    click.echo(f"{made} shards made in {work / 'data'}.")


@train.command()
@_work
@_hours
def codec(work: Path, hours: float) -> None:
    """Train the codec; goes on from its checkpoint."""
    from liveriff.train import codec as trainer

    _watched("codec", hours, lambda report: trainer.train(work, hours * 60.0, report))
    _prepared(work)


@train.command()
@_work
@_hours
@click.option("--from-weights", is_flag=True, help="Begin with the weights that are installed, not with random ones.")
def unet(work: Path, hours: float, from_weights: bool) -> None:
    """Train generator and text encoder together; goes on from their checkpoint."""
    from liveriff.train import unet as trainer

    _settled()
    source = FOLDER if from_weights else None
    if source:
        trainer.adopt(work, source)
    _prepared(work)
    _watched("generator", hours, lambda report: trainer.train(work, hours * 60.0, report, source))


@train.command()
@_work
@_to
@click.option("--untrained", is_flag=True, help="Write random weights, to try things out.")
def export(work: Path, folder: Path, untrained: bool) -> None:
    """Write the checkpoints as weights that liveriff plays."""
    from liveriff.train import export as exporter

    version = exporter.export_untrained(folder) if untrained else exporter.export(work, folder)
    click.echo(f"version {version} is in {folder}.")


@train.command(name="eval")
@_work
@_to
@click.option("--loops", type=int, default=48, show_default=True, help="Loops to compare.")
@click.option("--steps", type=int, default=8, show_default=True)
@click.option("--guidance", type=float, default=2.0, show_default=True)
def measure(work: Path, folder: Path, loops: int, steps: int, guidance: float) -> None:
    """Measure weights against the material: WORK/eval.json and WORK/eval.png."""
    from liveriff.render.embedded.model import load
    from liveriff.train.evaluate import evaluate as measured

    with _bar("eval", loops) as bar:
        found = measured(load(folder), work, loops, steps, guidance, lambda: bar.update(1))
    click.echo(json.dumps(found, indent=1))


@train.command(name="all")
@click.option("--hours", type=float, default=4.0, show_default=True, help="Of both nets; a sixth is the codec's.")
@_work
@_to
@click.pass_context
def everything(context: click.Context, hours: float, work: Path, folder: Path) -> None:
    """Material, codec, generator, weights and figures, one after the other."""
    _settled()
    context.invoke(data, work=work)
    context.invoke(codec, work=work, hours=hours / 6.0)
    context.invoke(unet, work=work, hours=hours * 5.0 / 6.0)
    context.invoke(export, work=work, folder=folder)
    context.invoke(measure, work=work, folder=folder)


def _prepared(work: Path) -> None:
    """Encode the material with the trained codec, where that has not been done."""
    from liveriff.train import codec as trainer
    from liveriff.train.latents import KINDS, prepare
    from liveriff.train.pictures import shards_of

    with _bar("latents", sum(len(shards_of(work, kind)) for kind in KINDS)) as bar:
        prepare(trainer.trained(work), work, lambda: bar.update(1))


def _bar(label: str, length: int) -> Any:
    """A progress bar, on a terminal only."""
    return click.progressbar(length=length, label=label, hidden=not on_terminal(), file=sys.stderr)


def _settled() -> None:
    """Begin anew with the environment that large tensors need, which the allocator reads only when Python starts."""
    if any(name not in os.environ for name in VARIABLES) and sys.platform == "linux":
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**VARIABLES, **os.environ})


def _watched(label: str, hours: float, work: Callable[[Callable[[Run], None]], object]) -> None:
    """Run a training with a bar of its budget."""
    _settled()
    with _bar(label, 1000) as bar:
        work(lambda run: bar.update(max(0, int(run.done * 1000) - bar.pos)))
    click.echo(f"{label}: {hours:g} h are used.")
