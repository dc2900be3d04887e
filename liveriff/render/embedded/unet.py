"""The generator: a small convolutional UNet over latents, trained as a rectified flow (Liu et al., 2022).

It predicts v = noise - data at x = (1 - t) data + t noise. Everything wraps round in time, and the only positions it
knows are the frequency and the phase within beat, half bar, bar and two bars; so any whole number of bars will do.
"""

from __future__ import annotations

from functools import lru_cache
from typing import cast

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from liveriff.render.embedded.conditions import ConditionNet, Conditions
from liveriff.render.embedded.layers import Attention, ResBlock, RingConv, norm

ROWS = 32
PERIODS = (4, 8, 16, 32)
"""Latent columns (sixteenths) of a beat, half a bar, a bar and two bars."""
_WAVES = 64


class UNet(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Three levels: widths at 32 x w, 16 x w/2 and 8 x w/4; w is a multiple of 4."""

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self,
        latent_channels: int = 8,
        widths: tuple[int, int, int] = (64, 128, 256),
        condition: int = 256,
        text: int = 128,
    ) -> None:
        super().__init__()
        fine, middle, coarse = widths
        self.told = ConditionNet(condition, text)
        self.clock = nn.Sequential(nn.Linear(2 * _WAVES, condition), nn.SiLU(), nn.Linear(condition, condition))
        self.mixed = nn.Sequential(nn.SiLU(), nn.Linear(condition, condition), nn.SiLU())
        self.inward = RingConv(latent_channels, fine)
        self.bands = nn.Parameter(torch.randn(1, fine, ROWS, 1) * 0.1)
        self.phase = nn.Conv2d(2 * len(PERIODS), fine, 1)
        self.rows = nn.Linear(condition, fine * ROWS)
        self.down = nn.ModuleList([ResBlock(fine, fine, condition), ResBlock(middle, middle, condition)])
        self.halve = nn.ModuleList([RingConv(fine, middle, 2), RingConv(middle, coarse, 2)])
        self.deep = nn.ModuleList([ResBlock(coarse, coarse, condition) for _ in range(3)])
        self.attention = nn.ModuleList([Attention(coarse) for _ in range(2)])
        self.double = nn.ModuleList([RingConv(coarse, middle), RingConv(middle, fine)])
        self.up = nn.ModuleList([ResBlock(2 * middle, middle, condition), ResBlock(2 * fine, fine, condition)])
        self.outward = nn.Sequential(norm(fine), nn.SiLU(), RingConv(fine, latent_channels))
        for weights in (self.rows.weight, self.rows.bias, self.outward[2].weight, self.outward[2].bias):
            nn.init.zeros_(weights)

    def forward(self, noisy: Tensor, time: Tensor, told: Conditions) -> Tensor:
        """v (n, channels, 32, w) at ``noisy`` of that shape and ``time`` (n,) within 0 (data) .. 1 (noise)."""
        condition = self.mixed(self.told(told) + self.clock(_waves_of(time)))
        fine = self.inward(noisy) + self.bands + self.phase(phases(noisy.shape[-1]).to(noisy))
        fine = fine + self.rows(condition).unflatten(1, (-1, ROWS))[..., None]
        fine = self.down[0](fine, condition)
        middle = self.down[1](self.halve[0](fine), condition)
        deep = self._deep(self.halve[1](middle), condition)
        middle = self.up[0](torch.cat((middle, self.double[0](_doubled(deep))), 1), condition)
        fine = self.up[1](torch.cat((fine, self.double[1](_doubled(middle))), 1), condition)
        return cast(Tensor, self.outward(fine))

    def _deep(self, deep: Tensor, condition: Tensor) -> Tensor:
        for block, look in zip(self.deep, self.attention, strict=False):
            deep = look(block(deep, condition))
        return cast(Tensor, self.deep[-1](deep, condition))


def _doubled(picture: Tensor) -> Tensor:
    return nn.functional.interpolate(picture, scale_factor=2.0)


@lru_cache(maxsize=16)
def phases(columns: int) -> Tensor:
    """Sine and cosine of the phase within each period, float32 (1, 8, 1, columns).

    Zeros for periods that the width is no multiple of: there they would not wrap round. Treat as read-only.
    """
    place = torch.arange(columns)
    parts = []
    for period in PERIODS:
        turn = (place % period).float() * (2.0 * torch.pi / period) + torch.pi / 4
        fits = float(columns % period == 0)
        parts += [torch.sin(turn) * fits, torch.cos(turn) * fits]
    return torch.stack(parts)[None, :, None, :]


def _waves_of(time: Tensor) -> Tensor:
    """(n, 128) of (n,): sines and cosines of 64 rates."""
    rates = torch.exp(torch.linspace(0.0, 6.0, _WAVES, device=time.device))
    turns = time.float()[:, None] * rates
    return torch.cat((torch.sin(turns), torch.cos(turns)), dim=1)
