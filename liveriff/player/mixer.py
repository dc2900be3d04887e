"""The mixer: four decks and the pads to one stereo bus, through the limiter, to a block of sound.

``apply`` and ``next_block`` are called on the sink's thread and never wait. The limiter looks ahead, so its output
is late; the mixer therefore mixes as far ahead of the sink as the limiter is late, and beat 0 leaves at exactly its
frame. Gains are smoothed in quanta counted from frame 0, so blocks of any size give the same samples.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, exp

import numpy as np
from numpy.typing import NDArray

from liveriff.params.words import DECKS
from liveriff.player.deck import LONGEST_PASS, Change, Deck
from liveriff.player.desk import Desk
from liveriff.player.kernels import Kernels
from liveriff.player.pads import Pads, PadSound
from liveriff.player.scalar import ONE, QUANTUM, Chunk
from liveriff.player.transport import Transport
from liveriff.wire.messages import Released, SetGrid, Swapped

LOOK_AHEAD_S = 0.0015
RELEASE_S = 0.08
SMOOTH_S = 0.005


class Limiter:
    """The limiter's past and its constants, for ``scalar.limit`` and ``scalar.finish``."""

    def __init__(self, rate: int, kernels: Kernels) -> None:
        """At rest. depth: frames by which the output is late."""
        self.depth = ceil(LOOK_AHEAD_S * rate)
        self.meters = np.array([0.0, 0.0, 0.0, 1.0])
        self._release = 1.0 - exp(-1.0 / (RELEASE_S * rate))
        rows = self.depth + LONGEST_PASS
        self._tail = np.zeros((rows, 2))
        self._need = np.full(rows, ONE, np.int64)
        self._ease = np.full(rows, ONE, np.int64)
        self._gain = np.ones(LONGEST_PASS)
        self._limit, self._finish = kernels.limit, kernels.finish

    def run(self, out: Chunk, bus: NDArray[np.float64], ceiling: float) -> None:
        """Fill ``out`` (frames, 2) with the bus of ``depth`` frames ago, under ``ceiling`` (linear)."""
        gain = self._gain[: len(out)]
        self._limit(gain, bus, self._need, self._ease, self.depth, ceiling, self._release)
        self._finish(out, bus, self._tail, gain, self.depth, ceiling, self.meters)


class Mixer:
    """Four decks, the master and the limiter. ``say`` takes what the engine must hear (a deque's append)."""

    def __init__(self, rate: int, kernels: Kernels, say: Callable[[object], None], desk: Desk | None = None) -> None:
        """A silent desk with its clock at 0; rate: frames a second."""
        self.limiter = Limiter(rate, kernels)
        self.transport = Transport(rate)
        self.desk = desk or Desk()
        self.decks = [Deck(n, kernels, self._swapped, self._dropped) for n in DECKS]
        self.pads = Pads(rate, kernels, self.desk, LONGEST_PASS, self._dropped)
        self.frame = self.limiter.depth  # the next frame to mix; the next to leave is ``depth`` earlier
        self.peaks = np.zeros(len(DECKS))
        self.bad_samples = 0
        self._say, self._add_strip = say, kernels.add_strip
        self._pull = 1.0 - exp(-QUANTUM / (SMOOTH_S * rate))
        self.desk.read()
        self._ramps = np.stack([np.stack([goal, goal]) for goal in (*self.desk.decks, self.desk.master)])
        self._tracks = np.zeros((len(DECKS), LONGEST_PASS, 2))
        self._buses = np.zeros((2, LONGEST_PASS, 2))

    def apply(self, message: SetGrid | Change | PadSound) -> None:
        """Take a command of the engine's."""
        if isinstance(message, PadSound):
            self.pads.load(message)
            return
        if isinstance(message, SetGrid):
            self.transport.set(message.grid, self.frame)
        else:
            self.decks[message.deck - 1].change(message)
        self._schedule()

    def strike(self, pad: int, velocity: float, frame: float, block: int) -> None:
        """A stroke felt when the sink asked for ``frame``; it sounds one block of ``block`` frames later, and the
        limiter's look-ahead."""
        at = round(frame) + block + self.limiter.depth
        self.pads.strike(pad, velocity, at, self.frame, self.transport.grid)

    def leave(self, frames: int) -> None:
        """Fade out within ``frames`` frames, for good."""
        self.pads.leave(self.frame, frames)
        self.transport.leave(self.frame, frames)

    @property
    def silent(self) -> bool:
        """Has all that was faded out left the limiter, too?"""
        return self.transport.fader.resting(self.frame - self.limiter.depth, 0.0) and not self.pads.busy

    def next_block(self, out: Chunk) -> None:
        """Fill ``out`` (frames, 2) with the next frames."""
        self.desk.read()
        for first in range(0, len(out), LONGEST_PASS):
            self._pass(out[first : first + LONGEST_PASS])

    def _pass(self, out: Chunk) -> None:
        n = len(out)
        tracks, bus, master = self._tracks[:, :n], self._buses[0, :n], self._buses[1, :n]
        for buffer in (*tracks, bus, master):
            buffer.fill(0.0)
        self._play(tracks, self.frame, self.frame + n)
        phase = self.frame % QUANTUM
        for i, deck in enumerate(self.decks):
            self.peaks[i] = self._add_strip(bus, tracks[i], self._ramps[i], self.desk.decks[i], phase, self._pull)
            self.bad_samples += deck.take_bad()
        gains = self.transport.fader.gains(self.frame, n)
        if gains is not None:
            bus *= gains[:, None]
        if self.pads.busy:  # after the transport's fader: pads play while it stands
            self.bad_samples += self.pads.add(bus, self.frame)
        self._add_strip(master, bus, self._ramps[-1], self.desk.master, phase, self._pull)
        self.limiter.run(out, master, self.desk.ceiling)
        self.frame += n

    def _play(self, tracks: NDArray[np.float64], first: int, last: int) -> None:
        """Let the decks play from frame ``first`` to ``last``, grid by grid."""
        at = first
        while at < last:
            before = self.transport.grid
            if self.transport.turn(at):
                self._regrid(at, starts=before is None)
            cut = self.transport.next_turn(last)
            if self.transport.grid:
                for deck, track in zip(self.decks, tracks, strict=True):
                    deck.render(track[at - first : cut - first], at)
            at = cut

    def _regrid(self, frame: int, starts: bool) -> None:
        self._schedule()
        grid = self.transport.grid
        for deck in self.decks:
            if grid is None:
                deck.halt()
            elif starts:
                deck.start(grid, frame)
            else:
                deck.follow(grid)

    def _schedule(self) -> None:
        for deck in self.decks:
            deck.schedule(self.transport.frame_of)

    def _swapped(self, deck: int, slot: int | None, frame: int) -> None:
        self._say(Swapped(deck, slot, frame))

    def _dropped(self, slot: int) -> None:
        """Give a slot back when nothing can read it any more."""
        readers: tuple[Deck | Pads, ...] = (*self.decks, self.pads)
        if not any(slot in reader.slots() for reader in readers):
            self._say(Released(slot))
