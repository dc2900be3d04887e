"""Following a MIDI clock: tempo and beat from its ticks, transport from start, stop, continue and song position.

24 ticks a beat; the beat of a start is that of the next tick (MIDI 1.0 detailed specification, "System Real Time").
Times are in seconds, always of the same clock; no clock of its own; one thread at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from liveriff.music.dll import TickLoop
from liveriff.music.lead import Lead, Line
from liveriff.music.steady import SteadyTempo

TICKS_A_BEAT = 24
SILENT_S = 0.5  # without a tick for so long the master has left; the line is drawn on
FORGOTTEN_S = 60.0  # and after so long nobody knows its place any more
READ_TICKS = TICKS_A_BEAT  # a tempo is read from at least so many ticks
TICK, START, CONTINUE, STOP, POSITION = 0xF8, 0xFA, 0xFB, 0xFC, 0xF2


class ClockFollower:
    """One master's clock. ``feed`` it what it sends, ask for its ``lead``."""

    def __init__(self, who: str = "") -> None:
        """Nothing heard yet; who: the master's name for a person."""
        self.who = who
        self.ticks = 0  # heard
        self.running = False  # started or continued, and not stopped since
        self.placed = False  # whether the count is the song's
        self.spoken = False  # whether it ever said start, stop or continue
        self._loop = TickLoop()
        self._tempo = SteadyTempo()
        self._epoch = 0
        self._zero = Fraction(0)  # the tick that beat 0 falls on
        self._pending: Fraction | None = None  # the beat of the next tick
        self._position = Fraction(0)  # the beat that a continue begins with
        self._last_s = float("-inf")

    def feed(self, data: Sequence[int], time_s: float) -> bool:
        """A message as bytes, and when it came. Returns whether the transport changed. What is no clock message, or
        is cut short, changes nothing."""
        match list(data):
            case [0xF8]:
                return self._tick(time_s)
            case [0xFA]:
                return self._begin(Fraction(0))
            case [0xFB]:
                return self._begin(self._position)
            case [0xFC]:
                return self._stop()
            case [0xF2, low, high]:
                self._position = Fraction((low & 0x7F) | (high & 0x7F) << 7, 4)
        return False

    def alive(self, now_s: float) -> bool:
        """Whether ticks come."""
        return now_s - self._last_s <= SILENT_S

    def lead(self, now_s: float) -> Lead | None:
        """What the master says now; None until its tempo can be read."""
        loop = self._loop
        if not self._tempo.cents or not loop.locked:  # it was forgotten, and has just begun again
            return None
        beat = (loop.index - self._zero) / TICKS_A_BEAT
        line = Line(loop.time_s, float(beat), 60 / (TICKS_A_BEAT * loop.period_s))
        playing = (self.running and self._pending is None) if self.spoken else None
        cycle = None if self.placed and self.running else 0
        return Lead(line, self._tempo.cents, self.alive(now_s), playing, cycle, self._epoch, self.who)

    # --- what it says ------------------------------------------------------------------------------------------------

    def _tick(self, time_s: float) -> bool:
        if self.ticks and time_s - self._last_s > FORGOTTEN_S:
            self._forget()
        self._last_s = max(self._last_s, time_s)
        self.ticks += 1
        begins, self._pending = self._pending, None
        if begins is None:
            self._loop.tick(time_s)
        else:
            self._zero = self._loop.jump(time_s) - begins * TICKS_A_BEAT
            self._epoch += 1
        self._read()
        return begins is not None

    def _read(self) -> None:
        loop = self._loop
        if loop.locked and loop.age >= READ_TICKS and loop.calm:
            self._tempo.update(60 / (TICKS_A_BEAT * loop.period_s), loop.doubt)

    def _begin(self, beat: Fraction) -> bool:
        self.running = self.placed = self.spoken = True
        self._pending = beat
        return False  # it is so with the next tick

    def _stop(self) -> bool:
        if self.running and self._pending is None:
            self._position = (self._loop.index + 1 - self._zero) / TICKS_A_BEAT
        self.running, self._pending, self.spoken = False, None, True
        return True

    def _forget(self) -> None:
        self._loop, self.placed = TickLoop(), self._pending is not None
        self._zero, self._epoch = Fraction(0), self._epoch + 1
