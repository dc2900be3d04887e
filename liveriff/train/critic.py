"""The critic that teaches the codec texture: a small net that tells patches of made pictures from patches of real ones.

L1 alone answers noise (cymbals, breath, rooms) with its mean, which is smooth; a patch critic with hinge loss (Isola et
al. 2017; Lim and Ye 2017) asks for noise that looks like noise. Used by ``codec.Trainer`` alone.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm

_MATCH = 4.0
"""Weight of the features' distance beside the verdict."""


class Critic(nn.Module):
    """Verdicts on patches of pictures (B, 1, rows, columns) with values 0..1: above 0 is real."""

    def __init__(self, widths: tuple[int, ...] = (32, 64, 96, 128)) -> None:
        """``widths``: channels after each halving of the picture."""
        super().__init__()
        inputs = (1, *widths[:-1])
        self.layers = nn.ModuleList(
            spectral_norm(nn.Conv2d(before, after, 4, 2, 1)) for before, after in zip(inputs, widths, strict=True)
        )
        self.verdict = spectral_norm(nn.Conv2d(widths[-1], 1, 3, 1, 1))

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """Features after each layer; the verdicts come last."""
        x = pictures * 2.0 - 1.0
        found = []
        for layer in self.layers:
            x = functional.leaky_relu(layer(x), 0.2)
            found.append(x)
        return [*found, self.verdict(x)]


def critics_loss(critic: Critic, real: Tensor, made: Tensor) -> Tensor:
    """Hinge loss of the critic."""
    told, lied = critic(real)[-1].float(), critic(made)[-1].float()
    return functional.relu(1.0 - told).mean() + functional.relu(1.0 + lied).mean()


def makers_loss(critic: Critic, real: Tensor, made: Tensor) -> Tensor:
    """What the maker of pictures wants: to be called real, with features like those of the real picture."""
    with torch.no_grad():
        wanted = critic(real)
    found = critic(made)
    apart = sum((functional.l1_loss(mine, other) for mine, other in zip(found[:-1], wanted[:-1], strict=True)),
                torch.zeros((), device=made.device))  # fmt: skip
    wish: Tensor = _MATCH * apart / len(found) - found[-1].float().mean()
    return wish
