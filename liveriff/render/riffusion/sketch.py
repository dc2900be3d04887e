"""A quick look at latents: a linear estimate of their picture, learnt from those that were decoded anyway.

Decoding takes as long as a step or two. Five numbers a latent, its channels and a constant, tell the loudness of the 8
by 8 pixels that it stands for well enough for a screen.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from liveriff.render.backend import Show

LESSONS = 8
RIDGE = 1.0


class Sketch:
    """Draws what it has learnt to; ``knows`` is False before the first lesson."""

    def __init__(self, channels: int, factor: int) -> None:
        """For latents of so many channels, each standing for ``factor`` pixels both ways."""
        self._factor = factor
        self._lessons = 0
        self._square = torch.eye(channels + 1, dtype=torch.float64) * RIDGE
        self._cross = torch.zeros(channels + 1, dtype=torch.float64)
        self._map: Tensor | None = None

    @property
    def knows(self) -> bool:
        """Whether there is anything to draw by."""
        return self._map is not None

    def learn(self, latents: Tensor, canvas: Tensor) -> None:
        """One more pair: latents (1, channels, rows, columns) and their canvas (channels, bands, columns)."""
        if self._lessons >= LESSONS:
            return
        self._lessons += 1
        loudest = canvas.float().cpu().amax(0)[None, None].flip(2)
        told = torch.nn.functional.avg_pool2d(loudest, self._factor).double().flatten()
        seen = _features(latents)
        self._square += seen.T @ seen
        self._cross += seen.T @ told
        self._map = torch.linalg.solve(self._square, self._cross)

    def draw(self, latents: Tensor) -> NDArray[np.float32]:
        """Values 0..1 (rows, columns) of latents, row 0 the lowest band."""
        assert self._map is not None
        values = (_features(latents) @ self._map).reshape(latents.shape[-2:]).flip(0)
        drawn: NDArray[np.float32] = torch.nan_to_num(values).clamp(0.0, 1.0).float().numpy()
        return drawn


class Look:
    """Watches one render: shows what the sketch makes of it, and lets it learn from how it ended."""

    def __init__(self, show: Show, sketch: Sketch) -> None:
        """show: told the values 0..1 after each step, once the sketch knows how."""
        self._show, self._sketch = show, sketch
        self._last: Tensor | None = None

    def __call__(self, latents: Tensor) -> None:
        """After a step."""
        self._last = latents
        if self._sketch.knows:
            self._show(self._sketch.draw(latents))

    def learn(self, canvas: Tensor) -> None:
        """The last latents became this canvas."""
        if self._last is not None:
            self._sketch.learn(self._last, canvas)


def _features(latents: Tensor) -> Tensor:
    """(rows * columns, channels + 1), float64, on the CPU: MPS has no float64."""
    flat = latents[0].cpu().double().flatten(1).T
    return torch.cat((flat, torch.ones(len(flat), 1, dtype=torch.float64)), dim=1)
