"""The limiter: nothing that leaves passes the ceiling, and what stays below it passes bit for bit.

It looks at what a converter will make of the samples, too: the signal a quarter, half and three quarters of the way
between them, found by a windowed sinc (as ITU-R BS.1770-5 annex 2 does for true peaks). It looks ahead, so its output
is late; the kernels are ``scalar.crests``, ``scalar.limit`` and ``scalar.finish``. On the sink's thread.
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
TAPS = 16  # samples that one between them is found from
KAISER = 4.5


class Limiter:
    """The limiter's past and its constants, for its kernels."""

    def __init__(self, rate: int, kernels: Kernels) -> None:
        """At rest. depth: frames by which the output is late."""
        self.depth = ceil(LOOK_AHEAD_S * rate)
        self.meters = np.array([0.0, 0.0, 0.0, 1.0])
        self._release = 1.0 - exp(-1.0 / (RELEASE_S * rate))
        self._ahead = self.depth - TAPS // 2  # half of the taps are spent on knowing what lies between the samples
        rows = self.depth + LONGEST_PASS
        self._tail = np.zeros((rows, 2))
        self._need = np.full(rows, ONE, np.int64)
        self._ease = np.full(rows, ONE, np.int64)
        self._gain, self._peak = np.ones(LONGEST_PASS), np.zeros(LONGEST_PASS)
        self._past, self._between = np.zeros((TAPS + LONGEST_PASS, 2)), np.zeros(LONGEST_PASS + 1)
        self._taps = between_samples(TAPS)
        self._most = float(np.abs(self._taps).sum(axis=1).max())  # nothing between rises higher above the samples
        self._crests, self._limit, self._finish = kernels.crests, kernels.limit, kernels.finish

    def run(self, out: Chunk, bus: NDArray[np.float64], ceiling: float) -> None:
        """Fill ``out`` (frames, 2) with the bus of ``depth`` frames ago, under ``ceiling`` (linear)."""
        gain, peak = self._gain[: len(out)], self._peak[: len(out)]
        self._crests(peak, bus, self._past, self._between, self._taps, ceiling / self._most)
        self._limit(gain, peak, self._need, self._ease, self._ahead, ceiling, self._release)
        self._finish(out, bus, self._tail, gain, self.depth, ceiling, self.meters)


def between_samples(taps: int) -> NDArray[np.float64]:
    """Interpolators (3, taps) of the signal 1/4, 2/4 and 3/4 after sample taps / 2 - 1: sincs in Kaiser windows."""
    place = np.array([[0.25], [0.5], [0.75]]) - (np.arange(taps) - (taps // 2 - 1))
    window = np.i0(KAISER * np.sqrt(1.0 - (2.0 * place / taps) ** 2)) / np.i0(KAISER)
    kernel = np.sinc(place) * window
    return np.ascontiguousarray(kernel / kernel.sum(axis=1, keepdims=True))
