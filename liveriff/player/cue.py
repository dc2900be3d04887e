"""The headphones, on outputs 3 and 4 where there are any: what is cued, blended with the mix, under its ceiling."""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np

from liveriff.player.fxpanel import FxPanel, even
from liveriff.player.kernels import Kernels
from liveriff.player.limiter import Limiter
from liveriff.player.scalar import Chunk
from liveriff.player.scalar_fx import Bus
from liveriff.player.smoothed import LONGEST_PASS

LONGEST_BLOCK = 8192


class Cue:
    """Runs only for a sink that has the outputs. ``bus`` (frames, 2): what the channels cue in this pass."""

    def __init__(self, rate: int, kernels: Kernels, pull: float) -> None:
        """Silent; rate: frames a second; pull: share of the way that a smoothed gain goes in a ramp."""
        self._limiter, self._add, self._pull = Limiter(rate, kernels), kernels.add_strip, pull
        self._buses = np.zeros((2, LONGEST_PASS, 2))
        self._states = np.zeros((2, 2, 4))  # of the cue, of the mix

    def begin(self, frames: int) -> Bus:
        """An empty bus for a pass."""
        bus: Bus = self._buses[0, :frames]
        bus.fill(0.0)
        return bus

    def run(self, out: Chunk, master: Bus, fx: FxPanel, phase: int, ceiling: float) -> None:
        """Fill ``out`` (frames, 2), as late as the mix leaves its own limiter; master: before the limiter."""
        bus, blend = self._buses[0, : len(out)], self._buses[1, : len(out)]
        blend.fill(0.0)
        angle = fx.cue_mix * pi / 2
        for sound, state, share in zip((bus, master), self._states, (cos(angle), sin(angle)), strict=True):
            self._add(blend, sound, state, np.array(even(fx.cue_gain * share)), phase, self._pull)
        self._limiter.run(out, blend, ceiling)


class Outputs:
    """A block as the sink wants it: the mix on outputs 1 and 2, and the headphones on 3 and 4 of one that has four."""

    def __init__(self) -> None:
        """Room for the longest block that is common."""
        self._rows = np.zeros((2, LONGEST_BLOCK, 2), np.float32)

    def take(self, out: Chunk) -> tuple[Chunk, Chunk | None]:
        """Where to put the mix and the headphones (frames, 2) of the block ``out`` (frames, 2 or 4)."""
        if out.shape[1] == 2:
            return out, None
        if len(out) > self._rows.shape[1]:
            self._rows = np.zeros((2, len(out), 2), np.float32)
        return self._rows[0, : len(out)], self._rows[1, : len(out)]

    def put(self, out: Chunk) -> None:
        """Both into the block."""
        if out.shape[1] > 2:
            out[:, :2], out[:, 2:4] = self._rows[:, : len(out)]
