"""A quick look at latents: what the codec would make of them, estimated linearly. Used by the backend's thread.

Decoding takes 51 ms on one core, a tenth of a whole render, too dear for every step. A linear map from each latent and
its eight neighbours to the eight pixels that screens show of it takes 1.2 ms. It is learnt from the canvases that were
decoded anyway; after four chunks what it draws correlates with the small picture of a new chunk by 0.96 to 0.99.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from liveriff.render.embedded.codec import FACTOR, Codec

ROWS, COLUMNS = 2, 4
"""Pixels drawn of one latent."""
LESSONS = 12  # canvases to learn from; what more would teach is not worth 4 ms each
RIDGE = 1.0


class Sketch:
    """Draws what it has learnt to; ``knows`` is False before the first lesson."""

    def __init__(self, codec: Codec) -> None:
        """For the latents of one codec."""
        self._codec = codec
        self._lessons = 0
        self._map: NDArray[np.float64] | None = None
        size = 9 * codec.mean.shape[0] + 1
        self._square = np.eye(size) * RIDGE
        self._cross = np.zeros((size, ROWS * COLUMNS))

    @property
    def knows(self) -> bool:
        """Whether there is anything to draw by."""
        return self._map is not None

    def learn(self, latents: Tensor, picture: Tensor) -> None:
        """One more pair: normalised latents (1, channels, rows, columns) and the canvas (1, bands, columns) of them."""
        if self._lessons >= LESSONS:
            return
        self._lessons += 1
        seen = self._neighbours(latents)
        rows, columns = latents.shape[-2:]
        small = functional.max_pool2d(picture[None].float().cpu(), (FACTOR // ROWS, FACTOR // COLUMNS))
        pixels = small.double().numpy().reshape(rows, ROWS, columns, COLUMNS)
        told = pixels.transpose(0, 2, 1, 3).reshape(rows * columns, ROWS * COLUMNS)
        self._square += seen.T @ seen
        self._cross += seen.T @ told
        self._map = np.linalg.solve(self._square, self._cross).astype(np.float64)

    def draw(self, latents: Tensor) -> NDArray[np.float32]:
        """Values 0..1 (2 rows, 4 columns) of latents (1, channels, rows, columns)."""
        assert self._map is not None
        rows, columns = latents.shape[-2:]
        pixels = (self._neighbours(latents) @ self._map).reshape(rows, columns, ROWS, COLUMNS)
        values = np.nan_to_num(pixels.transpose(0, 2, 1, 3).reshape(rows * ROWS, columns * COLUMNS))
        drawn: NDArray[np.float32] = values.clip(0.0, 1.0).astype(np.float32)
        return drawn

    def _neighbours(self, latents: Tensor) -> NDArray[np.float64]:
        """Each latent with its neighbours, round the loop, and a constant: (rows * columns, 9 channels + 1)."""
        raw = latents[:1] * self._codec.deviation[None, :, :, None] + self._codec.mean[None, :, :, None]
        raw = raw.float().cpu()
        around = torch.cat((raw[..., -1:], raw, raw[..., :1]), dim=-1)
        seen = functional.unfold(around, 3, padding=(1, 0))[0].T
        return np.concatenate((seen.double().numpy(), np.ones((len(seen), 1))), axis=1)
