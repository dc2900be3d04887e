"""DPM-Solver over a whole path: fast with so many calls of the network, adaptive with as many as it takes. Pure torch.

Both (Lu et al., "DPM-Solver", 2022, section 3.4 and appendix C; the controller as in k-diffusion) choose their own
levels between the first and the last of a schedule on the scale lambda = log(alpha / sigma), where the exact solution
is x' = alpha'/alpha x - sigma' times an integral of e^-lambda eps, which orders 1 to 3 expand. A path that begins at
pure noise or ends at pure sound has a step of the first order there.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from torch import Tensor

from liveriff.render.backend import Tick, go_on
from liveriff.render.dance.estimate import Estimate, transfer
from liveriff.render.dance.levels import alpha_sigma, at_an_end, ratio_of, t_of_ratio
from liveriff.render.dance.schedules import Levels

_FIRST_H = 0.05
_SAFETY = 0.81
_NEAR = 1e-5
_LEAST_SHARE = 1e-3  # of the whole way: shorter steps are taken whatever their error
_THIRD, _TWO_THIRDS = 1 / 3, 2 / 3

Between = Callable[[Tensor, float, float], Tensor]
"""between(x, t, target) -> x at target: the part of a path that has a logarithm everywhere."""


def lambda_of(t: float) -> float:
    """log(alpha / sigma)."""
    return -math.log(ratio_of(t))


def t_of_lambda(value: float) -> float:
    """The level of a log(alpha / sigma)."""
    return t_of_ratio(math.exp(-value))


def _moved(x: Tensor, eps: Tensor, t: float, target: float) -> Tensor:
    """The first order: x' = alpha'/alpha x - sigma' (e^h - 1) eps."""
    (alpha, _), (alpha_n, sigma_n) = alpha_sigma(t), alpha_sigma(target)
    return alpha_n / alpha * x - sigma_n * math.expm1(lambda_of(target) - lambda_of(t)) * eps


def _bent(t: float, target: float) -> float:
    """sigma' ((e^h - 1) / h - 1): what a change of eps over h adds."""
    h = lambda_of(target) - lambda_of(t)
    return alpha_sigma(target)[1] * (math.expm1(h) / h - 1.0)


def _on_the_way(t: float, target: float, share: float) -> float:
    return t_of_lambda((1.0 - share) * lambda_of(t) + share * lambda_of(target))


def first(estimate: Estimate, x: Tensor, t: float, target: float) -> Tensor:
    """The first order: one call."""
    return _moved(x, estimate(x, t)[1], t, target)


def second(estimate: Estimate, x: Tensor, t: float, target: float) -> Tensor:
    """The second order: two calls."""
    eps, middle = estimate(x, t)[1], _on_the_way(t, target, 0.5)
    change = estimate(_moved(x, eps, t, middle), middle)[1] - eps
    return _second(x, eps, change, t, target, 0.5)


def _second(x: Tensor, eps: Tensor, change: Tensor, t: float, target: float, share: float) -> Tensor:
    h = lambda_of(target) - lambda_of(t)
    return _moved(x, eps, t, target) - alpha_sigma(target)[1] * math.expm1(h) / (2.0 * share) * change


def second_and_third(estimate: Estimate, x: Tensor, t: float, target: float) -> tuple[Tensor, Tensor]:
    """The second and the third order of the same three calls; their difference is an estimate of the error."""
    eps, one, two = estimate(x, t)[1], _on_the_way(t, target, _THIRD), _on_the_way(t, target, _TWO_THIRDS)
    change = estimate(_moved(x, eps, t, one), one)[1] - eps
    there = _moved(x, eps, t, two) - _TWO_THIRDS / _THIRD * _bent(t, two) * change
    change_two = estimate(there, two)[1] - eps
    better = _moved(x, eps, t, target) - _bent(t, target) / _TWO_THIRDS * change_two
    return _second(x, eps, change, t, target, _THIRD), better


def third(estimate: Estimate, x: Tensor, t: float, target: float) -> Tensor:
    """The third order: three calls."""
    return second_and_third(estimate, x, t, target)[1]


def orders_of(calls: int) -> list[int]:
    """Orders of the steps that take so many calls: threes, and what is left."""
    if calls % 3 == 0:
        return [3] * (calls // 3 - 1) + [2, 1] * (calls > 0)
    return [3] * (calls // 3) + [calls % 3]


def fast(estimate: Estimate, x: Tensor, path: Levels, _tolerance: float, tick: Tick) -> Tensor:
    """As many calls as the path has steps, each told."""
    of, steps = len(path) - 1, iter(range(1, len(path)))

    def told(x: Tensor, t: float) -> tuple[Tensor, Tensor]:
        go_on(tick, next(steps), of)
        return estimate(x, t)

    def between(x: Tensor, t: float, target: float) -> Tensor:
        orders = orders_of(of - at_an_end(path[0]) - at_an_end(path[-1]))
        for k, order in enumerate(orders):
            here, there = (_on_the_way(t, target, n / len(orders)) for n in (k, k + 1))
            x = (first, second, third)[order - 1](told, x, here, there)
        return x

    return _whole(told, x, path, between)


def _whole(estimate: Estimate, x: Tensor, path: Levels, between: Between) -> Tensor:
    """A path whose ends without a logarithm are transfers."""
    inner = [t for t in path if not at_an_end(t)]
    if path[0] not in inner and len(path) > 1:
        x = transfer(*estimate(x, path[0]), path[1])
    if len(inner) > 1:
        x = between(x, inner[0], inner[-1])
    if path[-1] not in inner and inner:
        x = transfer(*estimate(x, inner[-1]), path[-1])
    return x


class _Told:
    """Tells steps of equal parts of a way whose steps are not known beforehand."""

    def __init__(self, tick: Tick, of: int) -> None:
        """Nothing is told yet."""
        self._tick, self._of, self._step = tick, of, 0

    def reached(self, share: float) -> None:
        """The next call of the network is so far (0..1) on the way; Cancelled if it is not wanted any more."""
        while self._step < min(self._of, 1 + int(share * self._of)):
            self._step += 1
            go_on(self._tick, self._step, self._of)


def adaptive(estimate: Estimate, x: Tensor, path: Levels, tolerance: float, tick: Tick) -> Tensor:
    """Steps of the third order, each as long as its error allows: of the values, or of 1 where they are less.

    The path's own levels only count what is told: each step of the tick is an equal part of the way.
    """
    told = _Told(tick, len(path) - 1)
    told.reached(0.0)

    def between(x: Tensor, t: float, target: float) -> Tensor:
        start, end = lambda_of(t), lambda_of(target)
        here, before, h = start, x, math.copysign(_FIRST_H, end - start)
        while abs(end - here) > _NEAR:
            told.reached((here - start) / (end - start))
            there = end if abs(h) >= abs(end - here) else here + h
            low, high = second_and_third(estimate, x, t_of_lambda(here), t_of_lambda(there))
            factor = _factor(_error(low, high, before, tolerance))
            if factor >= _SAFETY or abs(h) <= _LEAST_SHARE * abs(end - start):
                x, before, here = high, low, there
            h *= factor
        told.reached(1.0)
        return x

    x = _whole(estimate, x, path, between)
    told.reached(1.0)
    return x


def _factor(error: float) -> float:
    """How much longer the next step may be; 1 where the error is no number, so that an end is reached."""
    return 1.0 + math.atan((1.0 / (error + 1e-8)) ** _THIRD - 1.0) if math.isfinite(error) else 1.0


def _error(low: Tensor, high: Tensor, before: Tensor, tolerance: float) -> float:
    """Root mean square of the difference, in units of what is tolerated."""
    allowed = tolerance * low.abs().maximum(before.abs()).clamp(min=1.0)
    return float((((low - high) / allowed) ** 2).mean().sqrt())
