"""A time of day that is wrong, for one performance: what ``sitecustomize`` runs in each of its Python processes.

``time.time``, its nanoseconds, and the local and universal time of now are off by as many seconds as the file named by
``CLOCK_FILE`` says at the moment. Monotonic clocks are not touched: no step of a system's clock touches them either.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

CLOCK_FILE = "LIVERIFF_DRILL_CLOCK"
LOOKS_S = 0.1
CUSTOM = "sitecustomize.py"
TEXT = "from liveriff.drill.lyingclock import lie\n\nlie()\n"


def install(folder: Path) -> None:
    """Let every Python that has ``folder`` on its path lie."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CUSTOM).write_text(TEXT)


def lie() -> None:
    """From now on, in this process."""
    file, now, monotonic = Path(os.environ[CLOCK_FILE]), time.time, time.monotonic
    seen = [0.0, 0.0]  # when the file was read last, and what it said

    def off() -> float:
        if monotonic() - seen[0] > LOOKS_S:
            seen[:] = monotonic(), _read(file)
        return seen[1]

    def wrong() -> float:
        return now() + off()

    time.time = wrong
    time.time_ns = lambda: int(wrong() * 1e9)
    time.localtime = _shown(time.localtime, wrong)
    time.gmtime = _shown(time.gmtime, wrong)


def _shown(true: Callable[[float], time.struct_time], wrong: Callable[[], float]) -> Any:
    return lambda seconds=None: true(wrong() if seconds is None else seconds)


def _read(file: Path) -> float:
    try:
        return float(file.read_text())
    except (OSError, ValueError):
        return 0.0
