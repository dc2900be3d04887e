"""The mixer: four decks, the pads and the effects to one stereo bus, through the limiter, to a block of sound.

``apply`` and ``next_block`` are called on the sink's thread and never wait. The limiter looks ahead, so its output
is late; the mixer therefore mixes as far ahead of the sink as the limiter is late, and beat 0 leaves at exactly its
frame. Gains are smoothed in quanta counted from frame 0, so blocks of any size give the same samples.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp

import numpy as np
from numpy.typing import NDArray

from liveriff.params.words import DECKS
from liveriff.player.channel import Channel
from liveriff.player.cue import Cue
from liveriff.player.cutaway import Cut
from liveriff.player.deck import LONGEST_PASS, Deck
from liveriff.player.desk import Desk
from liveriff.player.ear import Ear
from liveriff.player.effects import Effects
from liveriff.player.kernels import Kernels
from liveriff.player.layers import Change, StripChange
from liveriff.player.limiter import Limiter
from liveriff.player.pads import Pads, PadSound
from liveriff.player.scalar import QUANTUM, Chunk
from liveriff.player.smoothed import SMOOTH_S
from liveriff.player.tilter import Tilter
from liveriff.player.transport import Transport
from liveriff.wire.hits import ALL_PADS, CUT
from liveriff.wire.messages import Released, SetGrid, Swapped
from liveriff.wire.past import Past


class Mixer:
    """Four decks, the master and the limiter. ``say`` takes what the engine must hear (a deque's append).

    Of the pass that was mixed last: ``posts`` (4, frames, 2), the decks after their faders; ``pad_bus``,
    ``effects.returns`` and ``master`` (frames, 2), the last one before the limiter.
    """

    def __init__(self, rate: int, kernels: Kernels, say: Callable[[object], None], desk: Desk | None = None) -> None:
        """A silent desk with its clock at 0; rate: frames a second."""
        self.limiter = Limiter(rate, kernels)
        self.transport = Transport(rate)
        self.desk = desk or Desk()
        self.decks = [Deck(n, kernels, self._swapped, self._dropped) for n in DECKS]
        self.pads = Pads(rate, kernels, self.desk, LONGEST_PASS, self._dropped)
        self.frame = self.limiter.depth  # the next frame to mix; the next to leave is ``depth`` earlier
        self.effects, self.cue = (
            Effects(rate, kernels),
            Cue(rate, kernels, pull := 1.0 - exp(-QUANTUM / (SMOOTH_S * rate))),
        )
        self.peaks = np.zeros(len(DECKS))
        self.bad_samples = 0
        self._past: Past | None = None
        self.ear: Ear | None = None  # the sound input, if there is one
        self.tap: Callable[[int], None] | None = None  # told of every pass, its frames
        self._say, self._kernels, self._add_strip = say, kernels, kernels.add_strip
        self._pull = pull
        self.desk.read()
        self._channels = [Channel(i, rate, kernels, pull, goal) for i, goal in enumerate(self.desk.decks)]
        self._level, self._tilter = np.stack([self.desk.master, self.desk.master]), Tilter(rate, kernels)
        self._tracks, self._posts = np.zeros((2, len(DECKS), LONGEST_PASS, 2))
        self._buses = np.zeros((3, LONGEST_PASS, 2))
        self.posts, (self.pad_bus, self.master, self._bus) = self._posts, self._buses
        self._alphas = np.zeros((len(DECKS), LONGEST_PASS))

    def apply(self, message: SetGrid | Change | StripChange | Cut | PadSound) -> None:
        """Take a command of the engine's."""
        if isinstance(message, StripChange):
            self.decks[message.deck - 1].lay_strip(message)
            return
        if isinstance(message, PadSound):
            self.pads.load(message, self.frame)
            return
        if isinstance(message, SetGrid):
            self.transport.set(message.grid, self.frame)
        elif isinstance(message, Cut):
            self.decks[message.deck - 1].fill(message)
        else:
            self.decks[message.deck - 1].change(message)
        self._schedule()

    def strike(self, pad: int, velocity: float, frame: float, block: int) -> None:
        """A stroke felt when the sink asked for ``frame``; it sounds one block of ``block`` frames later, and the
        limiter's look-ahead."""
        if pad == ALL_PADS and velocity == CUT:
            self.effects.cut(self.frame)
        at = round(frame) + block + self.limiter.depth
        self.pads.strike(pad, velocity, at, self.frame, self.transport.grid)

    def remember(self, past: Past | None) -> None:
        """Write what is played there from now on, or nowhere. Any thread."""
        self._past = past

    def leave(self, frames: int) -> None:
        """Fade out within ``frames`` frames, for good."""
        self.pads.leave(self.frame, frames)
        self.effects.leave(self.frame, frames)
        self.transport.leave(self.frame, frames)
        if self.ear is not None:
            self.ear.leave()

    @property
    def silent(self) -> bool:
        """Has all that was faded out left the limiter, too?"""
        left = self.frame - self.limiter.depth
        if self.ear is not None and not self.ear.silent:
            return False
        return self.transport.fader.resting(left, 0.0) and not self.pads.busy and self.effects.silent(left)

    def next_block(self, out: Chunk, cue: Chunk | None = None) -> None:
        """Fill ``out`` (frames, 2) with the next frames, and ``cue`` with what the headphones hear meanwhile."""
        self.desk.read()
        for deck, lengths in zip(self.decks, self.desk.moves.wanted, strict=True):
            deck.window.ask(*lengths)
        if self.ear is not None:
            self.ear.take(self.frame - self.limiter.depth, len(out))
        for first in range(0, len(out), LONGEST_PASS):
            part = slice(first, first + LONGEST_PASS)
            self._pass(out[part], None if cue is None else cue[part])

    def _pass(self, out: Chunk, cue: Chunk | None) -> None:
        n, phase = len(out), self.frame % QUANTUM
        tracks = self._begin(n)
        self._alphas = self.desk.hands.glide(n, phase, self._pull, self._kernels)
        self._play(tracks, self.frame, self.frame + n)
        self._fade(tracks)
        self._mix(tracks, phase)
        if self.pads.busy:  # past the transport's fader: pads play while it stands
            self.bad_samples += self.pads.add(self.pad_bus, self.frame, *self.effects.sends)
            self._bus += self.pad_bus
        if self.effects.run(self.desk.fx, self.frame):
            self._bus += self.effects.returns
        if self.ear is not None:
            self.ear.add(self._bus, phase)
        self._add_strip(self.master, self._bus, self._level, self.desk.master, phase, self._pull)
        self._tilter.run(self.master, self.desk.fx.tone, phase)
        self.limiter.run(out, self.master, self.desk.ceiling)
        if cue is not None:
            self._listen(cue, tracks, phase)
        self._keep(out)
        self.frame += n

    def _begin(self, n: int) -> NDArray[np.float64]:
        """Empty buses for a pass of ``n`` frames; returns the decks' (4, n, 2)."""
        tracks, self.posts = self._tracks[:, :n], self._posts[:, :n]
        self.pad_bus, self.master, self._bus = self._buses[:, :n]
        for buffer in (*tracks, *self.posts, self.pad_bus, self.master, self._bus):
            buffer.fill(0.0)
        self.effects.begin(n)
        return tracks

    def _fade(self, tracks: NDArray[np.float64]) -> None:
        """The transport's fader: before the sends, so that echoes outlast it."""
        gains = self.transport.fader.gains(self.frame, tracks.shape[1])
        if gains is not None:
            tracks *= gains[:, None]

    def _mix(self, tracks: NDArray[np.float64], phase: int) -> None:
        """The decks through their channels, to the bus and to the sends."""
        fx = self.desk.fx
        for i, (deck, channel) in enumerate(zip(self.decks, self._channels, strict=True)):
            channel.run(tracks[i], self.posts[i], fx, self.desk.decks[i], phase)
            self._bus += self.posts[i]
            channel.send(self.effects.sends, self.posts[i], fx, phase)
            self.peaks[i] = channel.peak
            self.bad_samples += deck.take_bad()

    def _listen(self, cue: Chunk, tracks: NDArray[np.float64], phase: int) -> None:
        bus = self.cue.begin(len(cue))
        for channel, track in zip(self._channels, tracks, strict=True):
            channel.cue(bus, track, self.desk.fx, phase)
        self.cue.run(cue, self.master, self.desk.fx, phase, self.desk.ceiling)

    def _keep(self, out: Chunk) -> None:
        """For the pads that take a piece of what was heard, the mix and each deck after its fader; for recordings, the
        stems."""
        past = self._past
        if past is not None:
            for i, post in enumerate(self.posts):
                past.write(1 + i, self.frame, post)
            past.write(0, self.frame - self.limiter.depth, out)
        if self.tap is not None:
            self.tap(len(out))

    def _play(self, tracks: NDArray[np.float64], first: int, last: int) -> None:
        """Let the decks play from frame ``first`` to ``last``, grid by grid."""
        at = first
        while at < last:
            before = self.transport.grid
            if self.transport.turn(at):
                self._regrid(at, starts=before is None)
            cut = self.transport.next_turn(last)
            if self.transport.grid:
                span = slice(at - first, cut - first)
                for deck, track, alpha in zip(self.decks, tracks, self._alphas, strict=True):
                    deck.render(track[span], at, alpha[span])
            at = cut

    def _regrid(self, frame: int, starts: bool) -> None:
        self._schedule()
        grid = self.transport.grid
        self.pads.follow(grid, frame)
        if grid is not None:
            self.effects.retime(grid.frames_per_beat, frame)
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
