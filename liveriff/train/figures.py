"""What can be measured of a loop: attacks against the grid, notes against the key, the seam. Pure; numpy only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from liveriff.music.pitch import Key
from liveriff.render.spectrogram import EMBEDDED

Floats = NDArray[np.float64]
Pictures = NDArray[np.uint8]

_HOP, _WINDOW = 128, 1024
_LOWEST_HZ, _HIGHEST_HZ = 150.0, 2000.0


def onset_offsets(mono: NDArray[np.float32], rate: int, sixteenths: int) -> Floats:
    """Seconds from each attack of a loop (frames,) to the nearest sixteenth, signed."""
    flux = _flux(mono)
    near = 1.2 * np.mean([np.roll(flux, shift) for shift in range(-20, 21)], axis=0) + 0.1 * flux.max(initial=0.0)
    tops = np.flatnonzero((flux > np.roll(flux, 1)) & (flux >= np.roll(flux, -1)) & (flux > near))
    step = len(mono) / sixteenths
    frames = tops * _HOP
    offsets: Floats = (frames - np.round(frames / step) * step) / rate
    return offsets


def grid_spread(offsets: Floats) -> float:
    """Median absolute deviation in milliseconds; NaN where there are no attacks."""
    if not len(offsets):
        return float("nan")
    return float(np.median(np.abs(offsets - np.median(offsets))) * 1000.0)


def _flux(mono: NDArray[np.float32]) -> Floats:
    """Rise of the log spectrum at hops of 128 frames, the loop wrapping round."""
    starts = np.arange(0, len(mono), _HOP) - _WINDOW // 2
    views = mono[(starts[:, None] + np.arange(_WINDOW)) % len(mono)] * np.hanning(_WINDOW)
    level = np.log1p(100.0 * np.abs(np.fft.rfft(views)) / _WINDOW * 4.0)
    rise: Floats = np.maximum(0.0, level - np.roll(level, 2, axis=0)).sum(axis=1)
    return rise


def chroma(picture: Pictures) -> Floats:
    """Strength of the twelve pitch classes (C first) between 150 Hz and 2 kHz in a picture; sums to 1."""
    mels = np.linspace(_mel(EMBEDDED.low_hz), _mel(EMBEDDED.high_hz), EMBEDDED.bands + 2)[1:-1]
    hz = 700.0 * (10.0 ** (mels / 2595.0) - 1.0)
    level = (picture.astype(np.float64) / 255.0) ** (1.0 / EMBEDDED.power)
    inner = np.zeros_like(level)
    inner[1:-1] = np.maximum(0.0, level[1:-1] - 0.5 * (level[:-2] + level[2:]))
    strength = inner.sum(axis=1)
    used = (hz >= _LOWEST_HZ) & (hz <= _HIGHEST_HZ)
    classes = np.round(69.0 + 12.0 * np.log2(hz[used] / 440.0)).astype(int) % 12
    sums = np.bincount(classes, weights=strength[used], minlength=12)
    share: Floats = sums / max(1e-12, float(sums.sum()))
    return share


def _mel(hz: float) -> float:
    return 2595.0 * float(np.log10(1.0 + hz / 700.0))


def in_key(strengths: Floats, tonic: int, mode: str) -> float:
    """Share of the chroma on the notes of a key; 7/12 says nothing."""
    return float(strengths[list(Key(tonic, mode).pitch_classes)].sum())


def seam(mono: NDArray[np.float32]) -> float:
    """Jump from the last frame to the first, over the jump that one in a hundred inner frames exceeds."""
    usual = float(np.quantile(np.abs(np.diff(mono)), 0.99))
    return float(abs(mono[0] - mono[-1])) / max(1e-9, usual)


def rank_agreement(told: Floats, heard: Floats) -> float:
    """Spearman's correlation without ties in mind."""
    ranks = [np.argsort(np.argsort(values)).astype(np.float64) for values in (told, heard)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])
