"""The transport: which grid counts the beats, when it starts and stops, and the fader that hides both.

Called by the mixer on the sink's thread; never waits. Frames are the player's own: those the sink has asked for
since it opened.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from liveriff.music.grid import Grid

STOP_S = 0.05
LATE_FRAMES = 256  # a transport that starts too late starts inside the music, and fades in over this


class Fader:
    """A gain that moves along straight lines; exactly 1 or 0 when it rests."""

    def __init__(self, value: float = 1.0) -> None:
        """At rest at ``value``."""
        self.jump(value)

    def jump(self, value: float) -> None:
        """Be at ``value`` at once."""
        self._from = self.goal = value
        self._start = self.end = 0

    def move(self, value: float, frame: int, frames: int) -> None:
        """Go to ``value`` within ``frames`` frames from ``frame`` on."""
        self._from = self.at(frame)
        self.goal, self._start, self.end = value, frame, frame + frames

    def at(self, frame: int) -> float:
        """The gain at a frame."""
        if frame >= self.end:
            return self.goal
        return self._from + (self.goal - self._from) * (frame - self._start) / (self.end - self._start)

    def resting(self, frame: int, value: float) -> bool:
        """Does it rest at ``value`` since this frame or before?"""
        return frame >= self.end and self.goal == value

    def gains(self, frame: int, frames: int) -> NDArray[np.float64] | None:
        """The gains (frames,) from a frame on, or None where all are 1."""
        if self.resting(frame, 1.0):
            return None
        knots = np.array([self._start, max(self.end, self._start + 1)], dtype=np.float64)
        return np.interp(np.arange(frame, frame + frames, dtype=np.float64), knots, [self._from, self.goal])


class Transport:
    """Grids in the order of their first frames. ``grid`` is the one that counts now, None when stopped."""

    def __init__(self, rate: int) -> None:
        """Stopped; rate: frames a second."""
        self.grid: Grid | None = None
        self.started: int | None = None
        self.fader = Fader()
        self._rate = rate
        self._coming: list[Grid] = []
        self._stops: int | None = None

    def set(self, grid: Grid | None, frame: int) -> None:
        """Count by ``grid`` from its frame on, whatever was to come after it; None: fade out and stop."""
        if grid is None:
            self._coming = []
            if self.grid:
                self.fader.move(0.0, frame, int(STOP_S * self._rate))
                self._stops = self.fader.end
        else:
            self._coming = [other for other in self._coming if other.frame < grid.frame]
            self._coming.append(grid)

    def leave(self, frame: int, frames: int) -> None:
        """Fade out within ``frames`` frames, for good; the grid goes on counting."""
        self._coming, self._stops = [], None
        self.fader.move(0.0, frame, frames)

    def turn(self, frame: int) -> bool:
        """Take what is due at a frame; True if ``grid`` is now another."""
        before = self.grid
        if self._stops is not None and frame >= self._stops:
            self.grid, self._stops = None, None
        while self._coming and self._coming[0].frame <= frame:
            self._take(self._coming.pop(0), frame)
        return self.grid is not before

    def _take(self, grid: Grid, frame: int) -> None:
        if self.grid is None:
            self.fader.jump(1.0 if grid.frame == frame else 0.0)
            if self.started is None:
                self.started = frame
        self.grid, self._stops = grid, None
        if self.fader.goal != 1.0:
            self.fader.move(1.0, frame, LATE_FRAMES)

    def next_turn(self, last: int) -> int:
        """The next frame where ``turn`` has something to do, at most ``last``."""
        if self._stops is not None:
            last = min(last, self._stops)
        return min(last, self._coming[0].frame) if self._coming else last

    def frame_of(self, beat: Fraction) -> int | None:
        """The frame of a beat by the grids known now; None while nothing is planned."""
        plan = ([self.grid] if self.grid else []) + self._coming
        for grid in reversed(plan):
            if beat >= grid.beat:
                return grid.frame_of(beat)
        return plan[0].frame_of(beat) if plan else None
