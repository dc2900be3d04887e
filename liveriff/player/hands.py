"""Where the hands are that morph the decks: read of the panel once a block, smoothed like every gain.

Used by desk and mixer on the sink's thread. A frozen deck keeps its place, too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from liveriff.params.words import DECKS
from liveriff.player.gains import Row, sane
from liveriff.player.kernels import Kernels
from liveriff.wire.cells import CellsView

ALPHA: Row = (0.0, 0.0, 1.0)
LONGEST_PASS = 1024


class Hands:
    """``goals`` (decks,): the alphas that are set, or were when the deck was frozen."""

    def __init__(self, panel: CellsView | None = None) -> None:
        """Read from ``panel``, or rest at 0 if there is none."""
        known = panel.index if panel else {}
        self._panel = panel
        self._alphas = [known.get(f"/deck/{n}/alpha") for n in DECKS]
        self._freezes = [known.get(f"/deck/{n}/freeze") for n in DECKS]
        self.goals = [ALPHA[0]] * len(DECKS)
        self.read()
        self._ramps = np.array([[goal, goal] for goal in self.goals])
        self._values = np.zeros((len(DECKS), LONGEST_PASS))

    def read(self) -> None:
        """Take the newest values of the panel."""
        if self._panel is None:
            return
        values = self._panel.values
        for i, (alpha, freeze) in enumerate(zip(self._alphas, self._freezes, strict=True)):
            if alpha is not None and not (freeze is not None and values[freeze] >= 0.5):
                self.goals[i] = sane(float(values[alpha]), ALPHA)

    def glide(self, frames: int, phase: int, pull: float, kernels: Kernels) -> NDArray[np.float64]:
        """The alphas (decks, frames) of the next frames; ``phase``, ``pull``: as of ``scalar.add_strip``."""
        values = self._values[:, :frames]
        for row, ramp, goal in zip(values, self._ramps, self.goals, strict=True):
            kernels.glide(row, ramp, goal, phase, pull)
        return values
