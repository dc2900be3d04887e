"""MIDI inside one process: programs, and tests, play the instrument without a port of the system.

backend = MemoryBackend()
device = backend.plug("APC mini mk2")
device.play(bytes((0xB0, 48, 127)))      # called back at once, on this thread
device.received                          # what was sent to it, such as lights
device.unplug()
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from liveriff.control.midi.backend import Receive
from liveriff.errors import DeviceError


class Plug:
    """A device, or a port, of a ``MemoryBackend``. Any thread may play it."""

    def __init__(self, name: str, unplug: Callable[[Plug], None]) -> None:
        """Made by ``MemoryBackend.plug``."""
        self.name = name
        self.received: list[bytes] = []
        self.listeners: list[Receive] = []
        self.in_use = False  # by somebody else: opening it fails, as on Windows
        self._unplug = unplug

    def play(self, data: bytes, time_s: float | None = None) -> None:
        """The device sends a message."""
        for listener in tuple(self.listeners):
            listener(data, time.monotonic() if time_s is None else time_s)

    def unplug(self) -> None:
        """Pull it out: who has it open hears and is heard no more."""
        self._unplug(self)


class _Input:
    def __init__(self, plug: Plug, receive: Receive) -> None:
        self._plug, self._receive = plug, receive
        plug.listeners.append(receive)

    def close(self) -> None:
        if self._receive in self._plug.listeners:
            self._plug.listeners.remove(self._receive)


class _Output:
    def __init__(self, deliver: Callable[[bytes], None]) -> None:
        self._deliver: Callable[[bytes], None] | None = deliver

    def send(self, data: bytes) -> None:
        if self._deliver:
            self._deliver(data)

    def close(self) -> None:
        self._deliver = None


class MemoryBackend:
    """Ports that only this process knows. Any thread may plug and unplug."""

    api = "memory"

    def __init__(self) -> None:
        """No ports."""
        self._lock = threading.Lock()
        self._inputs: list[Plug] = []
        self._outputs: list[Plug] = []
        self.dead = False

    def plug(self, name: str, output: bool = True) -> Plug:
        """A device appears: an input, and unless it cannot be sent to an output of the same name."""
        plug = Plug(name, self._remove)
        with self._lock:
            self._inputs = [*self._inputs, plug]
            self._outputs = [*self._outputs, plug] if output else self._outputs
        return plug

    def _remove(self, plug: Plug) -> None:
        with self._lock:
            self._inputs = [other for other in self._inputs if other is not plug]
            self._outputs = [other for other in self._outputs if other is not plug]
        plug.listeners.clear()

    def inputs(self) -> list[str]:
        """Names of what is plugged in."""
        return [plug.name for plug in self._inputs]

    def outputs(self) -> list[str]:
        """Names of what can be sent to."""
        return [plug.name for plug in self._outputs]

    def open_input(self, name: str, receive: Receive, nth: int = 0) -> _Input:
        """Listen to a device."""
        return _Input(_find(self._inputs, name, nth), receive)

    def open_output(self, name: str, nth: int = 0) -> _Output:
        """Send to a device."""
        return _Output(_find(self._outputs, name, nth).received.append)

    def virtual_input(self, name: str, receive: Receive) -> _Input:
        """A port that others find among the outputs."""
        plug = Plug(name, self._remove)
        inbox = _Inbox(plug)
        plug.received = inbox
        with self._lock:
            self._outputs = [*self._outputs, plug]
        return _Input(plug, receive)

    def virtual_output(self, name: str) -> _Output:
        """A port that others find among the inputs."""
        return _Output(self.plug(name, output=False).play)

    def alive(self) -> bool:
        """Until ``dead`` is set."""
        return not self.dead

    def close(self) -> None:
        """Nothing to let go of."""


class _Inbox(list[bytes]):
    """What is sent to a virtual input goes straight to its listeners."""

    def __init__(self, plug: Plug) -> None:
        super().__init__()
        self._plug = plug

    def append(self, data: bytes) -> None:
        self._plug.play(data)


def _find(plugs: list[Plug], name: str, nth: int) -> Plug:
    same = [plug for plug in plugs if plug.name == name]
    if nth >= len(same):
        raise DeviceError(f"The MIDI port {name!r} is gone.")
    if same[nth].in_use:
        raise DeviceError(f"The MIDI port {name!r} is used by another program; close it there.")
    return same[nth]
