"""Settings of an effect on their way to where they are set: a row a frame, in ramps counted from frame 0."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

import numpy as np
from numpy.typing import NDArray

from liveriff.player.kernels import Kernels
from liveriff.player.scalar_fx import STEP, Rows

LONGEST_PASS = 1024  # most frames at one go
SMOOTH_S = 0.005  # time constant


class Smoothed:
    """Some settings. Called on the sink's thread; memory is made once."""

    def __init__(self, rate: int, kernels: Kernels, start: Sequence[float], smooth_s: float = SMOOTH_S) -> None:
        """At rest at ``start``; rate: frames a second; smooth_s: time constant."""
        self._kernel = kernels.ramp
        self._pull = 1.0 - exp(-STEP / (smooth_s * rate))
        self._state = np.tile(np.array(start, dtype=np.float64), (2, 1))
        self._rows = np.zeros((LONGEST_PASS, len(start)))

    def at(self, goal: NDArray[np.float64]) -> bool:
        """Whether they rest at ``goal``."""
        return bool((self._state == goal).all())

    def jump(self, goal: NDArray[np.float64]) -> None:
        """Be at ``goal`` at once."""
        self._state[:] = goal

    def run(self, goal: NDArray[np.float64], frames: int, phase: int) -> Rows:
        """The settings (frames, settings) of a pass that begins ``phase`` frames into a ramp."""
        rows = self._rows[:frames]
        self._kernel(rows, self._state, goal, phase, self._pull)
        return rows
