"""The denoising loop: words to pictures, and pictures to pictures between two prompts. Used by the renderer's thread.

Pictures are float32 (n, 3, height, width), -1..1, as the autoencoder sees them; latents (n, 4, height / 8, width / 8).
Numbers as in riffusion-hobby's ``riffuse`` (MIT); what differs is said where it does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from liveriff.render.backend import Tick
from liveriff.render.riffusion.guidance import Guide
from liveriff.render.riffusion.held import Held, small_mask
from liveriff.render.riffusion.lanes import Lane, Seen, finish
from liveriff.render.riffusion.nets import Nets
from liveriff.render.riffusion.request import Request
from liveriff.render.riffusion.schedulers import chosen, course, fresh

_POSTERIOR = 0x5DEECE66D  # the autoencoder's own noise must not be the noise that the steps take away


@torch.inference_mode()
def paint(nets: Nets, request: Request, width: int, tick: Tick, seen: Seen | None = None, height: int = 512) -> Tensor:
    """Pictures of words alone."""
    return painted(nets, lane_of_words(nets, request, width, seen, height), tick)


@torch.inference_mode()
def repaint(
    nets: Nets, request: Request, init: Tensor, tick: Tick, mask: Tensor | None = None, seen: Seen | None = None
) -> Tensor:
    """Pictures from a picture (1, 3, height, width); a mask (1, 1, height, width) keeps 0 and paints 1 anew.

    Unlike in ``riffuse`` denoising is one number for all alphas of a batch only if both ends have the same; otherwise
    each alpha is painted by itself.
    """
    if len(set(request.mean(request.start.denoising, request.end.denoising))) > 1:
        return _one_by_one(nets, request, init, tick, mask, seen)
    return painted(nets, lane_of_picture(nets, request, init, mask, seen), tick)


def painted(nets: Nets, lane: Lane, tick: Tick, others: Sequence[Lane] = ()) -> Tensor:
    """The pictures of a lane that is taken to its end; the others come along."""
    latents = finish(nets, lane, tick, others)
    with nets.circle.closed(lane.circular):
        return pictures(nets, latents)


def steps_of(nets: Nets, request: Request) -> int:
    """How many steps ``repaint`` takes for a request whose ends have the same denoising."""
    return len(course(_scheduler(nets, request), request.steps, request.start.denoising, nets.device))


def lane_of_words(nets: Nets, request: Request, width: int, seen: Seen | None = None, height: int = 512) -> Lane:
    """The way of a request from pure noise."""
    shape = (4, height // nets.factor, width // nets.factor)
    scheduler = _scheduler(nets, request)
    times = course(scheduler, request.steps, None, nets.device)
    x = request.along((1, *shape)).to(nets.device) * float(scheduler.init_noise_sigma)
    return Lane(request, scheduler, times, x, Guide(nets, request, scheduler), (), seen)


def lane_of_picture(
    nets: Nets, request: Request, init: Tensor, mask: Tensor | None = None, seen: Seen | None = None
) -> Lane:
    """The way of a request, whose alphas have one denoising, from a noised picture; see ``repaint``.

    Denoising sets where to begin. What a mask keeps is at the noise of the step to come, and clean after the last:
    ``riffuse`` leaves it at the noise of the last step taken.
    """
    strength = request.mean(request.start.denoising, request.end.denoising)[0]
    scheduler = _scheduler(nets, request)
    times = course(scheduler, request.steps, strength, nets.device)
    with nets.circle.closed(request.circular):
        start = encoded(nets, init, request)
    noise = request.along((1, *start.shape[1:])).to(nets.device)
    x = scheduler.add_noise(start, noise, times[:1].expand(len(start)))
    held = list(_holds(nets, request, start, noise, mask))
    return Lane(request, scheduler, times, x, Guide(nets, request, scheduler, start), held, seen)


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
