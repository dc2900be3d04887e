"""A quick look at latents of sound: a linear estimate of its bands, learnt from what was decoded anyway.

The latents of these autoencoders are no pictures, but a column of them stands for a piece of time, and how loud each
band is there is told well enough for a screen by a weighted sum.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from liveriff.render.backend import Show
from liveriff.render.picture import ROWS, bands_of
from liveriff.render.soundfiles import Sound

LESSONS = 8
RIDGE = 1.0


class Sketch:
    """Draws what it has learnt to; ``knows`` is False before the first lesson."""

    def __init__(self) -> None:
        """Knows nothing, not even how many features a column has."""
        self._lessons = 0
        self._square = self._cross = np.zeros((0, 0))
        self._map: NDArray[np.float64] | None = None

    @property
    def knows(self) -> bool:
        """Whether there is anything to draw by."""
        return self._map is not None

    def learn(self, latents: Tensor, sound: Sound, rate: int) -> None:
        """One more pair: latents (1, features, columns) and the sound (channels, frames) that begins with them."""
        if self._lessons >= LESSONS:
            return
        seen = _features(latents)
        if not self._lessons:
            self._square, self._cross = np.eye(seen.shape[1]) * RIDGE, np.zeros((seen.shape[1], ROWS))
        self._lessons += 1
        told = bands_of(np.ascontiguousarray(sound.T), rate, len(seen), ROWS).T
        self._square = self._square + seen.T @ seen
        self._cross = self._cross + seen.T @ told
        self._map = np.linalg.solve(self._square, self._cross).astype(np.float64)

    def draw(self, latents: Tensor) -> NDArray[np.float32]:
        """Values 0..1 (bands, columns) of latents, row 0 the lowest band."""
        assert self._map is not None
        values: NDArray[np.float32] = np.nan_to_num((_features(latents) @ self._map).T).clip(0, 1).astype(np.float32)
        return values


class Look:
    """Watches one render: shows what the sketch makes of it, and lets it learn from how it ended."""

    def __init__(self, show: Show, sketch: Sketch, rate: int) -> None:
        """show: told the values 0..1 after each step, once the sketch knows how; rate: of the sound."""
        self._show, self._sketch, self._rate = show, sketch, rate
        self._last: Tensor | None = None

    def __call__(self, latents: Tensor) -> None:
        """After a step."""
        self._last = latents
        if self._sketch.knows:
            self._show(self._sketch.draw(latents))

    def learn(self, sound: Sound) -> None:
        """The last latents became this sound."""
        if self._last is not None:
            self._sketch.learn(self._last, sound, self._rate)


def _features(latents: Tensor) -> NDArray[np.float64]:
    """Each column, the one before it, and a constant: (columns, 2 features + 1), on the CPU: MPS has no float64.

    The bands of a column are those of a window round its beginning, half of which is the column before.
    """
    flat = latents[0].cpu().double().T
    before = torch.cat((flat[:1], flat[:-1]))
    whole: NDArray[np.float64] = torch.cat((flat, before, torch.ones(len(flat), 1, dtype=torch.float64)), dim=1).numpy()
    return whole
