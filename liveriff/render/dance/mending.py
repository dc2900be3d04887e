"""Parts of a sound made anew so that they fit what is kept around them, and sounds gone on with. Pure torch.

Two ways, alone or together. Replacing: in every estimate the kept part is the source itself, so that the rest is made
beside it. Guiding (as in Chung et al., "Diffusion posterior sampling", 2023): every estimate is moved against
the gradient of what it misses of the kept part, D - scale d|mask (source - D)| / dx; costs a backward pass a step.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from liveriff.errors import UsageError
from liveriff.params.words import did_you_mean
from liveriff.render.backend import Tick
from liveriff.render.dance.estimate import Estimate, estimating, with_clean
from liveriff.render.dance.levels import alpha_sigma
from liveriff.render.dance.modes import Seed, followed, padded, portion
from liveriff.render.dance.net import Net
from liveriff.render.dance.settings import Settings
from liveriff.render.mending import SEAM_S, gone_on, joined

METHODS = ("both", "replace", "guide")
SCALE = 12.0


@dataclass(frozen=True)
class Mending:
    """method: one of ``METHODS``; scale: of the guidance."""

    method: str = "both"
    scale: float = SCALE

    def __post_init__(self) -> None:
        """UsageError for what cannot be."""
        if self.method not in METHODS:
            hint = did_you_mean(self.method, METHODS)
            raise UsageError(f"there is no method {self.method!r}; use one of {', '.join(METHODS)}.{hint}")
        if self.scale < 0.0:
            raise UsageError(f"the scale of the guidance must be at least 0, not {self.scale:g}.")


def inpaint(
    net: Net, sound: Tensor, keep: Tensor, seed: Seed, settings: Settings, tick: Tick, mending: Mending | None = None
) -> Tensor:
    """The sound (channels, frames) with all frames made anew where ``keep`` (frames,) is False.

    What is kept comes back bit for bit; the first and last milliseconds of what is new are faded into the source.
    """
    mending = mending or Mending()
    if bool(keep.all()):
        return sound
    source = padded(net, sound)
    mask = torch.zeros(source.shape[2], device=net.device)
    mask[: len(keep)] = keep.to(mask)
    estimate = estimating(net.velocity)
    if mending.method != "replace" and mending.scale:
        estimate = guided(estimate, source, mask, mending.scale)
    if mending.method != "guide":
        estimate = replacing(estimate, source, mask)
    path = settings.levels()
    alpha, sigma = alpha_sigma(path[0])
    x = alpha * mask * source + sigma * seed.noise(net, source.shape[2])
    made = followed(estimate, x, path, seed, settings, tick)[:, : sound.shape[1]]
    return joined(sound, made, keep, round(SEAM_S * net.card.rate))


def extend(
    net: Net, sound: Tensor, frames: int, seed: Seed, settings: Settings, tick: Tick, mending: Mending | None = None
) -> Tensor:
    """``frames`` new frames that go on where the sound (channels, any) ends.

    The last part of the sound, half of what the network makes at once, is kept and the other half is made beside it,
    as often as it takes; a shorter sound has silence before it.
    """
    half = max(net.card.trained, net.card.shortest) // 2
    rounds = -(-frames // half)

    def made(known: Tensor, keep: Tensor, k: int) -> Tensor:
        told = portion(tick, k * settings.steps, rounds * settings.steps)
        return inpaint(net, known, keep, Seed(seed.number + k, seed.drift), settings, told, mending)

    return gone_on(sound, frames, half, made)


def replacing(estimate: Estimate, source: Tensor, mask: Tensor) -> Estimate:
    """An estimate that knows the source where ``mask`` is 1. Its eps there is the noise that was put in."""

    def estimated(x: Tensor, t: float) -> tuple[Tensor, Tensor]:
        D, eps = estimate(x, t)
        D = mask * source + (1.0 - mask) * D
        return D, with_clean(x, D, eps, t)

    return estimated


def guided(estimate: Estimate, source: Tensor, mask: Tensor, scale: float) -> Estimate:
    """An estimate that is moved towards the source where ``mask`` is 1."""

    def estimated(x: Tensor, t: float) -> tuple[Tensor, Tensor]:
        with torch.enable_grad():
            x = x.detach().requires_grad_()
            D, eps = estimate(x, t)
            missed = torch.linalg.vector_norm(mask * (source - D))
            (gradient,) = torch.autograd.grad(missed, x)
        D, x = (D - scale * torch.nan_to_num(gradient)).detach(), x.detach()
        return D, with_clean(x, D, eps.detach(), t)

    return estimated
