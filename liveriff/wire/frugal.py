"""Giving back memory that a process has needed to start, and will not need again. Any process; no room's own.

What it gives back it may have again at any time, at the price of a page fault: it changes nothing but how much is held.
Linux only; elsewhere it does nothing.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import mmap
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

LOOK_S, EVERY_S = 1.0, 30.0
SPARE_BYTES = 160 << 20  # a render takes as much and lets it go: to give that back each time costs page faults
_DONT_NEED = 4
_STATM = Path("/proc/self/statm")
_MAPPINGS = Path("/proc/self/smaps")


def settle(idle: Sequence[str] = ()) -> None:
    """Everything that was made so far stays: keep the collector away from it, so that pages which a fork shares remain
    shared, and give back what only the start has needed.

    idle: parts of names of libraries whose code will not run for a while, such as a compiler's.
    """
    gc.collect()
    gc.freeze()
    if sys.platform != "linux":
        return
    trim()
    libc = ctypes.CDLL(None)
    for first, length in _clean(idle):
        libc.madvise(ctypes.c_void_p(first), ctypes.c_size_t(length), _DONT_NEED)


class Heap:
    """A heap that work of ever other sizes leaves full of holes. One thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is given back yet."""
        self._clock, self._least = clock, 0
        self._looked = self._trimmed = clock()

    def trim(self) -> None:
        """Called often: give back what lies free, every now and then, and sooner where much more is held than after the
        last time. Milliseconds, and as much again to have it."""
        now = self._clock()
        if now - self._looked < LOOK_S:
            return
        self._looked = now
        if now - self._trimmed >= EVERY_S or _held() > self._least + SPARE_BYTES:
            trim()
            self._trimmed, self._least = now, _held()


def trim() -> None:
    """Give back the pages of the heap that nothing lies on."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # not glibc
            ctypes.CDLL(None).malloc_trim(0)


def _held() -> int:
    """Bytes of memory that this process has for itself alone; 0 where that is not told."""
    try:
        _, resident, shared = _STATM.read_text(encoding="ascii").split()[:3]
    except (OSError, ValueError):
        return 0
    return (int(resident) - int(shared)) * mmap.PAGESIZE


def _clean(idle: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Address and length of mappings of those libraries that are as in their file: code and constants. What the linker
    has filled in, which the file does not have, is none of them."""
    try:
        lines = _MAPPINGS.read_text(encoding="utf-8", errors="replace").splitlines() if idle else []
    except OSError:
        return
    where: tuple[int, int] | None = None
    for line in lines:
        words = line.split()
        if "-" in words[0] and not words[0].endswith(":"):
            first, end = (int(word, 16) for word in words[0].split("-"))
            code = words[1] in ("r-xp", "r--p") and len(words) > 5 and any(name in words[5] for name in idle)
            where = (first, end - first) if code else None
        elif words[0] == "Anonymous:" and where is not None and words[1] == "0":
            yield where
