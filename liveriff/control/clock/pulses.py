"""Which MIDI clock message is due when, on one port: ticks along a line of beats, and the transport. Pure.

24 ticks a beat. A start goes out just before the tick of beat 0; a start elsewhere is a song position (in sixteenths)
and a continue just before its tick. No clock of its own; one thread at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from liveriff.music.lead import Line

TICKS = 24
TICKS_A_SIXTEENTH = 6
AHEAD_S = 0.001  # a start comes so long before its tick, as the MIDI specification advises
LOST_TICKS = 2.0  # farther off than this the count cannot be caught up with
LAST_POSITION = 0x3FFF
TICK, START, CONTINUE, STOP = bytes((0xF8,)), bytes((0xFA,)), bytes((0xFB,)), bytes((0xFC,))


@dataclass(frozen=True)
class Beats:
    """What the clock shall say: the line of beats as they are heard, and whether the transport runs."""

    line: Line
    playing: bool


@dataclass(frozen=True)
class Due:
    """A message and its time (time.monotonic())."""

    time_s: float
    data: bytes


class Pulses:
    """One port's messages: ``now`` gives those for this moment, ``due`` the next one, ``sent`` goes on to the next."""

    def __init__(self, offset_s: float = 0.0, idle: bool = True) -> None:
        """offset_s: all later by so much; idle: ticks also while the transport stands."""
        self.offset_s, self.idle = offset_s, idle
        self._next: int | None = None  # number of the next tick
        self._begin: int | None = None  # the tick that the transport begins with
        self._word = START
        self._worded = True  # whether start or continue are out
        self._playing = False

    def now(self, beats: Beats, now_s: float) -> list[bytes]:
        """What is to be sent at once, since the transport has started, stopped or gone elsewhere."""
        place = beats.line.beat_at(now_s - self.offset_s) * TICKS
        if self._next is None:
            self._next = ceil(place)
        elsewhere = abs(place - self._next) > LOST_TICKS
        if elsewhere:
            self._next = ceil(place)
        if beats.playing == self._playing and not (elsewhere and self._playing):
            return []
        out = [STOP] if self._playing else []
        self._playing = beats.playing
        return out + (self._start(self._next) if self._playing else self._halt())

    def due(self, beats: Beats) -> Due | None:
        """The next message; None while there is none."""
        if self._next is None or not (self.idle or self._playing):
            return None
        time_s = beats.line.time_of(self._next / TICKS) + self.offset_s
        if self._next == self._begin and not self._worded:
            return Due(time_s - AHEAD_S, self._word)
        if self._begin is not None and self._next < self._begin and not self.idle:
            self._next = self._begin
            return self.due(beats)
        return Due(time_s, TICK)

    def sent(self) -> None:
        """What was due is out."""
        assert self._next is not None
        if self._next == self._begin and not self._worded:
            self._worded = True
        else:
            self._next += 1

    def _start(self, first: int) -> list[bytes]:
        """first: the next tick. What is sent already is no beginning, also where the line has moved back a little."""
        sixteenth = max(0, ceil(first / TICKS_A_SIXTEENTH))
        self._begin, self._worded = sixteenth * TICKS_A_SIXTEENTH, False
        self._word = CONTINUE if sixteenth else START
        return [song_position(sixteenth)] if sixteenth else []

    def _halt(self) -> list[bytes]:
        self._begin, self._worded = None, True
        return []


def song_position(sixteenth: int) -> bytes:
    """The message; a song longer than it can say begins again."""
    place = sixteenth % (LAST_POSITION + 1)
    return bytes((0xF2, place & 0x7F, place >> 7))
