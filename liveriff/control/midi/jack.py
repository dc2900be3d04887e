"""libjack for the MIDI libraries: the system's own, for one that came with a wheel may not know the server's protocol.

Measured: the libjack 1.9.14 in the wheels of rtmidi2 1.5.0 is turned away by JACK 1.9.21; and none knows PipeWire.
"""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import re
from functools import cache
from pathlib import Path

_MAPS = Path("/proc/self/maps")
_LIBJACK = re.compile(r"(/\S*libjack[^/\s]*\.so\S*)")
_NO_START_SERVER = 1


@cache
def prefer_system() -> ctypes.CDLL | None:
    """Make the MIDI libraries that are imported from now on call the system's libjack, if there is one.

    Symbols of a library that is loaded globally go before those of the copies that others bring.
    """
    for name in ("libjack.so.0", ctypes.util.find_library("jack")):
        with contextlib.suppress(OSError, TypeError):
            return ctypes.CDLL(name or "", mode=ctypes.RTLD_GLOBAL) if name else None
    return None


def reachable() -> bool:
    """Whether the libjack in use can become a client of a server, found by becoming one."""
    system = prefer_system()
    libraries = [system] if system else [ctypes.CDLL(path) for path in _loaded()]
    return all(_joins(library) for library in libraries)


def _loaded() -> list[str]:
    try:
        return sorted(set(_LIBJACK.findall(_MAPS.read_text())))
    except OSError:
        return []


def _joins(libjack: ctypes.CDLL) -> bool:
    try:
        libjack.jack_client_open.restype = ctypes.c_void_p
        status = ctypes.c_int(0)
        client = libjack.jack_client_open(b"liveriff-look", _NO_START_SERVER, ctypes.byref(status))
        if client:
            libjack.jack_client_close(ctypes.c_void_p(client))
        return bool(client)
    except (OSError, AttributeError):
        return True
