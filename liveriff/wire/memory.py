"""Shared memory whose pages are there before they are written to. Any process of the instrument.

Linux gives out a page of /dev/shm when it is first written to, and kills who writes (SIGBUS) when there is none left:
containers often have 64 MB in all. Asked for beforehand, the same is an error that can be told.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import signal
import sys
import threading
import warnings
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import SharedMemory

from liveriff.errors import DeviceError

FULL = "the shared memory of this machine is full; close other programs, or give it more (/dev/shm)."


def shared(name: str, size: int, create: bool) -> SharedMemory:
    """Map a segment; or create one of ``size`` bytes that are all there. DeviceError where they cannot be had."""
    if not create:
        return attached(name)
    begin_tracker()
    memory = SharedMemory(name, create=True, size=size)
    try:
        reserve(memory, 0, size)
    except DeviceError:
        memory.close()
        remove(memory)
        raise
    return memory


_ABOUT_TRACKER = "resource_tracker"
"""How its warnings begin."""


def begin_tracker() -> None:
    """Begin Python's resource tracker, which removes segments after a crash, if it does not run.

    Deaf to a terminal that is closed: by itself it is so to Ctrl-C and TERM only, and would die of the SIGHUP that
    every process of a terminal gets. And without a word: what it has removed after a crash, and that another had to be
    begun, it warns of on the terminal of a performer, who has been told in other words.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        return
    warnings.filterwarnings("ignore", _ABOUT_TRACKER, UserWarning)
    silent = f"ignore:{_ABOUT_TRACKER}:UserWarning"
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    sys.warnoptions.append(silent)  # multiprocessing hands these to what it starts
    try:
        resource_tracker.ensure_running()
    finally:
        sys.warnoptions.remove(silent)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def remove(memory: SharedMemory) -> None:
    """Unlink a segment that this process has made; nothing where it is gone.

    It is told to the resource tracker once more before: one that was begun in the place of another that was killed does
    not know it, and prints a traceback for each name that it is to forget and has never heard.
    """
    with contextlib.suppress(FileNotFoundError):
        if hasattr(signal, "pthread_sigmask"):
            begin_tracker()
            with _patching:
                resource_tracker.register(getattr(memory, "_name", memory.name), "shared_memory")
        memory.unlink()


_patching = threading.Lock()


def attached(name: str) -> SharedMemory:
    """Map a segment of another process, and leave it to its maker to remove it.

    Python's resource tracker takes whoever maps a segment for its owner (CPython gh-82300): when the tracker is killed,
    each child begins one of its own, which unlinks the segments of a living engine when that child leaves.
    """
    if sys.version_info >= (3, 13):
        return SharedMemory(name, track=False)
    with _patching:
        register = resource_tracker.register
        resource_tracker.register = lambda *_: None
        try:
            return SharedMemory(name)
        finally:
            resource_tracker.register = register


def reserve(memory: SharedMemory, first: int, size: int) -> None:
    """Take the pages of some bytes, if they are not there yet: microseconds for those that are. DeviceError, and
    nothing has happened, where they cannot be had; nothing where the system does not give them out one by one."""
    handle = getattr(memory, "_fd", -1)
    if handle < 0 or size <= 0 or not hasattr(os, "posix_fallocate"):
        return
    try:
        os.posix_fallocate(handle, first, size)
    except OSError as error:
        raise DeviceError(FULL) from error


def release(memory: SharedMemory, first: int, size: int) -> None:
    """Give back the whole pages among some bytes, which then read as zeros; nothing where the system cannot."""
    begin, end = -(-first // mmap.PAGESIZE) * mmap.PAGESIZE, (first + size) // mmap.PAGESIZE * mmap.PAGESIZE
    mapped, remove = getattr(memory, "_mmap", None), getattr(mmap, "MADV_REMOVE", None)  # Linux
    if mapped is not None and remove is not None and begin < end:
        with contextlib.suppress(OSError):
            mapped.madvise(remove, begin, end - begin)
