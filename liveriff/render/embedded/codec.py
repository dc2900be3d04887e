"""The codec: encoded spectrograms to latents and back. One latent column is one sixteenth note."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from liveriff.render.embedded.halves import halve
from liveriff.render.embedded.layers import ResidualBlock, RingConv, ShrunkConv, Upsample
from liveriff.render.embedded.net import Net

FACTOR, PATCH = 16, 8
"""Columns a latent column stands for; rows and columns that the first layer takes as one."""


class Codec(Net):
    """A convolutional autoencoder, circular in time, fully convolutional there.

    Pictures (B, 1, 512, columns) with values 0..1; latents (B, channels, 32, columns / 16), normalised per channel
    and row by ``mean`` and ``deviation``, which ``calibrate`` measures once.
    """

    def __init__(
        self,
        channels: int = 16,
        widths: tuple[int, ...] = (96, 128),
        rows: int = 32,
        depths: tuple[int, ...] = (2, 1, 3, 2),
    ) -> None:
        """``widths``: channels at an eighth and a sixteenth of the picture's size.

        depths: residual blocks of the encoder at both sizes, then of the decoder at a sixteenth and an eighth.
        Beside the convolutions that change the size, pixels are moved into channels and back (Chen et al., "Deep
        compression autoencoder", 2024), so that a patch need not be learned to be carried.
        """
        super().__init__()
        fine, coarse = widths
        self.encoder = nn.Sequential(
            RingConv(PATCH**2, fine), *_blocks(fine, depths[0]), ShrunkConv(fine, coarse), *_blocks(coarse, depths[1]),
            nn.GroupNorm(8, coarse), nn.SiLU(), nn.Conv2d(coarse, channels, 1),
        )  # fmt: skip
        self.decoder = nn.Sequential(
            RingConv(channels, coarse), *_blocks(coarse, depths[2]), Upsample(coarse, fine, True),
            *_blocks(fine, depths[3]), nn.GroupNorm(8, fine), nn.SiLU(), RingConv(fine, PATCH**2),
        )  # fmt: skip
        self.register_buffer("mean", torch.zeros(channels, rows))
        self.register_buffer("deviation", torch.ones(channels, rows))

    def encode_raw(self, pictures: Tensor) -> Tensor:
        """Latents before normalisation."""
        out: Tensor = self.encoder(functional.pixel_unshuffle(pictures * 2.0 - 1.0, PATCH))
        return out

    def halve(self) -> None:
        """Decode in bfloat16 from now on, but for the last layer: quiet pixels would be steps of a decibel."""
        halve(self.decoder[:-1])

    def decode_raw(self, latents: Tensor) -> Tensor:
        """Pictures, not clamped, of latents before normalisation."""
        entrance: Any = self.decoder[0]
        hidden = self.decoder[:-1](latents.to(entrance.conv.weight.dtype))
        drawn: Tensor = functional.pixel_shuffle(self.decoder[-1](hidden.to(latents.dtype)), PATCH)
        return drawn * 0.5 + 0.5

    def encode(self, pictures: Tensor) -> Tensor:
        """Normalised latents of pictures."""
        latents: Tensor = (self.encode_raw(pictures) - self.mean[None, :, :, None]) / self.deviation[None, :, :, None]
        return latents

    def decode(self, latents: Tensor) -> Tensor:
        """Pictures with values 0..1 of normalised latents."""
        return self.decode_raw(latents * self.deviation[None, :, :, None] + self.mean[None, :, :, None]).clamp(0.0, 1.0)

    def calibrate(self, latents: Tensor) -> None:
        """Measure the normalisation from raw latents (B, channels, rows, columns)."""
        self.mean.copy_(latents.mean(dim=(0, 3)))
        self.deviation.copy_(latents.std(dim=(0, 3)).clamp(min=1e-2))


def _blocks(width: int, count: int) -> list[nn.Module]:
    return [ResidualBlock(width, width) for _ in range(count)]
