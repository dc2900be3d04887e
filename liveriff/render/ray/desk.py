"""A renderer's end of the wire where there is no memory to share: chunks are handed on with the message about them."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing.connection import Connection

import numpy as np
from numpy.typing import NDArray

from liveriff.wire.messages import Rendered
from liveriff.wire.slots import SlotSpec

Samples = NDArray[np.float32]
Sent = tuple[object, Samples | None]
"""A message, and the chunk (frames, 2) that it hands over, if it does."""


class Desk:
    """Stands for a pool of slots: each lies in memory of its own for as long as one chunk is made in it. Renderer's
    thread writes, the thread that hands on takes; the message between them is the fence."""

    def __init__(self, spec: SlotSpec) -> None:
        """Of the same shape as the pool that the chunks will lie in."""
        self.spec = spec
        self._chunks: dict[int, Samples] = {}

    def __getitem__(self, index: int) -> Samples:
        """The frames of one slot, shape (frames, 2)."""
        if index not in self._chunks:
            frames = self.spec.frames if index < self.spec.count else self.spec.pad_frames
            self._chunks[index] = np.empty((frames, 2), np.float32)  # pages are taken only where something is written
        return self._chunks[index]

    def take(self, slot: int, frames: int) -> Samples:
        """The chunk in a slot, which is empty from then on."""
        taken: Samples = self._chunks.pop(slot)[:frames].copy()
        return taken

    def reserve(self, index: int, frames: int) -> None:
        """There is nothing to share that could run out."""


def forward(pipe: Connection, desk: Desk, hand_on: Callable[[Sent], None]) -> None:
    """Hand on what a renderer says, until its end of the pipe is closed. A thread's body."""
    while True:
        try:
            message = pipe.recv()
        except (EOFError, OSError):
            return
        samples = desk.take(message.slot, message.frames) if isinstance(message, Rendered) else None
        hand_on((message, samples))
