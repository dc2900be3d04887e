"""What libjack does that RtMidi does not hide: it writes to the terminal, and some builds cannot talk to the server."""

from __future__ import annotations

import contextlib
import ctypes
import re
from pathlib import Path

_MAPS = Path("/proc/self/maps")
_LIBJACK = re.compile(r"(/\S*libjack[^/\s]*\.so\S*)")
_NO_START_SERVER = 1


def prepare() -> None:
    """Silence every libjack in this process; call after the MIDI library is imported. Does nothing off Linux.

    While no server runs, each look for one would print four lines over the screen.
    """
    for path in _loaded():
        with contextlib.suppress(OSError, AttributeError):
            _silence(path)


def reachable(library: str) -> bool:
    """Whether the libjack that came with a library can become a client of a server, found by becoming one.

    A libjack of another protocol than the server's is turned away, and so is every
    one while no server runs.
    """
    paths = _loaded()
    own = [path for path in paths if library in path] or paths
    return all(_joins(path) for path in own)


def _loaded() -> list[str]:
    try:
        return sorted(set(_LIBJACK.findall(_MAPS.read_text())))
    except OSError:
        return []


def _silence(path: str) -> None:
    """The handler is called in real-time threads, so it must not be Python: ``strlen`` takes a text, does no harm."""
    libjack, libc = ctypes.CDLL(path), ctypes.CDLL(None)
    nothing = ctypes.cast(libc.strlen, ctypes.c_void_p)
    libjack.jack_set_error_function(nothing)
    libjack.jack_set_info_function(nothing)


def _joins(path: str) -> bool:
    try:
        libjack = ctypes.CDLL(path)
        libjack.jack_client_open.restype = ctypes.c_void_p
        status = ctypes.c_int(0)
        client = libjack.jack_client_open(b"liveriff-look", _NO_START_SERVER, ctypes.byref(status))
        if client:
            libjack.jack_client_close(ctypes.c_void_p(client))
        return bool(client)
    except (OSError, AttributeError):
        return True
