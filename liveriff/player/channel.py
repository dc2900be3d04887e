"""A deck's way through the mixer: isolator, filter, fader with pan and width; sends after the fader, the cue before it.

Called by the mixer on the sink's thread. What is off costs nothing, and a deck at rest passes bit for bit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from liveriff.player.fxpanel import FxPanel
from liveriff.player.isolator import Isolator
from liveriff.player.kernels import Kernels
from liveriff.player.scalar_fx import Bus
from liveriff.player.sweeper import Sweeper


class Channel:
    """One deck's."""

    def __init__(self, row: int, rate: int, kernels: Kernels, pull: float, matrix: NDArray[np.float64]) -> None:
        """At rest. row: of the desk's goals; pull: share of the way that a smoothed gain goes in a ramp; matrix (4,):
        where the fader begins."""
        self.peak = 0.0
        self._row, self._pull, self._add = row, pull, kernels.add_strip
        self._isolator, self._sweeper = Isolator(rate, kernels), Sweeper(rate, kernels)
        self._fader = np.stack([matrix, matrix])
        self._sends = np.zeros((2, 2, 4))  # delay, reverb
        self._cue = np.zeros((2, 4))

    def run(self, track: Bus, post: Bus, fx: FxPanel, matrix: NDArray[np.float64], phase: int) -> None:
        """Weigh and filter ``track`` (frames, 2) in place, and add it to ``post`` through the fader."""
        self._isolator.run(track, fx.eqs[self._row], phase)
        self._sweeper.run(track, fx.filters[self._row], phase)
        self.peak = float(self._add(post, track, self._fader, matrix, phase, self._pull))

    def send(self, buses: NDArray[np.float64], post: Bus, fx: FxPanel, phase: int) -> None:
        """Add what is after the fader to the buses (2, frames, 2) of delay and reverb."""
        for bus, state, goal in zip(buses, self._sends, (fx.delays[self._row], fx.reverbs[self._row]), strict=True):
            self._through(bus, post, state, goal, phase)

    def cue(self, bus: Bus, track: Bus, fx: FxPanel, phase: int) -> None:
        """Add what is before the fader to the headphones' bus."""
        self._through(bus, track, self._cue, fx.cues[self._row], phase)

    def _through(self, bus: Bus, sound: Bus, state: NDArray[np.float64], goal: NDArray[np.float64], phase: int) -> None:
        if goal.any() or state.any():
            self._add(bus, sound, state, goal, phase, self._pull)
