"""The past: what decks and master have just played, or what has just come in, in shared memory, to take a piece of it.

The player's sink thread writes, the engine reads; nobody waits. Rings are cut once and hold the last ``PAST_S``
seconds. A reader takes a piece only when all of it is written, and again looks afterwards whether the writer has come
round meanwhile.
"""

from __future__ import annotations

import contextlib

import numpy as np
from numpy.typing import NDArray

from liveriff.params.words import PLAYED
from liveriff.wire.memory import remove, shared

PAST_S = 12  # the longest piece, eight beats at 60 BPM, and time to ask for it
INPUT_S = 27  # the longest loop, sixteen beats at 40 BPM
CHANNELS = 2


class Past:
    """Rings of float32 (frames, 2) by source, in the order of ``words.PLAYED``; or one, of the input."""

    def __init__(
        self, segment: str, rate: int, create: bool = False, rings: int = len(PLAYED), seconds: int = PAST_S
    ) -> None:
        """Map (or create) the segment; all the rest must be the same on both sides. rate: frames a second; seconds:
        that a ring holds."""
        self.frames = seconds * rate
        self._owner = create
        head = 8 * rings  # by source: the frame after the last that is written
        size = head + rings * self.frames * CHANNELS * 4
        self._memory = shared(segment, size, create)
        self._ends: NDArray[np.int64] | None = np.ndarray((rings,), np.int64, self._memory.buf)
        shape = (rings, self.frames, CHANNELS)
        self._rings: NDArray[np.float32] = np.ndarray(shape, np.float32, self._memory.buf, head)

    def forget(self) -> None:
        """Nothing has been played yet. Takes every page, so that ``write`` meets none that is fresh."""
        if self._ends is not None:
            self._ends[:] = 0
            self._rings.fill(0.0)

    def write(self, source: int, first: int, sound: NDArray[np.float32] | NDArray[np.float64]) -> None:
        """Append what leaves from frame ``first`` on, (frames, 2), fewer than a ring holds. The sink's thread only."""
        if self._ends is None:
            return
        ring, at = self._rings[source], first % self.frames
        head = min(len(sound), self.frames - at)
        ring[at : at + head] = sound[:head]
        if head < len(sound):
            ring[: len(sound) - head] = sound[head:]
        self._ends[source] = first + len(sound)

    def end(self, source: int) -> int:
        """The frame after the last that is written."""
        return int(self._ends[source]) if self._ends is not None else 0

    def read(self, source: int, first: int, frames: int) -> NDArray[np.float32] | None:
        """A copy of the frames from ``first`` on, (frames, 2); None where they are not all there (any more)."""
        if not self._holds(source, first, frames):
            return None
        at = (first + np.arange(frames)) % self.frames
        copy: NDArray[np.float32] = self._rings[source][at]
        return copy if self._holds(source, first, frames) else None

    def _holds(self, source: int, first: int, frames: int) -> bool:
        end = self.end(source)
        return first >= 0 and end - self.frames <= first and first + frames <= end

    def close(self) -> None:
        """Unmap; the owner also unlinks."""
        self._ends = None
        self._rings = np.zeros((0, 0, 0), np.float32)
        with contextlib.suppress(BufferError):
            self._memory.close()
        if self._owner:
            remove(self._memory)
