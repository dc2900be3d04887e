"""A strip: chunks of one loop at several alphas, between which the hand fades at every block.

Made ready on the pipe's thread, where the likeness of neighbours is measured; read on the sink's thread.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from liveriff.player import vector
from liveriff.player.kernels import Kernels
from liveriff.player.scalar import Chunk

LONGEST_SHARE = 1024  # most frames mixed at one go
LEAST_LIKE = -0.5  # sounds more unlike than this would be raised by more than 6 dB between them
LOOKED_AT = 1 << 18  # frames compared; a longer chunk is looked at in steps


@dataclass(frozen=True)
class Place:
    """A chunk (frames or more, 2) of a strip: the alpha where it is heard, its slot, what it is multiplied by."""

    alpha: float
    slot: int
    chunk: Chunk
    gain: float = 1.0


@dataclass(frozen=True, eq=False)
class Strip:
    """Places with ascending alphas; ``points``: a row for ``scalar.morph`` each."""

    places: tuple[Place, ...]
    points: NDArray[np.float64]
    alphas: tuple[float, ...]
    _weight: NDArray[np.float64] = field(default_factory=lambda: np.zeros(LONGEST_SHARE))

    def shares(
        self, gain: NDArray[np.float64], alpha: NDArray[np.float64], kernels: Kernels
    ) -> Iterator[tuple[Chunk, NDArray[np.float64]]]:
        """What is heard while the hand moves along ``alpha`` (frames,): each chunk, and its share of ``gain``.

        A share (frames,) is overwritten when the next is asked for.
        """
        first, last = self._heard(float(alpha.min()), float(alpha.max()))
        for k in range(first, last + 1):
            if first == last and self.places[k].gain == 1.0:
                yield self.places[k].chunk, gain
                return
            weight = self._weight[: len(gain)]
            kernels.morph(weight, gain, alpha, self.points[k])
            yield self.places[k].chunk, weight

    def alone(self, alpha: float) -> Place | None:
        """The one place that is heard at an alpha, if it is one."""
        first, last = self._heard(alpha, alpha)
        return self.places[first] if first == last else None

    def peek(self, at: NDArray[np.int64], alpha: float) -> NDArray[np.float64]:
        """Samples (count, 2) at frames of the chunks: for measuring, not for hearing."""
        first, last = self._heard(alpha, alpha)
        sound, one = np.zeros((len(at), 2)), np.ones(1)
        for k in range(first, last + 1):
            weight = np.zeros(1)
            vector.morph(weight, one, np.full(1, alpha), self.points[k])
            sound += weight[0] * self.places[k].chunk[at]
        return sound

    def _heard(self, low: float, high: float) -> tuple[int, int]:
        """First and last place that is heard while alpha is between two values."""
        first = max(bisect_right(self.alphas, low) - 1, 0)
        return first, min(bisect_left(self.alphas, high), len(self.alphas) - 1)


def strip_of(places: Sequence[Place], frames: int) -> Strip:
    """A strip of chunks of ``frames`` frames. Raises ValueError unless alphas ascend."""
    alphas = tuple(place.alpha for place in places)
    if not places or any(low >= high for low, high in pairwise(alphas)):
        raise ValueError("the alphas of a strip ascend")
    like = [likeness(a.chunk[:frames], b.chunk[:frames]) for a, b in pairwise(places)]
    points = np.zeros((len(places), 6))
    for k, place in enumerate(places):
        low, high = alphas[max(k - 1, 0)], alphas[min(k + 1, len(alphas) - 1)]
        below, above = like[k - 1] if k else 1.0, like[k] if k < len(like) else 1.0
        points[k] = low, place.alpha, high, below, above, place.gain
    return Strip(tuple(places), points, alphas)


def likeness(a: Chunk, b: Chunk) -> float:
    """Correlation of two chunks as the crossfade takes it; 0 where either is silent."""
    stride = max(1, len(a) // LOOKED_AT)
    x, y = (np.nan_to_num(part[::stride].astype(np.float64), posinf=0, neginf=0) for part in (a, b))
    power = float(np.vdot(x, x)) * float(np.vdot(y, y))
    return min(1.0, max(LEAST_LIKE, float(np.vdot(x, y)) / power**0.5)) if power > 0 else 0.0
