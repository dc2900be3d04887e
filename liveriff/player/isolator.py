"""The three-band isolator of a deck: at 0 dB the deck passes bit for bit, at the floor a band is gone.

Linkwitz-Riley crossovers of the eighth order (48 dB an octave; each side is a Butterworth filter of the fourth order
twice): low-pass and high-pass add up to an all-pass, so the three bands at 0 dB are flat in level once the low one
has gone through the all-pass of the upper crossover, too. The fourth order would leave -40 dB in the midst of a killed
middle band, the skirts of its neighbours. An all-pass is not a wire, though: a deck at 0 dB goes round the filters, and
a short crossfade leads from one way to the other.
"""

from __future__ import annotations

from functools import lru_cache
from math import pi, tan

import numpy as np
from numpy.typing import NDArray

from liveriff.player.kernels import Kernels
from liveriff.player.scalar_fx import Q_FIRST, Q_SECOND, Bus
from liveriff.player.smoothed import Smoothed

LOW_HZ, HIGH_HZ = 250.0, 2500.0
FLAT = (1.0, 1.0, 1.0, 0.0)  # gains of low, middle, high; share of the filters in what is heard

_LOW, _HIGH, _ALL = range(3)
# Section by section: what it hears (-1: the deck), where, with which Q, what it gives. The last three are the bands.
_SECTIONS: tuple[tuple[int, float, float, int], ...] = (
    *((s - 1, LOW_HZ, (Q_FIRST, Q_SECOND)[s % 2], _LOW) for s in range(4)),
    *((-1 if s == 0 else 3 + s, LOW_HZ, (Q_FIRST, Q_SECOND)[s % 2], _HIGH) for s in range(4)),
    *((7 + s, HIGH_HZ, (Q_FIRST, Q_SECOND)[s % 2], _LOW) for s in range(3)),
    *((7 if s == 0 else 10 + s, HIGH_HZ, (Q_FIRST, Q_SECOND)[s % 2], _HIGH) for s in range(3)),
    (3, HIGH_HZ, Q_FIRST, _ALL),
    (14, HIGH_HZ, Q_SECOND, _ALL),
    (10, HIGH_HZ, Q_SECOND, _LOW),
    (13, HIGH_HZ, Q_SECOND, _HIGH),
)
SOURCES = np.array([source for source, *_ in _SECTIONS], np.int64)


@lru_cache(maxsize=4)
def coefficients(rate: int) -> NDArray[np.float64]:
    """For each section (sections, 6): a1, a2, a3, and what it gives of input, band-pass and low-pass."""
    rows = []
    for _, hz, q, gives in _SECTIONS:
        g, k = tan(pi * hz / rate), 1.0 / q
        a1 = 1.0 / (1.0 + g * (g + k))
        taken = ((0.0, 0.0, 1.0), (1.0, -k, -1.0), (1.0, -2.0 * k, 0.0))[gives]
        rows.append((a1, g * a1, g * g * a1, *taken))
    return np.array(rows)


class Isolator:
    """One deck's. Costs nothing while the deck goes round it."""

    def __init__(self, rate: int, kernels: Kernels) -> None:
        """Flat; rate: frames a second."""
        self._kernel, self._coefs = kernels.isolate, coefficients(rate)
        self._memory = np.zeros((len(SOURCES), 2, 3))
        self._gains = Smoothed(rate, kernels, FLAT)

    def run(self, track: Bus, goal: NDArray[np.float64], phase: int) -> None:
        """Weigh the bands of ``track`` (frames, 2) in place; goal (4,): as ``FLAT``."""
        if goal[3] == 0.0 and self._gains.at(goal):
            if self._memory.any():
                self._memory.fill(0.0)
            return
        rows = self._gains.run(goal, len(track), phase)
        self._kernel(track, self._memory, rows, SOURCES, self._coefs, phase)
