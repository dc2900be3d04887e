"""The denoising loop: words to pictures, and pictures to pictures between two prompts. Used by the renderer's thread.

Pictures are float32 (n, 3, height, width), -1..1, as the autoencoder sees them; latents (n, 4, height / 8, width / 8).
Numbers as in riffusion-hobby's ``riffuse`` (MIT); what differs is said where it does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from liveriff.render.backend import Tick, go_on
from liveriff.render.riffusion.nets import Nets
from liveriff.render.riffusion.noise import drawn, generator, slerp
from liveriff.render.riffusion.schedulers import chosen, clean_estimate, course, fresh, step_arguments

Seen = Callable[[Tensor], None]
"""seen(latents): an estimate of where the first picture is going, (1, 4, rows, columns), after a step."""

_POSTERIOR = 0x5DEECE66D  # the autoencoder's own noise must not be the noise that the steps take away


@dataclass(frozen=True)
class End:
    """One end of a way between two prompts.

    denoising: 0..1, how far img2img may go; guidance: above 1 to have any; drift: 0..1, how far its noise is on the
    way to that of the next seed.
    """

    prompt: str
    seed: int
    negative: str = ""
    denoising: float = 0.75
    guidance: float = 7.0
    drift: float = 0.0

    def noise(self, shape: tuple[int, ...], salt: int = 0) -> Tensor:
        """Its noise; ``salt`` for another one of the same seed."""
        here = drawn(self.seed ^ salt, shape)
        return slerp(here, drawn((self.seed + 1) ^ salt, shape), self.drift) if self.drift > 0.0 else here

    @property
    def nearest(self) -> int:
        """The seed of the noise that some schedulers add on the way: that is drawn, not bent."""
        return self.seed + (self.drift >= 1.0)


@dataclass(frozen=True)
class Request:
    """What to paint: a picture for each of ``alphas`` (0 is ``start``, 1 is ``end``), all in one batch.

    Embeddings, guidance and denoising go straight from end to end, noise along the sphere. circular: the right edge
    joins the left one.
    """

    start: End
    end: End
    alphas: tuple[float, ...] = (0.0,)
    steps: int = 50
    scheduler: str = "checkpoint"
    circular: bool = False

    def mean(self, one: float, other: float) -> tuple[float, ...]:
        """A number on its way from ``one`` to ``other``; the ends are exact."""
        return tuple(one if a == 0.0 else other if a == 1.0 else (1.0 - a) * one + a * other for a in self.alphas)


@dataclass(frozen=True, eq=False)
class Told:
    """A request's conditions as tensors: embeddings (n, tokens, width), guidance (n, 1, 1, 1) or None for none."""

    bound: Tensor
    free: Tensor
    guidance: Tensor | None


@torch.inference_mode()
def paint(nets: Nets, request: Request, width: int, tick: Tick, seen: Seen | None = None, height: int = 512) -> Tensor:
    """Pictures of words alone."""
    shape = (4, height // nets.factor, width // nets.factor)
    scheduler = _scheduler(nets, request)
    with nets.circle.closed(request.circular):
        times = course(scheduler, request.steps, None, nets.device)
        x = _noise(request, shape).to(nets.device) * float(scheduler.init_noise_sigma)
        return pictures(nets, _denoise(nets, request, scheduler, times, x, tick, seen))


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
        noise = _noise(request, tuple(start.shape[1:])).to(nets.device)
        x = scheduler.add_noise(start, noise, times[:1].expand(len(start)))
        held = None if mask is None else Held(start, noise, small_mask(mask, start.shape[-2:]).to(nets.device))
        return pictures(nets, _denoise(nets, request, scheduler, times, x, tick, seen, held))


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
    """What a mask keeps: clean latents, their noise, and how much is painted anew (1, 1, rows, columns)."""

    clean: Tensor
    noise: Tensor
    anew: Tensor

    def joined(self, x: Tensor, scheduler: Any, following: Tensor | None) -> Tensor:
        """The latents after a step with what is kept put back, at the noise of the step to come."""
        kept = self.clean
        if following is not None:
            kept = scheduler.add_noise(self.clean, self.noise, following.reshape(1).expand(len(x)))
        mixed: Tensor = (1.0 - self.anew) * kept + self.anew * x
        return mixed


def _denoise(
    nets: Nets,
    request: Request,
    scheduler: Any,
    times: Tensor,
    x: Tensor,
    tick: Tick,
    seen: Seen | None,
    held: Held | None = None,
) -> Tensor:
    """Latents without noise; ``tick`` is asked before each step."""
    told = conditions(nets, request)
    arguments = step_arguments(scheduler, _step_noise(request, x))
    for number, time in enumerate(times):
        go_on(tick, number + 1, len(times))
        prediction = predicted(nets, told, scheduler.scale_model_input(x, time), time)
        stepped = scheduler.step(prediction, time, x, **arguments)
        if seen is not None:
            seen(clean_estimate(scheduler, prediction[:1], time, x[:1], stepped)[:1])
        x = stepped.prev_sample
        if held is not None:
            x = held.joined(x, scheduler, times[number + 1] if number + 1 < len(times) else None)
    return x


def predicted(nets: Nets, told: Told, x: Tensor, time: Tensor) -> Tensor:
    """What the unet says at a time, guided; float32."""
    if told.guidance is None:
        return _asked(nets, x, time, told.bound, None)
    if _distilled(nets):
        return _asked(nets, x, time, told.bound, told.guidance)
    free, bound = _asked(nets, torch.cat((x, x)), time, torch.cat((told.free, told.bound)), None).chunk(2)
    return free + told.guidance * (bound - free)


def _asked(nets: Nets, x: Tensor, time: Tensor, words: Tensor, guidance: Tensor | None) -> Tensor:
    more = {}
    if guidance is not None:
        more["timestep_cond"] = guidance_vector(guidance.flatten() - 1.0, nets.unet.config.time_cond_proj_dim)
        more["timestep_cond"] = more["timestep_cond"].to(nets.dtype)
    answer: Tensor = nets.unet(x.to(nets.dtype), time, encoder_hidden_states=words, return_dict=False, **more)[0]
    return answer.float()


def _distilled(nets: Nets) -> bool:
    """Whether the unet takes guidance as an input (a latent consistency model, not an LCM LoRA)."""
    return bool(nets.unet.config.get("time_cond_proj_dim"))


def guidance_vector(guidance: Tensor, width: int) -> Tensor:
    """Sines and cosines (n, width) of guidance minus 1: Luo et al., "Latent Consistency Models" (2023)."""
    half = width // 2
    rates = torch.exp(torch.arange(half, device=guidance.device) * (-torch.log(torch.tensor(10000.0)) / (half - 1)))
    angles = guidance[:, None] * 1000.0 * rates[None, :]
    return torch.nn.functional.pad(torch.cat((angles.sin(), angles.cos()), dim=1), (0, width % 2))


def conditions(nets: Nets, request: Request) -> Told:
    """Embeddings and guidance of each alpha. Guidance of at most 1 everywhere spares the second half of the work."""
    ends = (request.start.prompt, request.end.prompt, request.start.negative, request.end.negative)
    a, b, not_a, not_b = nets.prompts.embeddings(ends)
    strengths = request.mean(request.start.guidance, request.end.guidance)
    if max(strengths) > 1.0 or _distilled(nets):
        guidance = torch.tensor(strengths, device=nets.device).clamp(min=1.0).view(-1, 1, 1, 1)
    else:
        guidance = None
    bound, free = (_ways(one, other, request.alphas).to(nets.dtype) for one, other in ((a, b), (not_a, not_b)))
    return Told(bound, free, guidance)


def _ways(here: Tensor, there: Tensor, alphas: Sequence[float]) -> Tensor:
    """(n, tokens, width): straight lines; ``lerp`` is exact at both ends."""
    return torch.cat([torch.lerp(here, there, alpha) for alpha in alphas])


def _noise(request: Request, shape: tuple[int, ...]) -> Tensor:
    return _along(request, (1, *shape), 0)


def _along(request: Request, shape: tuple[int, ...], salt: int) -> Tensor:
    """The noise of each alpha, (n, ...) for shapes (1, ...): along the sphere from end to end."""
    here, there = request.start.noise(shape, salt), request.end.noise(shape, salt)
    same = torch.equal(here, there)
    return torch.cat([here if same else slerp(here, there, alpha) for alpha in request.alphas])


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
    draws = _along(request, tuple(mean.shape), _POSTERIOR).to(nets.device)
    spread: Tensor = (mean + deviation * draws) * nets.scale
    return spread


def pictures(nets: Nets, latents: Tensor) -> Tensor:
    """Pictures (n, 3, height, width) of latents, on the CPU; one at a time, to spare memory."""
    parts = torch.split((latents / nets.scale).to(nets.dtype), 1)
    return torch.cat([nets.vae.decode(part).sample.float().cpu() for part in parts])


def small_mask(mask: Tensor, size: tuple[int, ...] | torch.Size) -> Tensor:
    """A mask (1, 1, height, width) at the size of latents, by the nearest pixel; grey stays grey."""
    return torch.nn.functional.interpolate(mask.float(), size=tuple(size), mode="nearest").clamp(0.0, 1.0)
