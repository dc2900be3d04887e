"""Convolutions that wrap round in time and stop in frequency, and blocks made of them. Pure; used by both nets."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class RingConv(nn.Module):
    """A 3x3 convolution (B, C, rows, columns): columns are a circle, beyond the rows there is silence (zeros)."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        """``stride`` 2 halves both axes; column 0 stays column 0."""
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, stride=stride, padding=(1, 0))

    def forward(self, x: Tensor) -> Tensor:
        """The convolution."""
        around = torch.cat((x[..., -1:], x, x[..., :1]), dim=-1)
        out: Tensor = self.conv(around)
        return out


class ResidualBlock(nn.Module):
    """GroupNorm, SiLU, convolution, twice, beside the way straight through; optionally scaled and shifted."""

    def __init__(self, inputs: int, outputs: int, condition: int = 0, groups: int = 8) -> None:
        """``condition``: width of the conditioning vector, 0 for none."""
        super().__init__()
        self.norm_in = nn.GroupNorm(groups, inputs)
        self.conv_in = RingConv(inputs, outputs)
        self.norm_out = nn.GroupNorm(groups, outputs)
        self.conv_out = RingConv(outputs, outputs)
        self.modulation = nn.Linear(condition, 2 * outputs) if condition else None
        self.skip = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        nn.init.zeros_(self.conv_out.conv.weight)

    def forward(self, x: Tensor, condition: Tensor | None = None) -> Tensor:
        """(B, inputs, rows, columns) -> (B, outputs, rows, columns)."""
        hidden = self.norm_out(self.conv_in(functional.silu(self.norm_in(x))))
        if self.modulation is not None and condition is not None:
            scale, shift = self.modulation(condition)[:, :, None, None].chunk(2, dim=1)
            hidden = hidden * (1.0 + scale) + shift
        out: Tensor = self.skip(x) + self.conv_out(functional.silu(hidden))
        return out


class Upsample(nn.Module):
    """Twice as many rows and columns by pixel shuffle."""

    def __init__(self, inputs: int, outputs: int, shortcut: bool = False) -> None:
        """Channels before and after; ``shortcut``: add the channels themselves, spread over the new pixels."""
        super().__init__()
        self.conv = nn.Conv2d(inputs, 4 * outputs, 1)
        self.copies = -(-4 * outputs // inputs) if shortcut else 0

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs, rows, columns) -> (B, outputs, 2 rows, 2 columns)."""
        out: Tensor = self.conv(x)
        if self.copies:
            out = out + x.repeat_interleave(self.copies, dim=1)[:, : out.shape[1]]
        return functional.pixel_shuffle(out, 2)


class ShrunkConv(nn.Module):
    """Half as many rows and columns by a convolution, beside the mean of groups of the pixels that become one."""

    def __init__(self, inputs: int, outputs: int) -> None:
        """``outputs`` must divide 4 ``inputs``."""
        super().__init__()
        self.ring = RingConv(inputs, outputs, 2)
        self.outputs = outputs

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs, rows, columns) -> (B, outputs, rows / 2, columns / 2)."""
        batch, _, rows, columns = x.shape
        groups = functional.pixel_unshuffle(x, 2).view(batch, self.outputs, -1, rows // 2, columns // 2)
        out: Tensor = self.ring(x) + groups.mean(dim=2)
        return out
