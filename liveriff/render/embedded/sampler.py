"""From noise to latents along a rectified flow, and the noise of a seed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor

Velocity = Callable[[Tensor, float, float], Tensor]
"""v = noise - data at (x, t), of x's shape; the third is the time that is stepped to, for a net that wants to know."""

LONGEST = 64
"""Latent columns of the longest canvas: noise is drawn for that many, so that a shorter loop begins alike."""

SHIFT = 2.0
"""After Esser et al. (2024): above 1, more of the steps are spent at high noise."""


def noise(seed: int, channels: int, rows: int, columns: int) -> Tensor:
    """Standard normal (1, channels, rows, columns) of a seed, column by column; the same on every machine."""
    dice = torch.Generator("cpu").manual_seed(seed & 0x7FFFFFFFFFFFFFFF)
    tiles = torch.randn(max(columns, LONGEST), channels, rows, generator=dice)
    return tiles[:columns].permute(1, 2, 0)[None].contiguous()


def drifted(seed: int, drift: float, channels: int, rows: int, columns: int, towards: int | None = None) -> Tensor:
    """Noise on the way (0..1) from a seed to another (None: the next one), along the sphere; the ends are exact."""
    here = noise(seed, channels, rows, columns)
    if drift <= 0.0:
        return here
    there = noise(seed + 1 if towards is None else towards, channels, rows, columns)
    return there if drift >= 1.0 else slerp(here, there, drift)


def slerp(here: Tensor, there: Tensor, way: float) -> Tensor:
    """Spherical interpolation of two noises taken as vectors."""
    cosine = (here * there).sum() / (here.norm() * there.norm())
    angle = torch.acos(cosine.clamp(-0.9999, 0.9999))
    mixed: Tensor = (torch.sin((1 - way) * angle) * here + torch.sin(way * angle) * there) / torch.sin(angle)
    return mixed


def times(steps: int, start: float = 1.0) -> list[float]:
    """start = t_0 > ... > t_steps = 0, a little denser near the noise, where the layout of a canvas is decided."""
    first = start / (SHIFT - (SHIFT - 1.0) * start)
    even = [first * (1.0 - step / steps) for step in range(steps + 1)]
    return [SHIFT * t / (1.0 + (SHIFT - 1.0) * t) for t in even]


def flow(
    velocity: Velocity,
    start: Tensor,
    course: list[float],
    before: Callable[[int], None],
    jump: float | None = 0.0,
    seen: Callable[[Tensor], None] | None = None,
) -> Tensor:
    """Latents at the last time of ``course`` from latents at its first; ``before(step)`` is called before each
    evaluation, 1, 2 ...

    Adams-Bashforth of second order on uneven steps: one evaluation a step, as Euler, exact where v is linear in t.
    It does not look back across the time ``jump``, where the velocity is known to jump; None: it never looks back, for
    a velocity that is the mean over its step. ``seen`` is told after each evaluation which latents the velocity leads
    to in a straight line, x - t v.
    """
    x, last, last_width = start, None, 0.0
    for step, (now, then) in enumerate(pairwise(course), start=1):
        before(step)
        v, width = velocity(x, now, then), then - now
        if seen is not None:
            seen(x - now * v)
        if jump is None or now < jump <= now - last_width:
            last = None
        ahead = v if last is None else v + (v - last) * (0.5 * width / last_width)
        x, last, last_width = x + width * ahead, v, width
    return x
