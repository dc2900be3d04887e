"""rtmidi2 behind ``rt.Library``; for Python 3.13 and later."""

from __future__ import annotations

import time
from typing import Any

import rtmidi2

from liveriff.control.midi.backend import Receive
from liveriff.control.midi.jack import reachable

_APIS = {
    "alsa": rtmidi2.API_LINUX_ALSA,
    "jack": rtmidi2.API_UNIX_JACK,
    "core": rtmidi2.API_MACOSX_CORE,
    "winmm": rtmidi2.API_WINDOWS_MM,
}


class Rtmidi2:
    """See ``rt.Library``."""

    def input(self, api: str, client: str) -> Any:
        """A new MidiIn."""
        self._joinable(api)
        port = self._checked(rtmidi2.MidiIn(client, api=_APIS[api]), api)
        port.ignore_types(midi_sysex=False, midi_time=False, midi_sense=False)
        return port

    def output(self, api: str, client: str) -> Any:
        """A new MidiOut."""
        self._joinable(api)
        return self._checked(rtmidi2.MidiOut(client, api=_APIS[api]), api)

    def _joinable(self, api: str) -> None:
        """Without a server rtmidi2 makes a broken object whose use ends the program, so look first."""
        if api == "jack" and not reachable():
            raise OSError("no JACK server that this rtmidi2 can talk to")

    def _checked(self, port: Any, api: str) -> Any:
        """RtMidi silently takes another API where one is missing; rtmidi2 before 1.5 cannot tell."""
        if hasattr(port, "get_current_api") and port.get_current_api() != _APIS[api]:
            raise OSError(f"rtmidi2 has no {api} here")
        return port

    def ports(self, port: Any) -> list[str]:
        """Names, in the order of the indices."""
        return [name or "" for name in port.ports]

    def open(self, port: Any, index: int, name: str) -> None:
        """Connect to a port by its index; the library gives our end no name."""
        port.open_port(index)

    def open_virtual(self, port: Any, name: str) -> None:
        """Become a port."""
        port.open_virtual_port(name)

    def listen(self, port: Any, receive: Receive) -> None:
        """Stamp and pass on, nothing else: this runs in JACK's real-time thread."""
        now = time.monotonic

        def arrived(message: list[int], _: float) -> None:
            receive(bytes(message), now())

        port.callback = arrived

    def send(self, port: Any, data: bytes) -> None:
        """Send one message."""
        port.send_raw(*data)

    def delete(self, port: Any) -> None:
        """Close; the object is freed with its last reference, which the caller drops."""
        if hasattr(port, "callback"):
            port.callback = None
        port.close_port()


LIBRARY = Rtmidi2()
