"""Files that a job starts from, on their way to a machine that has others: each is sent once to each renderer."""

from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

from liveriff.wire.job import Job
from liveriff.wire.messages import Render

LARGEST = 64 << 20  # bytes; what is larger is not sent, and the renderer says that it is not there


@dataclass(frozen=True)
class Parcel:
    """A request, and the bytes of the files that it names, by path."""

    render: Render
    files: dict[str, bytes] = field(default_factory=dict)


class Packer:
    """Remembers what one renderer has been sent."""

    def __init__(self) -> None:
        """Nothing."""
        self._sent: dict[str, tuple[int, int]] = {}

    def pack(self, render: Render) -> Parcel:
        """The request with the files that its renderer lacks, or has in an older state."""
        files = {}
        for path in {job.source for job in (render.job, *render.beside) if job.source}:
            with contextlib.suppress(OSError):
                status = os.stat(path)
                state = (status.st_size, status.st_mtime_ns)
                if self._sent.get(path) != state and status.st_size <= LARGEST:
                    files[path] = Path(path).read_bytes()
                    self._sent[path] = state
        return Parcel(render, files)


class Unpacker:
    """Puts files into a folder of its own, under names of its own."""

    def __init__(self) -> None:
        """The folder is made when there is something to put into it."""
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._places: dict[str, str] = {}
        self._count = 0

    def unpack(self, parcel: Parcel) -> Render:
        """The request, naming files that are here."""
        for path, data in parcel.files.items():
            self._places[path] = self._laid(Path(path).suffix, data)
        beside = tuple(self._here(job) for job in parcel.render.beside)
        return replace(parcel.render, job=self._here(parcel.render.job), beside=beside)

    def _here(self, job: Job) -> Job:
        return replace(job, source=self._places[job.source]) if job.source in self._places else job

    def _laid(self, suffix: str, data: bytes) -> str:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="liveriff-")
        self._count += 1
        plain = suffix if suffix[1:].isalnum() else ""
        place = Path(self._folder.name) / f"{self._count}{plain}"
        place.write_bytes(data)
        return str(place)
