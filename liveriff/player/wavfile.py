"""Sound to a file while it plays: a float WAV, streamed by a thread of its own, complete or not there.

``Writer.take`` is called on the sink's thread: it copies into a ring and never waits. The writer's thread empties
the ring into ``FILE.part`` and gives it its name at the end, so that what bears the name can be read. If writing
fails, a film (the file of a wav sink) is removed, a tape (a recording of a performance) keeps what it has. Frames
are stereo float32, stored as they are.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import struct
import threading
import time
from io import FileIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from liveriff.errors import DeviceError

RING_S = 10
PACE_S = 0.05
FRAME_BYTES = 8
HEADER_BYTES = 58
MOST_FRAMES = ((1 << 32) - HEADER_BYTES) // FRAME_BYTES - 1  # what the 32-bit sizes in a WAV file can count


def header(rate: int, frames: int) -> bytes:
    """The first 58 bytes of a stereo float32 WAV of ``frames`` frames: RIFF, fmt, fact, data."""
    data = frames * FRAME_BYTES
    return (
        struct.pack("<4sI4s", b"RIFF", HEADER_BYTES - 8 + data, b"WAVE")
        + struct.pack("<4sIHHIIHHH", b"fmt ", 18, 3, 2, rate, rate * FRAME_BYTES, FRAME_BYTES, 32, 0)
        + struct.pack("<4sII", b"fact", 4, frames)
        + struct.pack("<4sI", b"data", data)
    )


class Writer:
    """A file being written. ``done`` once it is closed; ``reason`` is "" or says what went wrong."""

    def __init__(self, path: str, rate: int, frames: int | None = None, film: bool = False) -> None:
        """Open ``path``'s part and start the thread; raises DeviceError if it cannot be written.

        rate: frames a second; frames: how many there will be, if known (asked of the disk at once); film: keep all
        or nothing.
        """
        self.path, self.rate = Path(path), rate
        self.frames = 0
        self.done = False
        self.reason = ""
        self._part = self.path.with_name(self.path.name + ".part")
        self._ring: NDArray[np.float32] = np.zeros((RING_S * rate, 2), np.float32)
        self._film = film
        self._taken = self._headed = self._bytes = 0
        self._finish = False
        self._file = self._open(frames)
        self._thread = threading.Thread(target=self._run, name="liveriff-writer", daemon=True)
        self._thread.start()

    def _open(self, frames: int | None) -> FileIO:
        folder = self.path.parent
        if not folder.is_dir():
            raise DeviceError(f"The folder {folder} of {self.path.name} does not exist; make it first.")
        if self.path.is_dir():
            raise DeviceError(f"{self.path} is a folder; name a file to write to.")
        if frames and frames > MOST_FRAMES:
            raise DeviceError(f"A WAV file holds {MOST_FRAMES // self.rate} s at {self.rate} Hz; ask for less.")
        try:
            if shutil.disk_usage(folder).free < (frames or 0) * FRAME_BYTES:
                raise DeviceError(f"There is no room for {self.path} on its disk; make some, or play for less long.")
            # Not buffered: a buffer would keep what the disk has refused, and refuse it again when closed.
            file = FileIO(self._part, "w")
            file.write(header(self.rate, 0))
        except OSError as error:
            raise DeviceError(f"{self.path} cannot be written ({error.strerror}); choose another place.") from error
        return file

    def take(self, block: NDArray[np.float32]) -> None:
        """Copy frames (frames, 2) to be written. On the sink's thread; never waits."""
        if self._finish:
            return
        if self._taken - self.frames + len(block) > len(self._ring):
            self.abandon("the disk is too slow")
            return
        at = self._taken % len(self._ring)
        first = min(len(block), len(self._ring) - at)
        self._ring[at : at + first] = block[:first]
        self._ring[: len(block) - first] = block[first:]
        self._taken += len(block)  # last: the writer's thread reads up to here

    def finish(self, wait_s: float = 0.0) -> None:
        """Write what is left, close and name the file; ``done`` follows, within ``wait_s`` if the disk lets it."""
        self._finish = True
        if wait_s:
            self._thread.join(wait_s)

    def abandon(self, reason: str) -> None:
        """End because something is wrong: a film is removed, a tape is kept as it is. Never waits."""
        self.reason = self.reason or reason
        self._finish = True

    # --- the writer's thread ----------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while not self._finish:
                time.sleep(PACE_S)
                self._drain()
            self._drain()
        except OSError as error:
            self.abandon(error.strerror or type(error).__name__)
        try:
            self._close()
        except OSError as error:
            self.abandon(error.strerror or type(error).__name__)
            self._remove()
        self.done = True

    def _drain(self) -> None:
        until = min(self._taken, MOST_FRAMES)
        while self.frames < until:
            at = self.frames % len(self._ring)
            n = min(until - self.frames, len(self._ring) - at)
            self._write(self._ring[at : at + n].tobytes())
        if self.frames - self._headed >= self.rate:
            self._head()  # now and then, so that even the part of a killed player can be read
            self._file.seek(0, os.SEEK_END)
        if self.frames == MOST_FRAMES:
            self.abandon("a WAV file cannot be longer")

    def _write(self, data: bytes) -> None:
        while data:  # a disk that is nearly full takes a part, and refuses the next
            taken = self._file.write(data)
            self._bytes += taken
            self.frames = self._bytes // FRAME_BYTES
            data = data[taken:]

    def _head(self) -> None:
        self._file.seek(0)
        self._file.write(header(self.rate, self.frames))
        self._headed = self.frames

    def _close(self) -> None:
        if self.frames == 0 or (self.reason and self._film):
            self._remove()
            return
        self._head()
        self._file.truncate(HEADER_BYTES + self.frames * FRAME_BYTES)
        os.fsync(self._file.fileno())
        self._file.close()
        os.replace(self._part, self.path)

    def _remove(self) -> None:
        self.frames = 0
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):
            self._part.unlink()
