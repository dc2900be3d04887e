"""Files that a job starts from, on their way to a machine that has others: each is sent once to each renderer, and lies
there for as long as it is likely to be wanted again."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil

from liveriff.wire.job import Job
from liveriff.wire.messages import Render

LARGEST = 64 << 20  # bytes; what is larger is not sent, and the renderer says that it is not there
KEPT = 16  # files that a renderer is left with: those of four decks, and some that are asked for again
_FOLDER = "liveriff.parcels.{}."
"""Not as ``wire.folders`` has it: what sweeps those knows no actor for a living process."""


@dataclass(frozen=True)
class Parcel:
    """A request, and the bytes of the files that it names, by path. done: paths that are not wanted any more."""

    render: Render
    files: dict[str, bytes] = field(default_factory=dict)
    done: tuple[str, ...] = ()


class Packer:
    """Remembers what one renderer has been sent."""

    def __init__(self) -> None:
        """Nothing."""
        self._sent: OrderedDict[str, tuple[int, int]] = OrderedDict()  # the one used last is last

    def pack(self, render: Render) -> Parcel:
        """The request with the files that its renderer lacks, or has in an older state."""
        files = {}
        paths = {job.source for job in (render.job, *render.beside) if job.source}
        for path in paths:
            with contextlib.suppress(OSError):
                status = os.stat(path)
                state = (status.st_size, status.st_mtime_ns)
                if self._sent.get(path) != state and status.st_size <= LARGEST:
                    files[path] = Path(path).read_bytes()
                    self._sent[path] = state
            if path in self._sent:
                self._sent.move_to_end(path)
        return Parcel(render, files, self._done(len(paths)))

    def _done(self, used: int) -> tuple[str, ...]:
        surplus = len(self._sent) - max(KEPT, used)
        return tuple(self._sent.popitem(last=False)[0] for _ in range(surplus))


class Unpacker:
    """Puts files into a folder of its own, under names of its own."""

    def __init__(self) -> None:
        """The folder is made when there is something to put into it."""
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._places: dict[str, Path] = {}
        self._count = 0

    def unpack(self, parcel: Parcel) -> Render:
        """The request, naming files that are here. What cannot be written is not here, as its renderer will say."""
        for path in parcel.done:
            self._forget(path)
        for path, data in parcel.files.items():
            self._places.pop(path, None)  # not the file: a job that is at work may be about to read it
            with contextlib.suppress(OSError):
                self._places[path] = self._laid(Path(path).suffix, data)
        beside = tuple(self._here(job) for job in parcel.render.beside)
        return replace(parcel.render, job=self._here(parcel.render.job), beside=beside)

    def _forget(self, path: str) -> None:
        if place := self._places.pop(path, None):
            with contextlib.suppress(OSError):  # being read, on Windows: it goes with the folder
                place.unlink()

    def _here(self, job: Job) -> Job:
        return replace(job, source=str(self._places[job.source])) if job.source in self._places else job

    def _laid(self, suffix: str, data: bytes) -> Path:
        if self._folder is None:
            sweep(Path(tempfile.gettempdir()))
            self._folder = tempfile.TemporaryDirectory(prefix=_FOLDER.format(os.getpid()))
        self._count += 1
        plain = suffix if suffix[1:].isalnum() else ""
        place = Path(self._folder.name) / f"{self._count}{plain}"
        place.write_bytes(data)
        return place


def sweep(temporary: Path) -> None:
    """Remove the folders of renderers that are no more: Ray ends them without a word."""
    for folder in temporary.glob(_FOLDER.format("*") + "*"):
        pid = folder.name.split(".")[2]
        if pid.isdecimal() and not psutil.pid_exists(int(pid)) and not folder.is_symlink():
            shutil.rmtree(folder, ignore_errors=True)
