"""python-rtmidi behind ``rt.Library``; for Python 3.12 and earlier."""

from __future__ import annotations

import time
from typing import Any

import rtmidi

from liveriff.control.midi.backend import Receive

_APIS = {
    "alsa": rtmidi.API_LINUX_ALSA,
    "jack": rtmidi.API_UNIX_JACK,
    "core": rtmidi.API_MACOSX_CORE,
    "winmm": rtmidi.API_WINDOWS_MM,
}


class PythonRtmidi:
    """See ``rt.Library``."""

    def input(self, api: str, client: str) -> Any:
        """A new MidiIn."""
        port = rtmidi.MidiIn(self._compiled(api), name=client)
        port.ignore_types(sysex=False, timing=False, active_sense=False)
        return port

    def output(self, api: str, client: str) -> Any:
        """A new MidiOut."""
        return rtmidi.MidiOut(self._compiled(api), name=client)

    def _compiled(self, api: str) -> int:
        """RtMidi would silently take another API for one that it was built without."""
        number: int = _APIS[api]
        if number not in rtmidi.get_compiled_api():
            raise OSError(f"this python-rtmidi was built without {api}")
        return number

    def ports(self, port: Any) -> list[str]:
        """Names, in the order of the indices."""
        names: list[str] = port.get_ports()
        return names

    def open(self, port: Any, index: int, name: str) -> None:
        """Connect to a port by its index."""
        port.open_port(index, name=name)

    def open_virtual(self, port: Any, name: str) -> None:
        """Become a port."""
        port.open_virtual_port(name)

    def listen(self, port: Any, receive: Receive) -> None:
        """Stamp and pass on, nothing else: this runs in JACK's real-time thread.

        RtMidi's own time differences are not used: over JACK they are those of whole periods, as the call itself.
        """
        now = time.monotonic
        port.set_callback(lambda event, _: receive(bytes(event[0]), now()))

    def send(self, port: Any, data: bytes) -> None:
        """Send one message."""
        port.send_message(data)

    def delete(self, port: Any) -> None:
        """Close and free."""
        port.close_port()
        port.delete()


LIBRARY = PythonRtmidi()
