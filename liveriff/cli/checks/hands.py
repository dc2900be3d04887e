"""Checks of what plays the instrument: MIDI (in a program of its own), OSC and the door."""

from __future__ import annotations

import contextlib
import errno
import socket

from liveriff.cli.checks.finding import Finding, fine, note
from liveriff.errors import LiveriffError

LOOPBACK = "127.0.0.1"
OSC, DOOR = 8000, 8080


def midi() -> list[Finding]:
    """The controllers that would be played, by name."""
    from liveriff.control.midi.backend import open_backend

    try:
        backend = open_backend()
    except LiveriffError as error:
        missing = "needs python-rtmidi" in str(error)
        return [note("midi", "no MIDI library" if missing else str(error), _unavailable(str(error)))]
    try:
        return [_controllers(backend.api, backend.inputs())]
    except LiveriffError as error:
        return [note("midi", str(error), _unavailable(str(error)))]
    finally:
        backend.close()


def _unavailable(why: str) -> str:
    if "needs python-rtmidi" in why:
        return "midi-library"
    return "midi-silent" if "does not answer" in why else "midi-unavailable"


def _controllers(api: str, ports: list[str]) -> Finding:
    from liveriff.control.midi.library import FOLDER, Library
    from liveriff.control.midi.names import ours_or_none
    from liveriff.engine.scenes_files import user_folder

    library = Library(user_folder() / FOLDER)
    known = [(port, library.find(port)) for port in dict.fromkeys(ports) if not ours_or_none(port)]
    names = list(dict.fromkeys(f"{p.name} ({port})" if p.generic else p.name for port, p in known if p))
    if not names:
        return note("midi", f"{api}, no controller", "midi-none")
    return fine("midi", f"{api}: {', '.join(names)}", controllers=names)


def midi_silent(patience_s: float) -> Finding:
    """The MIDI service has not come back."""
    return note("midi", f"MIDI has not answered for {patience_s:g} s", "midi-silent")


def osc() -> Finding:
    """The port where OSC is listened for."""
    return _port("osc", OSC, (socket.SOCK_DGRAM, socket.SOCK_STREAM))


def door() -> Finding:
    """The port of OSCQuery, browsers and screens."""
    return _port("door", DOOR, (socket.SOCK_STREAM,))


def _port(option: str, port: int, kinds: tuple[int, ...]) -> Finding:
    try:
        for kind in kinds:
            _bind(kind, port)
    except OSError as error:
        if performance := _performing():
            return fine(option, f"port {port} is in use by the performance that runs ({performance})")
        remedy = "port-forbidden" if error.errno == errno.EACCES else "port-taken"
        why = "forbidden" if error.errno == errno.EACCES else "taken by another program"
        return note(option, f"port {port} is {why}", remedy, option=option, free=_free(port))
    return fine(option, f"port {port} is free", port=port)


def _bind(kind: int, port: int) -> None:
    """Take a port for a moment; OSError where it cannot be had."""
    with contextlib.closing(socket.socket(socket.AF_INET, kind)) as tried:
        if kind == socket.SOCK_STREAM and hasattr(socket, "SO_REUSEPORT"):
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what has just been closed is free
        tried.bind((LOOPBACK, port))


def _free(port: int) -> int:
    """A port near by that can be had."""
    for other in range(max(1024, port) + 1, 65536):
        with contextlib.suppress(OSError):
            _bind(socket.SOCK_STREAM, other)
            _bind(socket.SOCK_DGRAM, other)
            return other
    return port


def _performing() -> str:
    """The scene of a performance on this machine, or ""."""
    from liveriff.engine.sessions import find

    return next((session.scene or "a scene" for session in find()), "")
