"""Renders on their way from noise to latents, a step at a time: several share one call of the unet. Renderer's thread.

A lane asks what the unet is to be asked next and hears the answer. Lanes need not have begun together, nor be at the
same step: "stream batch" (Kodaira et al., "StreamDiffusion", 2023, arXiv:2312.12491). Each has a scheduler and noise of
its own, so that it comes out as if it had been alone, but for the rounding of larger matrices.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import suppress
from typing import Any

import torch
from torch import Tensor

from liveriff.render.backend import Tick, go_on
from liveriff.render.riffusion.guidance import Guide, Question, asked
from liveriff.render.riffusion.held import Held
from liveriff.render.riffusion.nets import Nets
from liveriff.render.riffusion.noise import generator
from liveriff.render.riffusion.request import Request
from liveriff.render.riffusion.schedulers import clean_estimate, step_arguments

Seen = Callable[[Tensor], None]
"""seen(latents): an estimate of where the first picture is going, (1, 4, rows, columns), after a step."""


class Lane:
    """One request. latents: (n, 4, rows, columns), without noise once ``question`` is None; steps, taken: how many
    there are and how many are done; seen: told after each step, if anybody looks."""

    def __init__(
        self,
        request: Request,
        scheduler: Any,
        times: Tensor,
        x: Tensor,
        guide: Guide,
        holds: Sequence[Held] = (),
        seen: Seen | None = None,
    ) -> None:
        """x: noised for the first of ``times``, for which the scheduler is set up; holds: what stays as it was."""
        self.circular = request.circular
        self.steps, self.taken = len(times), 0
        self.latents, self.seen = x, seen
        self._way = self._steps(request, scheduler, times, guide, holds)
        self.question: Question | None = next(self._way)

    @property
    def kind(self) -> tuple[object, ...]:
        """Lanes of one kind can be asked about in one call."""
        return (self.circular, *(self.question.kind if self.question else ()))

    def hear(self, answer: Tensor) -> None:
        """Take a step with what the unet has said."""
        self.question = None
        with suppress(StopIteration):
            self.question = self._way.send(answer)
        self.taken += 1

    def _steps(
        self, request: Request, scheduler: Any, times: Tensor, guide: Guide, holds: Sequence[Held]
    ) -> Generator[Question, Tensor, None]:
        arguments = step_arguments(scheduler, _step_noise(request, self.latents))
        for number, time in enumerate(times):
            x = self.latents
            prediction = yield from guide.predicted(scheduler.scale_model_input(x, time), time)
            stepped = scheduler.step(prediction, time, x, **arguments)
            if self.seen is not None:
                self.seen(clean_estimate(scheduler, prediction[:1], time, x[:1], stepped)[:1])
            x, left = stepped.prev_sample, len(times) - number - 1
            for held in holds:
                if left >= held.until:
                    x = held.joined(x, scheduler, times[number + 1] if left else None)
            self.latents = x


def _step_noise(request: Request, x: Tensor) -> list[torch.Generator]:
    """For schedulers that add noise: generators that have already drawn the first noise."""
    made = []
    for alpha in request.alphas:
        dice = generator(request.end.nearest if alpha >= 1.0 else request.start.nearest)
        torch.randn(tuple(x[:1].shape), generator=dice)
        made.append(dice)
    return made


def together(nets: Nets, lanes: Iterable[Lane]) -> None:
    """A step of every lane that is not done, in as few calls as their kinds allow."""
    kinds: dict[tuple[object, ...], list[Lane]] = {}
    for lane in lanes:
        if lane.question is not None:
            kinds.setdefault(lane.kind, []).append(lane)
    for group in kinds.values():
        with nets.circle.closed(group[0].circular):
            answers = asked(nets, [lane.question for lane in group if lane.question is not None])
        for lane, answer in zip(group, answers, strict=True):
            lane.hear(answer)


def finish(nets: Nets, lead: Lane, tick: Tick, others: Sequence[Lane] = ()) -> Tensor:
    """The latents of a lane, taken to its end; the others come along as far as that takes them."""
    while lead.question is not None:
        go_on(tick, lead.taken + 1, lead.steps)
        together(nets, (lead, *others))
    return lead.latents
