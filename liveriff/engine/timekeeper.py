"""Musical time as it stands: the transport against the player's clock, also while no player is there."""

from __future__ import annotations

import time
from fractions import Fraction

from liveriff.engine.plan import Now
from liveriff.engine.playing import Player
from liveriff.engine.transport import Transport
from liveriff.engine.wishes import PHRASE_BEATS
from liveriff.music.grid import boundary, bpm_to_cents
from liveriff.music.quantum import quantum_step
from liveriff.params.registry import Registry
from liveriff.wire.messages import SetGrid


class TimeKeeper:
    """Owns the transport and tells the player of every change of the grid. Engine's loop only."""

    def __init__(self, player: Player, registry: Registry, rate: int, block: int) -> None:
        """Stopped. rate, block: the sink's."""
        self.transport = Transport(rate, block)
        self._player, self._registry = player, registry
        self._mark = (Fraction(0), time.monotonic())  # a beat, and when it was
        self._resume = Fraction(0)  # the beat that the transport starts with

    @property
    def running(self) -> bool:
        """Whether beats are counted."""
        return self.transport.grid is not None

    @property
    def rate(self) -> int:
        """Frames a second."""
        return self.transport.rate

    def beat(self) -> Fraction:
        """The beat at this moment; while no player is there, where it would be."""
        if self._player.alive:
            self._mark = (self.transport.beat(self._player.frame()), time.monotonic())
            return self._mark[0]
        return self._beat_without_player()

    def _beat_without_player(self) -> Fraction:
        beat, at = self._mark
        bpm_cents = self.transport.grid.bpm_cents if self.transport.grid else 0
        return beat + Fraction(time.monotonic() - at) * bpm_cents / 6000

    def now(self) -> Now:
        """The moment, as the plan takes it."""
        step = quantum_step(str(self._registry.get("/quantum")))
        return Now(self.transport.grid, max(self.beat(), Fraction(0)), step)

    def start(self) -> int:
        """Begin to count; returns the frame of the first beat."""
        grid = self.transport.start(self._player.frame(), self._bpm_cents(), self._resume)
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
        """Take the tempo that is set."""
        self._tell(self.transport.retime(self._player.frame(), self._bpm_cents()) is not None)

    def nudge(self, beats: Fraction) -> None:
        """Move all beats later, or earlier."""
        self._tell(self.transport.nudge(beats) is not None)

    def resume(self) -> None:
        """Go on in the frame count of a new player."""
        self._tell(self.transport.resume(self._beat_without_player(), self._player.frame()) is not None)

    def _tell(self, changed: bool) -> None:
        if changed:
            self._player.send(SetGrid(self.transport.grid))

    def _bpm_cents(self) -> int:
        return bpm_to_cents(self._registry.number("/tempo/bpm"))
