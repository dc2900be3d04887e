"""Noise levels of Dance Diffusion: t in 0..1, x_t = alpha x + sigma noise, alpha = cos(pi t/2), sigma = sin(pi t/2).

The network answers v = alpha noise - sigma x (Salimans & Ho, "Progressive distillation", 2022). Pure; no torch.
"""

from __future__ import annotations

import math


def alpha_sigma(t: float) -> tuple[float, float]:
    """Scales of the sound and of the noise at a level; exactly (1, 0) at t 0 and (0, 1) at t 1."""
    if t <= 0.0:
        return 1.0, 0.0
    if t >= 1.0:
        return 0.0, 1.0  # cos(pi / 2) is 6e-17 and would be divided by
    return math.cos(t * math.pi / 2), math.sin(t * math.pi / 2)


def t_of(alpha: float, sigma: float) -> float:
    """The level at which sound and noise have these scales."""
    return math.atan2(sigma, alpha) * 2 / math.pi


def t_of_ratio(ratio: float) -> float:
    """The level whose sigma / alpha is ``ratio``: what k-diffusion calls sigma (Karras et al., 2022)."""
    return math.atan(ratio) * 2 / math.pi


def ratio_of(t: float) -> float:
    """sigma / alpha of a level; infinite at t 1."""
    alpha, sigma = alpha_sigma(t)
    return sigma / alpha if alpha else math.inf


def at_an_end(t: float) -> bool:
    """Whether a level is pure sound or pure noise: log(sigma / alpha) is infinite there."""
    return t <= 0.0 or t >= 1.0


def halfway(t: float, target: float) -> float:
    """The level in the middle of two on the scale of log(sigma / alpha)."""
    return t_of_ratio(math.sqrt(ratio_of(t) * ratio_of(target)))
