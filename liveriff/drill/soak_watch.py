"""What the processes of a performance hold, looked at from outside: memory, handles, threads, segments, files."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

MEGABYTE = 1 << 20
SEGMENTS = Path("/dev/shm")


@dataclass(frozen=True)
class Held:
    """Of one process. pss_mb: its share of the memory that it maps, where the system tells (Linux), else what is its
    own; shared_mb: how much of that lies in shared memory; file_mb: how much is as it stands in files, libraries' code
    for the most part: a share that grows when any other program ends that has mapped them, and that the system takes
    back when it likes; rss_mb: all that it maps; handles: open files, sockets and pipes; cpu_s: time on a
    processor so far."""

    pss_mb: float
    shared_mb: float
    file_mb: float
    rss_mb: float
    handles: int
    threads: int
    cpu_s: float

    @property
    def own_mb(self) -> float:
        """What no other process and no file holds: where a leak would be."""
        return self.pss_mb - self.shared_mb - self.file_mb


def family(pid: int) -> dict[str, psutil.Process]:
    """The processes of the performance whose engine has this id, by duty; the engine alone where there is no other."""
    found: dict[str, psutil.Process] = {}
    with contextlib.suppress(psutil.Error):
        engine = psutil.Process(pid)
        found["engine"] = engine
        for child in engine.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                name = duty(child.cmdline(), child.ppid() == pid)
                while name in found:
                    name += "+"
                found[name] = child
    return found


def duty(command: list[str], direct: bool) -> str:
    """What a child is for, by how multiprocessing starts it. direct: it is the engine's own child."""
    line = " ".join(command)
    if "resource_tracker" in line:
        return "tracker"
    if "forkserver" in line:
        return "forkserver" if direct else "renderer"
    return "player" if "spawn_main" in line else "other"


def held(process: psutil.Process) -> Held | None:
    """What it holds now; None where it has left."""
    with contextlib.suppress(psutil.Error, OSError):
        with process.oneshot():
            memory, times = process.memory_info(), process.cpu_times()
            threads = process.num_threads()
            handles = process.num_handles() if os.name == "nt" else process.num_fds()
        share, shared, file = proportional_mb(process)
        return Held(share, shared, file, memory.rss / MEGABYTE, handles, threads, times.user + times.system)
    return None


def proportional_mb(process: psutil.Process) -> tuple[float, float, float]:
    """All, in shared memory, and of files, where /proc tells it; else what is its own, and nothing. Raises as psutil
    does."""
    rollup = Path(f"/proc/{process.pid}/smaps_rollup")
    if rollup.exists():
        told = dict(line.split(":", 1) for line in rollup.read_text().splitlines() if ":" in line)
        names = ("Pss", "Pss_Shmem", "Pss_File")
        whole, shared, file = (int(told.get(name, "0").split()[0]) / 1024 for name in names)
        return whole, shared, file
    return float(process.memory_full_info().uss) / MEGABYTE, 0.0, 0.0


def segments(pid: int, folder: Path = SEGMENTS) -> int:
    """How many segments of shared memory bear the engine's mark, on systems that list them."""
    return sum(1 for _ in folder.glob(f"liveriff-{pid}-*")) if folder.is_dir() else 0


def files(folder: Path) -> int:
    """How many files lie in a folder and below."""
    return sum(1 for _ in _walk(folder))


def _walk(folder: Path) -> Iterator[str]:
    for _, _, names in os.walk(folder):
        yield from names


class Lives:
    """How often processes were started again: more of a duty were seen than ever lived at once."""

    def __init__(self) -> None:
        """Nobody was seen."""
        self._seen: dict[str, set[int]] = {}
        self._most: dict[str, int] = {}

    def look(self, numbers: Mapping[str, int]) -> None:
        """One look: process ids by name, as ``family`` names them."""
        now: dict[str, set[int]] = {}
        for name, pid in numbers.items():
            now.setdefault(name.rstrip("+"), set()).add(pid)
        for name, pids in now.items():
            self._seen.setdefault(name, set()).update(pids)
            self._most[name] = max(self._most.get(name, 0), len(pids))

    def restarts(self, name: str) -> int:
        """Of one duty, as ``duty`` calls it."""
        return len(self._seen.get(name, ())) - self._most.get(name, 0)
