"""One open controller: its ports, its decoder, its lights."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping

from liveriff.control.midi.backend import MidiBackend, MidiIn, MidiOut
from liveriff.control.midi.binding import Pair
from liveriff.control.midi.decode import Decoder
from liveriff.control.midi.events import Event
from liveriff.control.midi.lights import Lights
from liveriff.control.surface import Light, Touch

WHO_ARE_YOU = bytes.fromhex("F0 7E 7F 06 01 F7")
"""The universal identity request (MIDI 1.0, non-real-time system exclusive)."""
CLOCK = frozenset((0xF8, 0xFA, 0xFB, 0xFC, 0xF2))
LONGEST_FAREWELL_S = 1.0
DRAIN_S = 0.06
"""After the last message: a port over JACK that is closed sooner than two long periods keeps it."""

OnTouch = Callable[[Touch], None]
OnClock = Callable[[str, bytes, float], None]
OnHeard = Callable[[str, bytes, Event | None, Touch | None, float], None]
"""``on_heard(device, bytes, event, touch, time_s)``: no event for a clock or the first half of something; no bytes for
what has waited in vain for its second half."""


class Device:
    """A controller that is there.

    Threads: ``receive`` is the driver's; ``tick``, ``show``, ``repaint`` and ``send`` the engine's; the rest the port
    watcher's. The locks are held for microseconds, and the driver's thread shares one only with ``flush``.
    """

    def __init__(self, name: str, pair: Pair, on_touch: OnTouch, on_clock: OnClock, on_heard: OnHeard | None) -> None:
        """Closed; ``open`` opens it."""
        self.name, self.pair = name, pair
        self.received = self.failed = 0
        self.reply = b""
        self._decoder = Decoder(pair.profile, name)
        self._lights = Lights(pair.profile, self._decoder.heard)
        self._lit = frozenset(pair.profile.lit())
        self._moved: deque[tuple[str, bytes, bool]] = deque(maxlen=1024)
        self._decoding, self._painting = threading.Lock(), threading.Lock()
        self._on_touch, self._on_clock, self._on_heard = on_touch, on_clock, on_heard
        self._input: MidiIn | None = None
        self._output: MidiOut | None = None

    @property
    def dropped(self) -> int:
        """Messages that were no MIDI or could not be used."""
        return self._decoder.dropped + self.failed

    # --- the port watcher's thread ----------------------------------------------------------------------------------

    def open(self, backend: MidiBackend) -> None:
        """Open its ports and wake it; DeviceError if the input cannot be had. Without an output it has no lights."""
        source, sink = self.pair.source, self.pair.sink
        output = backend.open_output(sink.name, sink.nth) if sink else None
        try:
            self._input = backend.open_input(source.name, self.receive, source.nth)
        except Exception:
            if output:
                output.close()
            raise
        self._output = output
        for message in (WHO_ARE_YOU,) if self.pair.profile.generic else self.pair.profile.init:
            self.send(message)

    def close(self, polite: bool) -> None:
        """Close both ports; ``polite``: blank the lights and hand the device back first."""
        if self._input:
            self._input.close()
        if polite:
            self._say_farewell()
        if self._output:
            self._output.close()
        self._output = None

    def _say_farewell(self) -> None:
        """At the device's pace, within a second."""
        end_s = time.monotonic() + LONGEST_FAREWELL_S
        with self._painting:
            messages = self._lights.farewell()
        for message in messages:
            self.send(message)
            if message[0] == 0xF0 and time.monotonic() < end_s:
                time.sleep(self.pair.profile.sysex_ms / 1000)
        if messages and self._output:
            time.sleep(DRAIN_S)

    # --- the driver's thread ------------------------------------------------------------------------------------------

    def receive(self, data: bytes, time_s: float) -> None:
        """One message from the port. Never raises: an exception here would end in the audio server."""
        try:
            self._receive(data, time_s)
        except Exception:
            self.failed += 1

    def _receive(self, data: bytes, time_s: float) -> None:
        if not data:
            return
        self.received += 1
        if data[0] in CLOCK:
            self._on_clock(self.name, data, time_s)
            if self._on_heard:
                self._on_heard(self.name, data, None, None, time_s)
            return
        with self._decoding:
            told = self._decoder.explain(data, time_s)
        for touch, event in told:
            self._tell(touch, event, data, time_s)
        if self._on_heard and not told and data[0] < 0xF8:
            self._on_heard(self.name, data, None, None, time_s)

    def _tell(self, touch: Touch | None, event: Event, data: bytes, time_s: float) -> None:
        if touch:
            if touch.control in self._lit:
                self._moved.append((touch.control, data, touch.kind == "release"))
            self._on_touch(touch)
        elif event.kind == "identity":
            self.reply = event.data
        if self._on_heard:
            self._on_heard(self.name, data, event, touch, time_s)

    # --- the engine's thread ------------------------------------------------------------------------------------------

    def send(self, data: bytes) -> None:
        """Send one message; nothing happens without an output."""
        output = self._output  # the watcher may take it away meanwhile
        if output:
            output.send(data)

    def show(self, lights: Mapping[str, Light]) -> None:
        """Wish for lights."""
        with self._painting:
            self._lights.show(lights)

    def repaint(self) -> None:
        """Send all lights again."""
        with self._painting:
            self._lights.repaint()

    def tick(self, now_s: float, beat: float | None) -> float:
        """Send what is due, tell touches that waited in vain for a second half; seconds until there is more to do."""
        self._flush(now_s)
        if not self._output:
            return float("inf")
        with self._painting:
            with contextlib.suppress(IndexError):
                while True:
                    self._lights.touched(*self._moved.popleft())
            return self._lights.tick(now_s, self.send, beat)

    def _flush(self, now_s: float) -> None:
        if not self._decoding.acquire(blocking=False):  # the driver is at it, and flushes itself
            return
        try:
            told = self._decoder.flush(now_s)
        finally:
            self._decoding.release()
        for touch, event in told:
            self._tell(touch, event, b"", now_s)
