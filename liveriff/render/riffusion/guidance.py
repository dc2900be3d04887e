"""What the unet says, and how guidance is had from it: embeddings, two halves of a batch or one. Renderer's thread.

Residual classifier-free guidance asks the net once a step, not twice (Kodaira et al., "StreamDiffusion", 2023,
arXiv:2312.12491): the negative prompt is asked in the first step only ("onetime") or never ("self"); what it would say
later is taken to be the noise that leads to its first answer, or to the source.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from liveriff.render.riffusion.nets import Nets
from liveriff.render.riffusion.request import Request


@dataclass(frozen=True, eq=False)
class Told:
    """A request's conditions as tensors: embeddings (n, tokens, width), guidance (n, 1, 1, 1) or None for none."""

    bound: Tensor
    free: Tensor
    guidance: Tensor | None


@dataclass(frozen=True, eq=False)
class Question:
    """What the unet is asked: scaled latents (n, 4, rows, columns), their time, words (n, tokens, width), and guidance
    (n, 1, 1, 1) where it takes that as an input."""

    x: Tensor
    time: Tensor
    words: Tensor
    guidance: Tensor | None = None

    @property
    def kind(self) -> tuple[object, ...]:
        """Questions of one kind fit into one call."""
        return tuple(self.x.shape[1:]), self.words.shape[1], self.guidance is None


class Guide:
    """Predictions of one render."""

    def __init__(self, nets: Nets, request: Request, scheduler: Any, source: Tensor | None = None) -> None:
        """source: clean latents that the picture starts from, (n, 4, rows, columns)."""
        self._nets = nets
        self._told = conditions(nets, request)
        self._scheduler = scheduler
        self._residual = request.cfg != "full"
        self._away: Tensor | None = source if request.cfg == "self" else None  # where the negative prompt leads

    def predicted(self, x: Tensor, time: Tensor) -> Generator[Question, Tensor, Tensor]:
        """What is predicted of latents that the scheduler has scaled, at a time; float32. Asks once."""
        told = self._told
        if told.guidance is None or _distilled(self._nets):
            answer = yield Question(x, time, told.bound, told.guidance)
            return answer
        if self._residual and self._away is not None:
            bound = yield Question(x, time, told.bound)
            free = self._leading(x, time, self._away)
        else:
            both = yield Question(torch.cat((x, x)), time, torch.cat((told.free, told.bound)))
            free, bound = both.chunk(2)
            self._away = self._lead(x, time, free) if self._residual else None
        return free + told.guidance * (bound - free)

    def _shares(self, time: Tensor) -> tuple[Tensor, Tensor]:
        """How much of the latents is picture and how much noise, at the time's nearest entry."""
        kept = self._scheduler.alphas_cumprod
        share = kept[min(max(round(float(time)), 0), len(kept) - 1)].to(torch.float32)
        return share.sqrt(), (1.0 - share).sqrt()

    def _of_velocity(self) -> bool:
        return bool(self._scheduler.config.get("prediction_type") == "v_prediction")

    def _lead(self, x: Tensor, time: Tensor, prediction: Tensor) -> Tensor:
        """Clean latents that a prediction leads to."""
        picture, noise = self._shares(time)
        if self._of_velocity():
            return picture * x - noise * prediction
        return (x - noise * prediction) / picture

    def _leading(self, x: Tensor, time: Tensor, clean: Tensor) -> Tensor:
        """The prediction that would lead to clean latents."""
        picture, noise = self._shares(time)
        eps = (x - picture * clean) / noise.clamp(min=1e-4)
        return picture * eps - noise * clean if self._of_velocity() else eps


def asked(nets: Nets, questions: Sequence[Question]) -> list[Tensor]:
    """What the unet says to questions of one kind, in one call; float32."""
    rows = [len(each.x) for each in questions]
    x = torch.cat([each.x for each in questions]).to(nets.dtype)
    words = torch.cat([each.words for each in questions])
    time = questions[0].time
    if len(questions) > 1:
        time = torch.cat([each.time.reshape(1).expand(many) for each, many in zip(questions, rows, strict=True)])
    more = {}
    guidance = [each.guidance.flatten() for each in questions if each.guidance is not None]
    if guidance:
        vector = guidance_vector(torch.cat(guidance) - 1.0, nets.unet.config.time_cond_proj_dim)
        more["timestep_cond"] = vector.to(nets.dtype)
    answer: Tensor = nets.unet(x, time, encoder_hidden_states=words, return_dict=False, **more)[0]
    return list(torch.split(answer.float(), rows))


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
