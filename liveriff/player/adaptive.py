"""Sound of one clock read by another: where in the ring a block is read, how fast, and the samples between samples.

After Adriaensen, "Controlling adaptive resampling" (Linux Audio Conference 2012): both clocks are smoothed by
delay-locked loops, their ratio is the speed, and what is left of the distance between writer and reader steers it
slowly. On the sink's thread; no I/O, no clock of its own.
"""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import NDArray

TAPS, PHASES = 32, 256
BETA = 8.0  # of the Kaiser window: stop band below -80 dB
PASS = 0.92  # of the band
HOLD_S = 2.0  # the time in which a wrong distance is made good
MOST_OFF = 0.005  # of the speed: nine cents, while a distance is made good
LOST_S = 0.05  # a distance this wrong is jumped over
MARGIN_S, MOST_MARGIN_S = 0.004, 0.1
GROWTH = 1.5

Sound = NDArray[np.float32]


def sinc_table(ratio: float) -> NDArray[np.float64]:
    """Weights (PHASES + 1, TAPS) of a band-limited interpolation; ratio: frames in for a frame out."""
    cut = PASS * min(1.0, 1.0 / ratio)
    t = np.arange(TAPS) - (TAPS // 2 - 1) - np.linspace(0.0, 1.0, PHASES + 1)[:, None]
    inside = np.clip(1.0 - (2.0 * t / TAPS) ** 2, 0.0, None)
    weights = np.sinc(cut * t) * np.i0(BETA * np.sqrt(inside))
    table: NDArray[np.float64] = weights / weights.sum(axis=1, keepdims=True)
    return table


def read_between(ring: Sound, table: NDArray[np.float64], first: float, step: float, out: Sound) -> None:
    """Fill ``out`` (frames, 2) from the ring (a power of two of frames, 2), from place ``first`` on."""
    places = first + step * np.arange(len(out))
    base = np.floor(places)
    phase = (places - base) * PHASES
    low = phase.astype(np.int64)
    part = (phase - low)[:, None]
    weights = table[low] * (1.0 - part) + table[np.minimum(low + 1, PHASES)] * part
    at = (base.astype(np.int64)[:, None] + np.arange(1 - TAPS // 2, TAPS // 2 + 1)) & (len(ring) - 1)
    out[:] = np.einsum("nt,ntc->nc", weights, ring[at])


class Pursuit:
    """Where the reader is. ratio: frames in for a frame out, by name; rate: of the reader; block: frames it reads."""

    def __init__(self, ratio: float, rate: int, block: int) -> None:
        """Nowhere yet."""
        self._ratio, self._rate = ratio, rate
        self._margin_s = MARGIN_S
        self._block = block
        self._at: float | None = None
        self._flows = False
        self._stuck = -1  # frames that were there when there were too few
        self.jumps = 0

    @property
    def distance(self) -> float:
        """Frames by which the reader shall be behind what is being written."""
        return self._block * self._ratio + TAPS // 2 + 1 + self._margin_s * self._rate * self._ratio

    def next(self, frames: int, now: float, ratio: float, written: int) -> tuple[float, float] | None:
        """Place and speed of the next ``frames`` frames, or None where they have not come. now: the frame that comes in
        at this moment, by the smoothed clock; ratio: as measured; written: frames that are there."""
        self._block = max(self._block, frames)
        if written == self._stuck:
            return None
        want = min(now, written) - self.distance  # a clock that lost frames is believed before it is smooth again
        if self._at is None or abs(want - self._at) > LOST_S * self._rate * self._ratio:
            self.jumps += self._at is not None
            self._at = want
        near = ratio if abs(ratio / self._ratio - 1.0) < 2 * MOST_OFF else self._ratio
        pull = (want - self._at) / (HOLD_S * self._rate)
        step = near + max(-MOST_OFF, min(pull, MOST_OFF))
        first, self._at = self._at, self._at + frames * step
        if first < TAPS or ceil(self._at) + TAPS // 2 > written:
            self._starved()
            self._stuck = written
            return None
        self._flows = True
        return first, step

    def _starved(self) -> None:
        """It came later than thought: keep a greater distance from now on; but a hole is one fault however long."""
        self._at = None
        if self._flows:
            self.jumps += 1
            self._margin_s = min(self._margin_s * GROWTH, MOST_MARGIN_S)
        self._flows = False
