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


@dataclass(frozen=True)
class SlotSpec:
    """Name and shape of a pool: ``count`` slots of ``frames`` stereo float32 frames."""

    name: str
    count: int
    frames: int

    @property
    def bytes(self) -> int:
        """Size of the whole segment."""
        return self.count * self.frames * CHANNELS * 4


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
        shape = (spec.count, spec.frames, CHANNELS)
        self._array: NDArray[np.float32] | None = np.ndarray(shape, np.float32, self._memory.buf)

    def __getitem__(self, index: int) -> NDArray[np.float32]:
        """The frames of one slot, shape (frames, 2), float32."""
        if self._array is None:
            raise ValueError("these slots are closed")
        view: NDArray[np.float32] = self._array[index]
        return view

    def close(self) -> None:
        """Unmap; the owner also unlinks. Views handed out must be gone, or the mapping stays until exit."""
        self._array = None
        with contextlib.suppress(BufferError):
            self._memory.close()
        if self._owner:
            with contextlib.suppress(FileNotFoundError):
                self._memory.unlink()
