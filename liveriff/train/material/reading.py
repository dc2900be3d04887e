"""Recorded sounds at another pitch and length, compiled. Pure; 44.1 kHz mono."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from liveriff.train.material.kernels import Sound, compiled

_TAPS, _PHASES = 12, 512


def _table() -> NDArray[np.float32]:
    """Windowed sinc for each fractional place: (phases + 1, taps), each row of sum 1."""
    place = np.arange(_PHASES + 1)[:, None] / _PHASES
    offset = np.arange(_TAPS)[None] - (_TAPS // 2 - 1) - place
    rows = np.sinc(0.96 * offset) * np.cos(np.pi * np.clip(offset / _TAPS, -0.5, 0.5)) ** 2
    return np.asarray(rows / rows.sum(axis=1, keepdims=True), np.float32)


_SINC = _table()


@compiled
def _read(
    pcm: NDArray[np.int16] | Sound, ratio: float, frames: int, loop: int, decay: float, gain: float, sinc: Sound
) -> Sound:
    end = len(pcm)
    span = end - loop
    taps = sinc.shape[1]
    phases = sinc.shape[0] - 1
    out = np.zeros(frames, np.float32)
    place = 0.0
    for i in range(frames):
        while place >= end:
            if span <= 0:
                return out
            place -= span
            gain *= decay
        whole = int(place)
        row = int((place - whole) * phases + 0.5)
        total = 0.0
        for tap in range(taps):
            j = whole + tap - (taps // 2 - 1)
            if j >= end:
                if span <= 0:
                    break
                j -= span
            if j >= 0:
                total += sinc[row, tap] * pcm[j]
        out[i] = gain * total
        place += ratio
    return out


def read_looped(
    pcm: NDArray[np.int16] | Sound, ratio: float, frames: int, loop: int, decay: float, gain: float
) -> Sound:
    """``frames`` of a sound read ``ratio`` times as fast, by windowed sinc.

    From its end it goes on at frame ``loop``, each time ``decay`` times as loud; a ``loop`` at its end is silence.
    """
    return _read(pcm, ratio, frames, loop, decay, gain, _SINC)


def repitched(sound: Sound, semitones: float) -> Sound:
    """A whole sound higher (and shorter) or lower (and longer)."""
    ratio = 2.0 ** (semitones / 12.0)
    return read_looped(sound, ratio, int(len(sound) / ratio), len(sound), 1.0, 1.0)
