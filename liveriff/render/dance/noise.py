"""Noise by seed, and ways between two noises. Always drawn on the CPU: the same seed is the same noise everywhere."""

from __future__ import annotations

import torch
from torch import Tensor

BLOCK = 8192


def noise(seed: int, channels: int, length: int) -> Tensor:
    """Standard normal (1, channels, length).

    Drawn block by block, so that a longer noise of the same seed begins like a shorter one, and a change of tempo
    does not change everything.
    """
    generator = torch.Generator().manual_seed(seed)
    blocks = [torch.randn(channels, BLOCK, generator=generator) for _ in range(-(-length // BLOCK))]
    return torch.cat(blocks, dim=1)[None, :, :length]


def drifted(seed: int, drift: float, channels: int, length: int, towards: int | None = None) -> Tensor:
    """The noise of ``seed`` on its way (0..1) to that of another, or of the next one."""
    here = noise(seed, channels, length)
    if drift <= 0.0:
        return here
    return slerp(here, noise(seed + 1 if towards is None else towards, channels, length), drift)


def slerp(one: Tensor, other: Tensor, position: float) -> Tensor:
    """Along the arc from ``one`` (0) to ``other`` (1), each channel (last axis) by itself; the ends are exact.

    Weights sin((1 - k) omega) / sin omega and sin(k omega) / sin omega with omega the angle between the two, on the
    vectors as they are (Shoemake, 1985); along the straight line where the angle is too small to divide by its sine.
    Angles are taken on the CPU: MPS has no float64.
    """
    if position <= 0.0 or position >= 1.0:
        return one if position <= 0.0 else other
    lengths = one.norm(dim=-1, keepdim=True) * other.norm(dim=-1, keepdim=True)
    cosine = (one * other).sum(-1, keepdim=True) / lengths.clamp(min=1e-12)
    omega = cosine.cpu().double().clamp(-1.0, 1.0).arccos()
    sine = omega.sin()
    near = sine < 1e-4
    safe = torch.where(near, torch.ones_like(sine), sine)
    first = torch.where(near, 1.0 - position, ((1.0 - position) * omega).sin() / safe).to(one)
    second = torch.where(near, torch.full_like(sine, position), (position * omega).sin() / safe).to(one)
    return first * one + second * other
