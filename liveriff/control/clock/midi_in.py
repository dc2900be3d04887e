"""MIDI clock in: from the MIDI driver's thread to the engine's loop, and there to a follower.

The first device that sends a clock is the master while it lives; what others send is counted and otherwise ignored.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from liveriff.music.follower import ClockFollower
from liveriff.music.lead import Lead

TICK = 0xF8
CLOCK_BYTES = frozenset((0xF2, 0xF8, 0xFA, 0xFB, 0xFC))


class MidiClockIn:
    """A ``Master`` (see ``music.lead``). ``on_clock`` may be called from any thread; all else from the loop's."""

    def __init__(self, loop: asyncio.AbstractEventLoop, changed: Callable[[], object] = lambda: None) -> None:
        """loop: the engine's; changed: called on it when the transport of the master starts or stops."""
        self.refused = 0  # messages of devices that are not the master
        self._loop, self._changed = loop, changed
        self._device = ""
        self._follower = ClockFollower()

    def on_clock(self, device: str, data: bytes, time_s: float) -> None:
        """A message as the driver had it at a time (time.monotonic()). Never blocks; after the loop has ended it does
        nothing."""
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self.heard, device, bytes(data), time_s)

    @property
    def device(self) -> str:
        """The master, "" before there was one."""
        return self._device

    def heard(self, device: str, data: bytes, time_s: float) -> None:
        """The same on the loop."""
        if not data or data[0] not in CLOCK_BYTES:
            return
        if device != self._device and not self._takes_over(device, data, time_s):
            self.refused += 1
            return
        if self._follower.feed(data, time_s):
            self._changed()

    def _takes_over(self, device: str, data: bytes, time_s: float) -> bool:
        """Another device may only lead when the master is silent; a start may come before the first tick."""
        if self._follower.alive(time_s):
            return False
        if self._device and data[0] != TICK and self._follower.ticks:
            return False
        self._device, self._follower = device, ClockFollower(device)
        return True

    # --- as a master -------------------------------------------------------------------------------------------------

    def open(self, bpm: float) -> None:
        """It listens always, so that it knows the tempo when it is wanted."""

    def close(self) -> None:
        """It goes on listening."""

    def lead(self, now_s: float) -> Lead | None:
        """What the master says."""
        return self._follower.lead(now_s)

    def set_tempo(self, bpm: float) -> bool:
        """A MIDI clock cannot be told a tempo."""
        return False

    def set_playing(self, playing: bool) -> None:
        """Nor to start or stop."""
