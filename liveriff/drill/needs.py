"""What a fault needs of this machine, and the sentence that says why it is skipped where that is not there."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from liveriff.drill import ear, jackserver


def first_missing(needs: Iterable[str]) -> str:
    """Why one of these cannot be had here, as the rest of a sentence; "" if all can."""
    return next((reason for need in needs if (reason := MISSING[need]())), "")


def _signals() -> str:
    return "" if hasattr(os, "kill") and sys.platform != "win32" else "this system cannot stop and continue processes"


def _limits() -> str:
    return "" if sys.platform == "linux" else "only Linux can take the file handles of a running process away"


def _terminal() -> str:
    return "" if sys.platform != "win32" else "this system has no pseudo-terminals"


@lru_cache
def _mounts() -> str:
    """A file system of a few megabytes that nobody else sees."""
    if sys.platform != "linux" or not shutil.which("unshare"):
        return "only Linux gives a process a disk of its own (unshare)"
    trial = [*unshare(), "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt"]
    done = subprocess.run(trial, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return "" if done.returncode == 0 else "this user may not mount a disk of its own; run it as root"


def unshare() -> list[str]:
    """The command before what shall have mounts of its own."""
    return ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]


def _jack() -> str:
    return jackserver.missing() or ear.missing()


def _midi() -> str:
    return _jack() or ("" if ctypes.util.find_library("jack") else "libjack is not installed")


MISSING: Mapping[str, Callable[[], str]] = {
    "signals": _signals,
    "limits": _limits,
    "terminal": _terminal,
    "mounts": _mounts,
    "jack": _jack,
    "midi": _midi,
}
