"""The denoising loop: words to pictures, and pictures to pictures between two prompts. Used by the renderer's thread.

Pictures are float32 (n, 3, height, width), -1..1, as the autoencoder sees them; latents (n, 4, height / 8, width / 8).
Numbers as in riffusion-hobby's ``riffuse`` (MIT); what differs is said where it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from liveriff.render.backend import Tick, go_on
from liveriff.render.riffusion.guidance import Guide
from liveriff.render.riffusion.nets import Nets
from liveriff.render.riffusion.noise import generator
from liveriff.render.riffusion.request import Request
from liveriff.render.riffusion.schedulers import chosen, clean_estimate, course, fresh, step_arguments

Seen = Callable[[Tensor], None]
"""seen(latents): an estimate of where the first picture is going, (1, 4, rows, columns), after a step."""

_POSTERIOR = 0x5DEECE66D  # the autoencoder's own noise must not be the noise that the steps take away


@torch.inference_mode()
def paint(nets: Nets, request: Request, width: int, tick: Tick, seen: Seen | None = None, height: int = 512) -> Tensor:
    """Pictures of words alone."""
    shape = (4, height // nets.factor, width // nets.factor)
    scheduler = _scheduler(nets, request)
    with nets.circle.closed(request.circular):
        times = course(scheduler, request.steps, None, nets.device)
        x = request.along((1, *shape)).to(nets.device) * float(scheduler.init_noise_sigma)
        return pictures(nets, _denoise(request, scheduler, times, x, tick, Guide(nets, request, scheduler), seen))


def steps_of(nets: Nets, request: Request) -> int:
    """How many steps ``repaint`` takes for a request whose ends have the same denoising."""
    return len(course(_scheduler(nets, request), request.steps, request.start.denoising, nets.device))


@torch.inference_mode()
def repaint(
    nets: Nets, request: Request, init: Tensor, tick: Tick, mask: Tensor | None = None, seen: Seen | None = None
) -> Tensor:
    """Pictures from a picture (1, 3, height, width); a mask (1, 1, height, width) keeps 0 and paints 1 anew.

    Denoising sets where to begin. Unlike in ``riffuse`` it is one number for all alphas of a batch only if both ends
    have the same; otherwise each alpha is painted by itself. What a mask keeps is at the noise of the step to come,
    and clean after the last: ``riffuse`` leaves it at the noise of the last step taken.
    """
    strengths = request.mean(request.start.denoising, request.end.denoising)
    if len(set(strengths)) > 1:
        return _one_by_one(nets, request, init, tick, mask, seen)
    scheduler = _scheduler(nets, request)
    with nets.circle.closed(request.circular):
        times = course(scheduler, request.steps, strengths[0], nets.device)
        start = encoded(nets, init, request)
        noise = request.along((1, *start.shape[1:])).to(nets.device)
        x = scheduler.add_noise(start, noise, times[:1].expand(len(start)))
        held = list(_holds(nets, request, start, noise, mask))
        guide = Guide(nets, request, scheduler, start)
        return pictures(nets, _denoise(request, scheduler, times, x, tick, guide, seen, held))


def _holds(nets: Nets, request: Request, start: Tensor, noise: Tensor, mask: Tensor | None) -> Iterator[Held]:
    if request.mix is not None:
        share = torch.full((1, 1, 1, 1), request.mix.factor, device=nets.device)
        yield Held(start, noise, share, max(1, round(request.mix.until * request.steps)))
    if mask is not None:
        yield Held(start, noise, small_mask(mask, start.shape[-2:]).to(nets.device))


def _one_by_one(
    nets: Nets, request: Request, init: Tensor, tick: Tick, mask: Tensor | None, seen: Seen | None
) -> Tensor:
    done = []
    total = len(request.alphas)
    for number, alpha in enumerate(request.alphas):

        def part(step: int, of: int, number: int = number) -> bool:
            return tick(number * of + step, total * of)

        alone = replace(request, alphas=(alpha,))
        done.append(repaint(nets, _pinned(alone), init, part if total > 1 else tick, mask, seen))
    return torch.cat(done)


def _pinned(request: Request) -> Request:
    """A request of one alpha whose ends have the same denoising."""
    strength = request.mean(request.start.denoising, request.end.denoising)[0]
    start, end = (replace(each, denoising=strength) for each in (request.start, request.end))
    return replace(request, start=start, end=end)


@dataclass(frozen=True, eq=False)
class Held:
    """What a mask or a mix keeps: clean latents, their noise, and how much is painted anew (1, 1, rows, columns).

    until: how many steps are left when it lets go; 0 to hold the finished latents too.
    """

    clean: Tensor
    noise: Tensor
    anew: Tensor
    until: int = 0

    def joined(self, x: Tensor, scheduler: Any, following: Tensor | None) -> Tensor:
        """The latents after a step with what is kept put back, at the noise of the step to come."""
        kept = self.clean
        if following is not None:
            kept = scheduler.add_noise(self.clean, self.noise, following.reshape(1).expand(len(x)))
        mixed: Tensor = (1.0 - self.anew) * kept + self.anew * x
        return mixed


def _denoise(
    request: Request,
    scheduler: Any,
    times: Tensor,
    x: Tensor,
    tick: Tick,
    guide: Guide,
    seen: Seen | None,
    holds: Sequence[Held] = (),
) -> Tensor:
    """Latents without noise; ``tick`` is asked before each step."""
    arguments = step_arguments(scheduler, _step_noise(request, x))
    for number, time in enumerate(times):
        go_on(tick, number + 1, len(times))
        prediction = guide(scheduler.scale_model_input(x, time), time)
        stepped = scheduler.step(prediction, time, x, **arguments)
        if seen is not None:
            seen(clean_estimate(scheduler, prediction[:1], time, x[:1], stepped)[:1])
        x, left = stepped.prev_sample, len(times) - number - 1
        for held in holds:
            if left >= held.until:
                x = held.joined(x, scheduler, times[number + 1] if left else None)
    return x


def _step_noise(request: Request, x: Tensor) -> list[torch.Generator]:
    """For schedulers that add noise: generators that have already drawn the first noise."""
    made = []
    for alpha in request.alphas:
        dice = generator(request.end.nearest if alpha >= 1.0 else request.start.nearest)
        torch.randn(tuple(x[:1].shape), generator=dice)
        made.append(dice)
    return made


def _scheduler(nets: Nets, request: Request) -> Any:
    return fresh(chosen(request.scheduler, nets.scheduler))


def encoded(nets: Nets, init: Tensor, request: Request) -> Tensor:
    """Latents (n, 4, rows, columns) of one picture: a draw of the autoencoder's posterior by the seeds.

    Along the sphere between the draws of both seeds; ``riffuse`` draws by the first seed only, so that its clips jump
    where the end of one way is the start of the next.
    """
    told = nets.vae.encode(init.to(nets.device, nets.dtype))
    if not hasattr(told, "latent_dist"):
        latents: Tensor = told.latents.float()
        return (latents * nets.scale).expand(len(request.alphas), -1, -1, -1).contiguous()
    mean, deviation = told.latent_dist.mean.float(), told.latent_dist.std.float()
    draws = request.along(tuple(mean.shape), _POSTERIOR).to(nets.device)
    spread: Tensor = (mean + deviation * draws) * nets.scale
    return spread


def pictures(nets: Nets, latents: Tensor) -> Tensor:
    """Pictures (n, 3, height, width) of latents, on the CPU; one at a time, to spare memory."""
    parts = torch.split((latents / nets.scale).to(nets.dtype), 1)
    return torch.cat([nets.vae.decode(part).sample.float().cpu() for part in parts])


def small_mask(mask: Tensor, size: tuple[int, ...] | torch.Size) -> Tensor:
    """A mask (1, 1, height, width) at the size of latents, by the nearest pixel; grey stays grey."""
    return torch.nn.functional.interpolate(mask.float(), size=tuple(size), mode="nearest").clamp(0.0, 1.0)
