"""Alignment: the student of few steps learns to be heard as what it was told. Resumable.

It walks its own few steps from noise; a listener says how far the end is from what was told, and that is learnt at
every step (reward fine-tuning through the sampler: Clark et al., 2024, "DRaFT"; Prabhudesai et al., 2023). Only how it
is told things learns: the text encoder and what steers the blocks. A frozen copy holds it near to where it began.
"""

from __future__ import annotations

import copy
from itertools import pairwise
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from liveriff.errors import UsageError
from liveriff.render.embedded.model import load
from liveriff.render.embedded.sampler import times
from liveriff.render.embedded.text import TextEncoder
from liveriff.render.embedded.unet import STRONGEST, WEAKEST
from liveriff.train.asking import Asked, asked
from liveriff.train.batches import draw
from liveriff.train.course import Course, Report
from liveriff.train.device import autocast
from liveriff.train.latents import Store
from liveriff.train.listener import Facts, Lessons, Listener, noised, wrong
from liveriff.train.run import Run
from liveriff.train.unet import Nets, filled

BATCH = {"cpu": 16, "cuda": 128, "mps": 32}
STEERS = ("prompt", "mix", "modulation", "told_rows", "category")
"""Parts of the generator that learn."""

_PEAK_RATE = 6e-4
_STEPS = (4, 4, 4, 4, 2, 1)
_WEIGHTS = (1.0, 1.0, 1.0, 0.5, 0.25)  # style, category, notes, scalars, words
_LOUDER = 2.0
_NEAR, _STEADY, _EVERY = 0.8, 1.0, 4  # weights of staying near; one step of so many also holds bars and one-shots
_ASKED = 16  # batches


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


def loss_of(nets: Nets, frozen: Nets, hears: Listener, enough: Tensor, what: Asked, facts: Facts) -> Tensor:
    """How much more wrong the ends of ways are heard than is ``enough`` (5,), and how far they strayed."""
    steps = _STEPS[int(torch.randint(len(_STEPS), (1,)))]
    start = torch.randn_like(what.known[:, :-1])
    end, strayed = walked(nets, frozen, what, start, steps)
    over = functional.relu(wrong(hears, hears(noised(end)), facts) - enough)
    return (over * over.new_tensor(_WEIGHTS)).sum() + _NEAR * strayed


@torch.no_grad()
def wrong_of_material(hears: Listener, lessons: Lessons, size: int) -> Tensor:
    """What the listener gets wrong of loops it was not taught on, (5,), in batches of a size: who is heard better than
    these has found a weakness of the listener's."""
    rows = lessons.kept_back
    chosen = rows[torch.randint(len(rows), (_ASKED, size), device=rows.device)]
    found = [wrong(hears, hears(noised(lessons.store.latents[some].float())), lessons.facts(some)) for some in chosen]
    return torch.stack(found).mean(dim=0)


def steady(nets: Nets, frozen: Nets, store: Store, kind: str, size: int) -> Tensor:
    """How far a step with bars or one-shots leads from where the frozen one would: these are heard by no listener."""
    drawn = draw(store, kind, max(1, size // 2))
    guidance = WEAKEST + (STRONGEST - WEAKEST) * torch.rand(len(drawn.ids), device=drawn.ids.device)
    what = Asked(drawn.ids, drawn.told, drawn.known, guidance)
    course = times(_STEPS[int(torch.randint(len(_STEPS), (1,)))])
    looked, x, before = int(torch.randint(len(course) - 1, (1,))), torch.randn_like(drawn.data), told_by(frozen, what)
    with torch.no_grad():
        for now, then in pairwise(course[: looked + 1]):
            x = x - (now - then) * step_of(frozen, x, before, what, now, then)
        wanted = step_of(frozen, x, before, what, *course[looked : looked + 2])
    return (step_of(nets, x, told_by(nets, what), what, *course[looked : looked + 2]) - wanted).square().mean()


def train(
    work: Path, minutes: float, report: Report, start: Nets, stores: dict[str, Store], device: str = "cpu",
    batch: int = 0,
) -> None:  # fmt: skip
    """Align the student ``start`` until the budget is used, with the listener of ``work``."""
    lessons = Lessons(stores["pieces"])
    hears = listened(work, lessons).to(device)
    frozen = louder(copy.deepcopy(start)).to(device).eval().requires_grad_(False)
    nets = steered(copy.deepcopy(frozen)).train()
    course = Course(Run(work, "align", minutes * 60.0), nets, _PEAK_RATE, nets.config)
    size = batch or BATCH.get(torch.device(device).type, 16)
    enough = wrong_of_material(hears, lessons, size)
    kinds = [kind for kind in ("shots", "bars") if kind == "bars" or "shots" in stores]
    while course.run.going:
        step = course.run.step
        torch.manual_seed(step)
        loss = loss_of(nets, frozen, hears, enough, *asked(lessons, nets.text, size))
        if step % _EVERY == 0:
            kind = kinds[step // _EVERY % len(kinds)]
            loss = loss + _STEADY * steady(nets, frozen, stores["shots" if kind == "shots" else "pieces"], kind, size)
        course.step(loss)
        course.keep_books(report)
    course.save()


def louder(nets: Nets) -> Nets:
    """Its words count for more: alone this brings the style heard right from 13 to 17 of 100, and costs little else."""
    with torch.no_grad():
        for value in nets.text.out[-1].parameters():
            value.mul_(_LOUDER)
    return nets


def steered(nets: Nets) -> Nets:
    """Only what tells it things can learn."""
    nets.requires_grad_(False)
    nets.text.requires_grad_(True)
    for name, value in nets.unet.named_parameters():
        value.requires_grad_(any(part in name.split(".") for part in STEERS))
    return nets


def student_of(work: Path, source: Path | None) -> Nets:
    """The student to align: that of a folder of weights, or of the checkpoint in ``work``; UsageError without one."""
    if source is not None:
        model = load(source)
        return Nets(model.unet, model.text)
    state = Run(work, "distil", 0.0).load()
    if state is None:
        raise UsageError(f"there is no student in {work}; run `liveriff train distil` first, or give --from-weights.")
    return filled(state["average"], state["config"])


def listened(work: Path, lessons: Lessons) -> Listener:
    """The trained listener of ``work``; UsageError if there is none, or of another material."""
    state = Run(work, "listener", 0.0).load()
    if state is None:
        raise UsageError(f"there is no listener in {work}; run `liveriff train listener` first.")
    if state["config"]["styles"] != lessons.styles:
        raise UsageError(f"the listener in {work} knows other styles than the material; remove listener.pt.")
    text = TextEncoder(**state["config"]["text"])
    found = Listener(len(lessons.styles), text)
    found.load_state_dict(state["average"])
    return found.eval().requires_grad_(False)
