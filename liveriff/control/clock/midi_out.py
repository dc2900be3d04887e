"""MIDI clock out: a thread that sends 24 ticks a beat to each of its ports, each at its time.

Deadlines are absolute and come from the line of beats that the engine last gave, so nothing adds up; the thread sleeps
until shortly before and spins for less than a millisecond, since no system wakes a thread more exactly than that.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from liveriff.control.clock.pulses import STOP, Beats, Pulses
from liveriff.music.lead import Line

SPIN_S = 0.0008
LOOK_S = 0.01  # the line is looked at so often, so that a change of tempo is heard soon


class Output(Protocol):
    """A MIDI port."""

    def send(self, data: bytes) -> None:
        """Send one message."""


@dataclass
class _Port:
    output: Output
    pulses: Pulses
    failures: int = 0

    def send(self, data: bytes) -> None:
        try:
            self.output.send(data)
        except Exception:  # a device that was pulled out must not stop the others' clock
            self.failures += 1


class ClockOut:
    """Sends the clock. All methods may be called from any thread; none waits for more than a tick's sending."""

    def __init__(self, idle: bool = True) -> None:
        """idle: tick also while the transport stands, which most devices need to show and keep the tempo."""
        self._idle = idle
        self._ports: dict[str, _Port] = {}
        self._beats: Beats | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, name: str, output: Output, offset_ms: float = 0.0) -> None:
        """Send the clock to a port as well; offset_ms: later by so much, below 0 earlier."""
        with self._lock:
            self._ports = {**self._ports, name: _Port(output, Pulses(offset_ms / 1000, self._idle))}

    def remove(self, name: str) -> None:
        """Send no more to a port, without a word to it: it may be gone."""
        with self._lock:
            self._ports = {key: port for key, port in self._ports.items() if key != name}

    def offset(self, name: str, offset_ms: float) -> None:
        """Move a port's clock; a port that is not there is left alone."""
        if name in self._ports:
            self._ports[name].pulses.offset_s = offset_ms / 1000

    @property
    def failures(self) -> int:
        """Messages that present ports could not send."""
        return sum(port.failures for port in self._ports.values())

    def follow(self, line: Line, playing: bool) -> None:
        """Beats as they are heard from now on, and whether the transport runs."""
        self._beats = Beats(line, playing)

    def start(self) -> None:
        """Begin to send."""
        if self._thread is None:
            self._stop.clear()
            self._thread = threading.Thread(target=self._run, name="midi-clock-out", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Send a stop to ports that run, and end the thread."""
        if self._thread is None:
            return
        self._stop.set()
        self._thread.join()
        self._thread = None
        if self._beats and self._beats.playing:
            for port in self._ports.values():
                port.send(STOP)

    # --- the thread --------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stop.is_set():
            beats, ports = self._beats, tuple(self._ports.values())
            if beats is None or not ports:
                self._stop.wait(2 * LOOK_S)
                continue
            self._wait_and_send(beats, ports)

    def _wait_and_send(self, beats: Beats, ports: tuple[_Port, ...]) -> None:
        now = time.monotonic()
        for port in ports:
            for data in port.pulses.now(beats, now):
                port.send(data)
        dues = [(due, port) for port in ports if (due := port.pulses.due(beats))]
        if not dues or min(due.time_s for due, _ in dues) > now + LOOK_S:
            time.sleep(LOOK_S - SPIN_S)
            return
        due, port = min(dues, key=lambda each: each[0].time_s)
        wait_until(due.time_s)
        port.send(due.data)
        port.pulses.sent()


def wait_until(time_s: float, clock: Callable[[], float] = time.monotonic) -> None:
    """Return at a time, or at once where it has passed."""
    while (left := time_s - clock()) > 0:
        time.sleep(left - SPIN_S if left > SPIN_S else 0)
