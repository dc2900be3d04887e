"""Shared memory whose pages are there before they are written to. Any process of the instrument.

Linux gives out a page of /dev/shm when it is first written to, and kills who writes (SIGBUS) when there is none left:
containers often have 64 MB in all. Asked for beforehand, the same is an error that can be told.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import SharedMemory

from liveriff.errors import DeviceError

FULL = "the shared memory of this machine is full; close other programs, or give it more (/dev/shm)."


def shared(name: str, size: int, create: bool) -> SharedMemory:
    """Map a segment; or create one of ``size`` bytes that are all there. DeviceError where they cannot be had."""
    if not create:
        return attached(name)
    _keep()
    memory = SharedMemory(name, create=True, size=size)
    try:
        reserve(memory, 0, size)
    except DeviceError:
        memory.close()
        with contextlib.suppress(FileNotFoundError):
            memory.unlink()
        raise
    return memory


def _keep() -> None:
    """Begin Python's resource tracker, which removes segments after a crash, deaf to a terminal that is closed: by
    itself it is so to Ctrl-C and TERM only, and would die of the SIGHUP that every process of a terminal gets."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    try:
        resource_tracker.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


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
