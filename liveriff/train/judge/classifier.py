"""Two small nets that name a sound's style and category, taught on held-out material only and kept in WORK/judge.

They never learn from a model's output: what they say of it is what they would say of real material. Their last hidden
layer is the space in which sounds are compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from liveriff.train.judge.hearing import BANDS, Bytes

WIDTH = 128
"""Numbers of an embedding."""

_WIDTHS = (24, 48, 72, 96)
_BATCH, _PEAK_RATE = 64, 2e-3
Progress = Callable[[float], None]


class Ear(nn.Module):
    """Pictures uint8 (n, 64, columns) of ``hearing.seen`` to an embedding and to what it names."""

    def __init__(self, styles: int, categories: int) -> None:
        """How many styles and categories there are to name."""
        super().__init__()
        sizes = (1, *_WIDTHS)
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, 2, 1) for i, o in zip(sizes, _WIDTHS, strict=False))
        self.norms = nn.ModuleList(nn.BatchNorm2d(o) for o in _WIDTHS)
        self.inner = nn.Linear(_WIDTHS[-1] * (BANDS // 16 + 2), WIDTH)
        self.style = nn.Linear(WIDTH, styles)
        self.category = nn.Linear(WIDTH, categories)

    def embedding(self, pictures: Tensor) -> Tensor:
        """(n, 128), before its nonlinearity."""
        x = pictures[:, None].float() / 128.0 - 1.0
        for conv, norm in zip(self.convs, self.norms, strict=True):
            x = functional.relu(norm(conv(x)))
        pooled = torch.cat((x.mean(3).flatten(1), x.amax((2, 3)), x.std(3).mean(2)), 1)
        out: Tensor = self.inner(pooled)
        return out

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Scores (n, styles) and (n, categories)."""
        inner = functional.dropout(functional.relu(self.embedding(pictures)), 0.3, self.training)
        return self.style(inner), self.category(inner)


@dataclass(frozen=True, eq=False)
class Lessons:
    """pictures: uint8 (n, 64, 128); styles, categories: names of each; groups: seed of each item's piece."""

    pictures: Bytes
    styles: list[str]
    categories: list[str]
    groups: list[int]


@dataclass(frozen=True, eq=False)
class Named:
    """An ear with the names it says. right: shares of styles and categories it named right on the test part."""

    ear: Ear
    styles: tuple[str, ...]
    categories: tuple[str, ...]
    right: dict[str, float]

    @torch.inference_mode()
    def embed(self, pictures: Bytes) -> NDArray[np.float64]:
        """(n, 128)."""
        parts = [self.ear.embedding(torch.from_numpy(part)) for part in _parts(pictures)]
        return torch.cat(parts).double().numpy()

    @torch.inference_mode()
    def name(self, pictures: Bytes) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Probabilities (n, styles) and (n, categories)."""
        both = [self.ear(torch.from_numpy(part)) for part in _parts(pictures)]
        style, category = (torch.cat(one).softmax(1).double().numpy() for one in zip(*both, strict=True))
        return style, category


def _parts(pictures: Bytes) -> list[Bytes]:
    return [pictures[first : first + 256] for first in range(0, len(pictures), 256)]
