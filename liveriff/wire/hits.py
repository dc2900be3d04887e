"""Hits: pad strokes in shared memory, from whoever feels them straight to the sink's thread.

A pipe would wake a thread in the player that then fights for the interpreter's lock; here the sink's thread looks
once a block, and nobody waits. Any thread of the engine's process may ``push``; one thread of the player ``take``s.
"""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liveriff.wire.memory import remove, shared

PLACES = 512  # a hundred pads a block for five blocks
ALL_PADS = 0
CUT = -1.0
"""A velocity that means: silence the pad (or ``ALL_PADS``) now, whatever its mode."""

_FIELDS = 5  # number, time, pad, velocity, and their sum


@dataclass(frozen=True)
class Hit:
    """A stroke. velocity: 0..1, 0 lets the pad go, ``CUT`` silences it; time_s: time.monotonic() of the stroke, which
    may lie a little ahead."""

    pad: int
    velocity: float
    time_s: float


class Hits:
    """A ring of strokes; the newest ``PLACES`` are kept.

    Processors may show another core the fields of a place in any order, so a place is believed only when its sum is
    right; until then the reader comes back at the next block.
    """

    def __init__(self, segment: str, create: bool = False) -> None:
        """Map (or create) the segment. A reader begins with what is pushed after it has come."""
        self._owner = create
        size = 8 * PLACES * _FIELDS
        self._memory = shared(segment, size, create)
        self._ring: NDArray[np.float64] | None = np.ndarray((PLACES, _FIELDS), np.float64, self._memory.buf)
        self._lock = threading.Lock()  # among the engine's threads; held for microseconds
        self._next = 1 + int(self._ring[:, 0].max())
        self.lost = 0  # strokes overwritten before they were taken

    def push(self, pad: int, velocity: float, time_s: float) -> None:
        """Strike. Any thread; never waits for the player. After ``close`` it does nothing."""
        with self._lock:
            if self._ring is None:
                return
            number = float(self._next)
            self._ring[self._next % PLACES] = (number, time_s, pad, velocity, number + time_s + pad + velocity)
            self._next += 1

    def take(self) -> list[Hit]:
        """What was pushed since the last call, in order. One reader only; never waits."""
        if self._ring is None or self._ring[self._next % PLACES, 0] < self._next:
            return []
        found: list[Hit] = []
        while (hit := self._read(self._ring)) is not None:
            found.append(hit)
        return found

    def _read(self, ring: NDArray[np.float64]) -> Hit | None:
        number, time_s, pad, velocity, check = ring[self._next % PLACES].tolist()
        if number > self._next:  # the writer has come round: go on with the oldest there is
            self.lost += int(number) - self._next
            self._next = int(number)
        if number != self._next or check != number + time_s + pad + velocity:
            return None
        self._next += 1
        return Hit(int(pad), velocity, time_s)

    def close(self) -> None:
        """Unmap; the owner also unlinks."""
        with self._lock:
            self._ring = None
        with contextlib.suppress(BufferError):
            self._memory.close()
        if self._owner:
            remove(self._memory)
