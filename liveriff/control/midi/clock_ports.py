"""The ports that our MIDI clock goes to: opened when they are there, again when they come back.

Thread ``midi-clock-ports``: it alone lists, opens and closes them, because that can take long.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Protocol

from liveriff.control.midi.backend import MidiBackend, MidiOut
from liveriff.control.midi.names import normalise
from liveriff.errors import LiveriffError

VIRTUAL = "virtual"
"""Instead of a part of a name: a port of our own, for others to listen to."""
PORT = "clock"
LOOK_S = 1.0


class Sends(Protocol):
    """The sender of the clock."""

    def add(self, name: str, output: MidiOut, offset_ms: float = 0.0) -> None:
        """Send to a port as well."""

    def remove(self, name: str) -> None:
        """Send no more to it."""


class ClockPorts:
    """Keeps the wanted outputs open."""

    def __init__(
        self,
        open_backend: Callable[[], MidiBackend],
        wanted: tuple[str, ...],
        clock: Sends,
        notice: Callable[[str], None],
    ) -> None:
        """wanted: each a part of a port's name, with @MS appended for an offset, or ``virtual``; notice is called on
        the thread."""
        self._open_backend, self._clock, self._notice = open_backend, clock, notice
        self._wanted = [_offset_of(each) for each in wanted]
        self._backend: MidiBackend | None = None
        self._open: dict[str, MidiOut] = {}
        self._told: set[str] = set()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look."""
        self._thread = threading.Thread(target=self._run, name="midi-clock-ports", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Close the ports; the clock has been stopped before."""
        self._over.set()
        if self._thread:
            self._thread.join(3.0)

    def _run(self) -> None:
        while not self._over.is_set():
            self.look()
            self._over.wait(LOOK_S)
        self._leave()

    def look(self) -> None:
        """Open what has come, close what has gone."""
        try:
            if self._backend is None:
                self._backend = self._open_backend()
            if not self._backend.alive():
                self._leave()
                return
            self._match(self._backend)
        except LiveriffError as error:
            self._say(str(error))

    def _match(self, backend: MidiBackend) -> None:
        there = dict(self._found(backend.outputs()))
        for name in [name for name in self._open if name not in there]:
            self._clock.remove(name)
            self._open.pop(name).close()
        for name, offset_ms in there.items():
            if name not in self._open:
                self._arrive(backend, name, offset_ms)

    def _arrive(self, backend: MidiBackend, name: str, offset_ms: float) -> None:
        """Open one; of one that another program holds the others know nothing, and it is tried again at every look."""
        try:
            port = backend.virtual_output(PORT) if name == VIRTUAL else backend.open_output(name)
        except LiveriffError as error:
            self._say(str(error))
            return
        self._open[name] = port
        self._clock.add(name, port, offset_ms)

    def _found(self, outputs: list[str]) -> Iterator[tuple[str, float]]:
        for wanted, offset_ms in self._wanted:
            if wanted == VIRTUAL:
                yield VIRTUAL, offset_ms
            yield from ((name, offset_ms) for name in outputs if normalise(wanted) in normalise(name))

    def _say(self, sentence: str) -> None:
        """Each complaint once."""
        if sentence not in self._told:
            self._told.add(sentence)
            self._notice(sentence)

    def _leave(self) -> None:
        for name, port in self._open.items():
            self._clock.remove(name)
            port.close()
        self._open = {}
        if self._backend is not None:
            self._backend.close()
            self._backend = None


def _offset_of(wanted: str) -> tuple[str, float]:
    name, _, offset = wanted.rpartition("@")
    try:
        return (name, float(offset)) if name else (wanted, 0.0)
    except ValueError:
        return wanted, 0.0
