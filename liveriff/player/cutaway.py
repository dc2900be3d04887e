"""A fill: another chunk is heard between two beats, then the deck goes on as if nothing had been.

Called by the decks on the sink's thread; never waits. The deck's own loops run on beneath, so that what is heard after
it is exactly what would have been heard. Both crossfades end on their beat: what begins there keeps its attack.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from liveriff.music.grid import Grid
from liveriff.player.kernels import Kernels
from liveriff.player.loop import Loop, Source
from liveriff.player.scalar import Bus
from liveriff.player.window import Window

LONGEST_PASS = 1024


@dataclass(frozen=True)
class Cut:
    """A fill made ready by the pipe's thread; fields as in ``messages.Fill``. Beats of the deck's grid."""

    deck: int
    source: Source
    begin: Fraction
    end: Fraction
    fade: int


@dataclass
class Edge:
    """A crossfade of ``frames`` frames that ends at ``end``."""

    end: int
    frames: int
    rho: float = 0.0

    @property
    def start(self) -> int:
        """Its first frame."""
        return self.end - self.frames


class Cutaway:
    """At most one fill at a time; ``source``: what may still be read for it."""

    def __init__(self) -> None:
        """None."""
        self.source: Source | None = None
        self._cut: Cut | None = None
        self._loop: Loop | None = None
        self._into: Edge | None = None
        self._back: Edge | None = None
        self._sounds = False
        self._down: NDArray[np.float64] = np.ones(LONGEST_PASS)
        self._up: NDArray[np.float64] = np.ones(LONGEST_PASS)

    def take(self, cut: Cut) -> tuple[int, ...]:
        """Play this one when it is time; returns the slots that are not read any more: of a fill that waited, or of
        this one while another sounds."""
        if self._sounds:
            return cut.source.slots
        given_up, self._cut, self.source = self.source, cut, cut.source
        return given_up.slots if given_up else ()

    def schedule(self, frame_of: Callable[[Fraction], int | None]) -> None:
        """Find again the frames of its beats."""
        cut = self._cut
        begin, end = (frame_of(cut.begin), frame_of(cut.end)) if cut else (None, None)
        if cut is None or begin is None or end is None:
            self._into = self._back = None
            return
        fade = max(1, min(cut.fade, (end - begin) // 2))
        if not self._sounds:
            self._into = Edge(begin, fade)
        self._back = Edge(end, fade, self._back.rho if self._back else 0.0)

    def drop(self) -> tuple[int, ...]:
        """No fill any more; returns the slots that are not read from now on."""
        given_up, self.source = self.source, None
        self._cut = self._loop = self._into = self._back = None
        self._sounds = False
        return given_up.slots if given_up else ()

    def turn(self, frame: int, grid: Grid, main: Loop | None) -> bool:
        """Do what is due at a frame; True when it is over. main: the deck's loop, to find how alike the two are."""
        if self._cut is None or self._into is None or self._back is None or frame < self._into.start:
            return False
        if frame >= self._back.end or (not self._sounds and frame + self._into.frames > self._back.start):
            return True
        if not self._sounds:
            self._into.end = frame + self._into.frames  # what comes too late fades in at once
            self._sounds = True
            self._into.rho = self._likeness(main, grid, frame, self._into.frames)
        if self._loop is None or self._loop.grid is not grid:
            self._loop = Loop(self._cut.source, grid, frame)
        if frame == self._back.start:
            self._back.rho = self._likeness(main, grid, frame, self._back.frames)
        return False

    def next_turn(self, frame: int, last: int) -> int:
        """The next frame where ``turn`` has something to do or a gain bends, at most ``last``."""
        if self._into is None or self._back is None:
            return last
        bends = (self._into.start, self._into.end, self._back.start, self._back.end)
        return min((bend for bend in bends if frame < bend < last), default=last)

    def run(self, out: Bus, frame: int, alpha: NDArray[np.float64], window: Window, kernels: Kernels) -> int:
        """Put the fill in the place of ``out``, the deck's own sound; no ``turn`` may be due within. Returns samples
        that were not finite."""
        into, back, n = self._into, self._back, len(out)
        if not self._sounds or self._loop is None or into is None or back is None:
            return 0
        edge = into if frame < into.end else back if frame >= back.start else None
        if edge is None:
            out.fill(0.0)
            self._up[:n] = 1.0
        else:
            at = frame - edge.start
            kernels.fade(self._down[:n], 1.0, edge is back, at, edge.frames, edge.rho)
            kernels.fade(self._up[:n], 1.0, edge is into, at, edge.frames, edge.rho)
            out *= self._down[:n, None]
        return window.add(self._loop, out, frame, self._up[:n], alpha, kernels)

    def _likeness(self, main: Loop | None, grid: Grid, frame: int, frames: int) -> float:
        """Likeness (0..1) of the deck's loop and the fill over a crossfade."""
        if main is None or self._cut is None:
            return 0.0
        probes = frame + np.arange(frames)
        a, b = main.peek(probes, 0.0), Loop(self._cut.source, grid, frame).peek(probes, 0.0)
        power = float(np.vdot(a, a)) * float(np.vdot(b, b))
        return min(1.0, max(0.0, float(np.vdot(a, b)) / power**0.5)) if power > 0 else 0.0
