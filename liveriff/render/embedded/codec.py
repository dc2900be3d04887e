"""The codec: pictures of 512 bands to latents of 32 rows and a column a sixteenth, and back.

After the auto-encoders of latent diffusion (Rombach et al., 2022), without an adversary and without a sampled code.
"""

from __future__ import annotations

from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from liveriff.render.embedded.layers import ResBlock, RingConv

FACTOR = 16
"""Bands a latent row, and columns a latent column."""
_SHUFFLE = 4


class Codec(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Convolutional and circular along time, so any width that is a multiple of 16 will do.

    Pictures are (n, 1, 512, columns) within -1..1; latents (n, latent_channels, 32, columns / 16).
    """

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(self, latent_channels: int = 8, widths: tuple[int, int, int] = (48, 96, 128)) -> None:
        super().__init__()
        self.encoder = _encoder(latent_channels, *widths)
        self.decoder = _decoder(latent_channels, *widths)

    def encode(self, pictures: Tensor) -> Tensor:
        """Latents of pictures."""
        latents: Tensor = self.encoder(pictures)
        return latents

    def decode(self, latents: Tensor) -> Tensor:
        """Pictures of latents; may leave -1..1 by a little."""
        pictures: Tensor = self.decoder(latents)
        return pictures

    def forward(self, pictures: Tensor) -> Tensor:
        """Pictures as they come back."""
        return self.decode(self.encode(pictures))


def _encoder(latents: int, fine: int, middle: int, coarse: int) -> nn.Sequential:
    return nn.Sequential(
        nn.PixelUnshuffle(_SHUFFLE),
        RingConv(_SHUFFLE**2, fine),
        ResBlock(fine, fine),
        RingConv(fine, middle, stride=2),
        ResBlock(middle, middle),
        RingConv(middle, coarse, stride=2),
        ResBlock(coarse, coarse),
        ResBlock(coarse, coarse),
        nn.Conv2d(coarse, latents, 1),
    )


def _decoder(latents: int, fine: int, middle: int, coarse: int) -> nn.Sequential:
    return nn.Sequential(
        RingConv(latents, coarse),
        ResBlock(coarse, coarse),
        ResBlock(coarse, coarse),
        nn.Upsample(scale_factor=2),
        RingConv(coarse, middle),
        ResBlock(middle, middle),
        nn.Upsample(scale_factor=2),
        RingConv(middle, fine),
        ResBlock(fine, fine),
        nn.SiLU(),
        RingConv(fine, _SHUFFLE**2),
        nn.PixelShuffle(_SHUFFLE),
    )
