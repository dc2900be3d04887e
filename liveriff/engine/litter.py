"""Temporary folders of performances, and sweeping those of performances that were killed. Standard library and psutil.

A name is liveriff-PID-PURPOSE-xxxxxxxx in the system's folder for temporary files; whoever starts next removes what
belongs to no living process.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import tempfile
from multiprocessing import process as multiprocess
from pathlib import Path

from liveriff.wire.folders import PREFIX, beginning

OURS = ("liveriff", "python", "pytest")
LONGEST = 86
"""Of a folder for sockets: their whole path may have 104 bytes, and the name in it takes some."""


def place(purpose: str) -> Path:
    """A new folder of this process's own. OSError where there is no room."""
    return Path(tempfile.mkdtemp(prefix=beginning(purpose)))


def house_sockets() -> None:
    """Give multiprocessing a folder of ours for its sockets: its own would stay behind when we are killed. Once a
    process, before the first child; where that cannot be, it makes its own."""
    config: dict[str, str] = getattr(multiprocess.current_process(), "_config", {})
    if "tempdir" in config:
        return
    with contextlib.suppress(OSError):
        folder = place("ipc")
        if len(os.fsencode(folder)) > LONGEST:
            folder.rmdir()
            return
        config["tempdir"] = str(folder)
        atexit.register(shutil.rmtree, folder, ignore_errors=True)


def sweep(folder: Path | None = None) -> int:
    """Remove folders of processes that are gone; returns how many."""
    swept = 0
    for path in (folder or Path(tempfile.gettempdir())).glob(f"{PREFIX}*-*-*"):
        if path.is_dir() and not path.is_symlink() and abandoned(path):
            shutil.rmtree(path, ignore_errors=True)
            swept += 1
    return swept


def sweep_drafts(folder: Path) -> None:
    """Remove drafts, named ANYTHING.PID.part, of processes that are gone."""
    for path in folder.glob("*.*.part"):
        number = path.name.split(".")[-2]
        if number.isdecimal() and not alive(int(number)):
            with contextlib.suppress(OSError):
                path.unlink()


def abandoned(path: Path) -> bool:
    """Whether what is called liveriff-PID-... belongs to a process that is gone."""
    pid = path.name[len(PREFIX) :].split("-")[0]
    return pid.isdecimal() and not alive(int(pid))


def birth(pid: int) -> float:
    """When a process began, by a clock that nobody sets: another that is given the same number has another.
    psutil.Error where there is none."""
    import psutil

    with contextlib.suppress(OSError, ValueError, IndexError):  # Linux: psutil adds the time of boot, which moves when
        stat = Path(f"/proc/{pid}/stat").read_bytes()  # the clock is set: minutes after boot, where there is a network
        return float(stat.rpartition(b")")[2].split()[19])
    return float(psutil.Process(pid).create_time())


def alive(pid: int) -> bool:
    """Whether that process is there, and may be one of ours: not a zombie, nor a program of another kind that was given
    the same number since. Times are not compared: the system's clock may have been set meanwhile."""
    import psutil

    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:  # killed, and its parent has not looked yet
            return False
        line = process.cmdline()
    except psutil.NoSuchProcess:
        return False
    except (psutil.Error, OSError):
        return True
    # One that is just being started has no line yet.
    return not line or any(name in part.lower() for part in line for name in OURS)
