"""`liveriff replay`: a performance from its log, to the very samples that were played."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from liveriff.errors import DeviceError, UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from liveriff.engine.journal import Log


@click.command()
@click.argument("log", metavar="LOG", type=click.Path(dir_okay=False))
@click.option("--out", required=True, metavar="FILE.wav", help="Where the sound goes.")
@click.option("--no-cache", is_flag=True, help="Render everything again; do not look among the kept chunks.")
@click.option("--accelerator", default="cpu", show_default=True, help="Where models run: cpu, cuda, mps.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else.")
def replay(log: str, out: str, no_cache: bool, accelerator: str, as_json: bool) -> None:
    """Play the performance of a LOG again, faster than it was, into a WAV file.

    The log is what `liveriff play --log LOG` has written. Chunks come from those kept on disk, or are rendered again.
    """
    from liveriff.cli.render import writable
    from liveriff.engine import journal
    from liveriff.engine.replay import play
    from liveriff.engine.replay_sounds import LogSounds
    from liveriff.render.offline import Studio
    from liveriff.render.servant import limit_threads
    from liveriff.wire.chunks import ChunkCache

    if not out.lower().endswith(".wav"):
        raise UsageError(f"--out takes a WAV file, not {out}; convert it afterwards.")
    writable(out)
    if os.path.abspath(out) == os.path.abspath(log):
        raise UsageError("--out is the log itself; name another file.")
    read, began = journal.read(log), time.monotonic()
    limit_threads()  # as many as played: sums of floats come out otherwise when they are shared out otherwise
    with Studio(accelerator) as studio:
        sounds = LogSounds(log, None if no_cache else ChunkCache(), lambda job: studio.render(job).samples)
        frames = _write(Path(out), read.header.rate, _shown(read, play(read, log, sounds)))
    spent = time.monotonic() - began
    told = {
        "file": out, "frames": frames, "rate": read.header.rate, "seconds": round(spent, 3),
        "rendered": sounds.rendered, "differing": sorted(sounds.differing), "whole": read.whole,
    }  # fmt: skip
    if as_json:
        click.echo(json.dumps(told, indent=2))
        return
    lasts = frames / read.header.rate
    click.echo(f"{out}: {frames} frames, {lasts:.1f} s, made in {spent:.1f} s.")
    if sounds.differing:
        click.echo(
            f"liveriff: {len(sounds.differing)} of its sounds came out otherwise than they were played: another "
            "machine, another version, or a model that is not repeatable.", err=True,
        )  # fmt: skip


def _shown(log: Log, pieces: Iterable[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    """The pieces, with a progress bar on a terminal."""
    length = max((event.frame for event in log.events), default=0)
    if not sys.stderr.isatty():
        yield from pieces
        return
    with click.progressbar(length=length, label="replay", file=sys.stderr) as bar:
        for piece in pieces:
            bar.update(len(piece))
            yield piece


def _write(path: Path, rate: int, pieces: Iterable[NDArray[np.float32]]) -> int:
    """Write pieces as one float WAV, as a ``wav:`` sink does, whole or not at all; how many frames it has."""
    aside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with aside.open("wb") as file:
            frames = _stream(file, rate, pieces)
        os.replace(aside, path)
    except OSError as error:
        raise DeviceError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        with contextlib.suppress(OSError):
            aside.unlink()
    return frames


def _stream(file: BinaryIO, rate: int, pieces: Iterable[NDArray[np.float32]]) -> int:
    from liveriff.player.wavfile import MOST_FRAMES, header

    frames = 0
    file.write(header(rate, 0))
    for piece in pieces:
        file.write(piece.tobytes())
        frames += len(piece)
        if frames > MOST_FRAMES:
            raise DeviceError(f"A WAV file holds {MOST_FRAMES // rate} s at {rate} Hz; the log is longer.")
    file.seek(0)
    file.write(header(rate, frames))
    return frames
