"""The generator: a convolutional U-Net on latents, circular in time, that predicts the flow's velocity."""

from __future__ import annotations

import math

import torch
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn
from torch.nn import functional

from liveriff.params.words import MODES, TONICS
from liveriff.render.embedded.conditions import CATEGORIES, Batch
from liveriff.render.embedded.layers import ResidualBlock, RingConv, Upsample

PERIODS = (4, 8, 16, 32)
"""Columns (sixteenths) of the cycles that positions in time are told by: beat, half bar, bar, two bars."""


def clock_features(columns: int) -> Tensor:
    """Sines and cosines of the first two harmonics of the periods, (16, columns); whole bars repeat exactly."""
    column = torch.arange(columns, dtype=torch.float32)
    turns = torch.stack([column * harmonic / period for period in PERIODS for harmonic in (1, 2)]) * (2.0 * math.pi)
    return torch.cat((turns.sin(), turns.cos()))


def wave_features(value: Tensor, width: int) -> Tensor:
    """Sinusoidal embedding (B, width) of numbers (B,) of about 0..1."""
    speeds = torch.exp(torch.linspace(0.0, math.log(1000.0), width // 2, device=value.device))
    angles = value[:, None] * speeds[None]
    return torch.cat((angles.sin(), angles.cos()), dim=1)


class Attention(nn.Module):
    """Self-attention over all cells of a small grid."""

    def __init__(self, width: int, heads: int = 4) -> None:
        """``width``: channels, a multiple of ``heads``."""
        super().__init__()
        self.heads = heads
        self.norm = nn.GroupNorm(8, width)
        self.queries = nn.Conv2d(width, 3 * width, 1)
        self.out = nn.Conv2d(width, width, 1)
        nn.init.zeros_(self.out.weight)

    def forward(self, x: Tensor) -> Tensor:
        """(B, width, rows, columns) -> the same."""
        batch, width, rows, columns = x.shape
        split = self.queries(self.norm(x)).reshape(batch, 3, self.heads, width // self.heads, rows * columns)
        query, key, value = split.transpose(-1, -2).unbind(1)
        mixed = functional.scaled_dot_product_attention(query, key, value)
        out: Tensor = x + self.out(mixed.transpose(-1, -2).reshape(batch, width, rows, columns))
        return out


class Unet(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Velocity v = noise - data (Liu et al. 2022, rectified flow) of noisy latents.

    Latents (B, channels, 32, columns); columns a multiple of 4. t: 0 is data, 1 is noise.
    """

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self,
        channels: int = 16,
        widths: tuple[int, ...] = (64, 128, 256),
        rows: int = 32,
        text: int = 256,
        inner: int = 256,
    ) -> None:
        """``widths``: at full, half and quarter size; ``text``: width of prompts' vectors; ``inner``: of conditions."""
        super().__init__()
        fine, middle, coarse = widths
        self.enter = RingConv(channels, fine)
        self.row = nn.Parameter(torch.zeros(1, fine, rows, 1))
        self.told_rows = nn.Linear(inner, fine * rows)
        self.clock = nn.Linear(4 * len(PERIODS), fine)
        nn.init.zeros_(self.told_rows.weight)
        nn.init.zeros_(self.told_rows.bias)
        self.time = nn.Sequential(nn.Linear(128, inner), nn.SiLU(), nn.Linear(inner, inner))
        self.prompt = nn.Linear(text, inner)
        self.category = nn.Embedding(len(CATEGORIES) + 1, inner)
        self.key = nn.Embedding((len(TONICS) + 1) * (len(MODES) + 1), inner)
        self.scalar = nn.ModuleList(nn.Linear(33, inner) for _ in range(3))
        self.down_fine = ResidualBlock(fine, fine, inner)
        self.to_middle = RingConv(fine, middle, 2)
        self.down_middle = ResidualBlock(middle, middle, inner)
        self.to_coarse = RingConv(middle, coarse, 2)
        self.bottom_in = ResidualBlock(coarse, coarse, inner)
        self.attention = Attention(coarse)
        self.bottom_out = ResidualBlock(coarse, coarse, inner)
        self.from_coarse = Upsample(coarse, middle)
        self.up_middle = ResidualBlock(2 * middle, middle, inner)
        self.from_middle = Upsample(middle, fine)
        self.up_fine = ResidualBlock(2 * fine, fine, inner)
        self.leave = nn.Sequential(nn.GroupNorm(8, fine), nn.SiLU(), RingConv(fine, channels))

    def condition(self, text: Tensor, batch: Batch) -> Tensor:
        """The conditions' vector (B, inner), without time."""
        key = batch.tonic * (len(MODES) + 1) + batch.mode
        total = self.prompt(text) + self.category(batch.category) + self.key(key)
        for index, layer in enumerate(self.scalar):
            value = batch.scalars[:, index]
            told = (value >= 0).to(text.dtype)[:, None]
            total = total + layer(torch.cat((wave_features(value, 32) * told, told), dim=1))
        out: Tensor = total
        return out

    def forward(self, latents: Tensor, t: Tensor, condition: Tensor) -> Tensor:
        """Velocity of latents at times (B,) under conditions' vectors (B, inner)."""
        steering = functional.silu(self.time(wave_features(t, 128)) + condition)
        beat = self.clock(clock_features(latents.shape[-1]).to(latents.device).T).T[None, :, None]
        row = self.row + self.told_rows(steering).unflatten(1, (-1, latents.shape[2]))[..., None]
        fine = self.down_fine(self.enter(latents) + row + beat, steering)
        middle = self.down_middle(self.to_middle(fine), steering)
        coarse = self.bottom_in(self.to_coarse(middle), steering)
        coarse = self.bottom_out(self.attention(coarse), steering)
        middle = self.up_middle(torch.cat((self.from_coarse(coarse), middle), dim=1), steering)
        fine = self.up_fine(torch.cat((self.from_middle(middle), fine), dim=1), steering)
        out: Tensor = self.leave(fine)
        return out
