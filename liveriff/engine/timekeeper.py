"""Musical time as it stands: the transport against the player's clock, also while no player is there."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction

from liveriff.engine.moment import Now
from liveriff.engine.playing import Player
from liveriff.engine.transport import Transport
from liveriff.engine.wishes import PHRASE_BEATS
from liveriff.music.grid import boundary, bpm_to_cents
from liveriff.music.quantum import quantum_step
from liveriff.params.registry import Registry
from liveriff.wire.messages import SetGrid

Entry = Callable[[float], "tuple[float, Fraction] | None"]
"""``entry(time_s)``: when, from a time on, the transport may start, and the beat it then starts with; None: at will."""


class TimeKeeper:
    """Owns the transport and tells the player of every change of the grid. Engine's loop only."""

    def __init__(
        self, player: Player, registry: Registry, rate: int, block: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Stopped. rate, block: the sink's; clock: seconds."""
        self.transport = Transport(rate, block)
        self._clock = clock
        self._player, self._registry = player, registry
        self._mark = (Fraction(0), self._clock())  # a beat, and when it was
        self._resume = Fraction(0)  # the beat that the transport starts with
        self.entry: Entry = lambda _: None
        self.turn: Fraction | None = None  # the beat from which a tempo that is set counts; None: at once
        self.nudged = Fraction(0)  # beats that hands have moved all beats later by, ever

    @property
    def running(self) -> bool:
        """Whether beats are counted."""
        return self.transport.grid is not None

    @property
    def rate(self) -> int:
        """Frames a second."""
        return self.transport.rate

    @property
    def resume_beat(self) -> Fraction:
        """The beat that the transport starts with where nobody else says which."""
        return self._resume

    @property
    def steady(self) -> bool:
        """Whether beats are counted by a player that runs."""
        return self.running and self._player.alive

    @property
    def latency_s(self) -> float:
        """From the beat that ``beat`` tells to its being heard: the block being mixed, and what the sink holds."""
        opened = self._player.opened
        return opened.latency_s + opened.block / opened.rate if opened else 0.0

    def beat(self) -> Fraction:
        """The beat at this moment; while no player is there, where it would be."""
        if self._player.alive:
            self._mark = (self.transport.beat(self._player.frame()), self._clock())
            return self._mark[0]
        return self._beat_without_player()

    def _beat_without_player(self) -> Fraction:
        beat, at = self._mark
        bpm_cents = self.transport.grid.bpm_cents if self.transport.grid else 0
        return beat + Fraction(self._clock() - at) * bpm_cents / 6000

    def now(self) -> Now:
        """The moment, as the plan takes it."""
        step = quantum_step(str(self._registry.get("/quantum")))
        return Now(self.transport.grid, max(self.beat(), Fraction(0)), step)

    def start(self) -> int:
        """Begin to count; returns the frame of the first beat."""
        frame, now = self._player.frame(), self._clock()
        entry = self.entry(now)
        if entry is None:
            grid = self.transport.start(frame, self._bpm_cents(), self._resume)
        else:
            first = frame + round((entry[0] - now) * self.rate)
            grid = self.transport.start(frame, self._bpm_cents(), entry[1], first)
        self._player.send(SetGrid(grid))
        return grid.frame

    def stop(self) -> None:
        """Count no more. Beats will go on where the next phrase would be: what was to land before has then landed,
        and no seed comes twice."""
        if self.running:
            self._resume = boundary(self.beat(), Fraction(PHRASE_BEATS))
            self.transport.stop()
            self._player.send(SetGrid(None))

    def retime(self) -> None:
        """Take the tempo that is set, at once or from the beat ``turn`` on."""
        self._tell(self.transport.retime(self._player.frame(), self._bpm_cents(), self.turn) is not None)

    def nudge(self, beats: Fraction) -> None:
        """Move all beats later, or earlier."""
        self.nudged += beats
        self._tell(self.transport.nudge(beats) is not None)

    def bend(self, cents: int) -> None:
        """Run faster, or slower, than the tempo by so many hundredths of a BPM: nothing jumps."""
        self._tell(self.transport.bend(self._player.frame(), cents) is not None)

    def jump(self, beats: Fraction, on_beat: bool = False) -> None:
        """Count on ``beats`` further, at once or from the next beat on; the player hides the jump in a crossfade."""
        self._tell(self.transport.jump(self._player.frame(), beats, on_beat) is not None)

    def resume(self) -> None:
        """Go on in the frame count of a new player."""
        self._tell(self.transport.resume(self._beat_without_player(), self._player.frame()) is not None)

    def _tell(self, changed: bool) -> None:
        if changed:
            self._player.send(SetGrid(self.transport.grid))

    def _bpm_cents(self) -> int:
        return bpm_to_cents(self._registry.number("/tempo/bpm"))
