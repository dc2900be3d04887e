"""`liveriff batch`: many loops and one-shots from a file of wishes, and a manifest of what became of them."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from liveriff.cli.plain import plain
from liveriff.errors import DeviceError, LiveriffError, UsageError

if TYPE_CHECKING:
    from liveriff.cli.batch_lines import Line
    from liveriff.render.offline import Studio
    from liveriff.wire.job import Job

MANIFEST = "index.json"
AHEAD = 3
"""Lines that an accelerator may draw along with one."""


@click.command()
@click.argument("wishes", metavar="WISHES.jsonl")
@click.option("--seeds", type=click.IntRange(1, 999), default=1, show_default=True, help="Of each, seed after seed.")
@click.option("--pictures", is_flag=True, help="Also a spectrogram picture of each, with its numbers in EXIF.")
@click.option("--accelerator", default="cpu", show_default=True, help="Where the models run: cpu, cuda, mps.")
@click.option("--out", required=True, metavar="DIR", help="A folder; it may be new.")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest on stdout and nothing else.")
def batch(wishes: str, seeds: int, pictures: bool, accelerator: str, out: str, as_json: bool) -> None:
    """Render what a file asks for: a JSON object a line, or one object with params and entries as Riffusion has it.

    Every line is checked before the first is rendered. What cannot be made is told, and does not keep the others.
    """
    from liveriff.cli.batch_lines import lines_of
    from liveriff.cli.dance import folder_for
    from liveriff.render.offline import Studio

    lines = lines_of(wishes, seeds)
    folder = folder_for(out)
    folder.mkdir(exist_ok=True)
    began, told = time.monotonic(), Told(folder, wishes)
    with Studio(accelerator) as studio:
        for number, line in enumerate(lines):
            after = [each.job for each in lines[number + 1 : number + 1 + AHEAD] if each.job.model == line.job.model]
            told.add(_made(studio, line, after, folder, pictures), as_json)
    told.end(time.monotonic() - began, as_json)


def _made(studio: Studio, line: Line, after: list[Job], folder: Path, pictures: bool) -> dict[str, Any]:
    """What the manifest says of a line; DeviceError where no more can be written."""
    from liveriff.cli.render import progress, summary
    from liveriff.render.offline import write_wav

    path = folder / f"{line.name}.wav"
    try:
        with progress(path.name) as on_step:
            audio = studio.render(line.job, on_step, after)
        write_wav(path, audio.samples, line.job.rate)
        drawn = {"picture": _pictured(path, audio.samples, line)} if pictures else {}
    except DeviceError:
        raise
    except LiveriffError as error:
        return {**line.asked, "line": line.number, "error": str(error)}
    return {**line.asked, **summary(path.name, line.job, audio), "line": line.number, **drawn}


def _pictured(path: Path, samples: Any, line: Line) -> str:
    from liveriff.render.offline import write_whole
    from liveriff.render.spectrogram.convert import picture_of_sound
    from liveriff.render.spectrogram.exif import DEFAULTS
    from liveriff.render.spectrogram.images import encoded

    parameters = DEFAULTS.with_given({"rate": line.job.rate})
    pixels, made = picture_of_sound(samples.T, parameters, bool(line.job.beats), 0.0, path.name)
    picture = path.with_suffix(".png")
    write_whole(picture, encoded(pixels, made))
    return picture.name


@dataclass
class Told:
    """The manifest, written anew after every file, so that an interrupted batch tells what it has made."""

    folder: Path
    wishes: str

    def __post_init__(self) -> None:
        """Nothing yet."""
        self.files: list[dict[str, Any]] = []
        self.failed: list[dict[str, Any]] = []

    def add(self, one: dict[str, Any], quiet: bool) -> None:
        """One more file, or why there is none."""
        (self.failed if "error" in one else self.files).append(one)
        if "error" in one:
            click.echo(plain(f"liveriff: line {one['line']}: {one['error']}"), err=True)
        elif not quiet:
            click.echo(f"{self.folder / one['file']}: {one['frames'] / one['rate']:.3f} s, peak {one['peak']:.2f}")
        self._write({})

    def end(self, seconds: float, as_json: bool) -> None:
        """The whole manifest; UsageError if there was anything that could not be made."""
        whole = self._write({"seconds": round(seconds, 3)})
        if as_json:
            click.echo(whole)
        if self.failed:
            raise UsageError(f"{len(self.failed)} of {len(self.failed) + len(self.files)} could not be made.")

    def _write(self, more: dict[str, Any]) -> str:
        from liveriff.render.offline import write_whole

        told = {"wishes": self.wishes, "files": self.files, "failed": self.failed, **more}
        text = json.dumps(told, indent=2, ensure_ascii=False)
        write_whole(self.folder / MANIFEST, f"{text}\n".encode())
        return text
