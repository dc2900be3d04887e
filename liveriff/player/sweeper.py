"""The one-knob filter of a deck: to the left a low-pass that closes, to the right a high-pass; in the middle nothing.

Each half is two trapezoidal state-variable sections (24 dB an octave), Butterworth when open, with a gentle peak as it
closes; its cutoff follows the knob exponentially, frame by frame. A half comes in over the first part of its way, so
that the dead centre is the deck itself, bit for bit. A knob that jumps from one side to the other opens one half while
the other closes: going through the open middle within milliseconds would let a knock through.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from liveriff.player.kernels import Kernels
from liveriff.player.scalar_fx import Bus
from liveriff.player.smoothed import Smoothed

DEAD = 0.02  # either side of the middle: a controller of 128 steps has no step on it


def turned(knob: float) -> tuple[float, float]:
    """How far low-pass and high-pass are closed, 0 to 1, with the knob at -1 to 1."""
    way = max(0.0, abs(knob) - DEAD) / (1.0 - DEAD)
    return (0.0, way) if knob > 0 else (way, 0.0)


class Sweeper:
    """One deck's. Costs nothing in the middle."""

    def __init__(self, rate: int, kernels: Kernels) -> None:
        """In the middle; rate: frames a second."""
        self._kernel, self._rate = kernels.sweep, float(rate)
        self._memory = np.zeros((2, 4, 2))
        self._knob = Smoothed(rate, kernels, (0.0, 0.0))

    def run(self, track: Bus, goal: NDArray[np.float64], phase: int) -> None:
        """Filter ``track`` (frames, 2) in place; goal (2,): as ``turned`` gives it."""
        if not goal.any() and self._knob.at(goal):
            self._memory.fill(0.0)
            return
        rows = self._knob.run(goal, len(track), phase)
        for side, memory in enumerate(self._memory):
            if rows[-1, side] or rows[0, side]:
                self._kernel(track, memory, rows, side, self._rate, phase)
            else:
                memory.fill(0.0)
