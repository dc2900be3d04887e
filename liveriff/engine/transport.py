"""The instrument's time as the engine sees it: the grid, when it starts, how it changes. Pure; frames come in."""

from __future__ import annotations

from fractions import Fraction

from liveriff.music.grid import Grid, boundary

START_LEAD_S = 0.05  # the first downbeat is placed this far ahead, so that the player knows it in time
CHANGE_LEAD_S = 0.02
LEAD_BLOCKS = 3  # but never fewer blocks: the one being mixed, the look-ahead, and one for the pipe


class Transport:
    """The grid that beats are counted by; None while stopped."""

    def __init__(self, rate: int, block: int = 256) -> None:
        """Stopped. rate: frames a second of the player; block: frames of its blocks."""
        self.rate = rate
        self._least = LEAD_BLOCKS * block
        self.grid: Grid | None = None
        self.first_frame: int | None = None  # frame of the first downbeat since the last start
        self.bent = 0  # hundredths of a BPM by which the grid runs faster than the tempo, to catch up with a master

    def beat(self, frame: int) -> Fraction:
        """Beat at a frame; 0 while stopped."""
        return self.grid.beat_at(frame) if self.grid else Fraction(0)

    def start(self, frame: int, bpm_cents: int, beat: Fraction = Fraction(0), first: int | None = None) -> Grid:
        """Begin to count a little after ``frame``, or with ``beat`` at the frame ``first``, which may have passed."""
        self.first_frame = frame + self._lead(START_LEAD_S) if first is None else first
        self.bent = 0
        self.grid = Grid(self.rate, bpm_cents, self.first_frame, beat)
        return self.grid

    def stop(self) -> None:
        """Count no more."""
        self.grid = None

    def retime(self, frame: int, bpm_cents: int, beat: Fraction | None = None) -> Grid | None:
        """Another tempo from a little after ``frame`` on, or from ``beat`` on where that is later; None when nothing
        changes or the transport stands."""
        if self.grid is None or self.grid.bpm_cents - self.bent == bpm_cents:
            return None
        self.bent = 0
        at = frame + self._lead(CHANGE_LEAD_S)
        if beat is not None:
            at = max(at, self.grid.frame_of(beat))
        self.grid = self.grid.retimed(at, bpm_cents)
        return self.grid

    def bend(self, frame: int, cents: int) -> Grid | None:
        """Run faster (below 0: slower) than the tempo by hundredths of a BPM from a little after ``frame`` on; None
        when nothing changes or the transport stands."""
        if self.grid is None or self.bent == cents:
            return None
        tempo, self.bent = self.grid.bpm_cents - self.bent, cents
        self.grid = self.grid.retimed(frame + self._lead(CHANGE_LEAD_S), tempo + cents)
        return self.grid

    def jump(self, frame: int, beats: Fraction, on_beat: bool) -> Grid | None:
        """Count on ``beats`` further from a little after ``frame`` on, or from the next beat on; None while stopped."""
        if self.grid is None:
            return None
        tempo, self.bent = self.grid.bpm_cents - self.bent, 0
        at = frame + self._lead(CHANGE_LEAD_S)
        if on_beat:
            at = self.grid.frame_of(boundary(self.grid.beat_at(at), Fraction(1)))
        self.grid = Grid(self.rate, tempo, at, self.grid.beat_at(at) + beats)
        return self.grid

    def _lead(self, seconds: float) -> int:
        return max(round(seconds * self.rate), self._least)

    def nudge(self, beats: Fraction) -> Grid | None:
        """Move all beats later (or earlier); None while stopped."""
        if self.grid is None:
            return None
        self.grid = self.grid.shifted(beats)
        return self.grid

    def resume(self, beat: Fraction, frame: int) -> Grid | None:
        """Go on at ``beat`` in the frame count of a new player."""
        if self.grid is None:
            return None
        tempo, self.bent = self.grid.bpm_cents - self.bent, 0
        self.grid = Grid(self.rate, tempo, frame, beat)
        return self.grid
