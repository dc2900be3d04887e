"""The master's tone: tilts the mix about a pivot; at 0 it passes bit for bit."""

from __future__ import annotations

from math import pi, tan

import numpy as np
from numpy.typing import NDArray

from liveriff.player.kernels import Kernels
from liveriff.player.scalar_fx import Bus
from liveriff.player.smoothed import Smoothed

PIVOT_HZ = 800.0
MOST_DB = 6.0


def tilted(knob: float) -> tuple[float, float]:
    """What is added of what lies below the pivot, and of what lies above, with the knob at -1 (dark) to 1 (bright)."""
    return float(10.0 ** (-knob * MOST_DB / 20.0)) - 1.0, float(10.0 ** (knob * MOST_DB / 20.0)) - 1.0


class Tilter:
    """The two halves add up to the whole, in phase, so that nothing needs a crossfade."""

    def __init__(self, rate: int, kernels: Kernels) -> None:
        """Level; rate: frames a second."""
        self._kernel, self._rate = kernels.tilt, rate
        self._memory = np.zeros(2)
        self._goal = np.zeros(3)
        self._knob = Smoothed(rate, kernels, (0.0, 0.0, self._pull(1.0)))

    def run(self, bus: Bus, goal: NDArray[np.float64], phase: int) -> None:
        """Tilt ``bus`` (frames, 2) in place; goal (2,): as ``tilted`` gives it."""
        self._goal[:2], self._goal[2] = goal, self._pull(1.0 + goal[1])
        if not goal.any() and self._knob.at(self._goal):
            self._memory.fill(0.0)
            return
        self._kernel(bus, self._memory, self._knob.run(self._goal, len(bus), phase), phase)

    def _pull(self, high: float) -> float:
        """Of the one-pole where lows and highs part, for a gain of the highs: there the pivot keeps its level."""
        g = tan(pi * PIVOT_HZ * high / self._rate)
        return g / (1.0 + g)
