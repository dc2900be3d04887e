"""Dance Diffusion's network nested as in its own checkpoints, written from its description: the tests' oracle."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

CUBIC = (-0.01171875, -0.03515625, 0.11328125, 0.43359375, 0.43359375, 0.11328125, -0.03515625, -0.01171875)


class Resample(nn.Module):
    """Half or twice as many samples, every channel by itself, edges reflected."""

    def __init__(self, up: bool) -> None:
        super().__init__()
        self.up = up
        self.register_buffer("kernel", torch.tensor(CUBIC) * (2 if up else 1))

    def forward(self, x: Tensor) -> Tensor:
        channels = x.shape[1]
        kernel = self.kernel.expand(channels, 1, -1)
        if self.up:
            return functional.conv_transpose1d(
                functional.pad(x, (2, 2), "reflect"), kernel, stride=2, padding=7, groups=channels
            )
        return functional.conv1d(functional.pad(x, (3, 3), "reflect"), kernel, stride=2, groups=channels)


class Convolutions(nn.Module):
    """Two convolutions of five samples around a shortcut."""

    def __init__(self, before: int, within: int, after: int, last: bool = False) -> None:
        super().__init__()
        end = [] if last else [nn.GroupNorm(1, after), nn.GELU()]
        first = [nn.Conv1d(before, within, 5, padding=2), nn.GroupNorm(1, within), nn.GELU()]
        self.main = nn.Sequential(*first, nn.Conv1d(within, after, 5, padding=2), *end)
        self.skip = nn.Identity() if before == after else nn.Conv1d(before, after, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.main(x) + self.skip(x)


class Attention(nn.Module):
    """Heads of 32 channels over all samples."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.heads = channels // 32
        self.norm = nn.GroupNorm(1, channels)
        self.qkv_proj = nn.Conv1d(channels, 3 * channels, 1)
        self.out_proj = nn.Conv1d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        batch, channels, frames = x.shape
        query, key, value = (
            part.view(batch, self.heads, -1, frames).transpose(2, 3) for part in self.qkv_proj(self.norm(x)).chunk(3, 1)
        )
        seen = functional.scaled_dot_product_attention(query, key, value)
        return x + self.out_proj(seen.transpose(2, 3).reshape(batch, channels, frames))


class Level(nn.Module):
    """Down, blocks, the level within, blocks, up; what came in is put beside what goes out."""

    def __init__(self, before: int, width: int, attends: bool, within: nn.Module | None) -> None:
        super().__init__()

        def look(channels: int) -> nn.Module:
            return Attention(channels) if attends else nn.Identity()

        down = [Convolutions(before, width, width), look(width)]
        for _ in range(2):
            down += [Convolutions(width, width, width), look(width)]
        up = [Convolutions(2 * width if within else width, width, width), look(width)]
        up += [Convolutions(width, width, width), look(width), Convolutions(width, width, before), look(before)]
        self.main = nn.Sequential(Resample(False), *down, within or nn.Identity(), *up, Resample(True))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat((self.main(x), x), dim=1)


class Features(nn.Module):
    """Random Fourier features of t."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(8, 1))

    def forward(self, t: Tensor) -> Tensor:
        turns = 2 * math.pi * t[:, None] @ self.weight.T
        return torch.cat((turns.cos(), turns.sin()), dim=-1)


class Original(nn.Module):
    """widths: of the levels, the outermost first; attending: how many of the deepest have attention."""

    def __init__(self, widths: tuple[int, ...], attending: int) -> None:
        super().__init__()
        self.timestep_embed = Features()
        within: nn.Module | None = None
        for level in range(len(widths) - 1, 0, -1):
            within = Level(widths[level - 1], widths[level], level >= len(widths) - attending, within)
        width = widths[0]
        first = [Convolutions(18, width, width), Convolutions(width, width, width), Convolutions(width, width, width)]
        end = [Convolutions(2 * width, width, width), Convolutions(width, width, width)]
        self.net = nn.Sequential(*first, within or nn.Identity(), *end, Convolutions(width, width, 2, last=True))

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        planes = self.timestep_embed(t)[..., None].expand(-1, -1, x.shape[2])
        return self.net(torch.cat((x, planes), dim=1))
