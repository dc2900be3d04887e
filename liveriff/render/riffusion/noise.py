"""Noise from seeds, always drawn on the CPU, and ways between two noises. Pure."""

from __future__ import annotations

import torch
from torch import Tensor

PARALLEL = 0.9995


def generator(seed: int) -> torch.Generator:
    """A CPU generator: the same numbers whatever device renders."""
    return torch.Generator("cpu").manual_seed(seed & 0x7FFFFFFFFFFFFFFF)


def drawn(seed: int, shape: tuple[int, ...]) -> Tensor:
    """Standard normal float32 of a seed."""
    return torch.randn(shape, generator=generator(seed))


def slerp(here: Tensor, there: Tensor, way: float) -> Tensor:
    """Spherical interpolation over the whole flattened tensors; a straight line where they are all but parallel.

    The ends are exact. As riffusion-hobby does (MIT), after Shoemake, "Animating rotation with quaternion curves".
    """
    if way <= 0.0 or way >= 1.0:
        return here if way <= 0.0 else there
    cosine = float((here * there).sum() / (here.norm() * there.norm()))
    if abs(cosine) > PARALLEL:
        return torch.lerp(here, there, way)
    angle = torch.acos(torch.tensor(cosine))
    mixed: Tensor = (torch.sin((1.0 - way) * angle) * here + torch.sin(way * angle) * there) / torch.sin(angle)
    return mixed
