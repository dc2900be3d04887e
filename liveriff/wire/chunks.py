"""Chunks kept on disk between performances, by the digest of their job. numpy only.

The renderer stores, the engine loads; any number of processes may share a folder. A file is written aside and
renamed, so it is whole or absent; one that does not check out is removed and counts as absent; a disk that is full or
forbidden only means that nothing is kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import struct
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from liveriff.wire.folders import private
from liveriff.wire.job import Job
from liveriff.wire.messages import Picture
from liveriff.wire.slots import CHANNELS

LIMIT_BYTES = 2 << 30
LOOKS = 64  # while a folder is filled; each takes milliseconds when it holds a thousand files
_MAGIC = b"LRCHUNK2"
_HEAD = struct.Struct("<8s32sIHHddd16s")  # magic, key, frames, rows, columns, peak, rms, loudness, digest of the rest
_SUFFIX = ".chunk"
_STALE_S = 3600.0


@dataclass(frozen=True)
class Kept:
    """What is known of a chunk that came from disk; its sound is where ``load`` was told to put it."""

    frames: int
    peak: float
    rms: float
    loudness: float
    picture: Picture


def default_folder() -> Path:
    """LIVERIFF_CACHE, or where this platform keeps what can be made again."""
    if own := os.environ.get("LIVERIFF_CACHE"):
        return Path(own).expanduser() / "chunks"
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return base / "liveriff" / "chunks"


class ChunkCache:
    """A folder of chunks, the ones longest unused dropped when it grows beyond ``limit_bytes``."""

    def __init__(self, folder: str | Path | None = None, limit_bytes: int = LIMIT_BYTES) -> None:
        """The folder is made when something is first stored; None is the platform's own."""
        self.folder = Path(folder) if folder else default_folder()
        self.limit_bytes = limit_bytes
        self._unlooked = limit_bytes  # bytes stored since the folder was last looked through: at first who knows

    def load(self, job: Job, out: NDArray[np.float32]) -> Kept | None:
        """Put the job's sound into the first frames of ``out`` (frames, 2); None if it is not kept here.

        ``out`` is written only when all of the file is right, bit for bit as it was stored.
        """
        path = self._path(job)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        parts = _unpacked(job, data)
        if parts is None:
            _remove(path)
            return None
        kept, samples = parts
        if kept.frames > len(out):
            return None
        out[: kept.frames] = samples
        with contextlib.suppress(OSError):
            os.utime(path)  # the folder forgets what was longest unused
        return kept

    def store(self, job: Job, audio: NDArray[np.float32], picture: Picture, loudness: float = -70.0) -> bool:
        """Keep a chunk (frames, 2) and its loudness (LUFS); False if the disk would not have it."""
        path = self._path(job)
        data = _packed(job, audio, picture, loudness)
        aside = path.with_name(f"{path.name}.{os.getpid()}-{time.monotonic_ns()}.part")
        try:
            private(self.folder)
            aside.write_bytes(data)
            os.replace(aside, path)
        except OSError:
            _remove(aside)
            return False
        self._unlooked += len(data)
        if self._unlooked * LOOKS > self.limit_bytes:
            self._unlooked = 0
            self._forget()
        return True

    def _path(self, job: Job) -> Path:
        return self.folder / (job.key + _SUFFIX)

    def _forget(self) -> None:
        """Drop the files longest unused until the limit holds, and what killed writers left behind."""
        files = sorted(self._files(), key=lambda found: found[0], reverse=True)
        total = 0
        for used, size, path in files:
            total += size
            abandoned = path.suffix == ".part" and time.time() - used > _STALE_S
            if abandoned or (total > self.limit_bytes and path.suffix == _SUFFIX):
                _remove(path)

    def _files(self) -> list[tuple[float, int, Path]]:
        found = []
        with contextlib.suppress(OSError), os.scandir(self.folder) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):  # another process may have dropped it meanwhile
                    if entry.name.endswith((_SUFFIX, ".part")):
                        stat = entry.stat()
                        found.append((stat.st_mtime, stat.st_size, Path(entry.path)))
        return found


def _packed(job: Job, audio: NDArray[np.float32], picture: Picture, loudness: float) -> bytes:
    samples = np.ascontiguousarray(audio, dtype="<f4")
    peak = float(np.abs(samples).max(initial=0.0))
    rms = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) if samples.size else 0.0
    body = picture.pixels + samples.tobytes()
    fields = (_MAGIC, job.key.encode(), len(samples), picture.rows, picture.columns, peak, rms, loudness)
    return _HEAD.pack(*fields, _digest(_HEAD.pack(*fields, b""), body)) + body


def _unpacked(job: Job, data: bytes) -> tuple[Kept, NDArray[np.float32]] | None:
    """The chunk of a file, or None where anything about it is not as it was written for this job."""
    if len(data) < _HEAD.size:
        return None
    *fields, digest = _HEAD.unpack_from(data)
    magic, key, frames, rows, columns, peak, rms, loudness = fields
    body = memoryview(data)[_HEAD.size :]
    wanted = rows * columns + frames * CHANNELS * 4
    if magic != _MAGIC or key != job.key.encode() or frames != job.frames or len(body) != wanted:
        return None
    if _digest(_HEAD.pack(*fields, b""), body) != digest:
        return None
    samples = np.frombuffer(body[rows * columns :], dtype="<f4").reshape(frames, CHANNELS)
    return Kept(frames, peak, rms, loudness, Picture(rows, columns, bytes(body[: rows * columns]))), samples


def _digest(*parts: bytes | memoryview) -> bytes:
    state = hashlib.blake2b(digest_size=16)
    for part in parts:
        state.update(part)
    return state.digest()


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
