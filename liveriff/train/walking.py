"""A student's own few steps from noise, as alignment walks them. Used by ``align``."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor

from liveriff.render.embedded.sampler import times
from liveriff.render.embedded.unet import STRONGEST, WEAKEST, Unet
from liveriff.train.asking import Asked, asked
from liveriff.train.batches import draw
from liveriff.train.device import autocast, compiled
from liveriff.train.latents import Store
from liveriff.train.listener import Lessons
from liveriff.train.unet import Nets

STEPS = (4, 4, 4, 4, 2, 1)
"""How many are walked, as often as each stands here."""


def drawn_steps() -> int:
    """One of them."""
    return STEPS[int(torch.randint(len(STEPS), (1,)))]


def walked(nets: Nets, frozen: Nets, what: Asked, start: Tensor, steps: int) -> tuple[Tensor, Tensor]:
    """Latents at the end of so many steps, and how far one of the steps leads from where the frozen one would.

    A step takes what it sees as it is: gradients through the whole chain are seven times as large and mostly noise, and
    nothing was learnt by them.
    """
    course, looked = times(steps), int(torch.randint(steps, (1,)))
    told, before = told_by(nets, what), told_by(frozen, what)
    x, strayed = start, start.new_zeros(())
    for step, (now, then) in enumerate(pairwise(course)):
        velocity = step_of(nets, x.detach(), told, what, now, then)
        if step == looked:
            with torch.no_grad():
                wanted = step_of(frozen, x.detach(), before, what, now, then)
            strayed = (velocity - wanted).square().mean()
        x = x - (now - then) * velocity
    mask = what.known[:, -1:]
    return x * (1.0 - mask) + what.known[:, :-1] * mask, strayed


def told_by(nets: Nets, what: Asked) -> Tensor:
    """The conditions' vector (B, inner) of a student."""
    with autocast(what.ids.device):
        text = nets.text(what.ids)
        return nets.unet.guided(nets.unet.condition(text, what.told), what.guidance, torch.zeros_like(text))


def step_of(nets: Nets, x: Tensor, told: Tensor, what: Asked, now: float, then: float) -> Tensor:
    """The mean velocity of a step."""
    t, s = (x.new_full((len(x),), time) for time in (now, then))
    with autocast(x.device):
        velocity: Tensor = nets.unet(x, t, told, what.known, s)
    return velocity.float()


def steady(nets: Nets, frozen: Nets, store: Store, kind: str, size: int) -> Tensor:
    """How far a step with bars or one-shots leads from where the frozen one would: these are heard by no listener."""
    drawn = draw(store, kind, max(1, size // 2))
    guidance = WEAKEST + (STRONGEST - WEAKEST) * torch.rand(len(drawn.ids), device=drawn.ids.device)
    what = Asked(drawn.ids, drawn.told, drawn.known, guidance)
    course = times(drawn_steps())
    looked, x, before = int(torch.randint(len(course) - 1, (1,))), torch.randn_like(drawn.data), told_by(frozen, what)
    with torch.no_grad():
        for now, then in pairwise(course[: looked + 1]):
            x = x - (now - then) * step_of(frozen, x, before, what, now, then)
        wanted = step_of(frozen, x, before, what, *course[looked : looked + 2])
    return (step_of(nets, x, told_by(nets, what), what, *course[looked : looked + 2]) - wanted).square().mean()


def quick(nets: Nets, lessons: Lessons, size: int) -> Nets:
    """The same nets with the generator compiled, where that works; to be walked with."""

    def probe(net: Unet) -> None:
        for kind in ("loops", "bars"):
            what, _, like = asked(lessons, nets.text, size, kind)
            end, _ = walked(Nets(net, nets.text), nets, what, torch.randn_like(like.latents), 1)
            end.mean().backward()  # type: ignore[no-untyped-call]
        nets.zero_grad(set_to_none=True)

    return Nets(compiled(nets.unet, probe), nets.text)
