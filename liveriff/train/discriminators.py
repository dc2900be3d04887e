"""Who tells made sound from real sound while the vocoder is trained. Not shipped.

Spectra at several windows as pictures with a real and an imaginary part (Defossez et al., "High fidelity neural audio
compression", 2022), and the wave folded by periods (Kong et al., "HiFi-GAN", 2020). Hinge loss.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import weight_norm

from liveriff.train.losses import spectrum

WINDOWS = (256, 1024, 2048)
PERIODS = (2, 5, 11)
Judged = list[tuple[Tensor, list[Tensor]]]
"""For each judge its scores and what its layers saw."""


def _conv(inputs: int, outputs: int, size: tuple[int, int], stride: tuple[int, int]) -> nn.Module:
    padding = (size[0] // 2, size[1] // 2)
    conv: nn.Module = weight_norm(nn.Conv2d(inputs, outputs, size, stride, padding))
    return conv


class Judge(nn.Module):
    """A stack of convolutions that keeps what it saw."""

    def __init__(self, layers: list[nn.Module], width: int) -> None:
        """``width``: channels after the last of ``layers``."""
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.score = weight_norm(nn.Conv2d(width, 1, 3, padding=1))

    def forward(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Scores and features of (B, channels, rows, columns)."""
        seen = []
        for layer in self.layers:
            x = functional.leaky_relu(layer(x), 0.1)
            seen.append(x)
        return self.score(x), seen


def _of_spectra(width: int) -> Judge:
    shapes = [((3, 9), (1, 1)), ((3, 9), (1, 2)), ((3, 9), (1, 2)), ((3, 9), (1, 2)), ((3, 3), (1, 1))]
    widths = [2] + [width] * len(shapes)
    return Judge([_conv(widths[i], width, size, stride) for i, (size, stride) in enumerate(shapes)], width)


def _of_waves(width: int) -> Judge:
    widths = [1, width // 2, width, 2 * width, 4 * width]
    layers = [_conv(widths[i], widths[i + 1], (5, 1), (3, 1)) for i in range(4)]
    return Judge(layers, 4 * width)


class Discriminators(nn.Module):
    """All judges of sounds (B, frames)."""

    def __init__(self, width: int = 32) -> None:
        """``width``: channels."""
        super().__init__()
        self.spectra = nn.ModuleList(_of_spectra(width) for _ in WINDOWS)
        self.waves = nn.ModuleList(_of_waves(width) for _ in PERIODS)

    def forward(self, sound: Tensor) -> Judged:
        """What each judge says."""
        with torch.autocast(sound.device.type, enabled=False):
            pictures = [_picture(sound, length) for length in WINDOWS]
        folded = [sound[:, : sound.shape[1] // p * p].view(len(sound), 1, -1, p) for p in PERIODS]
        judged = [judge(picture) for judge, picture in zip(self.spectra, pictures, strict=True)]
        return judged + [judge(fold) for judge, fold in zip(self.waves, folded, strict=True)]


def _picture(sound: Tensor, length: int) -> Tensor:
    """(B, 2, frames, bins) with magnitudes to the power of 0.4, so that what is quiet is seen too."""
    parts = torch.view_as_real(spectrum(sound, length))
    return (parts * (parts.square().sum(-1, keepdim=True) + 1e-6).pow(-0.3)).permute(0, 3, 1, 2) * 4.0


def told_apart(real: Judged, made: Judged) -> Tensor:
    """What the judges minimise."""
    scores = [functional.relu(1.0 - one[0]).mean() + functional.relu(1.0 + other[0]).mean()
              for one, other in zip(real, made, strict=True)]  # fmt: skip
    return torch.stack(scores).float().mean()


def unconvinced(made: Judged) -> Tensor:
    """What the vocoder minimises: the judges' doubt."""
    return torch.stack([-score.float().mean() for score, _ in made]).mean()


def unlike(real: Judged, made: Judged) -> Tensor:
    """Distance of what the judges' layers saw, over the size of it (Kumar et al., "MelGAN", 2019)."""
    gaps = [(mine.float() - true.detach().float()).abs().mean() / (true.detach().float().abs().mean() + 1e-4)
            for (_, trues), (_, mines) in zip(real, made, strict=True)
            for true, mine in zip(trues, mines, strict=True)]  # fmt: skip
    return torch.stack(gaps).mean()
