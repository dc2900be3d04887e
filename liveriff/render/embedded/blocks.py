"""What the generator is made of: conditioned residual blocks and attention, circular in time. Pure."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor, nn
from torch.nn import functional

from liveriff.render.embedded.layers import RingConv

GROUPS = 8


class Norm(nn.GroupNorm):
    """Group normalisation that keeps the type of what comes in.

    Automatic mixed precision would run it in float32 and hand float32 on, which doubles the memory that training moves.
    """

    def __init__(self, channels: int) -> None:
        """In ``GROUPS`` groups."""
        super().__init__(GROUPS, channels)

    def forward(self, x: Tensor) -> Tensor:
        """(B, channels, rows, columns) -> the same; sums are taken in float32 all the same."""
        with _as_it_comes(x.device.type):
            return functional.group_norm(x, GROUPS, self.weight.to(x.dtype), self.bias.to(x.dtype), self.eps)


def _as_it_comes(device: str) -> AbstractContextManager[object]:
    """Without automatic mixed precision, which before torch 2.5 was not known, not even as absent, on MPS."""
    known = torch.amp.is_autocast_available(device)
    return torch.autocast(device, enabled=False) if known else nullcontext()


class Block(nn.Module):
    """Norm, SiLU, convolution, twice, beside the way straight through; the second norm is scaled and shifted."""

    def __init__(self, inputs: int, outputs: int, steering: int) -> None:
        """``steering``: width of the conditioning vector."""
        super().__init__()
        self.norm_in, self.conv_in = Norm(inputs), RingConv(inputs, outputs)
        self.norm_out, self.conv_out = Norm(outputs), RingConv(outputs, outputs)
        self.modulation = nn.Linear(steering, 2 * outputs)
        self.skip = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        nn.init.zeros_(self.conv_out.conv.weight)

    def forward(self, x: Tensor, steering: Tensor) -> Tensor:
        """(B, inputs, rows, columns), (B, steering) -> (B, outputs, rows, columns)."""
        hidden = self.norm_out(self.conv_in(functional.silu(self.norm_in(x))))
        scale, shift = self.modulation(steering)[:, :, None, None].to(hidden.dtype).chunk(2, dim=1)
        hidden = hidden * (1.0 + scale) + shift
        out: Tensor = self.skip(x) + self.conv_out(functional.silu(hidden))
        return out


class Attention(nn.Module):
    """Self-attention over all cells of a small grid; where they lie they know from what is in them."""

    def __init__(self, width: int, head: int) -> None:
        """``width``: channels, a multiple of ``head``, the width of a head."""
        super().__init__()
        self.heads = width // head
        self.norm = Norm(width)
        self.queries = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        nn.init.zeros_(self.out.weight)

    def forward(self, x: Tensor) -> Tensor:
        """(B, width, rows, columns) -> the same."""
        cells = self.norm(x).flatten(2).transpose(1, 2)
        query, key, value = self.queries(cells).unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(query, key, value)
        out: Tensor = x + self.out(mixed.transpose(1, 2).flatten(2)).transpose(1, 2).unflatten(2, x.shape[2:])
        return out


class Stage(nn.Module):
    """Blocks of one size, one after the other, and attention after the first where it is wanted."""

    def __init__(self, inputs: int, outputs: int, steering: int, blocks: int, head: int = 0) -> None:
        """``blocks``: how many, at least one; ``head``: width of attention's heads, 0 for no attention."""
        super().__init__()
        self.blocks = nn.ModuleList(Block(outputs if i else inputs, outputs, steering) for i in range(blocks))
        self.attention = Attention(outputs, head) if head else nn.Identity()

    def forward(self, x: Tensor, steering: Tensor) -> Tensor:
        """(B, inputs, rows, columns), (B, steering) -> (B, outputs, rows, columns)."""
        for place, block in enumerate(self.blocks):
            x = block(x, steering)
            x = self.attention(x) if place == 0 else x
        return x
