"""`liveriff bench`: how fast this machine renders, mixes and starts, in one run; medians."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click

from liveriff.errors import UsageError


@click.command()
@click.option("--model", default="embedded", show_default=True, help="The backend.")
@click.option("--accelerator", default="cpu", show_default=True, help="Where the model runs: cpu, cuda, mps.")
@click.option("--threads", type=click.IntRange(1), default=1, show_default=True, help="Threads torch may use.")
@click.option("--repeats", type=click.IntRange(1), default=3, show_default=True, help="Runs behind each median.")
@click.option(
    "--full", is_flag=True, help="Also every one-shot, the other backends at their published sizes, Riffusion's "
    "first mel inverse and the screen: gigabytes, many minutes.",
)  # fmt: skip
@click.option("--screen", is_flag=True, help="Only the screen: frames, load, bytes, key to screen (a minute).")
@click.option("--ray", is_flag=True, help="Only renderers: one and two, at distances, one killed (five minutes).")
@click.option("--from", "source", default="", metavar="FILE", help="Show figures that --json wrote, measure nothing.")
@click.option("--plot", default="", metavar="FILE.png", help="Also draw the comparisons.")
@click.option("--markdown", is_flag=True, help="A page of Markdown, as in docs/performance.md.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else.")
def bench(
    model: str,
    accelerator: str,
    threads: int,
    repeats: int,
    full: bool,
    screen: bool,
    ray: bool,
    source: str,
    plot: str,
    markdown: bool,
    as_json: bool,
) -> None:
    """Measure: first sound, a set's load and memory, rendering, decoding and mixing beside other ways to do them.

    Every backend renders one loop: the shipped model, and others with small networks of random weights, which tell
    what comes with a backend and not how fast a published checkpoint is. Takes about three minutes, during which
    nothing else should run.
    """
    if plot and not plot.endswith(".png"):
        raise UsageError(f"--plot draws a .png, not {plot!r}.")
    if not source:
        _with_environment()
    results = _stored(source) if source else _measured(model, accelerator, threads, repeats, full, screen, ray)
    if "renderers" in results and not as_json:
        from liveriff.cli.bench_pool import lines

        click.echo("\n".join(lines(results["renderers"])))
        return
    if plot:
        from liveriff.cli.bench_plot import draw
        from liveriff.render.offline import write_whole

        write_whole(plot, draw(results))
    if as_json:
        click.echo(json.dumps(results, indent=2))
        return
    from liveriff.cli.bench_page import page, tables

    click.echo(page(results, Path(plot).name if plot else "") if markdown else tables(results))


def _with_environment() -> None:
    """The allocator reads its variables when a process starts, so a measuring process must be started with them."""
    from liveriff.render.environment import VARIABLES

    if any(os.environ.get(name) != value for name, value in VARIABLES.items()):
        env = {**os.environ, **VARIABLES}
        raise SystemExit(subprocess.run([sys.executable, "-m", "liveriff", *sys.argv[1:]], env=env).returncode)


def _measured(
    model: str, accelerator: str, threads: int, repeats: int, full: bool, only_screen: bool, only_ray: bool
) -> dict[str, Any]:
    from liveriff.cli import bench_run
    from liveriff.cli.bench_home import own_home

    with own_home():
        if only_screen:
            return {"machine": bench_run.machine(), "screen": bench_run.screen(model)}
        if only_ray:
            return {"machine": bench_run.machine(), "renderers": bench_run.renderers(model, _tell)}
        return bench_run.everything(model, accelerator, threads, repeats, full, _tell)


def _tell(what: str) -> None:
    """On a terminal, what takes its time."""
    if sys.stderr.isatty():
        click.echo(f"liveriff: {what} ...", err=True)


def _stored(path: str) -> dict[str, Any]:
    """Figures of an earlier run; UsageError where the file holds none."""
    try:
        found = json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {error}; name a file that `liveriff bench --json` wrote.") from None
    if not isinstance(found, dict) or not isinstance(found.get("machine"), dict):
        raise UsageError(f"{path} holds no figures; name a file that `liveriff bench --json` wrote.")
    return found
