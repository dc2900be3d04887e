"""Building blocks of the embedded nets: convolutions that wrap round in time, residual blocks, attention."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

GROUP = 16
"""Channels a normalisation group holds, at most."""


class RingConv(nn.Conv2d):
    """3x3 convolution of (n, channels, bands, columns): circular along time, zeros beyond the lowest and highest band.

    stride: 2 halves both.
    """

    def __init__(self, inside: int, outside: int, stride: int = 1) -> None:
        super().__init__(inside, outside, 3, stride=stride, padding=(1, 0))

    def forward(self, input: Tensor) -> Tensor:
        """The convolution; the width stays whole (or halves) and what leaves on the right enters on the left."""
        return super().forward(wrapped(input))


def wrapped(picture: Tensor) -> Tensor:
    """The picture with its last column before it and its first one after it."""
    return torch.cat((picture[..., -1:], picture, picture[..., :1]), dim=-1)


def norm(channels: int) -> nn.GroupNorm:
    """Group normalisation over bands and time; its statistics do not change when a loop is rolled."""
    return nn.GroupNorm(max(1, channels // GROUP), channels)


class ResBlock(nn.Module):
    """Residual block; with ``condition`` numbers it scales and shifts after its second normalisation."""

    def __init__(self, inside: int, outside: int, condition: int = 0) -> None:
        super().__init__()
        self.first_norm, self.second_norm = norm(inside), norm(outside)
        self.first, self.second = RingConv(inside, outside), RingConv(outside, outside)
        self.skip = nn.Conv2d(inside, outside, 1) if inside != outside else nn.Identity()
        self.modulation = nn.Linear(condition, 2 * outside) if condition else None
        nn.init.zeros_(self.second.weight)
        if self.modulation is not None:
            nn.init.zeros_(self.modulation.weight)
            nn.init.zeros_(self.modulation.bias)

    def forward(self, picture: Tensor, condition: Tensor | None = None) -> Tensor:
        """(n, outside, bands, columns) of (n, inside, bands, columns) and (n, condition)."""
        inner = self.second_norm(self.first(F.silu(self.first_norm(picture))))
        if self.modulation is not None and condition is not None:
            scale, shift = self.modulation(condition)[:, :, None, None].chunk(2, dim=1)
            inner = inner * (1 + scale) + shift
        out: Tensor = self.skip(picture) + self.second(F.silu(inner))
        return out


class Attention(nn.Module):
    """Self-attention over all places of a small picture; it has no positions of its own, so rolling stays rolling."""

    def __init__(self, channels: int, heads: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.norm = norm(channels)
        self.inward = nn.Linear(channels, 3 * channels)
        self.outward = nn.Linear(channels, channels)
        nn.init.zeros_(self.outward.weight)
        nn.init.zeros_(self.outward.bias)

    def forward(self, picture: Tensor) -> Tensor:
        """The same shape."""
        count, channels, bands, columns = picture.shape
        places = self.norm(picture).flatten(2).transpose(1, 2)
        parts = self.inward(places).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(parts[0], parts[1], parts[2])
        back: Tensor = self.outward(mixed.transpose(1, 2).flatten(2)).transpose(1, 2)
        return picture + back.reshape(count, channels, bands, columns)
