"""Sounds that a chunk may start from: a file as the picture that the codec reads. Used by the backend's thread."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor

from liveriff.errors import UsageError
from liveriff.render.spectrogram import EMBEDDED, analyse, encode

SHOT_S = 2
"""Seconds of a file that a one-shot starts from."""


def picture_of(path: str, columns: int, circular: bool) -> Tensor:
    """Values 0..1 (1, 512, columns) of a sound file; UsageError if it cannot be read.

    circular: the whole file is the loop, whatever its tempo; else its first two seconds are the one-shot.
    """
    try:
        return _picture(path, Path(path).stat().st_mtime_ns, columns, circular)
    except (OSError, RuntimeError) as error:  # soundfile's own errors are RuntimeErrors
        raise UsageError(f"the sound {path} cannot be read: {error}; name another file to start from.") from error


@lru_cache(maxsize=8)
def _picture(path: str, changed_ns: int, columns: int, circular: bool) -> Tensor:
    """Kept as long as the file stays the same."""
    import soundfile

    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    sound = torch.from_numpy(samples).mean(dim=1)[None]
    if not sound.shape[1]:
        raise RuntimeError("it is empty")
    if not circular:
        frames = SHOT_S * rate
        sound = torch.nn.functional.pad(sound[:, :frames], (0, max(0, frames - sound.shape[1])))
    return encode(analyse(sound, rate, EMBEDDED, columns, circular=circular), EMBEDDED)
