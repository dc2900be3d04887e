"""What a program and the one that holds its MIDI ports say to each other: frames on a pair of pipes.

A frame is a head (kind, port, time, length) and so many bytes: a MIDI message, or JSON for questions and answers.
"""

from __future__ import annotations

import queue
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

HEAD = struct.Struct("<BIdI")
READY, ASK, ANSWER, MIDI = range(4)
LONGEST_QUEUE = 4096
"""Frames that wait for the other side; when it stands still, what comes after them is lost."""


@dataclass(frozen=True)
class Frame:
    """kind: one of the four; port: its number; time_s: ``time.monotonic()``, which all programs of a machine share."""

    kind: int
    port: int = 0
    time_s: float = 0.0
    data: bytes = b""


def read_frames(pipe: IO[bytes]) -> Iterator[Frame]:
    """Frames until the other side ends, in the thread that asks for them."""
    while len(head := pipe.read(HEAD.size)) == HEAD.size:
        kind, port, time_s, length = HEAD.unpack(head)
        yield Frame(kind, port, time_s, pipe.read(length))


class FrameWriter:
    """Writes in a thread of its own: ``put`` waits for nobody, so that also a real-time thread may call it."""

    def __init__(self, pipe: IO[bytes], thread: str) -> None:
        """Takes the pipe over; ``thread`` is the thread's name."""
        self.lost = 0
        self._pipe = pipe
        self._queue: queue.SimpleQueue[Frame | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=thread, daemon=True)
        self._thread.start()

    def put(self, frame: Frame) -> None:
        """Send when there is room. Any thread."""
        if self._queue.qsize() < LONGEST_QUEUE:
            self._queue.put(frame)
        else:
            self.lost += 1

    def close(self, patience_s: float) -> None:
        """Write what waits and close the pipe, which ends the other side; one that stands still is not waited for."""
        self._queue.put(None)
        self._thread.join(patience_s)

    def _run(self) -> None:
        try:
            with self._pipe:
                while (frame := self._queue.get()) is not None:
                    self._pipe.write(HEAD.pack(frame.kind, frame.port, frame.time_s, len(frame.data)) + frame.data)
                    if self._queue.empty():
                        self._pipe.flush()
        except (OSError, ValueError):  # the other side has ended
            return
