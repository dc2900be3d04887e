"""Steps that look at nothing before them, most of which ask the network again on the way. Pure torch.

A step that begins or ends at pure sound or pure noise is one of the first order (a transfer): such levels have no
logarithm, and the steps beside them are the schedules' smallest.

- Heun (Karras et al., "Elucidating the design space", 2022): eps as the mean of both ends. In the variables z = x /
  alpha and sigma / alpha all transfers are Euler's, so that this is PIE too (pseudo improved Euler, v-diffusion).
- PRK (Liu et al., "Pseudo numerical methods", 2022): eps as in the classic Runge-Kutta rule, halfway in t.
- DPM-2 (Karras et al., 2022, algorithm 2, without churn; Lu et al., "DPM-Solver", 2022): the eps found halfway.
- DPM++ 2S (Lu et al., "DPM-Solver++", 2022): the D found halfway.
- Ancestral (Ho et al., 2020, as in k-diffusion): to a lower level than asked for, and up again with fresh noise.
- DPM++ SDE (Lu et al., "DPM-Solver++", 2022, section 5): ancestral on both halves, noises of one Brownian path.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from liveriff.render.dance.brownian import Brownian
from liveriff.render.dance.estimate import Estimate, Step, moved, transfer, with_clean
from liveriff.render.dance.levels import alpha_sigma, at_an_end, halfway, ratio_of, t_of_ratio

Noises = torch.Generator | None
"""On the CPU; None where no fresh noise is needed."""


def ddim(eta: float, noises: Noises) -> Step:
    """DDIM; with ``eta`` a part of the noise is fresh. eta 0 is Euler's method, 1 is DDPM and Euler's ancestral form:
    one rule, five names."""

    def step(_: Estimate, x: Tensor, D: Tensor, eps: Tensor, t: float, target: float) -> Tensor:
        fresh = eta * fresh_noise(t, target)
        if not fresh:
            return transfer(D, eps, target)
        alpha, sigma = alpha_sigma(target)
        noise = torch.randn(x.shape, generator=noises).to(x)
        return alpha * D + math.sqrt(max(0.0, sigma**2 - fresh**2)) * eps + fresh * noise

    return step


def fresh_noise(t: float, target: float) -> float:
    """Scale of fresh noise at eta 1: sqrt(sigma'^2 / sigma^2) sqrt(1 - alpha^2 / alpha'^2); 0 on the way up."""
    (alpha, sigma), (alpha_n, sigma_n) = alpha_sigma(t), alpha_sigma(target)
    return sigma_n / sigma * math.sqrt(1.0 - (alpha / alpha_n) ** 2) if 0.0 < target < t else 0.0


def within(step: Step) -> Step:
    """A step that is a transfer at the ends."""

    def taken(estimate: Estimate, x: Tensor, D: Tensor, eps: Tensor, t: float, target: float) -> Tensor:
        if at_an_end(t) or at_an_end(target):
            return transfer(D, eps, target)
        return step(estimate, x, D, eps, t, target)

    return taken


@within
def heun(estimate: Estimate, x: Tensor, D: Tensor, eps: Tensor, t: float, target: float) -> Tensor:
    """See the module."""
    after = estimate(transfer(D, eps, target), target)[1]
    return moved(x, D, (eps + after) / 2, t, target)


@within
def prk(estimate: Estimate, x: Tensor, D: Tensor, eps: Tensor, t: float, target: float) -> Tensor:
    """See the module."""
    middle = (t + target) / 2
    second = estimate(moved(x, D, eps, t, middle), middle)[1]
    third = estimate(moved(x, D, second, t, middle), middle)[1]
    fourth = estimate(moved(x, D, third, t, target), target)[1]
    return moved(x, D, (eps + 2 * second + 2 * third + fourth) / 6, t, target)


@within
def dpm_2(estimate: Estimate, x: Tensor, D: Tensor, eps: Tensor, t: float, target: float) -> Tensor:
    """See the module."""
    middle = halfway(t, target)
    return moved(x, D, estimate(transfer(D, eps, middle), middle)[1], t, target)


@within
def dpmpp_2s(estimate: Estimate, x: Tensor, D: Tensor, eps: Tensor, t: float, target: float) -> Tensor:
    """See the module."""
    middle = halfway(t, target)
    better = estimate(transfer(D, eps, middle), middle)[0]
    return transfer(better, with_clean(x, better, eps, t), target)


# --- with fresh noise ------------------------------------------------------------------------------------------------


def lower(t: float, target: float) -> float:
    """The level from which fresh noise leads up to ``target``: its sigma / alpha is that of target squared, over that
    of t. At pure noise nothing of the old is kept; on the way up there is no fresh noise."""
    return t_of_ratio(ratio_of(target) ** 2 / ratio_of(t)) if target < t else target


def renoised(x: Tensor, t: float, target: float, noise: Tensor) -> Tensor:
    """From the level ``lower(t, target)`` up to ``target``."""
    alpha, alpha_lower = alpha_sigma(target)[0], alpha_sigma(lower(t, target))[0]
    return alpha / alpha_lower * x + fresh_noise(t, target) * noise


def ancestral(step: Step, noises: Noises) -> Step:
    """The ancestral form of a step."""

    def taken(estimate: Estimate, x: Tensor, D: Tensor, eps: Tensor, t: float, target: float) -> Tensor:
        there = step(estimate, x, D, eps, t, lower(t, target))
        if not fresh_noise(t, target):
            return there
        return renoised(there, t, target, torch.randn(x.shape, generator=noises).to(x))

    return taken


class DpmppSde:
    """See the module."""

    def __init__(self, noises: Noises) -> None:
        """The Brownian path is drawn when the first step says how long the sound is."""
        self._noises = noises
        self._path: Brownian | None = None

    def __call__(self, estimate: Estimate, x: Tensor, D: Tensor, eps: Tensor, t: float, target: float) -> Tensor:
        if not fresh_noise(t, target):
            return transfer(D, eps, target)
        if self._path is None:
            self._path = Brownian(x.shape, int(torch.randint(2**62, (), generator=self._noises)))
        if at_an_end(t):
            there = transfer(D, eps, lower(t, target))
            return renoised(there, t, target, self._path.between(target, t).to(x))
        middle = halfway(t, target)
        there = transfer(D, eps, lower(t, middle))
        there = renoised(there, t, middle, self._path.between(middle, t).to(x))
        better = estimate(there, middle)[0]
        there = transfer(better, with_clean(x, better, eps, t), lower(t, target))
        return renoised(there, t, target, self._path.between(target, t).to(x))
