"""What the judge hears of a sound: a small log-mel picture of its own, unlike the model's. Pure; numpy only.

Short windows (46 ms) and few bands, so that neither the model's layout nor its vocoder is judged by itself. Loudness
is taken out: a quiet copy of a sound looks the same.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]
Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

RATE = 44100
BANDS, COLUMNS = 64, 128
"""Columns of a loop whatever its length, or of the two seconds of a one-shot."""

_WINDOW, _FINE = 2048, 4  # frames; windows that a column is the mean of
_LOWEST_HZ, _HIGHEST_HZ, _RANGE_DB = 30.0, 18000.0, 72.0


def seen(mono: Floats, circular: bool) -> Bytes:
    """Log-mel picture uint8 (64, 128) of (frames,) at 44.1 kHz; 255 is the loudest place, 0 is 72 dB below it."""
    frames = len(mono) if circular else 2 * RATE
    starts = np.arange(COLUMNS * _FINE) * frames // (COLUMNS * _FINE) - _WINDOW // 2
    power = np.abs(np.fft.rfft(_windows(mono, starts, circular) * _taper())) ** 2
    mel = power.reshape(COLUMNS, _FINE, -1).mean(axis=1) @ _bank()
    level = 10.0 * np.log10(mel + 1e-12)
    level = 1.0 + (level - level.max()) / _RANGE_DB
    picture: Bytes = np.round(level.clip(0.0, 1.0).T * 255.0).astype(np.uint8)
    return picture


def _windows(mono: Floats, starts: NDArray[np.int64], circular: bool) -> Floats:
    """(starts, window): the loop goes round, a one-shot has silence on both sides."""
    places = starts[:, None] + np.arange(_WINDOW)
    if circular:
        around: Floats = mono[places % len(mono)]
        return around
    inside = (places >= 0) & (places < len(mono))
    out: Floats = np.where(inside, mono[places.clip(0, len(mono) - 1)], np.float32(0.0))
    return out


@lru_cache(maxsize=1)
def _taper() -> Floats:
    return np.hanning(_WINDOW).astype(np.float32)


@lru_cache(maxsize=1)
def _bank() -> Floats:
    """Triangles on the mel scale, (bins, bands), each of sum 1."""
    edges = np.linspace(_mel(_LOWEST_HZ), _mel(_HIGHEST_HZ), BANDS + 2)
    hz = 700.0 * (10.0 ** (edges / 2595.0) - 1.0)
    bins = np.fft.rfftfreq(_WINDOW, 1.0 / RATE)[:, None]
    rise = (bins - hz[:-2]) / (hz[1:-1] - hz[:-2])
    fall = (hz[2:] - bins) / (hz[2:] - hz[1:-1])
    bank = np.maximum(0.0, np.minimum(rise, fall))
    empty = bank.sum(axis=0) == 0.0
    centre = np.round(hz[1:-1] * _WINDOW / RATE).astype(int)
    bank[centre[empty], np.flatnonzero(empty)] = 1.0  # a band narrower than a bin
    shares: Floats = (bank / bank.sum(axis=0)).astype(np.float32)
    return shares


def _mel(hz: float) -> float:
    return 2595.0 * float(np.log10(1.0 + hz / 700.0))
