"""What a network of Dance Diffusion can do with sound: make it, vary it, mend it, go on with it, morph two.

All on tensors at the model's own rate: sound is float32 (channels, frames) on the CPU. Any number of frames that
the network allows is made, and cut. ``tick`` is called before each call of a step, ``seed`` draws all noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import pad

from liveriff.errors import UsageError
from liveriff.render.backend import Tick
from liveriff.render.dance.estimate import Estimate, estimating
from liveriff.render.dance.levels import alpha_sigma
from liveriff.render.dance.net import Net
from liveriff.render.dance.noise import drifted, slerp
from liveriff.render.dance.samplers import sample
from liveriff.render.dance.schedules import Levels
from liveriff.render.dance.settings import Settings

_FRESH = 0x5EED  # apart from the seeds that draw the first noise


@dataclass(frozen=True)
class Seed:
    """Which noise: that of ``number``, ``drift`` (0..1) of the way to that of ``towards``, or of the next number."""

    number: int
    drift: float = 0.0
    towards: int | None = None

    def noise(self, net: Net, frames: int) -> Tensor:
        """Standard normal (1, channels, frames) on the network's device."""
        return drifted(self.number, self.drift, net.card.channels, frames, self.towards).to(net.device)

    def fresh(self) -> torch.Generator:
        """What samplers draw from that add noise on the way."""
        return torch.Generator().manual_seed(self.number ^ _FRESH)


def generate(
    net: Net, frames: int, seed: Seed, settings: Settings, tick: Tick, watch: Estimate | None = None
) -> Tensor:
    """New sound from noise. ``watch``: an estimate to ask instead of the network's own, such as one that shows."""
    length = _length(net, frames)
    path = settings.levels()
    x = alpha_sigma(path[0])[1] * seed.noise(net, length)
    return followed(watch or estimating(net.velocity), x, path, seed, settings, tick)[:, :frames]


def vary(
    net: Net, sound: Tensor, level: float, seed: Seed, settings: Settings, tick: Tick, watch: Estimate | None = None
) -> Tensor:
    """A variation of a sound (channels, frames): noise up to ``level`` (0 is the sound itself, 1 is new) and back."""
    frames = sound.shape[1]
    if level <= 0.0:
        return sound
    if level >= 1.0:
        return generate(net, frames, seed, settings, tick, watch)
    x0 = padded(net, sound)
    path = settings.levels(level)
    alpha, sigma = alpha_sigma(path[0])
    x = alpha * x0 + sigma * seed.noise(net, x0.shape[2])
    return followed(watch or estimating(net.velocity), x, path, seed, settings, tick)[:, :frames]


@torch.no_grad()
def followed(estimate: Estimate, x: Tensor, path: Levels, seed: Seed, settings: Settings, tick: Tick) -> Tensor:
    """Where a path of levels leads from x (1, channels, frames): (channels, frames) on the CPU."""
    return sample(estimate, x, path, settings, tick, seed.fresh())[0].float().cpu()


def _length(net: Net, frames: int) -> int:
    """What the network makes for so many frames; UsageError where that is too much."""
    length = net.card.fitting(frames)
    if length > net.card.longest:
        most = net.card.longest / net.card.rate
        raise UsageError(
            f"{frames / net.card.rate:.1f} s is more than this model can make at once; cut to {most:.1f} s."
        )
    return length


def padded(net: Net, sound: Tensor) -> Tensor:
    """(1, channels, frames that the network allows) on its device, silence at the end."""
    if sound.shape[0] != net.card.channels:
        raise ValueError(f"the network takes {net.card.channels} channels, not {sound.shape[0]}")
    return pad(sound, (0, _length(net, sound.shape[1]) - sound.shape[1]))[None].to(net.device)


# --- from one sound to another ---------------------------------------------------------------------------------------


def portion(tick: Tick, done: int, of: int) -> Tick:
    """The tick of a part of the work, its steps counted on from ``done`` of ``of``."""
    return lambda step, _: tick(done + step, of)


@torch.no_grad()
def morph(
    net: Net, one: Tensor, other: Tensor, positions: Sequence[float], settings: Settings, tick: Tick, level: float = 1.0
) -> list[Tensor]:
    """Sounds (channels, frames of the longer) at positions from ``one`` (0) to ``other`` (1).

    Both are followed up to the noise at ``level`` without randomness, met there by slerp channel by channel, and
    denoised. What is lost on that way is known for both ends; it is added back in the measure of the position,
    so that 0 and 1 are the sounds themselves and their neighbours are near them.
    """
    if settings.random:
        raise UsageError(
            f"{settings.sampler} adds noise on the way, so no sound can be followed back; use ipndm or ddim."
        )
    frames = max(one.shape[1], other.shape[1])
    ends = torch.cat([padded(net, pad(sound, (0, frames - sound.shape[1]))) for sound in (one, other)])
    down = settings.levels(level)
    runs, steps = 2 + sum(0.0 < place < 1.0 for place in positions), len(down) - 1
    estimate, done = estimating(net.velocity), iter(range(0, (runs + 1) * steps, steps))

    def follow(x: Tensor, path: Levels) -> Tensor:
        return sample(estimate, x, path, settings, portion(tick, next(done), runs * steps), None)

    noises = follow(ends, down[::-1])
    lost = ends - follow(noises, down)
    made = []
    for place in positions:
        if 0.0 < place < 1.0:
            between = follow(slerp(noises[:1], noises[1:], place), down)
            made.append((between + (1.0 - place) * lost[:1] + place * lost[1:])[0, :, :frames].cpu())
        else:
            made.append(ends[int(place > 0.0), :, :frames].cpu())
    return made
