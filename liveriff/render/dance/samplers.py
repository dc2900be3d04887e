"""From noise to sound along falling noise levels, or from sound to noise along rising ones. Pure torch.

Notation of the field: x is the noisy sound, D its denoised estimate (x0), eps the estimated noise; every step is a
transfer x' = alpha' D + sigma' eps, and samplers differ in what they take for D and eps:

- DDIM (Song et al., 2020): those of this level; with eta, part of the noise is fresh. In k-diffusion's variables
  z = x / alpha and sigma / alpha this is Euler's method, and eta 1 is its ancestral form: one rule, three names.
- IPNDM, called IPLMS in Dance Diffusion (Liu et al., "Pseudo numerical methods", 2022; Zhang & Chen, 2022): eps by
  Adams-Bashforth over up to four levels.
- DPM++ 2M (Lu et al., "DPM-Solver++", 2022): D by extrapolation over log(alpha / sigma) from two levels.
- Heun (Karras et al., 2022): eps as the mean of both ends of a step; calls the network twice.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor

from liveriff.render.backend import Tick, go_on
from liveriff.render.dance.levels import alpha_sigma, ratio_of
from liveriff.render.dance.schedules import Levels
from liveriff.render.dance.settings import Settings

Estimate = Callable[[Tensor, float], tuple[Tensor, Tensor]]
"""estimate(x, t) -> (D, eps), with x = alpha D + sigma eps."""

Velocity = Callable[[Tensor, float], Tensor]
"""velocity(x, t) -> v: the network."""

ADAMS_BASHFORTH = ((1.0,), (3 / 2, -1 / 2), (23 / 12, -16 / 12, 5 / 12), (55 / 24, -59 / 24, 37 / 24, -9 / 24))
"""Weights of the newest and the older eps, by how many there are."""


def estimating(velocity: Velocity) -> Estimate:
    """D = alpha x - sigma v and eps = sigma x + alpha v."""

    def estimate(x: Tensor, t: float) -> tuple[Tensor, Tensor]:
        alpha, sigma = alpha_sigma(t)
        v = velocity(x, t)
        return alpha * x - sigma * v, sigma * x + alpha * v

    return estimate


def sample(
    estimate: Estimate, x: Tensor, path: Levels, settings: Settings, tick: Tick, generator: torch.Generator | None
) -> Tensor:
    """Follow a path of levels from its first to its last; ``x`` (..., frames) is at the first.

    ``generator`` (CPU) makes the fresh noise of samplers that add some. Raises Cancelled before the step whose tick
    says so. A path of one level is no step.
    """
    step = _step(settings, generator)
    of = len(path) - 1
    for index, (t, target) in enumerate(pairwise(path), 1):
        go_on(tick, index, of)
        D, eps = estimate(x, t)
        x = step(estimate, x, D, eps, t, target)
    return x


Step = Callable[[Estimate, Tensor, Tensor, Tensor, float, float], Tensor]
"""step(estimate, x, D, eps, t, target) -> x at the level ``target``. Knows the steps before it: one for one path."""


def _step(settings: Settings, generator: torch.Generator | None) -> Step:
    if settings.sampler == "ipndm":
        return _Ipndm()
    if settings.sampler == "dpmpp-2m":
        return _Dpmpp2m()
    if settings.sampler == "heun":
        return _heun
    return _ddim(settings.noise_share, generator)


def transfer(D: Tensor, eps: Tensor, target: float) -> Tensor:
    """x at another level, D and eps staying as they are."""
    alpha, sigma = alpha_sigma(target)
    return alpha * D + sigma * eps


def with_noise(x: Tensor, D: Tensor, eps: Tensor, t: float) -> Tensor:
    """The D that belongs to x and a better eps; at t 1 nothing of D is in x, and D stays."""
    alpha, sigma = alpha_sigma(t)
    return D if alpha == 0.0 else (x - sigma * eps) / alpha


def with_clean(x: Tensor, D: Tensor, eps: Tensor, t: float) -> Tensor:
    """The eps that belongs to x and a better D; at t 0 nothing of eps is in x, and eps stays."""
    alpha, sigma = alpha_sigma(t)
    return eps if sigma == 0.0 else (x - alpha * D) / sigma


def _ddim(eta: float, generator: torch.Generator | None) -> Step:
    def step(_: Estimate, x: Tensor, D: Tensor, eps: Tensor, t: float, target: float) -> Tensor:
        fresh = eta * fresh_noise(t, target)
        if not fresh:
            return transfer(D, eps, target)
        alpha, sigma = alpha_sigma(target)
        noise = torch.randn(x.shape, generator=generator).to(x)
        return alpha * D + math.sqrt(max(0.0, sigma**2 - fresh**2)) * eps + fresh * noise

    return step


def fresh_noise(t: float, target: float) -> float:
    """Scale of fresh noise at eta 1: sqrt(sigma'^2 / sigma^2) sqrt(1 - alpha^2 / alpha'^2); 0 on the way up."""
    (alpha, sigma), (alpha_n, sigma_n) = alpha_sigma(t), alpha_sigma(target)
    return sigma_n / sigma * math.sqrt(1.0 - (alpha / alpha_n) ** 2) if 0.0 < target < t else 0.0


class _Ipndm:
    """Adams-Bashforth over eps."""

    def __init__(self) -> None:
        self._history: list[Tensor] = []

    def __call__(self, _: Estimate, x: Tensor, D: Tensor, eps: Tensor, t: float, target: float) -> Tensor:
        self._history = [eps, *self._history[:3]]
        weights = ADAMS_BASHFORTH[len(self._history) - 1]
        better = torch.stack([weight * old for weight, old in zip(weights, self._history, strict=True)]).sum(0)
        return transfer(with_noise(x, D, better, t), better, target)


class _Dpmpp2m:
    """Second order over log(alpha / sigma); the last step to 0 and the first are of first order."""

    def __init__(self) -> None:
        self._before: tuple[Tensor, float] | None = None

    def __call__(self, _: Estimate, x: Tensor, D: Tensor, eps: Tensor, t: float, target: float) -> Tensor:
        better = D
        if self._before is not None and target > 0.0:
            old, h_old = self._before
            h = _half_log_snr(target) - _half_log_snr(t)
            share = 0.0 if math.isinf(h_old) or math.isinf(h) else h / (2.0 * h_old)
            better = (1.0 + share) * D - share * old
        self._before = (D, _half_log_snr(target) - _half_log_snr(t))
        return transfer(better, with_clean(x, better, eps, t), target)


def _half_log_snr(t: float) -> float:
    ratio = ratio_of(t)
    return -math.log(ratio) if ratio else math.inf


def _heun(estimate: Estimate, x: Tensor, D: Tensor, eps: Tensor, t: float, target: float) -> Tensor:
    there = transfer(D, eps, target)
    if target == 0.0 or alpha_sigma(t)[0] == 0.0 or target == 1.0:
        return there
    better = (eps + estimate(there, target)[1]) / 2
    return transfer(with_noise(x, D, better, t), better, target)
