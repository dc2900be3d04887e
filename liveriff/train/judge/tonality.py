"""Pitch classes of a picture, how well they fit a key, and which key they suggest. Pure; numpy only."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from liveriff.music.pitch import Key
from liveriff.render.spectrogram import EMBEDDED

Floats = NDArray[np.float64]
Pictures = NDArray[np.uint8]

CHANCE = 7.0 / 12.0
"""Share on the notes of a key that says nothing."""

_LOWEST_HZ, _HIGHEST_HZ = 150.0, 2000.0
_PROFILES = {
    "major": (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    "minor": (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}
"""How well the twelve pitch classes fit a key (Krumhansl and Kessler, 1982)."""


def chroma(picture: Pictures) -> Floats:
    """Strength of the twelve pitch classes, C first, 150 Hz to 2 kHz, in a picture (512, columns); sums to 1."""
    level = (picture.astype(np.float64) / 255.0) ** (1.0 / EMBEDDED.power)
    inner = np.zeros_like(level)
    inner[1:-1] = np.maximum(0.0, level[1:-1] - 0.5 * (level[:-2] + level[2:]))
    used, classes = _classes()
    sums = np.bincount(classes, weights=inner.sum(axis=1)[used], minlength=12)
    share: Floats = sums / max(1e-12, float(sums.sum()))
    return share


@lru_cache(maxsize=1)
def _classes() -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which bands count, and the pitch class of each of those."""
    mels = np.linspace(_mel(EMBEDDED.low_hz), _mel(EMBEDDED.high_hz), EMBEDDED.bands + 2)[1:-1]
    hz = 700.0 * (10.0 ** (mels / 2595.0) - 1.0)
    used = (hz >= _LOWEST_HZ) & (hz <= _HIGHEST_HZ)
    return used, np.round(69.0 + 12.0 * np.log2(hz[used] / 440.0)).astype(np.int64) % 12


def _mel(hz: float) -> float:
    return 2595.0 * float(np.log10(1.0 + hz / 700.0))


def in_key(strengths: Floats, tonic: int, mode: str) -> float:
    """Share of the chroma on the notes of a key; 7/12 says nothing."""
    return float(strengths[list(Key(tonic, mode).pitch_classes)].sum())


def best_key(strengths: Floats) -> tuple[int, str]:
    """The key whose profile correlates best with the chroma."""
    scores = {
        (tonic, mode): float(np.corrcoef(np.roll(profile, tonic), strengths)[0, 1])
        for mode, profile in _PROFILES.items()
        for tonic in range(12)
    }
    return max(scores, key=lambda key: scores[key])


def same_notes(one: tuple[int, str], other: tuple[int, str]) -> bool:
    """Whether two keys are equal or relative: C major and A minor have the same notes."""
    return set(Key(*one).pitch_classes) == set(Key(*other).pitch_classes)
