"""From noise to sound along falling noise levels, or from sound to noise along rising ones. Pure torch.

Each sampler is a rule for one step (``singlestep``, ``multistep``) or for a whole path (``dpm_solver``).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor

from liveriff.render.backend import Tick, go_on
from liveriff.render.dance import dpm_solver
from liveriff.render.dance.estimate import Estimate, Step
from liveriff.render.dance.multistep import AdamsBashforth, Dpmpp2m, Lms
from liveriff.render.dance.schedules import Levels
from liveriff.render.dance.settings import Settings
from liveriff.render.dance.singlestep import DpmppSde, Noises, ancestral, ddim, dpm_2, dpmpp_2s, heun, prk

STEPS: dict[str, Callable[[float, Noises], Step]] = {
    "ipndm": lambda eta, noises: AdamsBashforth(),
    "ddim": ddim,
    "euler": lambda eta, noises: ddim(0.0, None),
    "euler-ancestral": lambda eta, noises: ddim(1.0, noises),
    "heun": lambda eta, noises: heun,
    "prk": lambda eta, noises: prk,
    "plms": lambda eta, noises: AdamsBashforth(4, prk),
    "plms-2": lambda eta, noises: AdamsBashforth(2, heun),
    "lms": lambda eta, noises: Lms(),
    "dpm-2": lambda eta, noises: dpm_2,
    "dpm-2-ancestral": lambda eta, noises: ancestral(dpm_2, noises),
    "dpmpp-2m": lambda eta, noises: Dpmpp2m(),
    "dpmpp-2s-ancestral": lambda eta, noises: ancestral(dpmpp_2s, noises),
    "dpmpp-sde": lambda eta, noises: DpmppSde(noises),
}
"""The step of a sampler from its eta and the fresh noises."""

PATHS: dict[str, Callable[[Estimate, Tensor, Levels, float, Tick], Tensor]] = {
    "dpm-fast": dpm_solver.fast,
    "dpm-adaptive": dpm_solver.adaptive,
}
"""Samplers that go a whole path by levels of their own."""


def sample(
    estimate: Estimate, x: Tensor, path: Levels, settings: Settings, tick: Tick, generator: torch.Generator | None
) -> Tensor:
    """Follow a path of levels from its first to its last; ``x`` (..., frames) is at the first.

    ``generator`` (CPU) makes the fresh noise of samplers that add some. Raises Cancelled before the step whose tick
    says so. A path of one level is no step.
    """
    if settings.sampler in PATHS:
        return PATHS[settings.sampler](estimate, x, path, settings.tolerance, tick) if len(path) > 1 else x
    step = STEPS[settings.sampler](settings.eta, generator)
    of = len(path) - 1
    for index, (t, target) in enumerate(pairwise(path), 1):
        go_on(tick, index, of)
        D, eps = estimate(x, t)
        x = step(estimate, x, D, eps, t, target)
    return x
