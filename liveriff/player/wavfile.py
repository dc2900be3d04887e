"""A float WAV being written: its header is put right every second, so that it can be played however it ends.

Frames are stereo float32, stored as they are. Used by one thread of ``writer``; OSError where the disk refuses.
"""

from __future__ import annotations

import contextlib
import os
import struct
from io import FileIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

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


class WavFile:
    """``frames``: whole frames that are in the file, also after the disk has refused the rest."""

    def __init__(self, path: Path, rate: int) -> None:
        """Open for writing; what was there is gone."""
        self.path, self.rate = path, rate
        self._bytes = 0
        # Not buffered: a buffer would keep what the disk has refused, and refuse it again when closed.
        self._file = FileIO(path, "w")
        self._file.write(header(rate, 0))

    @property
    def frames(self) -> int:
        """See the class."""
        return self._bytes // FRAME_BYTES

    def write(self, frames: NDArray[np.float32]) -> None:
        """Append frames (frames, 2)."""
        data = frames.tobytes()
        while data:  # a disk that is nearly full takes a part, and refuses the next
            taken = self._file.write(data)
            self._bytes += taken
            data = data[taken:]

    def head(self) -> None:
        """Let the header count what is there, and the disk have it."""
        self._file.seek(0)
        self._file.write(header(self.rate, self.frames))
        self._file.seek(0, os.SEEK_END)
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Whole frames and a true header; closed also when that fails."""
        try:
            self._file.truncate(HEADER_BYTES + self.frames * FRAME_BYTES)
            self.head()
        finally:
            self._file.close()

    def remove(self) -> None:
        """As if it had never been."""
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):
            self.path.unlink()
