"""A home of its own for one performance of the drill, and what is left of it when it is over.

Every process of a performance bears ``MARK`` in its environment, whoever its parent is by now, so nothing that is
left behind is overlooked, and nothing else is ever touched.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil

MARK = "LIVERIFF_DRILL_SET"
SEGMENTS = Path("/dev/shm")
PERFORMER, TEMPORARY, SOUND = "performer", "tmp", "sound"
KEPT = ("autosave/last.toml",)
"""What a performance is to leave in the performer's folder."""
LOOKS_S = 0.05


class Home:
    """Folders: ``performer`` for what a performer keeps, ``temporary`` (its name is short, because sockets have little
    room for theirs), ``sound`` for the sink's file."""

    def __init__(self, folder: Path) -> None:
        """Make them, below ``folder``."""
        self.folder = folder
        self.mark = uuid.uuid4().hex
        self._seen = set[int]()
        self.performer, self.temporary, self.sound = (folder / name for name in (PERFORMER, TEMPORARY, SOUND))
        for each in (self.performer, self.temporary, self.sound):
            each.mkdir(parents=True, exist_ok=True)

    def surroundings(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment of the performance."""
        own = {
            MARK: self.mark, "LIVERIFF_HOME": str(self.performer), "TMPDIR": str(self.temporary),
            "TEMP": str(self.temporary), "TMP": str(self.temporary),
            "TORCHINDUCTOR_CACHE_DIR": str(self.folder / "torch"),  # a cache, wherever temporary files lie
        }  # fmt: skip
        return {**os.environ, **own, **(more or {})}

    # --- what is left ------------------------------------------------------------------------------------------------

    def processes(self) -> list[psutil.Process]:
        """All that run, wherever they hang by now."""
        found = [process for process in psutil.process_iter() if self._is_ours(process)]
        self._seen |= {process.pid for process in found}
        return found

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return bool(process.status() != psutil.STATUS_ZOMBIE and process.environ().get(MARK) == self.mark)
        except (psutil.Error, OSError):
            return False

    def files(self) -> list[str]:
        """Temporary files, and drafts and notes of performances that are over, relative to the home."""
        found = list(self.temporary.rglob("*"))
        for pattern in ("**/*.part", "autosave/*", "sessions/*"):
            found += [path for path in self.performer.glob(pattern) if _relative(path, self.performer) not in KEPT]
        return sorted({_relative(path, self.folder) for path in found})

    def end(self) -> int:
        """Kill whatever still runs; how many there were. What they shared goes with them: they cannot see to it, and no
        performance comes after them that would."""
        left = self.processes()
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(left, timeout=5.0)
        for name in segments({pid for pid in self._seen if not psutil.pid_exists(pid)}):
            (SEGMENTS / name).unlink(missing_ok=True)
        return len(left)


def segments(pids: set[int]) -> list[str]:
    """Shared-memory segments that processes of these numbers have made; none where the system cannot list them."""
    if not SEGMENTS.is_dir():
        return []
    return sorted(path.name for path in SEGMENTS.glob("liveriff-*") if _maker(path.name) in pids)


def _maker(name: str) -> int:
    number = name.split("-")[1]
    return int(number) if number.isdecimal() else 0


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def leftovers(home: Home, pids: set[int], patience_s: float) -> list[str]:
    """What is still there of a performance that is over, a line each, after waiting for it to go."""
    until = time.monotonic() + patience_s
    while True:
        left = list(_left(home, pids))
        if not left or time.monotonic() > until:
            return left
        time.sleep(LOOKS_S)


def _left(home: Home, pids: set[int]) -> Iterator[str]:
    for process in home.processes():
        with contextlib.suppress(psutil.Error):
            yield f"process {process.pid}: {' '.join(process.cmdline())[-120:]}"
    yield from (f"segment {name}" for name in segments(pids))
    yield from (f"file {name}" for name in home.files())


PYTHON = (sys.executable, "-m", "liveriff")
