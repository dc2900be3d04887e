"""Slots: pieces of one shared-memory segment that hold chunks.

The engine creates the pool, lends slots by message and unlinks it; children attach by name. Nothing here locks:
see ``messages``. Attach only from processes started by ``multiprocessing``, which share the resource tracker (an
unrelated process would delete the segment when it leaves, CPython gh-82300).
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from multiprocessing.shared_memory import SharedMemory

import numpy as np
from numpy.typing import NDArray

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


class Slots:
    """A mapped pool. ``slots[i]`` is a float32 view of shape (frames, 2) on slot i."""

    def __init__(self, spec: SlotSpec, create: bool = False) -> None:
        """Map the pool; ``create`` makes it (fresh pages are only taken when written to)."""
        self.spec = spec
        self._owner = create
        self._memory = SharedMemory(spec.name, create=create, size=spec.bytes if create else 0)
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

    def close(self) -> None:
        """Unmap; the owner also unlinks. Views handed out must be gone, or the mapping stays until exit."""
        self._frames = None
        with contextlib.suppress(BufferError):
            self._memory.close()
        if self._owner:
            with contextlib.suppress(FileNotFoundError):
                self._memory.unlink()
