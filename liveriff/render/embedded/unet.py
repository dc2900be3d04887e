"""The generator: a convolutional U-Net on latents, circular in time, that predicts the flow's velocity."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from liveriff.params.words import MODES, TONICS
from liveriff.render.embedded.blocks import Block, Norm, Stage
from liveriff.render.embedded.conditions import CATEGORIES, SCALARS, Batch
from liveriff.render.embedded.halves import halve
from liveriff.render.embedded.layers import RingConv, Upsample
from liveriff.render.embedded.net import Net

PERIODS = (4, 8, 16, 32)
"""Columns (sixteenths) of the cycles that positions in time are told by: beat, half bar, bar, two bars."""

WEAKEST, STRONGEST = 1.0, 7.0
"""Guidance that a student is taught; beyond it, it hears the strongest."""


_ON_PICTURES = frozenset({
    "enter", "down_fine", "to_middle", "down_middle", "to_coarse", "bottom", "from_coarse", "up_middle",
    "from_middle", "up_fine",
})  # fmt: skip


def clock_features(columns: int, device: torch.device) -> Tensor:
    """Sines and cosines of the first two harmonics of the periods, (columns, 16); whole bars repeat exactly."""
    column = torch.arange(columns, dtype=torch.float32, device=device)
    turns = torch.stack([column * harmonic / period for period in PERIODS for harmonic in (1, 2)]) * (2.0 * math.pi)
    return torch.cat((turns.sin(), turns.cos())).T


def wave_features(value: Tensor, width: int) -> Tensor:
    """Sinusoidal embedding (B, width) of numbers (B,) of about 0..1."""
    speeds = torch.exp(torch.linspace(0.0, math.log(1000.0), width // 2, device=value.device))
    angles = value[:, None].float() * speeds[None]
    return torch.cat((angles.sin(), angles.cos()), dim=1)


class Unet(Net):
    """Velocity v = noise - data of noisy latents (Liu et al. 2022, rectified flow).

    Latents (B, channels, 32, columns); columns a multiple of 4. t: 0 is data, 1 is noise. As a teacher it gives the
    velocity at t; as a student, which is told a target time s < t, the mean velocity between both, guidance included,
    so that x_s = x_t - (t - s) u. What it adds for s, guidance and negative prompts begins as zero: a student that
    starts from a teacher's weights starts as that teacher.
    """

    def __init__(
        self,
        channels: int = 16,
        widths: tuple[int, ...] = (96, 160, 320),
        blocks: tuple[int, ...] = (1, 1, 3, 1, 1),
        rows: int = 32,
        text: int = 256,
        inner: int = 256,
        head: int = 32,
        student: bool = False,
    ) -> None:
        """``widths``: at full, half and quarter size; ``blocks``: at each size down and up again; ``text``: width of
        prompts' vectors; ``inner``: of conditions; ``head``: of attention's heads; ``student``: whether it has learnt
        to take long steps by itself."""
        super().__init__()
        fine, middle, coarse = widths
        self.enter = RingConv(2 * channels + 1, fine)
        self.row = nn.Parameter(torch.zeros(1, fine, rows, 1))
        self.told_rows = _silent(nn.Linear(inner, fine * rows))
        self.clock = nn.Linear(4 * len(PERIODS), fine)
        self.time = nn.Sequential(nn.Linear(128, inner), nn.SiLU(), nn.Linear(inner, inner))
        self.width = nn.Sequential(nn.Linear(128, inner), nn.SiLU(), _silent(nn.Linear(inner, inner)))
        self.prompt = nn.Linear(text, inner)
        self.negative = _silent(nn.Linear(text, inner))
        self.guidance = nn.Sequential(nn.Linear(64, inner), nn.SiLU(), _silent(nn.Linear(inner, inner)))
        self.category = nn.Embedding(len(CATEGORIES) + 1, inner)
        self.key = nn.Embedding((len(TONICS) + 1) * (len(MODES) + 1), inner)
        self.scalar = nn.ModuleList(nn.Linear(33, inner) for _ in range(SCALARS))
        self.mix = nn.Sequential(nn.SiLU(), nn.Linear(inner, inner))
        self.down_fine = Stage(fine, fine, inner, blocks[0])
        self.to_middle = RingConv(fine, middle, 2)
        self.down_middle = Stage(middle, middle, inner, blocks[1], head)
        self.to_coarse = RingConv(middle, coarse, 2)
        self.bottom = Stage(coarse, coarse, inner, blocks[2], head)
        self.from_coarse = Upsample(coarse, middle)
        self.up_middle = Stage(2 * middle, middle, inner, blocks[3], head)
        self.from_middle = Upsample(middle, fine)
        self.up_fine = Stage(2 * fine, fine, inner, blocks[4])
        self.leave = nn.Sequential(Norm(fine), nn.SiLU(), RingConv(fine, channels))

    def halve(self) -> None:
        """Work on pictures in bfloat16 from now on; what is told stays in float32."""
        for name, part in self.named_children():
            if name in _ON_PICTURES:
                halve(part)
        for part in self.modules():
            if isinstance(part, Block):
                nn.Module.to(part.modulation, torch.float32)

    def condition(self, text: Tensor, batch: Batch) -> Tensor:
        """The conditions' vector (B, inner), without times and guidance, of prompts' vectors (B, text)."""
        key = batch.tonic * (len(MODES) + 1) + batch.mode
        total = self.prompt(text) + self.category(batch.category) + self.key(key)
        for index, layer in enumerate(self.scalar):
            value = batch.scalars[:, index]
            told = (value >= 0).to(value.dtype)[:, None]
            total = total + layer(torch.cat((wave_features(value, 32) * told, told), dim=1))
        out: Tensor = total + self.mix(total)
        return out

    def guided(self, condition: Tensor, guidance: Tensor, negative: Tensor) -> Tensor:
        """A student's conditions' vector: with guidance (B,) and the vectors (B, text) of what is not wanted."""
        strength = (guidance.clamp(WEAKEST, STRONGEST) - WEAKEST) / (STRONGEST - WEAKEST)
        out: Tensor = condition + self.guidance(wave_features(strength, 64)) + self.negative(negative)
        return out

    def forward(
        self, latents: Tensor, t: Tensor, condition: Tensor, known: Tensor | None = None, s: Tensor | None = None
    ) -> Tensor:
        """Velocity of latents at times (B,) under conditions' vectors (B, inner).

        known: (B, channels + 1, 32, columns), clean latents where columns are given and zeros elsewhere, and a last
        channel that is 1 where they are given; None: everything is to be made. s: times (B,) that a student steps to.
        """
        if known is None:
            known = latents.new_zeros(len(latents), latents.shape[1] + 1, *latents.shape[2:])
        told = self.time(wave_features(t, 128)) + condition
        steering = functional.silu(told if s is None else told + self.width(wave_features(t - s, 128)))
        beat = self.clock(clock_features(latents.shape[-1], latents.device)).T[None, :, None]
        row = self.row + self.told_rows(steering).unflatten(1, (-1, latents.shape[2]))[..., None]
        entered = self.enter(torch.cat((latents, known), dim=1).to(self.enter.conv.weight.dtype))
        fine = self.down_fine(entered + (row + beat).to(entered.dtype), steering)  # which may be half as precise
        middle = self.down_middle(self.to_middle(fine), steering)
        coarse = self.bottom(self.to_coarse(middle), steering)
        middle = self.up_middle(torch.cat((self.from_coarse(coarse), middle), dim=1), steering)
        fine = self.up_fine(torch.cat((self.from_middle(middle), fine), dim=1), steering)
        out: Tensor = self.leave(fine.to(latents.dtype))
        return out


def _silent(layer: nn.Linear) -> nn.Linear:
    """A layer that begins as zero."""
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer
