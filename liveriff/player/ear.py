"""The sound input inside the mixer: its level, its way into the ring of the past, and into the mix while monitored.

Called on the sink's thread; never waits. What comes in with a block is kept under the frames of that block, and mixed
with it; engine and log make up for the time that sound takes outside.
"""

from __future__ import annotations

from math import exp

import numpy as np
from numpy.typing import NDArray

from liveriff.player.fxpanel import even
from liveriff.player.gains import decibels, sane
from liveriff.player.kernels import Kernels
from liveriff.player.listening import Listening
from liveriff.player.scalar import QUANTUM
from liveriff.player.smoothed import SMOOTH_S
from liveriff.wire.cells import CellsView
from liveriff.wire.past import Past

LONGEST_BLOCK = 1 << 13  # the longest that can be asked for
LEVEL, MONITOR = "/input/level", "/input/monitor"


class Ear:
    """``take`` is called once a block, then ``add`` for every pass of it. peak: of the last block."""

    def __init__(
        self, listening: Listening, rate: int, kernels: Kernels, panel: CellsView | None, levelled: bool = False
    ) -> None:
        """levelled: what comes in has been through the level before."""
        self.listening = listening
        self.peak = 0.0
        self._ring: Past | None = None
        self._add, self._panel, self._levelled = kernels.add_strip, panel, levelled
        self._pull = 1.0 - exp(-QUANTUM / (SMOOTH_S * rate))
        self._sound = np.full((LONGEST_BLOCK, 2), 0, np.float32)
        self._wide, self._loud = np.full((2, LONGEST_BLOCK, 2), 0.0)
        self._at = 0
        self._level_goal, self._monitor_goal = np.array(even(1.0)), np.zeros(4)
        self._level, self._monitor = np.tile(self._level_goal, (2, 1)), np.zeros((2, 4))
        self._leaving = False

    def keep(self, ring: Past | None) -> None:
        """Keep what comes in there from now on, or nowhere. Any thread."""
        self._ring = ring

    def take(self, frame: int, frames: int) -> None:
        """Take in the block that begins at ``frame``."""
        self._read_panel()
        n = min(frames, LONGEST_BLOCK)
        self._at = 0
        sound, wide = self._sound[:n], self._wide[:n]
        self.listening.read(sound, frame)
        wide[:] = sound
        np.nan_to_num(wide, copy=False, posinf=0.0, neginf=0.0)
        if not self._levelled:
            loud = self._loud[:n]
            loud.fill(0.0)
            self.peak = float(self._add(loud, wide, self._level, self._level_goal, frame % QUANTUM, self._pull))
            sound[:] = loud
            wide[:] = sound  # what is heard is what is kept, to the bit
            self._keep(frame, sound, wide)

    def _keep(self, frame: int, sound: NDArray[np.float32], wide: NDArray[np.float64]) -> None:
        ring = self._ring
        if ring is None:
            wide.fill(0.0)  # nothing is heard that is not kept: a log must be able to give it back
        else:
            ring.write(0, frame, sound)

    def add(self, bus: NDArray[np.float64], phase: int) -> None:
        """Add the next frames of the block to the bus (frames, 2), if they shall be heard."""
        first, self._at = self._at, min(self._at + len(bus), LONGEST_BLOCK)
        if self._monitor_goal.any() or self._monitor.any():
            n = self._at - first
            self._add(bus[:n], self._wide[first : self._at], self._monitor, self._monitor_goal, phase, self._pull)

    def leave(self) -> None:
        """Be heard no more."""
        self._leaving = True

    @property
    def silent(self) -> bool:
        """Whether none of it is in the mix."""
        return not self._monitor.any()

    def _read_panel(self) -> None:
        heard = not self._leaving and self._cell(MONITOR, 0.0) >= 0.5
        self._monitor_goal[:] = even(1.0 if heard else 0.0)
        self._level_goal[:] = even(decibels(sane(self._cell(LEVEL, 0.0), (0.0, -120.0, 12.0))))

    def _cell(self, name: str, default: float) -> float:
        place = self._panel.index.get(name) if self._panel is not None else None
        return default if place is None or self._panel is None else float(self._panel.values[place])
