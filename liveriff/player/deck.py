"""A deck: a loop that always exists, and the swap that will replace it.

Called by the mixer on the sink's thread; never waits. A deck plays *layers* (loops at a fixed gain; one at gain 1
when nothing happens) and at most one crossfade from all of them to one incoming loop. A swap that begins during a
crossfade freezes the present mix as layers and fades from that, so nothing is cut and nothing clicks; when too many
layers would sound at once it waits for the running crossfade. A loop whose strip has changed is faded to as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from liveriff.music.grid import Grid
from liveriff.player.cutaway import Cut, Cutaway
from liveriff.player.kernels import Kernels
from liveriff.player.layers import Change, Fade, Layer, StripChange, fade_length, same_here
from liveriff.player.loop import SEAMLESS, Loop, Source
from liveriff.player.scalar import Bus
from liveriff.player.window import Window

LONGEST_PASS = 1024  # most frames rendered at one go
MOST_LAYERS = 4
STRIP_FADE = 1024  # frames of the crossfade to a strip that has got another point
NUDGE_FADE = 256  # frames of the crossfade that hides a jump of the grid
PROBES = 1024  # frames compared to find the correlation of the two sides of a fade


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
        self.coming: Source | None = None  # the present loop with another strip, once nothing else is going on
        self.window = Window()
        self.cutaway = Cutaway()
        self._bad = 0
        self._target: int | None = None
        self._grid: Grid | None = None
        self._follows = True
        self._kernels, self._swapped, self._dropped = kernels, swapped, dropped
        self._gain = np.ones(LONGEST_PASS)
        self._ones = np.ones(LONGEST_PASS)
        self._alpha = 0.0

    # --- what the mixer asks ----------------------------------------------------------------------------------

    @property
    def loop(self) -> Loop | None:
        """The loop that is heard, or is coming in."""
        if self.fade:
            return self.fade.loop
        return self.layers[-1].loop if self.layers else None

    def slots(self) -> Iterator[int]:
        """Every slot that this deck may still read."""
        for source in self._sources():
            yield from source.slots

    def _sources(self) -> Iterator[Source]:
        yield from (layer.loop.source for layer in self.layers)
        if self.fade and self.fade.loop:
            yield self.fade.loop.source
        if self.waiting and self.waiting.source:
            yield self.waiting.source
        if self.coming:
            yield self.coming
        if self.cutaway.source:
            yield self.cutaway.source

    def take_bad(self) -> int:
        """How many samples were not finite since the last call."""
        bad, self._bad = self._bad, 0
        return bad

    # --- what happens to it -----------------------------------------------------------------------------------

    def change(self, change: Change) -> None:
        """Let a swap wait for its time; a swap already waiting is given up."""
        given_up, self.waiting = self.waiting, change
        if given_up and given_up.source:
            self._release(given_up.source.slots)

    def lay_strip(self, change: StripChange) -> None:
        """Play the loop of a slot, if it is here, with another strip."""
        source = change.source
        if self.waiting and self.waiting.source and self.waiting.source.slot == source.slot:
            given_up, self.waiting = self.waiting.source.slots, replace(self.waiting, source=source)
        elif self.loop and self.loop.source.slot == source.slot:
            given_up, self.coming = self.coming.slots if self.coming else (), source
        else:
            given_up = change.fresh
        self._release(given_up)

    def fill(self, cut: Cut) -> None:
        """Let a fill be heard between its beats."""
        self._release(self.cutaway.take(cut))

    def schedule(self, frame_of: Callable[[Fraction], int | None]) -> None:
        """Find again the frame of the waiting swap's beat; the mixer calls it when a swap or a grid has come."""
        self._target = frame_of(self.waiting.at) if self.waiting and self.waiting.at is not None else None
        self.cutaway.schedule(frame_of)

    def follow(self, grid: Grid) -> None:
        """Beats are counted by ``grid`` from the next frame on."""
        self._grid, self._follows = grid, False

    def start(self, grid: Grid, frame: int) -> None:
        """The transport starts at ``frame``: a swap that is due by then is in full from the first frame on."""
        self._grid, self._follows = grid, True
        self.window.reset()
        self._release(self.cutaway.drop())
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
        self.layers, self.fade, self.waiting, self.coming = [], None, None, None
        self.cutaway.drop()

    # --- sound ------------------------------------------------------------------------------------------------

    def render(self, out: Bus, frame: int, alpha: NDArray[np.float64] | None = None) -> None:
        """Add the deck's frames from ``frame`` on to ``out`` (frames, 2), with the hand at ``alpha`` (frames,). The
        grid is the same throughout."""
        at, last = frame, frame + len(out)
        hand = np.zeros(len(out)) if alpha is None else alpha
        while at < last:
            self._alpha = float(hand[at - frame])
            self._turn(at)
            cut = min(last, self._next_turn(at, last))
            self._add(out[at - frame : cut - frame], at, hand[at - frame : cut - frame])
            self._bad += self.cutaway.run(
                out[at - frame : cut - frame], at, hand[at - frame : cut - frame], self.window, self._kernels
            )
            at = cut

    def _turn(self, frame: int) -> None:
        if self.fade and frame >= self.fade.end:
            self._arrive()
        if self.waiting and self._due(frame) and self._room():
            self._begin(self.waiting, frame)
        if self.coming and self.fade is None:
            self._take_strip(self.coming, frame)
        if not self._follows:
            self._follow(frame)
        if self._follows and self._grid is not None:
            self.window.turn(frame, self._grid, self.loop, self._alpha)
            if self.cutaway.turn(frame, self._grid, self.loop):
                self._release(self.cutaway.drop())

    def _next_turn(self, frame: int, last: int) -> int:
        turn = self.cutaway.next_turn(frame, self.window.next_turn(frame, self.fade.end if self.fade else last))
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
        self._cross(loop, frame, fade_length(change.fade, self._target, frame), told=True)
        if self.fade and self.fade.frames == 0:
            self._arrive()

    def _take_strip(self, source: Source, frame: int) -> None:
        """Fade to the loop with its new strip; where the hand rests on a chunk that both have, nothing changes."""
        self.coming, loop = None, self.loop
        if loop is None or loop.source.slot != source.slot:
            self._release(source.slots)
        elif same_here(loop.source, source, self._alpha):
            gone, loop.source = loop.source, source
            self._release(gone.slots)
        else:
            self._cross(Loop(source, loop.grid, frame), frame, STRIP_FADE, told=False)

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
        new = loop.peek(probes, self._alpha)
        old = sum((layer.loop.peek(probes, self._alpha) * layer.gain for layer in self.layers), np.zeros_like(new))
        power = float(np.vdot(new, new)) * float(np.vdot(old, old))
        return min(1.0, max(0.0, float(np.vdot(new, old)) / power**0.5)) if power > 0 else 0.0

    def _arrive(self) -> None:
        """The crossfade is over: the incoming loop is all there is."""
        fade, gone = self.fade, self.layers
        assert fade is not None
        self.fade, self.layers = None, [Layer(fade.loop, 1.0)] if fade.loop else []
        if fade.told:
            self._swapped(self.number, fade.loop.source.slot if fade.loop else None, fade.end)
        self._release(slot for layer in gone for slot in layer.loop.source.slots)

    def _release(self, slots: Iterable[int]) -> None:
        """Slots that this part of the deck reads no more; strips of one loop share some."""
        for slot in dict.fromkeys(slots):
            self._dropped(slot)

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

    def _add(self, out: Bus, frame: int, alpha: NDArray[np.float64]) -> None:
        n = len(out)
        for layer in self.layers:
            gain = self._ones if layer.gain == 1.0 and not self.fade else self._gain
            if self.fade:
                self._shape(n, layer.gain, False, frame)
            elif gain is self._gain:
                gain[:n] = layer.gain
            self._bad += self.window.add(layer.loop, out, frame, gain[:n], alpha, self._kernels)
        if self.fade and self.fade.loop:
            self._shape(n, 1.0, True, frame)
            self._bad += self.window.add(self.fade.loop, out, frame, self._gain[:n], alpha, self._kernels)

    def _shape(self, n: int, hold: float, rising: bool, frame: int) -> None:
        assert self.fade is not None
        self._kernels.fade(self._gain[:n], hold, rising, frame - self.fade.start, self.fade.frames, self.fade.rho)
