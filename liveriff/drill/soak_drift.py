"""Whether beats stay where they belong: the player's loops against the grid, and the grid against a sum of its own.

Both are told in frames of the sink. Pure: it is told what the engine tells the player, and what the player shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from liveriff.music.grid import Grid


@dataclass(frozen=True)
class Looping:
    """What a deck shows: beats of its loop, frames of its chunk, and its place in it, 0..1."""

    beats: int
    frames: int
    place: float


class Ledger:
    """Adds up the beats of every grid that the player was told, in whole numbers: a beat at c/100 BPM and r frames a
    second is 6000 r / c frames, so n frames are n c units of which 6000 r are a beat."""

    def __init__(self, rate: int) -> None:
        """No grid yet."""
        self.changes = 0
        self.worst_frames = 0.0  # by which a grid was off the sum of those before it
        self.frames = 0  # that beats were counted for
        self._rate = rate
        self._grid: Grid | None = None
        self._origin, self._units = Fraction(0), 0
        self._moved = False

    def moved(self) -> None:
        """A hand moves the beats: the next grid begins anew."""
        self._moved = True

    def told(self, grid: Grid | None) -> None:
        """The player shall count by this grid from its frame on; None: not at all."""
        before, self._grid = self._grid, grid
        if grid is None:
            return
        if before is None or self._moved:
            self._origin, self._units, self._moved = grid.beat, 0, False
            return
        self.changes += 1
        self.frames += grid.frame - before.frame
        self._units += (grid.frame - before.frame) * before.bpm_cents
        summed = self._origin + Fraction(self._units, 6000 * self._rate)
        self.worst_frames = max(self.worst_frames, abs(float((grid.beat - summed) * grid.frames_per_beat)))


def off_frames(grid: Grid, frame: int, looping: Looping) -> float:
    """By how many of its chunk's frames a loop that counts from beat 0 is off its place at ``frame``, the short way
    round."""
    place = grid.beat_at(frame) % looping.beats / looping.beats
    way = abs(looping.place - float(place)) % 1.0
    return min(way, 1.0 - way) * looping.frames


def worst(grid: Grid, frame: int, loops: Mapping[int, Looping]) -> float:
    """Of several decks; 0 where none loops."""
    return max((off_frames(grid, frame, each) for each in loops.values()), default=0.0)
