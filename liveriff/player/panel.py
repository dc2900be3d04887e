"""The panel as the sink's thread sees it: copied once a block, so that all who read it in a block read the same.

That is also what makes a performance repeatable: which values a block was mixed with is known, and told to the score.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from liveriff.wire.cells import Cells
from liveriff.wire.score import Score


class Panel:
    """``values``: float64 in the order of ``names``, as ``wire.cells.Cells`` has them; ``index``: places by name."""

    def __init__(self, source: Cells | Sequence[str], score: Score | None = None) -> None:
        """Follow the engine's cells; or, given names alone, hold what ``put`` says, all zero before."""
        self._cells = source if isinstance(source, Cells) else None
        self.names: tuple[str, ...] = source.names if isinstance(source, Cells) else tuple(source)
        self.index = {name: i for i, name in enumerate(self.names)}
        self.values: NDArray[np.float64] = np.zeros(len(self.names))
        self._newest = np.zeros(len(self.names))
        self._score = score

    def take(self, frame: int) -> None:
        """Take the newest values, for the block that begins at ``frame``."""
        if self._cells is None:
            return
        np.copyto(self._newest, self._cells.values)
        if self._score is None:
            np.copyto(self.values, self._newest)
        elif self._newest.tobytes() != self.values.tobytes():
            changed = np.flatnonzero(self._newest != self.values)
            self._score.panel(frame, changed, self._newest[changed])
            self.values[changed] = self._newest[changed]

    def put(self, cells: Sequence[int], values: Sequence[float]) -> None:
        """Set some cells by hand."""
        self.values[list(cells)] = values
