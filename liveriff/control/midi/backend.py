"""Where MIDI comes from: the protocol that all libraries are hidden behind, and the choice of one.

``alsa``, ``jack`` (Linux), ``core`` (macOS), ``winmm`` (Windows) need python-rtmidi or rtmidi2, whichever is installed;
``memory`` needs nothing and joins programs, or tests, in one process.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from liveriff.errors import DeviceError, UsageError
from liveriff.params.words import did_you_mean

Receive = Callable[[bytes, float], None]
"""``receive(message, time_s)``: one message and the ``time.monotonic()`` at which the driver had it, ON THE DRIVER'S
THREAD, or over JACK on the one thread that hears for all ports: do little, never wait."""

SYSTEM_APIS = ("alsa", "jack", "core", "winmm")
"""What a performer may choose from."""
APIS = (*SYSTEM_APIS, "memory")
LIBRARIES = ("rtmidi", "rtmidi2")
"""Modules, the preferred one first: python-rtmidi has no wheels for Python 3.13 and later, rtmidi2 has."""


class MidiIn(Protocol):
    """An input that is open until it is closed."""

    def close(self) -> None:
        """Stop calling back; safe to repeat."""


class MidiOut(Protocol):
    """An output. Any thread may send."""

    def send(self, data: bytes) -> None:
        """Send one whole message; one that cannot be sent is lost, never an exception."""

    def close(self) -> None:
        """Close; safe to repeat, and while another thread sends."""


class MidiBackend(Protocol):
    """One way to the system's MIDI ports. One thread opens, lists and closes."""

    @property
    def api(self) -> str:
        """Its name, one of ``APIS``."""

    def inputs(self) -> list[str]:
        """Names of all ports that can be listened to; the same name twice for twins."""

    def outputs(self) -> list[str]:
        """Names of all ports that can be sent to."""

    def open_input(self, name: str, receive: Receive, nth: int = 0) -> MidiIn:
        """Listen to a port, the ``nth`` of its name; DeviceError if it is gone or taken."""

    def open_output(self, name: str, nth: int = 0) -> MidiOut:
        """Open a port for sending; DeviceError if it is gone or taken."""

    def virtual_input(self, name: str, receive: Receive) -> MidiIn:
        """A port of our own that others send to; DeviceError where the system has none (Windows)."""

    def virtual_output(self, name: str) -> MidiOut:
        """A port of our own that others listen to."""

    def alive(self) -> bool:
        """False once the system's MIDI service has died: close all ports, then this, and open a new one."""

    def close(self) -> None:
        """Let go of the service. Close its ports first."""


def open_backend(api: str = "") -> MidiBackend:
    """A backend by name, "" for the best there is; UsageError for an unknown name, DeviceError if it cannot be had."""
    if api and api not in APIS:
        raise UsageError(f"there is no MIDI API {api!r}; use one of {', '.join(APIS)}.{did_you_mean(api, APIS)}")
    if api == "memory":
        from liveriff.control.midi.memory import MemoryBackend

        return MemoryBackend()
    return _system(api or _best(), _library())


def _system(api: str, library: str) -> MidiBackend:
    """JACK in a program of its own, because it may stand still; the others in this one."""
    if api == "jack":
        from liveriff.control.midi.hosted import HostedBackend

        return HostedBackend(api, library)
    from liveriff.control.midi.rt import RtBackend

    return RtBackend(api, library)


def _best() -> str:
    """The API that most likely works; DeviceError if none can."""
    if sys.platform == "win32":
        return "winmm"
    if sys.platform == "darwin":
        return "core"
    return "alsa" if Path("/dev/snd/seq").exists() else "jack"


def _library() -> str:
    """The module to use; DeviceError if none is installed."""
    for name in LIBRARIES:
        if importlib.util.find_spec(name):
            return name
    raise DeviceError("MIDI needs python-rtmidi or rtmidi2; install one of them with pip.")
