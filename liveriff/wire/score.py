"""The score: what the sink's thread took and at which frame, in shared memory, so that it can be played again exactly.

The player writes on the sink's thread, the engine reads and logs. As with ``hits`` a ring serves, because nobody waits
there: a row that does not check out yet is read at the next look; an engine that stands still for too long loses the
oldest rows and is told how many.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liveriff.wire.memory import remove, shared

PLACES = 1 << 15  # a whole panel forty times over
BLOCK, TOLD, PANEL, STROKE, LEAVE = range(1, 6)
"""Kinds of notes. BLOCK: blocks have ``a`` frames from here on; TOLD: the message number ``a`` was taken; PANEL: cell
``a`` has the value ``b``; STROKE: pad ``a`` was struck with velocity ``b``, felt at frame ``c``; LEAVE: fade out within
``a`` seconds."""

_FIELDS = 7  # number, kind, frame, a, b, c, and their sum
_SILENCE = -1e6  # stands for minus infinity, which no sum could check


@dataclass(frozen=True)
class Note:
    """Something taken by the block that begins at ``frame``; see the kinds."""

    kind: int
    frame: int
    a: float
    b: float = 0.0
    c: float = 0.0


class Score:
    """A ring of notes; the newest ``PLACES`` are kept. One writer, one reader."""

    def __init__(self, segment: str, create: bool = False) -> None:
        """Map (or create) the segment, at its beginning."""
        self._owner = create
        size = 8 * PLACES * _FIELDS
        self._memory = shared(segment, size, create)
        self._ring: NDArray[np.float64] | None = np.ndarray((PLACES, _FIELDS), np.float64, self._memory.buf)
        self._next = 1
        self.lost = 0  # notes overwritten before they were taken

    # --- the sink's thread ----------------------------------------------------------------------------------------

    def note(self, kind: int, frame: int, a: float, b: float = 0.0, c: float = 0.0) -> None:
        """Write one note. Never waits."""
        if self._ring is not None:
            number = float(self._next)
            self._ring[self._next % PLACES] = (number, kind, frame, a, b, c, number + kind + frame + a + b + c)
            self._next += 1

    def panel(self, frame: int, cells: NDArray[np.int64], values: NDArray[np.float64]) -> None:
        """Write that some cells have other values. Never waits."""
        if self._ring is None:
            return
        rows = np.zeros((len(cells), _FIELDS))
        rows[:, 0] = np.arange(self._next, self._next + len(cells))
        rows[:, 1], rows[:, 2], rows[:, 3] = PANEL, frame, cells
        rows[:, 4] = np.maximum(values, _SILENCE)
        rows[:, 6] = rows[:, 0] + rows[:, 1] + rows[:, 2] + rows[:, 3] + rows[:, 4] + rows[:, 5]
        first = self._next % PLACES
        part = min(len(rows), PLACES - first)
        self._ring[first : first + part] = rows[:part]
        self._ring[: len(rows) - part] = rows[part:]
        self._next += len(rows)

    # --- the engine's loop ----------------------------------------------------------------------------------------

    def take(self) -> Iterator[Note]:
        """What was written since the last call, in order."""
        while self._ring is not None and (note := self._read(self._ring)) is not None:
            yield note

    def _read(self, ring: NDArray[np.float64]) -> Note | None:
        number, kind, frame, a, b, c, check = ring[self._next % PLACES].tolist()
        if number > self._next:  # the writer has come round: go on with what will stay there for a while
            there = int(number) - PLACES // 2
            self.lost += there - self._next
            self._next = there
            return self._read(ring)
        if number != self._next or check != number + kind + frame + a + b + c:
            return None
        self._next += 1
        return Note(int(kind), int(frame), a, b if b > _SILENCE else -np.inf, c)

    def begin(self) -> None:
        """Empty it, when the writer has died and another is to come, which begins anew."""
        if self._ring is not None:
            self._ring[:] = 0.0
            self._next = 1

    def close(self) -> None:
        """Unmap; the owner also unlinks."""
        self._ring = None
        with contextlib.suppress(BufferError):
            self._memory.close()
        if self._owner:
            remove(self._memory)
