"""Sound files written piece by piece, whole or not at all: for results longer than memory. Commands use it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from liveriff.errors import UsageError
from liveriff.render.offline import sentence_of
from liveriff.render.soundfiles import FORMATS, Sound, suffix_of

_BLOCK = 65536  # libsndfile's Vorbis encoder puts a whole write on the stack


class Piecewise:
    """An opened file that takes pieces (channels, frames)."""

    def __init__(self, file: Any) -> None:
        """file: a soundfile.SoundFile opened for writing."""
        self._file = file
        self.frames = 0
        self.peak = 0.0

    def write(self, piece: Sound) -> None:
        """Append a piece."""
        for first in range(0, piece.shape[1], _BLOCK):
            self._file.write(piece.T[first : first + _BLOCK])
        self.frames += piece.shape[1]
        self.peak = max(self.peak, float(abs(piece).max(initial=0.0)))


@contextlib.contextmanager
def written(path: str | Path, rate: int, channels: int) -> Iterator[Piecewise]:
    """A sound file that appears under its name when the block ends well, and leaves nothing behind when it does not.

    UsageError for a format that is not soundfile's own or cannot hold this; DeviceError for a disk that is full.
    """
    target = Path(path)
    suffix = suffix_of(target)
    if suffix not in FORMATS:
        raise UsageError(f"{target} cannot be written piece by piece; use one of {', '.join(FORMATS)}.")
    aside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with _opened(aside, rate, channels, suffix) as file:
            yield Piecewise(file)
        with aside.open("rb+") as done:
            os.fsync(done.fileno())
        os.replace(aside, target)
    except OSError as error:
        raise sentence_of(error, target) from error
    finally:
        with contextlib.suppress(OSError):
            aside.unlink()


def _opened(aside: Path, rate: int, channels: int, suffix: str) -> Any:
    import soundfile

    kind, subtype = FORMATS[suffix]
    aside.touch()  # a folder that cannot be written into is told by the system's own error
    try:
        return soundfile.SoundFile(aside, "w", rate, channels, subtype, format=kind)
    except (RuntimeError, ValueError, TypeError) as error:
        raise UsageError(f"a .{suffix} file cannot hold {channels} channels at {rate} Hz; choose another.") from error
