"""Sound to a file while it plays, streamed by a thread of its own.

``Writer.take`` is called on the sink's thread: it copies into a ring and never waits. There are two kinds. A *film*
(the file of a wav sink) is whole or not there: it is written to ``FILE.part``, named at the end, removed if writing
fails. A *tape* (a recording of a performance) bears its name from the start, can be played up to its last second
however it ends, keeps what it has if writing fails, and goes on in another file, without losing a frame, when it grows
too large.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from liveriff.errors import DeviceError
from liveriff.player.flacfile import FlacFile
from liveriff.player.wavfile import FRAME_BYTES, HEADER_BYTES, MOST_FRAMES, WavFile

RING_S = 10
PACE_S = 0.05
TAPE_BYTES = (1 << 31) - 1  # many programs count the bytes of a file in 32 bits with a sign


class SoundFile(Protocol):
    """See ``wavfile.WavFile``."""

    path: Path

    @property
    def frames(self) -> int: ...
    def write(self, frames: NDArray[np.float32]) -> None: ...
    def head(self) -> None: ...
    def close(self) -> None: ...
    def remove(self) -> None: ...


FORMATS: Mapping[str, Callable[[Path, int], SoundFile]] = {".wav": WavFile, ".flac": FlacFile}


def following(path: Path, number: int) -> Path:
    """The ``number``-th file of a tape: "set.wav", "set (2).wav", ..."""
    return path if number == 1 else path.with_name(f"{path.stem} ({number}){path.suffix}")


class Writer:
    """A film or a tape. ``frames``: written so far; ``files``: of the tape; ``done`` once it is closed; ``reason`` is
    "" or says what went wrong."""

    def __init__(
        self, path: str, rate: int, frames: int | None = None, film: bool = False, most_bytes: int = TAPE_BYTES
    ) -> None:
        """Open the file and start the thread; raises DeviceError if it cannot be written.

        rate: frames a second; frames: how many there will be, if known (asked of the disk at once); film: keep all or
        nothing; most_bytes: how large a file of a tape may grow.
        """
        self.path, self.rate = Path(path), rate
        self.frames = 0
        self.files: list[Path] = []
        self.done = False
        self.reason = ""
        self._ring: NDArray[np.float32] = np.zeros((RING_S * rate, 2), np.float32)
        self._film = film
        self._most = MOST_FRAMES if film else (most_bytes - HEADER_BYTES) // FRAME_BYTES
        self._taken = self._headed = 0
        self._finish = False
        self._check(frames)
        try:
            self._file = self._next_file()
        except OSError as error:
            raise DeviceError(f"{self.path} cannot be written ({error.strerror}); choose another place.") from error
        self._thread = threading.Thread(target=self._run, name="liveriff-writer", daemon=True)
        self._thread.start()

    def _check(self, frames: int | None) -> None:
        folder = self.path.parent
        if not folder.is_dir():
            raise DeviceError(f"The folder {folder} of {self.path.name} does not exist; make it first.")
        if self.path.is_dir():
            raise DeviceError(f"{self.path} is a folder; name a file to write to.")
        if frames and frames > MOST_FRAMES:
            raise DeviceError(f"A WAV file holds {MOST_FRAMES // self.rate} s at {self.rate} Hz; ask for less.")
        try:
            free = shutil.disk_usage(folder).free
        except OSError as error:
            raise DeviceError(f"{self.path} cannot be written ({error.strerror}); choose another place.") from error
        if free < (frames or 0) * FRAME_BYTES:
            raise DeviceError(f"There is no room for {self.path} on its disk; make some, or play for less long.")

    def _next_file(self) -> SoundFile:
        path = self.path.with_name(f"{self.path.name}.part") if self._film else self._free()
        kind = FORMATS.get(path.suffix.lower(), WavFile)
        made = WavFile(path, self.rate) if self._film else kind(path, self.rate)
        self.files.append(path)
        self._headed = 0
        return made

    def _free(self) -> Path:
        """The first file's name is the performer's word; of the following ones none overwrites what is there."""
        number = len(self.files) + 1
        while number > 1 and following(self.path, number).exists():
            number += 1
        return following(self.path, number)

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
            self._lose()
        self.done = True

    def _drain(self) -> None:
        until = self._taken
        while self.frames < until:
            if self._file.frames >= self._most:
                self._turn()
            at = self.frames % len(self._ring)
            room = self._most - self._file.frames
            self._append(self._ring[at : at + min(until - self.frames, len(self._ring) - at, room)])
        if self._file.frames - self._headed >= self.rate // 2:
            self._file.head()
            self._headed = self._file.frames

    def _append(self, frames: NDArray[np.float32]) -> None:
        before = self._file.frames
        try:
            self._file.write(frames)
        finally:
            self.frames += self._file.frames - before

    def _turn(self) -> None:
        """Go on in another file."""
        if self._film:
            raise OSError(0, "a WAV file cannot be longer")
        self._file.close()
        self._file = self._next_file()

    def _close(self) -> None:
        if self.frames == 0 or (self.reason and self._film):
            self._lose()
            return
        self._file.close()
        if self._film:
            os.replace(self._file.path, self.path)
            self.files = [self.path]

    def _lose(self) -> None:
        """A film that failed, or nothing at all: no file is left; of a tape, what is written stays."""
        if self._film or self._file.frames == 0:
            self.frames -= self._file.frames
            self.files.remove(self._file.path)
            self._file.remove()
