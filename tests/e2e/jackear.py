"""An ear at a JACK server that knows when it heard what: sound by the server's frames, frames by the wall's clock.

``Ear`` listens to one port and may play MIDI meanwhile; use it in a process that does little else, because its callback
is Python in JACK's thread. ``python -m e2e.jackear CLIENT OUT.npz SECONDS`` is such a process: prints "ready" when it
hears CLIENT's first output, and listens until its standard input ends, SECONDS at most.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PATIENCE_S = 60.0
QUIET = 1e-6  # below it nothing sounds
LOOK_S = 0.05

Sound = NDArray[np.float32]


@dataclass(frozen=True)
class Heard:
    """sound: mono, its first sample at the server's ``frame``; a cycle that the ear missed is silence. clock: rows of
    (frame, time.time()) at moments all through."""

    sound: Sound
    frame: int
    rate: int
    clock: NDArray[np.float64]

    def place(self, unix_s: float) -> int:
        """The sample that stands at the port at a moment. The server's frames are measured against the clock near it;
        a look that was held up is later than its neighbours, so the middle one of some counts."""
        near = np.argsort(np.abs(self.clock[:, 1] - unix_s))[:9]
        frames, times = self.clock[near].T
        return round(float(np.median(frames + (unix_s - times) * self.rate))) - self.frame

    def onset(self, first: int, last: int) -> int | None:
        """The first sample that sounds in a range."""
        loud = np.flatnonzero(np.abs(self.sound[max(first, 0) : max(last, 0)]) > QUIET)
        return int(loud[0]) + max(first, 0) if len(loud) else None

    def save(self, path: Path) -> None:
        """For another process."""
        np.savez(path, sound=self.sound, frame=self.frame, rate=self.rate, clock=self.clock)

    @classmethod
    def load(cls, path: Path) -> Heard:
        """What another process has saved."""
        with np.load(path) as file:
            return cls(file["sound"], int(file["frame"]), int(file["rate"]), file["clock"])


class Ear:
    """A client of the server that JACK_DEFAULT_SERVER names, with an audio input and a MIDI output."""

    def __init__(self, name: str, seconds: float, midi_port: str = "out") -> None:
        """Listens at once, for so long at most; to silence before ``hear``."""
        import jack

        self.client = jack.Client(name)
        self.rate = int(self.client.samplerate)
        self.midi: deque[tuple[int, bytes]] = deque()  # what to send, and at which of the server's frames, in order
        self.sent: list[tuple[int, bytes]] = []  # what was sent, and when indeed
        self.cycles = 0
        self._sound: Sound = np.zeros(round(seconds * self.rate), np.float32)
        self._first: int | None = None
        self._clock: list[tuple[float, float]] = []
        self._in = self.client.inports.register("in")
        self._out = self.client.midi_outports.register(midi_port)
        self._process = self._run  # kept: the library does not
        self.client.set_process_callback(self._process)
        self.client.activate()

    def _run(self, frames: int) -> None:
        """ON JACK'S THREAD."""
        now = self.client.last_frame_time
        self._first = now if self._first is None else self._first
        self._out.clear_buffer()
        while self.midi and self.midi[0][0] < now + frames:
            due, message = self.midi.popleft()
            self._out.write_midi_event(max(0, due - now), message)
            self.sent.append((max(due, now), message))
        place = now - self._first
        if place + frames <= len(self._sound):
            self._sound[place : place + frames] = self._in.get_array()
        self.cycles += 1

    def ports(self, client: str, patience_s: float = PATIENCE_S) -> list[Any]:
        """Audio outputs of another client, once it has some."""
        end = time.monotonic() + patience_s
        while time.monotonic() < end:
            found = self.client.get_ports(f"{client}.*", is_audio=True, is_output=True)
            if found:
                return list(found)
            time.sleep(0.2)
        return []

    def hear(self, port: Any) -> None:
        """Listen to a port of another client."""
        self.client.connect(port, self._in)

    def wait(self, seconds: float, over: Callable[[], bool] = lambda: False) -> None:
        """Let time pass, and look at both clocks meanwhile."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not over():
            before, frame, after = time.time(), self.client.frame_time, time.time()
            self._clock.append((frame, (before + after) / 2))
            time.sleep(LOOK_S)

    def close(self) -> Heard:
        """Leave; what was heard."""
        self.client.deactivate()
        self.client.close()
        return Heard(self._sound, self._first or 0, self.rate, np.array(self._clock, np.float64))


def main() -> None:
    """Listen, then write what was heard."""
    source, path, seconds = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
    ear = Ear("ear", seconds + PATIENCE_S)
    ports = ear.ports(source)
    if not ports:
        sys.exit(f"no ports of {source}")
    ear.hear(ports[0])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    ended = threading.Event()
    threading.Thread(target=lambda: ended.set() if not sys.stdin.read() else None, daemon=True).start()
    ear.wait(seconds, ended.is_set)
    ear.close().save(path)


if __name__ == "__main__":
    main()
