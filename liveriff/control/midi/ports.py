"""Devices come and go: a thread that looks at the port names and keeps what is there open.

Thread ``midi-ports``: it alone lists, opens and closes ports, because that can take long (a dying JACK server takes
seconds). RtMidi tells of no plugging, so it looks four times a second, which costs 0.2 ms each time; a device that is
pulled and plugged again faster than that is not noticed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from liveriff.control.midi.backend import MidiBackend
from liveriff.control.midi.binding import Pair, Port, instance_name, pairs
from liveriff.control.midi.library import Library
from liveriff.control.midi.profile import Profile
from liveriff.errors import LiveriffError

LOOK_S = 0.25
RETRY_S = 2.0
"""Between attempts to open what could not be opened: the service, or a port that another program holds."""


class Connection(Protocol):
    """An open device, as the watcher needs it."""

    reply: bytes
    """The identity reply of the device, empty until it has told who it is."""

    def close(self, polite: bool) -> None:
        """Close its ports; ``polite``: it is still there, so that its lights can be blanked first."""


Connect = Callable[[MidiBackend, str, Pair], Connection]
"""Open a device under its instance's name; raises DeviceError."""


class PortWatcher:
    """Keeps every device that is there open. ``look`` may be called by hand instead of ``start``."""

    def __init__(
        self,
        open_backend: Callable[[], MidiBackend],
        library: Library,
        connect: Connect,
        notice: Callable[[str], None],
        changed: Callable[[], None],
    ) -> None:
        """Nothing is opened yet. ``notice`` and ``changed`` are called on the thread."""
        self._open_backend, self._library, self._connect = open_backend, library, connect
        self._notice, self._changed = notice, changed
        self._backend: MidiBackend | None = None
        self._open: dict[str, tuple[Pair, Connection]] = {}
        self._told_by_device: dict[str, str] = {}  # profile ids by port name, from identity replies
        self._lonely: set[Port] = set()  # inputs whose output may be yet to come
        self._refused: dict[Port, float] = {}  # when opening it failed
        self._retry_s = float("-inf")
        self._told = ""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="midi-ports", daemon=True)

    @property
    def open(self) -> dict[str, tuple[Pair, Connection]]:
        """Open devices by instance name: a snapshot that nobody changes."""
        return self._open

    def start(self) -> None:
        """Look at once, then go on in the thread."""
        self._thread.start()

    def close(self) -> None:
        """End the thread, blank and close every device."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
        self._leave(list(self._open), polite=True)
        self._end_backend()

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self.look()
            except Exception as error:  # a library's bug must not end the watch
                self._say(f"Looking for MIDI devices failed: {error}.")
            self._over.wait(LOOK_S)

    # --- one look --------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """See what has come and gone, once."""
        backend = self._service()
        if backend is None:
            return
        if self._library.refresh():
            self._leave([name for name, (pair, _) in self._open.items() if self._renewed(pair)], polite=True)
        self._hear_replies()
        present = pairs(backend.inputs(), backend.outputs(), self._find)
        self._forget([name for name, (pair, _) in self._open.items() if pair not in present])
        there = {pair.source for pair in present}
        self._refused = {port: when for port, when in self._refused.items() if port in there}
        for pair in present:
            if pair.sink or pair.source in self._lonely:
                self._arrive(backend, pair)
        self._lonely = {pair.source for pair in present if not pair.sink}

    def _forget(self, names: list[str]) -> None:
        """Devices that have been pulled."""
        for pair in (self._open[name][0] for name in names):
            for port in pair.port_names:
                self._told_by_device.pop(port, None)
        self._leave(names, polite=False)

    def _renewed(self, pair: Pair) -> bool:
        return self._find(pair.source.name) != pair.profile

    def _find(self, port: str) -> Profile | None:
        """The profile that the device has asked for, else the one that its port's name matches."""
        return self._library.profiles.get(self._told_by_device.get(port, "")) or self._library.find(port)

    def _service(self) -> MidiBackend | None:
        """The backend, opened anew if its service has died; None while there is none."""
        if self._backend and not self._backend.alive():
            self._say("The MIDI service has died; its controllers come back when it does.")
            self._leave(list(self._open), polite=False)
            self._end_backend()
        now_s = time.monotonic()
        if self._backend is None and now_s >= self._retry_s:
            self._retry_s = now_s + RETRY_S
            self._begin_backend()
        return self._backend

    def _begin_backend(self) -> None:
        try:
            self._backend = self._open_backend()
        except LiveriffError as error:
            self._say(str(error))
            return
        self._told = ""

    def _end_backend(self) -> None:
        """Ports first, then the service: libjack frees twice what is left open while a new client is made."""
        backend, self._backend = self._backend, None
        if backend:
            backend.close()
            self._retry_s = time.monotonic() + RETRY_S / 2

    def _hear_replies(self) -> None:
        """Unknown ports whose device has told who it is get the profile made for it."""
        for name, (pair, connection) in list(self._open.items()):
            profile = self._library.identify(connection.reply) if pair.profile.generic else None
            if profile:
                self._told_by_device |= dict.fromkeys(pair.port_names, profile.id)
                self._leave([name], polite=True)

    def _arrive(self, backend: MidiBackend, pair: Pair) -> None:
        now_s = time.monotonic()
        refused_s = self._refused.get(pair.source, float("-inf"))
        if now_s - refused_s < RETRY_S or any(pair == known for known, _ in self._open.values()):
            return
        name = instance_name(pair.kind, self._open)
        try:
            connection = self._connect(backend, name, pair)
        except LiveriffError as error:
            if pair.source not in self._refused:
                self._notice(str(error))
            self._refused[pair.source] = now_s
            return
        self._refused.pop(pair.source, None)
        self._open = {**self._open, name: (pair, connection)}
        self._notice(f"{pair.title} is there ({name}).")
        self._changed()

    def _leave(self, names: list[str], polite: bool) -> None:
        for name in names:
            pair, connection = self._open[name]
            self._open = {other: entry for other, entry in self._open.items() if other != name}
            connection.close(polite)
            if not self._over.is_set():
                self._notice(f"{pair.title} has left ({name}).")
        if names:
            self._changed()

    def _say(self, sentence: str) -> None:
        """Not again and again."""
        if sentence != self._told:
            self._told = sentence
            self._notice(sentence)
