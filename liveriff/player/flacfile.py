"""A FLAC file being written, 24 bits: two thirds or less of a WAV's size. See ``wavfile``; soundfile is imported late.

A FLAC header counts the samples only when the encoder closes; so that a file whose writer was killed can be played, the
count is put in every second (RFC 9639, section 8.2: the last 36 of the 64 bits that begin at byte 18).
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ENCODER_FRAMES = 8192  # at least what the encoder still holds
COUNT_AT = 18
COUNT_BITS = 36


class FlacFile:
    """As ``wavfile.WavFile``."""

    def __init__(self, path: Path, rate: int) -> None:
        """Open for writing; what was there is gone."""
        import soundfile

        self.path, self.rate = path, rate
        self.frames = 0
        path.write_bytes(b"")  # soundfile's own errors do not tell why
        self._refused = soundfile.LibsndfileError
        self._file = soundfile.SoundFile(path, "w", rate, 2, subtype="PCM_24", format="FLAC")

    def write(self, frames: NDArray[np.float32]) -> None:
        """Append frames (frames, 2)."""
        try:
            self._file.write(frames)
            self._file.flush()
        except self._refused as error:
            raise OSError(0, str(error)) from error
        self.frames += len(frames)

    def head(self) -> None:
        """Let the header count what is there."""
        count = max(0, self.frames - ENCODER_FRAMES)
        with self.path.open("r+b") as file:
            file.seek(COUNT_AT)
            fields = int.from_bytes(file.read(8), "big") >> COUNT_BITS << COUNT_BITS
            file.seek(COUNT_AT)
            file.write((fields | count).to_bytes(8, "big"))
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        """Write what the encoder holds, and the true count."""
        try:
            self._file.close()
        except self._refused as error:
            raise OSError(0, str(error)) from error

    def remove(self) -> None:
        """As if it had never been."""
        with contextlib.suppress(OSError, self._refused):
            self._file.close()
        with contextlib.suppress(OSError):
            self.path.unlink()
