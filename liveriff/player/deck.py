"""A deck: a loop that always exists, and the swap that will replace it.

Called by the mixer on the sink's thread; never waits. A deck plays *layers* (loops at a fixed gain; one at gain 1
when nothing happens) and at most one crossfade from all of them to one incoming loop. A swap that begins during a
crossfade freezes the present mix as layers and fades from that, so nothing is cut and nothing clicks; when too many
layers would sound at once it waits for the running crossfade.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from liveriff.music.grid import Grid
from liveriff.player.kernels import Kernels
from liveriff.player.loop import SEAMLESS, Loop, Source
from liveriff.player.scalar import Bus

LONGEST_PASS = 1024  # most frames rendered at one go
MOST_LAYERS = 4
SHORTEST_FADE = 64  # frames; what is left before the beat may be shorter than the fade asked for, but not than this
NUDGE_FADE = 256  # frames of the crossfade that hides a jump of the grid
PROBES = 1024  # frames compared to find the correlation of the two sides of a fade


@dataclass(frozen=True)
class Change:
    """A swap made ready by the pipe's thread. source: None for silence; at, fade: as in ``messages.Swap``."""

    deck: int
    source: Source | None
    at: Fraction | None
    fade: int


@dataclass
class Layer:
    """A loop at a fixed gain."""

    loop: Loop
    gain: float


@dataclass(frozen=True)
class Fade:
    """A crossfade of ``frames`` frames from the layers to ``loop`` (None: to silence). told: Swapped is owed."""

    loop: Loop | None
    start: int
    frames: int
    rho: float
    told: bool

    @property
    def end(self) -> int:
        """The first frame where the incoming loop is in full."""
        return self.start + self.frames

    def sides(self, frame: int) -> tuple[float, float]:
        """Gains of the layers and of the incoming loop at a frame."""
        t = (frame - self.start) / self.frames
        level = (1 - 2 * t * (1 - t) * (1 - self.rho)) ** 0.5
        return (1 - t) / level, t / level


class Deck:
    """One stream. ``swapped(deck, slot, frame)`` and ``dropped(slot)`` are called when either happens."""

    def __init__(
        self,
        number: int,
        kernels: Kernels,
        swapped: Callable[[int, int | None, int], None],
        dropped: Callable[[int], None],
    ) -> None:
        """A silent deck; number: 1 to 4."""
        self.number = number
        self.layers: list[Layer] = []
        self.fade: Fade | None = None
        self.waiting: Change | None = None
        self._bad = 0
        self._target: int | None = None
        self._grid: Grid | None = None
        self._follows = True
        self._kernels, self._swapped, self._dropped = kernels, swapped, dropped
        self._gain = np.ones(LONGEST_PASS)
        self._ones = np.ones(LONGEST_PASS)

    # --- what the mixer asks ----------------------------------------------------------------------------------

    @property
    def loop(self) -> Loop | None:
        """The loop that is heard, or is coming in."""
        if self.fade:
            return self.fade.loop
        return self.layers[-1].loop if self.layers else None

    def slots(self) -> Iterator[int]:
        """Every slot that this deck may still read."""
        yield from (layer.loop.source.slot for layer in self.layers)
        if self.fade and self.fade.loop:
            yield self.fade.loop.source.slot
        if self.waiting and self.waiting.source:
            yield self.waiting.source.slot

    def take_bad(self) -> int:
        """How many samples were not finite since the last call."""
        bad, self._bad = self._bad, 0
        return bad

    # --- what happens to it -----------------------------------------------------------------------------------

    def change(self, change: Change) -> None:
        """Let a swap wait for its time; a swap already waiting is given up."""
        given_up, self.waiting = self.waiting, change
        if given_up and given_up.source:
            self._dropped(given_up.source.slot)

    def schedule(self, frame_of: Callable[[Fraction], int | None]) -> None:
        """Find again the frame of the waiting swap's beat; the mixer calls it when a swap or a grid has come."""
        self._target = frame_of(self.waiting.at) if self.waiting and self.waiting.at is not None else None

    def follow(self, grid: Grid) -> None:
        """Beats are counted by ``grid`` from the next frame on."""
        self._grid, self._follows = grid, False

    def start(self, grid: Grid, frame: int) -> None:
        """The transport starts at ``frame``: a swap that is due by then is in full from the first frame on."""
        self._grid, self._follows = grid, True
        for layer in self.layers:
            layer.loop.lay(grid, frame)
        if self.waiting and (self._target is None or self._target <= frame):
            change, self.waiting = self.waiting, None
            self._cross(Loop(change.source, grid, frame) if change.source else None, frame, 0, told=True)
            self._arrive()

    def halt(self) -> None:
        """The transport has stopped and nothing is heard: end a running crossfade."""
        if self.fade:
            self._arrive()

    def forget(self) -> None:
        """Let go of all chunks, when nothing will be rendered any more."""
        self.layers, self.fade, self.waiting = [], None, None

    # --- sound ------------------------------------------------------------------------------------------------

    def render(self, out: Bus, frame: int) -> None:
        """Add the deck's frames from ``frame`` on to ``out`` (frames, 2). The grid is the same throughout."""
        at, last = frame, frame + len(out)
        while at < last:
            self._turn(at)
            cut = min(last, self._next_turn(at, last))
            self._add(out[at - frame : cut - frame], at)
            at = cut

    def _turn(self, frame: int) -> None:
        if self.fade and frame >= self.fade.end:
            self._arrive()
        if self.waiting and self._due(frame) and self._room():
            self._begin(self.waiting, frame)
        if not self._follows:
            self._follow(frame)

    def _next_turn(self, frame: int, last: int) -> int:
        turn = self.fade.end if self.fade else last
        if self.waiting and not self._due(frame):
            assert self._target is not None
            turn = min(turn, self._target - self.waiting.fade)
        return turn

    def _due(self, frame: int) -> bool:
        assert self.waiting is not None
        return self._target is None or frame >= self._target - self.waiting.fade

    def _room(self) -> bool:
        return self.fade is None or len(self.layers) < MOST_LAYERS

    def _begin(self, change: Change, frame: int) -> None:
        self.waiting = None
        assert self._grid is not None
        loop = Loop(change.source, self._grid, frame) if change.source else None
        self._cross(loop, frame, _fade_length(change.fade, self._target, frame), told=True)
        if self.fade and self.fade.frames == 0:
            self._arrive()

    def _cross(self, loop: Loop | None, frame: int, frames: int, told: bool) -> None:
        """Begin a crossfade from all that is heard at ``frame`` to ``loop``."""
        if self.fade:
            out, into = self.fade.sides(frame)
            for layer in self.layers:
                layer.gain *= out
            if self.fade.loop:
                self.layers.append(Layer(self.fade.loop, into))
        self.fade = Fade(loop, frame, frames, self._correlation(loop, frame, frames), told)

    def _correlation(self, loop: Loop | None, frame: int, frames: int) -> float:
        """Likeness (0..1) of what goes and what comes, over the crossfade; 0 where either is silent."""
        if loop is None or not self.layers or frames == 0:
            return 0.0
        probes = frame + np.arange(0, frames, max(1, frames // PROBES))
        new = loop.peek(probes)
        old = sum((layer.loop.peek(probes) * layer.gain for layer in self.layers), np.zeros_like(new))
        power = float(np.vdot(new, new)) * float(np.vdot(old, old))
        return min(1.0, max(0.0, float(np.vdot(new, old)) / power**0.5)) if power > 0 else 0.0

    def _arrive(self) -> None:
        """The crossfade is over: the incoming loop is all there is."""
        fade, gone = self.fade, self.layers
        assert fade is not None
        self.fade, self.layers = None, [Layer(fade.loop, 1.0)] if fade.loop else []
        if fade.told:
            self._swapped(self.number, fade.loop.source.slot if fade.loop else None, fade.end)
        for layer in gone:
            self._dropped(layer.loop.source.slot)

    def _follow(self, frame: int) -> None:
        """Take all loops to the deck's grid; where that makes the heard loop jump, crossfade to it."""
        assert self._grid is not None
        main = self.loop
        for layer in self.layers:
            if layer.loop is not main:
                self._slide(layer.loop, frame)
        if main is None or self._slide(main, frame):
            self._follows = True
        elif self._room():
            told = self.fade.told if self.fade else False
            self._cross(Loop(main.source, self._grid, frame), frame, NUDGE_FADE, told)
            self._follows = True

    def _slide(self, loop: Loop, frame: int) -> bool:
        """Lay a loop on the deck's grid if that is seamless."""
        assert self._grid is not None
        if loop.grid is self._grid:
            return True
        moved = Loop(loop.source, self._grid, frame)
        seamless = loop.jump(moved, frame) <= SEAMLESS
        if seamless:
            loop.lay(self._grid, frame)
        return seamless

    def _add(self, out: Bus, frame: int) -> None:
        n = len(out)
        for layer in self.layers:
            gain = self._ones if layer.gain == 1.0 and not self.fade else self._gain
            if self.fade:
                self._shape(n, layer.gain, False, frame)
            elif gain is self._gain:
                gain[:n] = layer.gain
            self._bad += layer.loop.add(out, frame, gain[:n], self._kernels)
        if self.fade and self.fade.loop:
            self._shape(n, 1.0, True, frame)
            self._bad += self.fade.loop.add(out, frame, self._gain[:n], self._kernels)

    def _shape(self, n: int, hold: float, rising: bool, frame: int) -> None:
        assert self.fade is not None
        self._kernels.fade(self._gain[:n], hold, rising, frame - self.fade.start, self.fade.frames, self.fade.rho)


def _fade_length(fade: int, target: int | None, frame: int) -> int:
    """Frames of a crossfade that begins now: up to its beat if that is still ahead, else as long as asked for."""
    if target is None or target <= frame:
        return fade
    return max(target - frame, min(fade, SHORTEST_FADE))
