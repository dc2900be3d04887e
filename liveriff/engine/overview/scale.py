"""Time on paper: seconds to pixels, and the ticks of its two rulers. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liveriff.engine.overview.story import Story

TICKS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
NARROWEST_TICK, NARROWEST_BAR = 74, 58  # pixels: a label and some air
SILENT_DB = -48.0
CURVE = 1.3  # spreads the upper decibels, where music is


@dataclass(frozen=True)
class Scale:
    """left, right: pixels; seconds: what lies between them."""

    left: int
    right: int
    seconds: float

    def x(self, s: float) -> int:
        """Where a moment is, never off the paper."""
        share = min(max(s / self.seconds, 0.0), 1.0)
        return round(self.left + (self.right - self.left) * share)

    def ticks(self) -> Iterator[tuple[int, str]]:
        """Places and names of round times."""
        per_s = (self.right - self.left) / self.seconds
        step = next((step for step in TICKS_S if step * per_s >= NARROWEST_TICK), TICKS_S[-1])
        for s in range(0, int(self.seconds) + 1, step):
            yield self.x(s), clock(s)

    def bars(self, story: Story) -> Iterator[tuple[int, str]]:
        """Places and numbers of bars, every 1, 2, 4, 8 ... of them; none where none is told."""
        if story.bars < 2:
            return
        step = 1
        while step * (self.right - self.left) < NARROWEST_BAR * story.bars:
            step *= 2
        first = int(np.ceil(story.beats[0, 1] / 4 / step)) * step
        last = -NARROWEST_BAR + self.left
        for bar in range(first, story.bars, step):
            x = self.x(story.second(bar))
            if x - last >= NARROWEST_BAR // 2:  # beats in a hurry may bring bars too near each other
                yield x, str(bar + 1)
                last = x

    def columns(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Height of each pixel's column, 0 to 1, of pairs of seconds and dBFS: the loudest of what falls there."""
        if not len(points):
            return np.zeros(self.right - self.left)
        edges = np.linspace(0.0, self.seconds, self.right - self.left + 1)
        after = np.searchsorted(points[:, 0], edges, side="left")
        last = len(points) - 1
        starts = np.minimum(after[:-1], last)  # a level tells of the beat before it
        loudest = np.maximum.reduceat(points[:, 1], starts)
        loudest[after[:-1] > last] = -np.inf
        heights: NDArray[np.float64] = 1.0 - loudest / SILENT_DB
        return heights.clip(0.0, 1.0) ** CURVE


def clock(s: float) -> str:
    """Seconds as m:ss, or h:mm:ss."""
    minutes, seconds = divmod(int(s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
