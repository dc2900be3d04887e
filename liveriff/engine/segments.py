"""Names of shared-memory segments, and sweeping those of runs that were killed.

A name is liveriff-PID-PURPOSE; whoever starts next removes what belongs to no living process. Windows frees segments
by itself; macOS has no listing of them, so there the operating system's restart does the sweeping.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from liveriff.engine.litter import abandoned

_FOLDER = Path("/dev/shm")
_PREFIX = "liveriff-"


def segment_name(purpose: str) -> str:
    """Name of a segment of this process."""
    return f"{_PREFIX}{os.getpid()}-{purpose}"


def sweep(folder: Path = _FOLDER) -> int:
    """Remove segments of processes that are gone; returns how many. A player that still maps one keeps it."""
    if not folder.is_dir():
        return 0
    stale = [path for path in folder.glob(f"{_PREFIX}*") if abandoned(path)]
    for path in stale:
        with contextlib.suppress(OSError):
            path.unlink()
    return len(stale)
