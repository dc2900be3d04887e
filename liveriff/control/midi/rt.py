"""The system's MIDI ports by way of RtMidi, in either of its Python libraries. For JACK, in a program of its own only:
see ``hosted``.

Found by experiment: RtMidi tells nothing of what is plugged or pulled, so names are asked of probe objects; objects
whose device has gone never work again, so each opening makes new ones; and after a JACK server has died, objects must
be deleted before a new one is made, or libjack frees them twice.
"""

from __future__ import annotations

import importlib
import itertools
import os
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from liveriff.control.midi.backend import Receive
from liveriff.control.midi.jack import prefer_system
from liveriff.control.midi.names import OWN
from liveriff.errors import DeviceError

HEARTBEAT = b"\xfe"
"""Active sensing: every receiver may ignore it."""
PATIENCE_S = 2.0
MISSED = 4
"""Beats in a row that must be lost as well: after a look that took long, only the looker has been silent."""
_hearts = itertools.count(os.getpid() * 100)
HINTS = {
    "alsa": "There is no ALSA sequencer here (/dev/snd/seq): load snd-seq, or use --api jack.",
    "jack": "No ALSA sequencer and no JACK server was found, so there is no MIDI; plug a controller in or start JACK.",
    "core": "CoreMIDI does not answer, so there is no MIDI.",
    "winmm": "Windows has no MIDI here.",
}


class Library(Protocol):
    """What differs between the two libraries. Failures are whatever the library raises."""

    def input(self, api: str, client: str) -> Any:
        """A new input object that ignores no kind of message."""

    def output(self, api: str, client: str) -> Any:
        """A new output object."""

    def ports(self, port: Any) -> list[str]:
        """Names that an object could open."""

    def open(self, port: Any, index: int, name: str) -> None:
        """Connect."""

    def open_virtual(self, port: Any, name: str) -> None:
        """Become a port."""

    def listen(self, port: Any, receive: Receive) -> None:
        """Call back for each message."""

    def send(self, port: Any, data: bytes) -> None:
        """Send one message."""

    def delete(self, port: Any) -> None:
        """Let go of it for good."""


class RtBackend:
    """Ports of one API. One thread opens, lists and closes."""

    def __init__(self, api: str, library: str) -> None:
        """Connect to the service; DeviceError with a sentence if there is none."""
        self.api = api
        if api == "jack":
            os.environ["JACK_NO_START_SERVER"] = "1"
            prefer_system()
        self._lib: Library = importlib.import_module(f"liveriff.control.midi.lib_{library}").LIBRARY
        self._probes: list[Any] = []
        self._heart: _Heart | None = None
        try:
            self._probes.append(self._lib.input(api, f"{OWN}-probe"))
            self._probes.append(self._lib.output(api, f"{OWN}-probe-out"))
        except Exception as error:
            self.close()
            raise DeviceError(HINTS[api]) from error
        if api == "jack":
            self._heart = _Heart(self._lib, *self._probes)

    def inputs(self) -> list[str]:
        """Names of ports to listen to; none while the service does not answer."""
        return self._names(0)

    def outputs(self) -> list[str]:
        """Names of ports to send to."""
        return self._names(1)

    def _names(self, probe: int) -> list[str]:
        try:
            return list(self._lib.ports(self._probes[probe]))
        except Exception:
            return []

    def open_input(self, name: str, receive: Receive, nth: int = 0) -> RtPort:
        """Listen to a port."""
        port = self._new("in", name)
        return self._connect(port, lambda: self._open(port, name, nth), name, receive)

    def open_output(self, name: str, nth: int = 0) -> RtPort:
        """Open a port for sending."""
        port = self._new("out", name)
        return self._connect(port, lambda: self._open(port, name, nth), name)

    def virtual_input(self, name: str, receive: Receive) -> RtPort:
        """A port of our own to be sent to."""
        port = self._new("in", name, OWN)
        return self._connect(port, lambda: self._lib.open_virtual(port, name), name, receive)

    def virtual_output(self, name: str) -> RtPort:
        """A port of our own to be listened to."""
        port = self._new("out", name, f"{OWN}-{name}")  # JACK would number a second "liveriff"
        return self._connect(port, lambda: self._lib.open_virtual(port, name), name)

    def alive(self) -> bool:
        """Only JACK servers are known to die: whether ours still passes our own messages on."""
        return self._heart is None or self._heart.beats()

    def close(self) -> None:
        """Delete the probes."""
        self._heart = None
        while self._probes:
            _quietly(self._lib.delete, self._probes.pop())

    def _new(self, direction: str, name: str, client: str = "") -> Any:
        try:
            make = self._lib.input if direction == "in" else self._lib.output
            return make(self.api, client or f"{OWN}-{direction}")
        except Exception as error:
            raise DeviceError(f"The MIDI port {name!r} cannot be opened: {error}.") from error

    def _open(self, port: Any, name: str, nth: int) -> None:
        indices = [index for index, other in enumerate(self._lib.ports(port)) if other == name]
        if nth >= len(indices):
            raise DeviceError(f"The MIDI port {name!r} is gone.")
        self._lib.open(port, indices[nth], "controller")

    def _connect(self, port: Any, connect: Callable[[], None], name: str, receive: Receive | None = None) -> RtPort:
        """Listen first, then connect, so that nothing is missed; what cannot be used is deleted."""
        try:
            if receive:
                self._lib.listen(port, receive)
            connect()
        except DeviceError:
            _quietly(self._lib.delete, port)
            raise
        except Exception as error:
            _quietly(self._lib.delete, port)
            raise DeviceError(f"The MIDI port {name!r} cannot be opened; another program may hold it.") from error
        return RtPort(self._lib, port)


class RtPort:
    """An open input or output. Any thread sends; closing waits for a send under way."""

    def __init__(self, lib: Library, port: Any) -> None:
        """Takes over an open object of the library."""
        self._lib, self._port = lib, port
        self._lock = threading.Lock()
        self._closing = False
        self.lost = 0

    def send(self, data: bytes) -> None:
        """Send one message; what fails is counted in ``lost``."""
        if self._closing:
            return
        with self._lock:
            if self._port is None:
                return
            try:
                self._lib.send(self._port, data)
            except Exception:
                self.lost += 1

    def close(self) -> None:
        """Delete the library's object: one that is only closed would keep its client."""
        self._closing = True
        with self._lock:
            port, self._port = self._port, None
            if port is not None:
                _quietly(self._lib.delete, port)


class _Heart:
    """A loop through the server: JACK's death raises nothing and leaves port names behind, but stops this."""

    def __init__(self, lib: Library, listener: Any, sender: Any) -> None:
        self._lib, self._sender = lib, sender
        self._missed = 0  # beats since one was heard
        self._since_s = time.monotonic()  # the first of them
        try:
            lib.listen(listener, self._hear)
            heart = f"heart-{next(_hearts)}"  # another backend of this program has one as well
            lib.open_virtual(listener, heart)
            names = lib.ports(sender)
            mine = next(i for i, name in enumerate(names) if name.startswith(f"{OWN}-probe") and name.endswith(heart))
            lib.open(sender, mine, "beat")
            self._works = True
        except Exception:
            self._works = False

    def _hear(self, data: bytes, time_s: float) -> None:
        self._missed = 0

    def beats(self) -> bool:
        """Look whether what was sent has come back, and send another."""
        if not self._works:
            return True
        now_s = time.monotonic()
        if self._missed == 0:
            self._since_s = now_s
        dead = self._missed >= MISSED and now_s - self._since_s >= PATIENCE_S
        self._missed += 1
        _quietly(self._lib.send, self._sender, HEARTBEAT)
        return not dead


def _quietly(call: Any, *given: Any) -> None:
    try:
        call(*given)
    except Exception:
        return
