"""The program that holds MIDI ports for another: ``python -m liveriff.control.midi.host API LIBRARY``.

Its main thread obeys what comes on the standard input, one after the other; what the ports hear goes to the standard
output. It ends when its input does. See ``hosted``, which starts it, for why it is a program of its own.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from liveriff.control.midi.frames import ANSWER, MIDI, READY, Frame, FrameWriter, read_frames
from liveriff.control.midi.rt import RtBackend, RtPort
from liveriff.errors import LiveriffError

LAST_WORDS_S = 1.0


class Host:
    """One backend and its ports by number. The main thread only."""

    def __init__(self, api: str, library: str, tell: Callable[[Frame], None]) -> None:
        """``tell`` is also called by the ports, on the driver's thread."""
        self._api, self._library, self._tell = api, library, tell
        self._backend: RtBackend | None = None
        self._ports: dict[int, RtPort] = {}

    def obey(self, frame: Frame) -> None:
        """Send a message, or answer a question."""
        if frame.kind == MIDI:
            if port := self._ports.get(frame.port):
                port.send(frame.data)
            return
        try:
            what, *given = json.loads(frame.data)
            answer = {"value": self._do(what, frame.port, *given)}
        except LiveriffError as error:
            answer = {"error": str(error)}
        except Exception as error:  # a bug of a library must not take the other ports along
            answer = {"error": f"The MIDI library failed: {error}."}
        self._tell(Frame(ANSWER, frame.port, time.monotonic(), json.dumps(answer).encode()))

    def _do(self, what: str, number: int, *given: Any) -> Any:
        if what == "begin":
            self._backend = RtBackend(self._api, self._library)
        elif what == "close":
            if port := self._ports.pop(number, None):
                port.close()
        elif what.startswith(("open_", "virtual_")):
            self._ports[number] = self._open(what, number, *given)
        else:
            return getattr(self._backend, what)()
        return None

    def _open(self, what: str, number: int, name: str, *nth: int) -> RtPort:
        """Inputs get a listener of their own; see ``MidiBackend`` for what is asked."""
        tell = self._tell
        hears = [lambda data, time_s: tell(Frame(MIDI, number, time_s, data))] if what.endswith("_input") else []
        port: RtPort = getattr(self._backend, what)(name, *hears, *nth)
        return port

    def close(self) -> None:
        """Ports first, then the service."""
        for port in self._ports.values():
            port.close()
        if self._backend:
            self._backend.close()


def main(api: str, library: str) -> None:
    """Obey until the input ends. Ctrl-C and a closed terminal are for the player's program, not for this one."""
    for name in ("SIGINT", "SIGHUP", "SIGTERM"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    sys.setswitchinterval(0.0005)
    out = FrameWriter(os.fdopen(os.dup(1), "wb"), "midi-host-writer")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a library prints must not come between the frames
    host = Host(api, library, out.put)
    out.put(Frame(READY))
    for frame in read_frames(sys.stdin.buffer):
        host.obey(frame)
    host.close()
    out.close(LAST_WORDS_S)


if __name__ == "__main__":
    main(*sys.argv[1:])
