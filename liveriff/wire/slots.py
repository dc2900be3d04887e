"""Slots: pieces of one shared-memory segment that hold chunks.

The engine creates the pool, lends slots by message and unlinks it; children attach by name. Nothing here locks:
see ``messages``. Who attaches never removes the segment, see ``memory``.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from multiprocessing.shared_memory import SharedMemory
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from liveriff.wire.memory import attached, begin_tracker, release, remove, reserve

CHANNELS = 2
FRAME_BYTES = 4 * CHANNELS
LONGEST_BEATS = 16
SLOWEST_BPM = 40
PAD_S = 8  # the longest sound of a pad


@dataclass(frozen=True)
class SlotSpec:
    """Name and shape of a pool: ``count`` slots of ``frames`` stereo float32 frames for loops, and after them
    ``pads`` slots of ``pad_frames`` for pads."""

    name: str
    count: int
    frames: int
    pads: int = 0
    pad_frames: int = 0

    @property
    def total(self) -> int:
        """How many slots there are in all."""
        return self.count + self.pads

    @property
    def bytes(self) -> int:
        """Size of the whole segment."""
        return (self.count * self.frames + self.pads * self.pad_frames) * FRAME_BYTES


def slot_frames(rate: int) -> int:
    """Frames that the longest chunk at the slowest tempo needs."""
    return LONGEST_BEATS * 60 * rate // SLOWEST_BPM + rate // 10


class Writable(Protocol):
    """Slots as a renderer sees them."""

    spec: SlotSpec

    def __getitem__(self, index: int) -> NDArray[np.float32]:
        """The frames of one slot, shape (frames, 2), float32."""

    def reserve(self, index: int, frames: int) -> None:
        """Take the memory of a slot's first frames, before they are written. DeviceError where there is none left."""


class Slots:
    """A mapped pool. ``slots[i]`` is a float32 view of shape (frames, 2) on slot i."""

    def __init__(self, spec: SlotSpec, create: bool = False) -> None:
        """Map the pool; ``create`` makes it (fresh pages are only taken when written to)."""
        self.spec = spec
        self._owner = create
        if create:
            begin_tracker()
        self._memory = SharedMemory(spec.name, create=True, size=spec.bytes) if create else attached(spec.name)
        frames: NDArray[np.float32] = np.ndarray((spec.bytes // FRAME_BYTES, CHANNELS), np.float32, self._memory.buf)
        self._frames: NDArray[np.float32] | None = frames

    def __getitem__(self, index: int) -> NDArray[np.float32]:
        """The frames of one slot, shape (frames, 2), float32."""
        if self._frames is None:
            raise ValueError("these slots are closed")
        if not 0 <= index < self.spec.total:
            raise IndexError(index)
        first, frames = self._place(index)
        return self._frames[first : first + frames]

    def reserve(self, index: int, frames: int) -> None:
        """Take the memory of a slot's first frames, before they are written. DeviceError where there is none left.

        What a longer sound had taken behind them is given back: or else each slot would come to hold the longest that
        was ever in it.
        """
        first, whole = self._place(index)
        reserve(self._memory, first * FRAME_BYTES, frames * FRAME_BYTES)
        release(self._memory, (first + frames) * FRAME_BYTES, (whole - frames) * FRAME_BYTES)

    def empty(self, index: int) -> None:
        """Give back the memory of a slot that nobody reads or writes. At most a millisecond."""
        first, frames = self._place(index)
        release(self._memory, first * FRAME_BYTES, frames * FRAME_BYTES)

    def _place(self, index: int) -> tuple[int, int]:
        """A slot's first frame in the pool, and how many it has."""
        spec = self.spec
        if index < spec.count:
            return index * spec.frames, spec.frames
        return spec.count * spec.frames + (index - spec.count) * spec.pad_frames, spec.pad_frames

    def close(self) -> None:
        """Unmap; the owner also unlinks. Views handed out must be gone, or the mapping stays until exit."""
        self._frames = None
        with contextlib.suppress(BufferError):
            self._memory.close()
        if self._owner:
            remove(self._memory)
