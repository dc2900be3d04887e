"""What samplers work with: x the noisy sound, D its denoised estimate (x0), eps the estimated noise. Pure torch.

x = alpha D + sigma eps at every level; a transfer x' = alpha' D + sigma' eps goes to another one.
"""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from liveriff.render.dance.levels import alpha_sigma

Estimate = Callable[[Tensor, float], tuple[Tensor, Tensor]]
"""estimate(x, t) -> (D, eps), with x = alpha D + sigma eps."""

Velocity = Callable[[Tensor, float], Tensor]
"""velocity(x, t) -> v: the network."""

Step = Callable[[Estimate, Tensor, Tensor, Tensor, float, float], Tensor]
"""step(estimate, x, D, eps, t, target) -> x at the level ``target``. May know the steps before it: one for one path."""


def estimating(velocity: Velocity) -> Estimate:
    """D = alpha x - sigma v and eps = sigma x + alpha v."""

    def estimate(x: Tensor, t: float) -> tuple[Tensor, Tensor]:
        alpha, sigma = alpha_sigma(t)
        v = velocity(x, t)
        return alpha * x - sigma * v, sigma * x + alpha * v

    return estimate


def transfer(D: Tensor, eps: Tensor, target: float) -> Tensor:
    """x at another level, D and eps staying as they are: DDIM's step (Song et al., 2020)."""
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


def moved(x: Tensor, D: Tensor, eps: Tensor, t: float, target: float) -> Tensor:
    """From x to another level along a better eps."""
    return transfer(with_noise(x, D, eps, t), eps, target)
