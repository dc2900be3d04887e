"""Steps that know those before them; each asks the network once. Pure torch.

- Adams-Bashforth over eps, as if the levels were equally far apart. IPNDM, called IPLMS in Dance Diffusion (Zhang &
  Chen, "Fast sampling ... with exponential integrator", 2022): lower orders until four are known. PLMS (Liu et al.,
  "Pseudo numerical methods", 2022): Runge-Kutta steps until then. PLMS2: of the second order, after one Heun step.
- LMS (k-diffusion, Crowson, 2022): Adams-Bashforth over eps with the weights of the true distances.
- DPM++ 2M (Lu et al., "DPM-Solver++", 2022): D by extrapolation over log(alpha / sigma) from two levels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from liveriff.render.dance.estimate import Estimate, Step, moved, transfer, with_clean
from liveriff.render.dance.levels import alpha_sigma, at_an_end, ratio_of

ADAMS_BASHFORTH = ((1.0,), (3 / 2, -1 / 2), (23 / 12, -16 / 12, 5 / 12), (55 / 24, -59 / 24, 37 / 24, -9 / 24))
"""Weights of the newest and the older eps, by how many there are."""


def summed(weights: Sequence[float], values: Sequence[Tensor]) -> Tensor:
    """The weighted sum."""
    return torch.stack([weight * value for weight, value in zip(weights, values, strict=True)]).sum(0)


class AdamsBashforth:
    """See the module. order: at most; first: the steps until so many eps are known, None for lower orders."""

    def __init__(self, order: int = 4, first: Step | None = None) -> None:
        self._order, self._first = order, first
        self._history: list[Tensor] = []

    def __call__(self, estimate: Estimate, x: Tensor, D: Tensor, eps: Tensor, t: float, target: float) -> Tensor:
        self._history = [eps, *self._history[: self._order - 1]]
        known = len(self._history)
        if self._first is not None and known < self._order:
            return self._first(estimate, x, D, eps, t, target)
        return moved(x, D, summed(ADAMS_BASHFORTH[known - 1], self._history), t, target)


class Lms:
    """See the module; up to four eps."""

    def __init__(self) -> None:
        self._history: list[tuple[float, Tensor]] = []

    def __call__(self, _: Estimate, x: Tensor, D: Tensor, eps: Tensor, t: float, target: float) -> Tensor:
        if t < 1.0:  # the distance from pure noise is infinite
            self._history = [(ratio_of(t), eps), *self._history[:3]]
        if at_an_end(target) or t >= 1.0:
            return transfer(D, eps, target)
        weights = lms_weights([ratio for ratio, _ in self._history], ratio_of(target))
        way = summed(weights, [old for _, old in self._history])
        alpha, alpha_n = alpha_sigma(t)[0], alpha_sigma(target)[0]
        return alpha_n * (x / alpha + way)


def lms_weights(places: Sequence[float], target: float) -> list[float]:
    """The integral from places[0] to ``target`` of each polynomial that is 1 at one of the places and 0 at the others.

    Gauss-Legendre with three points is exact for the polynomials of at most the third degree that there are.
    """
    points, shares = np.polynomial.legendre.leggauss(3)
    half = (target - places[0]) / 2
    at = places[0] + half * (points + 1.0)

    def integral(one: float) -> float:
        factors = [(at - other) / (one - other) for other in places if other != one]
        return float(half * np.sum(shares * np.prod(factors, axis=0)))

    return [integral(one) for one in places]


class Dpmpp2m:
    """See the module; the last step to 0 and the first are of first order."""

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
