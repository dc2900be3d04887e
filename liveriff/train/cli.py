"""``liveriff train``: every stage from material to weights, each resumable and on any device; figures go to WORK."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from liveriff.render.embedded.weights import FOLDER
from liveriff.train import watching
from liveriff.train.run import Run, default_work

_work = click.option(
    "--work", type=click.Path(path_type=Path), default=default_work, help="Folder of material, checkpoints and logs."
)
_hours = click.option("--hours", type=float, default=0.5, show_default=True, help="Budget, time spent before included.")
_to = click.option("--to", "folder", type=click.Path(path_type=Path), default=FOLDER, help="Folder of the weights.")
_device = click.option(
    "--device", type=click.Choice(("auto", "cpu", "cuda", "mps")), default="auto", show_default=True,
    help="Where to compute; auto is the fastest there is.",
)  # fmt: skip
_batch = click.option("--batch", type=int, default=0, help="Loops a step; 0 is what suits the device.")
_fast = click.option("--fast/--no-fast", default=False, help="Compile the net first, where that works.")
_from_weights = click.option("--from-weights", is_flag=True, help="Begin with the weights that are installed.")
_pieces = click.option("--pieces", type=int, default=4000, show_default=True, help="Pieces, four loops each.")
_shots = click.option("--shots", type=int, default=6000, show_default=True, help="One-shots.")
_workers = click.option(
    "--workers", type=int, default=os.cpu_count() or 1, show_default="one a core", help="Processes."
)
_bank = click.option("--bank", type=click.Path(path_type=Path), default=None,
                     help="Bank of sampled notes; WORK/sounds.zip if it is there, else the soundfont.")  # fmt: skip


class Stages(click.Group):
    """The stages; the judge's command is one of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which they follow each other."""
        return [
            "bank", "data", "own", "codec", "latents", "unet", "distil", "listener", "align",
            "vocoder", "export", "eval", "all",
        ]  # fmt: skip

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A stage; ``eval`` is ``liveriff eval``."""
        if cmd_name != "eval":
            return super().get_command(ctx, cmd_name)
        command: click.Command = importlib.import_module("liveriff.train.judge.cli").command
        return command


@click.group(cls=Stages)
def train() -> None:
    """Train the embedded model: stage by stage, or all of it."""


@train.command()
@_work
def bank(work: Path) -> None:
    """Render the notes of the soundfont and the CC0 samples into one file, WORK/sounds.zip."""
    from liveriff.train.material.bank_making import make

    work.mkdir(parents=True, exist_ok=True)
    click.echo(f"the bank is {make(work / 'sounds.zip')}.")


@train.command()
@_work
@_pieces
@_shots
@_workers
@_bank
def data(work: Path, pieces: int, shots: int, workers: int, bank: Path | None) -> None:
    """Render the training material into WORK/data; what is there stays."""
    from liveriff.train.material import bank as banks
    from liveriff.train.material.render import render_material

    chosen = bank or work / "sounds.zip"
    if bank or chosen.exists():
        banks.use(chosen)
    banks.prepare()
    made = render_material(work, pieces, shots, max(1, workers), watching.material())
    click.echo(f"{made} shards made in {work / 'data'}.")


@train.command()
@click.argument("folder", type=click.Path(path_type=Path))
@_work
@click.option("--category", default="", help="Of files that name none: drums, bass, synth, mix; kick, snare, hat ...")
@click.option("--bpm", type=click.FloatRange(30, 400), help="Tempo of loops whose names tell none.")
@click.option("--key", default="", help='Key of sounds whose names tell none, such as "A minor".')
@click.option("--takes", type=click.IntRange(1, 13), default=7, show_default=True, help="Speeds of each sound.")
def own(folder: Path, work: Path, category: str, bpm: float | None, key: str, takes: int) -> None:
    """Bring a FOLDER of your own loops and one-shots into the material, with words from names and .txt files."""
    from liveriff.music.pitch import parse_key
    from liveriff.train.own import Wish, bring_in, found_in
    from liveriff.train.own_names import checked_category

    wish = Wish(checked_category(category), bpm, parse_key(key) if key else None, takes)
    with watching.bar("sounds", len(found_in(folder))) as bar:
        counts = bring_in(folder, work, wish, lambda: bar.update(1))
    told = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    click.echo(f"{sum(counts.values())} examples are in {work / 'data'}: {told}.")


@train.command()
@_work
@_hours
@_device
@click.option("--sharpen", type=float, default=0.0, show_default=True, help="Weight of a critic of texture; try 0.1.")
@click.option("--decoder-only", is_flag=True, help="Leave the encoder as it is: latents made with it stay true.")
def codec(work: Path, hours: float, device: str, sharpen: float, decoder_only: bool) -> None:
    """Train the codec; goes on from its checkpoint."""
    from liveriff.train import codec as trainer

    name = _ready(device)
    _watched("codec", hours, lambda report: trainer.train(work, hours * 60.0, report, name, sharpen, decoder_only))


@train.command()
@_work
@_device
def latents(work: Path, device: str) -> None:
    """Encode all material with the trained codec, where that has not been done."""
    _prepared(work, _ready(device))


@train.command()
@_work
@_hours
@_device
@_batch
@_fast
@_from_weights
def unet(work: Path, hours: float, device: str, batch: int, fast: bool, from_weights: bool) -> None:
    """Train generator and text encoder together; goes on from their checkpoint."""
    from liveriff.train import unet as trainer

    name = _ready(device)
    source = FOLDER if from_weights else None
    if source:
        trainer.adopt(work, source)
    _prepared(work, name)
    _watched("generator", hours, lambda report: trainer.train(work, hours * 60.0, report, name, source, batch, fast))


@train.command()
@_work
@_hours
@_device
@_batch
@_fast
def distil(work: Path, hours: float, device: str, batch: int, fast: bool) -> None:
    """Teach the trained generator to need few steps, with guidance within; goes on from its checkpoint."""
    from liveriff.train import distil as trainer

    name = _ready(device)
    _watched("distillation", hours, lambda report: trainer.train(work, hours * 60.0, report, name, batch, fast))


@train.command()
@_work
@_hours
@_device
@_batch
@_from_weights
def listener(work: Path, hours: float, device: str, batch: int, from_weights: bool) -> None:
    """Teach a net to hear what loops are; align needs it. Goes on from its checkpoint."""
    from liveriff.train import listener as trainer
    from liveriff.train import unet

    name = _ready(device)
    if from_weights:
        unet.adopt(work, FOLDER)
    _prepared(work, name)
    store = unet.stores_of(work, name)["pieces"]
    _watched("listener", hours, lambda report: trainer.train(work, hours * 60.0, report, store, name, batch))


@train.command()
@_work
@_hours
@_device
@_batch
@_fast
@_from_weights
def align(work: Path, hours: float, device: str, batch: int, fast: bool, from_weights: bool) -> None:
    """Teach the student of few steps to be heard as what it is told; goes on from its checkpoint."""
    from liveriff.train import align as trainer
    from liveriff.train.unet import stores_of

    name = _ready(device)
    start = trainer.student_of(work, FOLDER if from_weights else None)
    stores = stores_of(work, name)
    _watched(
        "alignment", hours,
        lambda report: trainer.train(work, hours * 60.0, report, start, stores, name, batch, fast),
    )  # fmt: skip


@train.command()
@_work
@_hours
@_device
def vocoder(work: Path, hours: float, device: str) -> None:
    """Train the net that makes sound of pictures; needs material only. Goes on from its checkpoint."""
    from liveriff.train import vocoder as trainer

    name = _ready(device)
    _watched("vocoder", hours, lambda report: trainer.train(work, hours * 60.0, report, name))


@train.command()
@_work
@_to
@click.option("--untrained", is_flag=True, help="Write random weights, to try things out.")
def export(work: Path, folder: Path, untrained: bool) -> None:
    """Write the checkpoints as weights that liveriff plays."""
    from liveriff.train import export as exporter

    if untrained:
        click.echo(f"version {exporter.export_untrained(folder)} is in {folder}.")
        return
    version, size = exporter.export(work, folder)
    click.echo(f"version {version} is in {folder}, {size:.1f} MB.")
    if size > exporter.MOST_MB:
        click.echo(f"that is more than the {exporter.MOST_MB:g} MB that the package has room for.", err=True)


@train.command(name="all")
@click.option("--hours", type=float, default=4.0, show_default=True, help="Of all nets together.")
@_work
@_to
@_device
@_pieces
@_shots
@_workers
@click.option("--eval/--no-eval", "judged", default=True, help="Measure the weights at the end.")
def everything(
    hours: float, work: Path, folder: Path, device: str, pieces: int, shots: int, workers: int, judged: bool
) -> None:
    """Material, codec, generator, vocoder, weights and figures: each in a process of its own."""
    from liveriff.train.chain import Plan, run_all

    run_all(Plan(work, folder, hours, device, pieces, shots, workers, judged), click.echo)


def _ready(device: str) -> str:
    """The name of the device, the process having been begun anew if it has to be."""
    from liveriff.train.device import pick

    watching.settled()
    return str(pick(device))


def _prepared(work: Path, device: str) -> None:
    """Encode the material with the trained codec, where that has not been done."""
    from liveriff.train import codec as trainer
    from liveriff.train.latents import prepare
    from liveriff.train.shards import KINDS, shards_of

    net = trainer.trained(work)
    with watching.bar("latents", sum(len(shards_of(work, kind)) for kind in KINDS)) as bar:
        prepare(net, work, device, lambda: bar.update(1))


def _watched(label: str, hours: float, work: Callable[[Callable[[Run], None]], Any]) -> None:
    """Run a training with a bar of its budget, or lines where there is no terminal."""
    with watching.training(label) as report:
        work(report)
    click.echo(f"{label}: {hours:g} h are used.")
