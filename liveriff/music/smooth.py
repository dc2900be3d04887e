"""What is measured now and then, a little wrong each time, without the jitter. Pure."""

from __future__ import annotations

from liveriff.music.lead import Line

JUMP_S = 0.03  # farther off than this is no jitter
SHARE = 0.02  # of what a line is off is let in at a time
AVERAGE = 0.15  # weight of the newest measurement
SETTLE = 8  # measurements before an average counts


class Smoothed:
    """Beats measured now and then, a little wrong each time, as a line without the jitter.

    Tempo changes are taken at once and keep the phase; what is left over is let in slowly.
    """

    def __init__(self) -> None:
        """Nothing measured."""
        self.line: Line | None = None

    def update(self, time_s: float, beat: float, bpm: float) -> Line:
        """The beat at a time, and the tempo, as measured; returns the line from there on."""
        before = self.line
        off = beat - before.beat_at(time_s) if before else 0.0
        if before is None or abs(off) * 60 / bpm > JUMP_S:
            self.line = Line(time_s, beat, bpm)
        else:
            self.line = Line(time_s, before.beat_at(time_s) + SHARE * off, bpm)
        return self.line


class Off:
    """How far our beats lag behind the master's, in seconds, averaged."""

    def __init__(self) -> None:
        """Nothing measured."""
        self.clear()

    def clear(self) -> None:
        """What was measured is no longer true."""
        self._first: list[float] = []
        self.seconds = 0.0

    def add(self, seconds: float) -> bool:
        """One measurement; returns whether the average counts. What is far from it begins another."""
        if self._first and abs(seconds - self.seconds) > JUMP_S:
            self.clear()
        if len(self._first) < SETTLE:
            self._first.append(seconds)
            self.seconds = sorted(self._first)[len(self._first) // 2]
        else:
            self.seconds += AVERAGE * (seconds - self.seconds)
        return len(self._first) >= SETTLE
