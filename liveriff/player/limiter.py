"""The limiter: no sample of what leaves passes the ceiling, and what stays below it passes bit for bit.

It looks ahead, so its output is late; the kernels are ``scalar.limit`` and ``scalar.finish``. On the sink's thread.
"""

from __future__ import annotations

from math import ceil, exp

import numpy as np
from numpy.typing import NDArray

from liveriff.player.kernels import Kernels
from liveriff.player.scalar import ONE, Chunk
from liveriff.player.smoothed import LONGEST_PASS

LOOK_AHEAD_S = 0.0015
RELEASE_S = 0.08


class Limiter:
    """The limiter's past and its constants, for ``scalar.limit`` and ``scalar.finish``."""

    def __init__(self, rate: int, kernels: Kernels) -> None:
        """At rest. depth: frames by which the output is late."""
        self.depth = ceil(LOOK_AHEAD_S * rate)
        self.meters = np.array([0.0, 0.0, 0.0, 1.0])
        self._release = 1.0 - exp(-1.0 / (RELEASE_S * rate))
        rows = self.depth + LONGEST_PASS
        self._tail = np.zeros((rows, 2))
        self._need = np.full(rows, ONE, np.int64)
        self._ease = np.full(rows, ONE, np.int64)
        self._gain = np.ones(LONGEST_PASS)
        self._limit, self._finish = kernels.limit, kernels.finish

    def run(self, out: Chunk, bus: NDArray[np.float64], ceiling: float) -> None:
        """Fill ``out`` (frames, 2) with the bus of ``depth`` frames ago, under ``ceiling`` (linear)."""
        gain = self._gain[: len(out)]
        self._limit(gain, bus, self._need, self._ease, self.depth, ceiling, self._release)
        self._finish(out, bus, self._tail, gain, self.depth, ceiling, self.meters)
