"""From noise to latents: the two ways that Stable Audio goes. Pure torch.

- DPM-Solver++ (2M) and its stochastic form (Lu et al., "DPM-Solver++", 2022) along sigma, the noise's part relative to
  the signal's: z = D + sigma n (Karras et al., "Elucidating the design space", 2022). Stable Audio Open.
- Euler, or "ping-pong", along the straight lines of a rectified flow (Liu et al., 2022): x = (1 - s) D + s n, where
  ping-pong draws n anew at each step, as distilled models are trained for. Stable Audio 3.

``fresh(step)`` draws what a step adds; ``tick`` is asked before each step; ``seen`` is told its estimate after it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor

from liveriff.render.backend import Tick, go_on

Path = tuple[float, ...]
"""Levels to pass through, falling, the last 0."""

Estimate = Callable[[Tensor, float], Tensor]
"""estimate(z, level) -> D, the clean latents (dpmpp_2m) or the velocity n - D (flow)."""

Fresh = Callable[[int], Tensor]
Seen = Callable[[Tensor], None]


def unseen(_: Tensor) -> None:
    """Nobody looks."""


LOG_SNR_MIN, LOG_SNR_MAX = -6.2, 2.0
"""The span that Stable Audio 3 divides evenly, of log((1 - s) / s)."""


@dataclass(frozen=True)
class Levels:
    """The noise of Stable Audio Open as its scheduler's settings say: from maximum to minimum by a rule of two."""

    sigma_min: float = 0.3
    sigma_max: float = 500.0
    schedule: str = "exponential"
    rho: float = 7.0

    def path(self, steps: int, strength: float = 1.0) -> Path:
        """``steps`` levels and 0; with less strength only those below sigma = tan(strength pi / 2), and that one."""
        ramp = [1.0 - k / max(1, steps - 1) for k in range(steps)]
        if self.schedule == "karras":
            low, high = self.sigma_min ** (1 / self.rho), self.sigma_max ** (1 / self.rho)
            sigmas = [(low + u * (high - low)) ** self.rho for u in ramp]
        else:
            sigmas = [self.sigma_min * (self.sigma_max / self.sigma_min) ** u for u in ramp]
        start = math.tan(min(strength, 1.0 - 1e-6) * math.pi / 2)
        if strength >= 1.0 or start >= self.sigma_max:
            return (*sigmas, 0.0)
        return (start, *(sigma for sigma in sigmas if sigma < start * (1.0 - 1e-6)), 0.0)


def dpmpp_2m(
    estimate: Estimate, z: Tensor, path: Path, eta: float, fresh: Fresh, tick: Tick, seen: Seen = unseen
) -> Tensor:
    """Second order over -log sigma from two levels; ``eta`` 0 is the ODE, 1 draws all of the noise anew."""
    before: tuple[Tensor, float] | None = None
    for number, (sigma, target) in enumerate(pairwise(path), 1):
        go_on(tick, number, len(path) - 1)
        D = estimate(z, sigma)
        seen(D)
        if target <= 0.0:
            z = D
            continue
        h = math.log(sigma / target)
        better = D if before is None else D + (D - before[0]) * (h / before[1] / 2)
        kept = math.exp(-h * (1.0 + eta))
        z = kept * z - math.expm1(-h * (1.0 + eta)) * better
        if eta > 0.0:
            z = z + target * math.sqrt(-math.expm1(-2.0 * eta * h)) * fresh(number)
        before = (D, h)
    return z


def flow_path(steps: int, strength: float = 1.0) -> Path:
    """``steps`` levels from ``strength`` down in equal steps of log-SNR, and 0; one where it begins below the span.

    The published pipeline warps the same span but begins at ``strength`` whatever it comes to, so that below 1 its
    second level lies above its first; here the span begins where the level is ``strength``.
    """
    span, start = LOG_SNR_MAX - LOG_SNR_MIN, min(1.0, strength)
    first = 1.0 if start >= 1.0 else min(1.0, (LOG_SNR_MAX + math.log(start / (1.0 - start))) / span)
    places = [first * (1.0 - k / steps) for k in range(1, steps)]
    between = (1.0 / (1.0 + math.exp(LOG_SNR_MAX - place * span)) for place in places)
    return (start, *(level for level in between if level < start), 0.0)


def flow(velocity: Estimate, x: Tensor, path: Path, fresh: Fresh | None, tick: Tick, seen: Seen = unseen) -> Tensor:
    """Along a rectified flow: Euler's steps, or ping-pong where there is fresh noise."""
    for number, (level, target) in enumerate(pairwise(path), 1):
        go_on(tick, number, len(path) - 1)
        v = velocity(x, level)
        seen(x - level * v)
        if fresh is None or target <= 0.0:
            x = x + (target - level) * v
        else:
            x = (1.0 - target) * (x - level * v) + target * fresh(number)
    return x
