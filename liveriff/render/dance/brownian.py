"""A Brownian path over the levels t: noise that stays the same sound's when the steps are other. Always from the CPU.

Between two times whose values are known, the value in their middle is normal around their mean with a quarter of their
distance as variance (Levy's construction). Each middle has a generator of its own, seeded by the path's seed and its
place, so that any value can be had without those before it: a virtual Brownian tree (Li et al., "Scalable gradients
for stochastic differential equations", 2020).
"""

from __future__ import annotations

import hashlib
import math

import torch
from torch import Tensor

DEPTH = 20
"""Times are whole multiples of 2^-20: a thousand steps of any schedule are farther apart."""


class Brownian:
    """W over t in 0..1, W(0) = 0; values of one shape, float32 on the CPU."""

    def __init__(self, shape: torch.Size, seed: int) -> None:
        """Nothing is drawn but the end."""
        self._shape, self._seed = shape, seed
        self._known = {0: torch.zeros(shape), 1 << DEPTH: self._normal(0)}

    def between(self, low: float, high: float) -> Tensor:
        """(W(high) - W(low)) / sqrt(high - low): standard normal, and independent of what lies outside."""
        last = max(1, round(high * (1 << DEPTH)))
        first = min(last - 1, round(low * (1 << DEPTH)))
        difference = self._at(last) - self._at(first)
        return difference / math.sqrt((last - first) / (1 << DEPTH))

    def _at(self, place: int) -> Tensor:
        """W at a multiple of 2^-20. Keeps the values on the way there, for the next one is near."""
        low, high, way = 0, 1 << DEPTH, {0, 1 << DEPTH, place}
        while place not in (low, high):
            middle = (low + high) // 2
            way.add(middle)
            if middle not in self._known:
                spread = math.sqrt((high - low) / (1 << DEPTH)) / 2
                self._known[middle] = (self._known[low] + self._known[high]) / 2 + spread * self._normal(middle)
            low, high = (low, middle) if place <= middle else (middle, high)
        value = self._known[place]
        self._known = {key: kept for key, kept in self._known.items() if key in way}
        return value

    def _normal(self, place: int) -> Tensor:
        digest = hashlib.blake2b(f"{self._seed} {place}".encode(), digest_size=8).digest()
        generator = torch.Generator().manual_seed(int.from_bytes(digest, "big") >> 1)
        return torch.randn(self._shape, generator=generator)
