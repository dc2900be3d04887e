"""Which noise levels a denoising passes through: each schedule gives steps + 1 levels t, falling, the last 0. Pure.

Sources: crash, log-SNR and the splice of cosine and DDPM from v-diffusion (Crowson, 2021) as used by Dance Diffusion;
DDPM: Ho et al., "Denoising diffusion probabilistic models", 2020, in v-diffusion's continuous form; VP: Song et al.,
"Score-based generative modeling through stochastic differential equations", 2021; Karras, exponential and
polyexponential over sigma / alpha: Karras et al., "Elucidating the design space", 2022, and k-diffusion.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from liveriff.render.dance.levels import t_of, t_of_ratio

Levels = tuple[float, ...]
"""Levels t, falling."""

LOG_SNR_SPAN = (-10.0, 10.0)
COSINE_SPLICE, DDPM_SPLICE = 0.80074257, 0.48536712
"""Where both schedules have the same level and the same slope."""

VP_END = 1e-3


def _ramp(count: int) -> list[float]:
    """1 to 0 in ``count`` points."""
    return [1.0] if count == 1 else [1.0 - k / (count - 1) for k in range(count)]


def crash(steps: int) -> Levels:
    """sigma = sin(pi u / 2)^2 for u = 1 ... 0: small steps at both ends. The schedule the models are trained with."""
    sigmas = [math.sin(u * math.pi / 2) ** 2 for u in _ramp(steps + 1)]
    return tuple(t_of(math.sqrt(max(0.0, 1.0 - sigma**2)), sigma) for sigma in sigmas)


def linear(steps: int) -> Levels:
    """Equal steps of t."""
    return tuple(_ramp(steps + 1))


def log_snr(steps: int) -> Levels:
    """log(alpha^2 / sigma^2) from -10 to 10 in equal steps, then 0."""
    low, high = LOG_SNR_SPAN
    ratios = [math.exp(-(u * (low - high) + high) / 2) for u in _ramp(steps)]
    return _with_end(ratios)


def ddpm(steps: int) -> Levels:
    """log(alpha^2 / sigma^2) = -log(e^(1e-4 + 10 u^2) - 1) for u = 1 ..., then 0."""
    return (*(_ddpm(u) for u in _ramp(steps + 1)[:-1]), 0.0)


def _ddpm(u: float) -> float:
    return t_of_ratio(math.sqrt(math.expm1(1e-4 + 10.0 * u * u)))


def spliced(steps: int) -> Levels:
    """DDPM's levels above 0.80, and below it equal steps of t, to which those lead over without a kink."""
    return tuple(_spliced(u * (1.0 + COSINE_SPLICE - DDPM_SPLICE)) for u in _ramp(steps + 1))


def _spliced(u: float) -> float:
    return u if u < COSINE_SPLICE else _ddpm(u + DDPM_SPLICE - COSINE_SPLICE)


def vp(steps: int) -> Levels:
    """sigma^2 = e^(beta_d u^2 / 2 + beta_min u) - 1 with beta_d 19.9 and beta_min 0.1 for u = 1 ... 0.001, then 0."""
    ends = [1.0 + (VP_END - 1.0) * (1.0 - u) for u in _ramp(steps)]
    return _with_end([math.sqrt(math.expm1(19.9 * u * u / 2 + 0.1 * u)) for u in ends])


def karras(steps: int, sigma_min: float = 0.01, sigma_max: float = 80.0, rho: float = 7.0) -> Levels:
    """Equal steps of sigma^(1 / rho), then 0."""
    low, high = sigma_min ** (1 / rho), sigma_max ** (1 / rho)
    return _with_end([(low + u * (high - low)) ** rho for u in _ramp(steps)])


def exponential(steps: int, sigma_min: float = 0.01, sigma_max: float = 80.0) -> Levels:
    """Equal steps of log sigma, then 0."""
    return polyexponential(steps, sigma_min, sigma_max, 1.0)


def polyexponential(steps: int, sigma_min: float = 0.01, sigma_max: float = 80.0, rho: float = 1.0) -> Levels:
    """log sigma along u^rho, then 0."""
    span = math.log(sigma_max) - math.log(sigma_min)
    return _with_end([math.exp(u**rho * span + math.log(sigma_min)) for u in _ramp(steps)])


def _with_end(ratios: Sequence[float]) -> Levels:
    return (*(t_of_ratio(ratio) for ratio in ratios), 0.0)


UNBOUNDED: dict[str, Callable[[int], Levels]] = {
    "crash": crash,
    "ddpm": ddpm,
    "spliced-cosine": spliced,
    "log-snr": log_snr,
    "linear": linear,
    "vp": vp,
}
"""Schedules that take no range of sigma."""

RANGED = ("karras", "exponential", "polyexponential")
NAMES = (*UNBOUNDED, *RANGED)


def levels(name: str, steps: int, sigma_min: float = 0.01, sigma_max: float = 80.0, rho: float | None = None) -> Levels:
    """The levels of a schedule by name; ``rho`` None is the schedule's own (Karras 7, polyexponential 1)."""
    if name in UNBOUNDED:
        return UNBOUNDED[name](steps)
    if name == "karras":
        return karras(steps, sigma_min, sigma_max, 7.0 if rho is None else rho)
    if name == "exponential":
        return exponential(steps, sigma_min, sigma_max)
    return polyexponential(steps, sigma_min, sigma_max, 1.0 if rho is None else rho)


def below(path: Levels, level: float) -> Levels:
    """The part of a schedule that starts at ``level``: the level itself, then what lies below it; (0,) at level 0.

    Dance Diffusion starts at the largest level of the schedule below the one asked for. Starting at the very level
    costs at most one step, and turning the knob is heard also where a schedule has few levels.
    """
    if level <= 0.0:
        return (0.0,)
    if level >= path[0]:
        return path
    return (level, *(t for t in path if t < level - 1e-6))
