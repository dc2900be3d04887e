"""`liveriff convert-checkpoint`: an original Dance Diffusion checkpoint as a folder that can be played."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click

from liveriff.errors import UsageError


@click.command("convert-checkpoint")
@click.argument("source", metavar="FILE.ckpt")
@click.option("--out", required=True, metavar="DIR", help="The folder to make; it must be new or empty.")
@click.option("--rate", type=click.IntRange(1000, 192000), help="Frames a second.  [default: known by the file's name]")
@click.option("--size", type=click.IntRange(1024), help="Frames of its training pieces.  [default: likewise]")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else.")
def convert_checkpoint(source: str, out: str, rate: int | None, size: int | None, as_json: bool) -> None:
    """Turn a .ckpt of Dance Diffusion into a diffusers folder: averaged weights, safetensors, nothing else.

    The file is opened as plain weights only: one that holds a program is refused, not run.
    """
    if (rate is None) != (size is None):
        raise UsageError("--rate and --size go together; give both or neither.")
    from liveriff.render.dance.conversion import Origin, convert

    started = time.monotonic()
    config = convert(Path(source), Path(out), Origin(rate, size) if rate and size else None)
    if as_json:
        taken = round(time.monotonic() - started, 3)
        click.echo(json.dumps({"folder": out, "config": config, "seconds": taken}, indent=2))
        return
    levels, seconds = len(config["down_block_types"]) + 1, config["sample_size"] / config["sample_rate"]
    click.echo(f"{out}: {levels} levels, {config['sample_rate']} Hz, trained with {seconds:.2f} s.")
    click.echo(f"Play it: liveriff oneshot --model dance:{out} --category kick --out kick.wav")
