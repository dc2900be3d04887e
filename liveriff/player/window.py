"""A deck's loop and beat repeat: which frame of time is heard at which, while the deck itself runs on beneath.

Called by the decks on the sink's thread; never waits. A slice of L beats begins on a grid line; its cycle k lasts from
the frame of ``start + k L`` to that of ``start + (k + 1) L`` and sounds like the slice itself, so it is in phase with
the grid to the sample, and letting go goes on where the deck would have been without it. A cycle comes in by a short
crossfade that ends on its first frame, so that what begins on the grid line keeps its attack.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor

import numpy as np
from numpy.typing import NDArray

from liveriff.music.grid import Grid
from liveriff.player.kernels import Kernels
from liveriff.player.loop import Loop
from liveriff.player.scalar import Bus

FADE = 256  # frames of the crossfade into a cycle
SHORTEST = 128  # of one that a hand has made late: a dull attack is less bad than a click
LONGEST_PASS = 1024


@dataclass(frozen=True)
class Slice:
    """What is repeated: ``beats`` long, from beat ``start`` on."""

    start: Fraction
    beats: Fraction

    @classmethod
    def under(cls, beat: Fraction, beats: Fraction) -> Slice:
        """The slice that begins on the last grid line of its own length at or before ``beat``."""
        return cls(floor(beat / beats) * beats, beats)

    def heard(self, beat: Fraction) -> Fraction:
        """The beat that sounds at a beat."""
        return self.start + (beat - self.start) % self.beats

    def sized(self, beats: Fraction) -> Slice:
        """The same beginning, another length."""
        return Slice(self.start, beats)


@dataclass(frozen=True)
class Cycle:
    """One cycle on a grid: its first frame and the one after its last; ``shift``: frames by which its sound is old."""

    number: int
    begin: int
    end: int
    shift: int

    @classmethod
    def at(cls, piece: Slice, grid: Grid, frame: int) -> Cycle:
        """The cycle that a frame lies in."""
        number = floor((grid.beat_at(frame) - piece.start) / piece.beats)
        cycle = cls.of(piece, grid, number)
        return cycle if frame < cycle.end else cls.of(piece, grid, number + 1)

    @classmethod
    def of(cls, piece: Slice, grid: Grid, number: int) -> Cycle:
        """The cycle of a number; before the first there is nothing to repeat."""
        begin, end = (grid.frame_of(piece.start + k * piece.beats) for k in (number, number + 1))
        return cls(number, begin, end, begin - grid.frame_of(piece.start) if number > 0 else 0)

    @property
    def fade(self) -> int:
        """Frames of the crossfade into the next one."""
        return min(FADE, (self.end - self.begin) // 2)


@dataclass(frozen=True)
class Crossing:
    """A crossfade from one shift to another."""

    start: int
    frames: int
    shift: int  # of what goes
    rho: float

    @property
    def end(self) -> int:
        """The first frame after it."""
        return self.start + self.frames


class Window:
    """The deck's view on time. ``ask`` says what is wanted; ``turn`` takes it up where it does not click."""

    def __init__(self) -> None:
        """Time as it is."""
        self._asked: tuple[Fraction | None, Fraction | None] = (None, None)
        self._taken: tuple[Fraction | None, Fraction | None] = (None, None)
        self._loop: Slice | None = None
        self._repeat: Slice | None = None
        self._cycle: Cycle | None = None
        self._grid: Grid | None = None
        self._shift = 0
        self._alpha = 0.0
        self._crossing: Crossing | None = None
        self._gain: NDArray[np.float64] = np.ones(LONGEST_PASS)
        self._shape: NDArray[np.float64] = np.ones(LONGEST_PASS)

    def ask(self, loop: Fraction | None, repeat: Fraction | None) -> None:
        """Lengths in beats of the loop and of the beat repeat, which hides the loop; None for off."""
        self._asked = (loop, repeat)

    def reset(self) -> None:
        """The transport stands or starts: time as it is, until it runs."""
        self._loop = self._repeat = self._cycle = self._crossing = self._grid = None
        self._taken, self._shift = (None, None), 0

    @property
    def idle(self) -> bool:
        """Whether nothing is repeated, wanted, or fading."""
        return self._cycle is None and self._crossing is None and self._asked == self._taken

    @property
    def _piece(self) -> Slice | None:
        return self._repeat or self._loop

    def heard(self, frame: int) -> int:
        """The frame whose sound is heard at a frame."""
        return frame - self._shift

    # --- on the sink's thread, in order of time -------------------------------------------------------------------

    def turn(self, frame: int, grid: Grid, main: Loop | None, alpha: float = 0.0) -> None:
        """Do what is due at a frame. main: the loop that is heard, with the hand at ``alpha``, to find how alike the
        sides of a crossfade are."""
        if self.idle:
            return
        self._alpha = alpha
        if self._crossing and frame >= self._crossing.end:
            self._crossing = None
        if self._cycle and grid is not self._grid:
            self._regrid(grid, frame, main)
        self._grid = grid
        if self._crossing is None and self._asked != self._taken:
            self._take(grid, frame, main)
        if self._crossing is None and self._cycle and frame >= self._cycle.end - self._cycle.fade:
            self._wrap(grid, frame, main)

    def next_turn(self, frame: int, last: int) -> int:
        """The next frame where ``turn`` has something to do, at most ``last``."""
        if self._crossing:
            return min(last, max(frame + 1, self._crossing.end))
        if self._cycle:
            return min(last, max(frame + 1, self._cycle.end - self._cycle.fade))
        return last

    def _take(self, grid: Grid, frame: int, main: Loop | None) -> None:
        """Take up what the hand wants."""
        beat, running = grid.beat_at(frame), self._piece
        loop, repeat = self._taken = self._asked
        self._loop = _cut(self._loop, loop, beat)
        self._repeat = _cut(self._repeat, repeat, running.heard(beat) if running else beat)
        piece = self._piece
        self._cycle = Cycle.at(piece, grid, frame) if piece else None
        self._go(self._cycle.shift if self._cycle else 0, frame, FADE, main)

    def _regrid(self, grid: Grid, frame: int, main: Loop | None) -> None:
        """Count by another grid: the beat stays, so the same cycle only lies on other frames."""
        piece, before = self._piece, self._cycle
        assert piece is not None
        assert before is not None
        self._cycle = Cycle.at(piece, grid, frame)
        if self._crossing or self._cycle.number == before.number:
            self._shift = self._cycle.shift
        else:
            self._go(self._cycle.shift, frame, FADE, main)

    def _wrap(self, grid: Grid, frame: int, main: Loop | None) -> None:
        piece, before = self._piece, self._cycle
        assert piece is not None
        assert before is not None
        self._cycle = Cycle.of(piece, grid, before.number + 1)
        self._go(self._cycle.shift, frame, max(before.end - frame, min(SHORTEST, before.fade)), main)

    def _go(self, shift: int, frame: int, frames: int, main: Loop | None) -> None:
        """Be ``shift`` frames late from now on."""
        before, self._shift = self._shift, shift
        if before != shift and frames > 0:
            self._crossing = Crossing(frame, frames, before, self._like(main, frame - before, frame - shift, frames))

    def _like(self, loop: Loop | None, old: int, new: int, frames: int) -> float:
        """Likeness (0..1) of a loop's sound from frame ``old`` and from frame ``new`` on."""
        if loop is None:
            return 0.0
        probes = np.arange(frames)
        a, b = loop.peek(old + probes, self._alpha), loop.peek(new + probes, self._alpha)
        power = float(np.vdot(a, a)) * float(np.vdot(b, b))
        return min(1.0, max(0.0, float(np.vdot(a, b)) / power**0.5)) if power > 0 else 0.0

    def add(
        self,
        loop: Loop,
        out: Bus,
        frame: int,
        gain: NDArray[np.float64],
        alpha: NDArray[np.float64],
        kernels: Kernels,
    ) -> int:
        """As ``Loop.add``, of the frames that are heard now; no ``turn`` may be due within ``out``."""
        crossing = self._crossing
        if crossing is None:
            return loop.add(out, frame - self._shift, gain, alpha, kernels)
        bad = 0
        for shift, rising in ((crossing.shift, False), (self._shift, True)):
            shape, both = self._shape[: len(out)], self._gain[: len(out)]
            kernels.fade(shape, 1.0, rising, frame - crossing.start, crossing.frames, crossing.rho)
            np.multiply(shape, gain, out=both)
            bad += loop.add(out, frame - shift, both, alpha, kernels)
        return bad


def _cut(before: Slice | None, beats: Fraction | None, beat: Fraction) -> Slice | None:
    """The slice of another length: one that runs keeps its beginning."""
    if beats is None:
        return None
    return before.sized(beats) if before else Slice.under(beat, beats)
