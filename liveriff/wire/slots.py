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

from liveriff.wire.memory import attached, reserve

CHANNELS = 2
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
        return (self.count * self.frames + self.pads * self.pad_frames) * CHANNELS * 4


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
        self._memory = SharedMemory(spec.name, create=True, size=spec.bytes) if create else attached(spec.name)
        frames: NDArray[np.float32] = np.ndarray((spec.bytes // (4 * CHANNELS), CHANNELS), np.float32, self._memory.buf)
        self._frames: NDArray[np.float32] | None = frames

    def __getitem__(self, index: int) -> NDArray[np.float32]:
        """The frames of one slot, shape (frames, 2), float32."""
        if self._frames is None:
            raise ValueError("these slots are closed")
        spec = self.spec
        if not 0 <= index < spec.total:
            raise IndexError(index)
        if index < spec.count:
            return self._frames[index * spec.frames : (index + 1) * spec.frames]
        first = spec.count * spec.frames + (index - spec.count) * spec.pad_frames
        return self._frames[first : first + spec.pad_frames]

    def reserve(self, index: int, frames: int) -> None:
        """Take the memory of a slot's first frames, before they are written. DeviceError where there is none left."""
        spec = self.spec
        loops = min(index, spec.count) * spec.frames
        first = loops + max(0, index - spec.count) * spec.pad_frames
        reserve(self._memory, first * CHANNELS * 4, frames * CHANNELS * 4)

    def close(self) -> None:
        """Unmap; the owner also unlinks. Views handed out must be gone, or the mapping stays until exit."""
        self._frames = None
        with contextlib.suppress(BufferError):
            self._memory.close()
        if self._owner:
            with contextlib.suppress(FileNotFoundError):
                self._memory.unlink()
