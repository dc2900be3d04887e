"""Alignment: the student of few steps learns to be heard as what it was told. Resumable.

It walks its own few steps from noise; a listener says how far the end is from what was told, and that is learnt at
every step (reward fine-tuning through the sampler: Clark et al., 2024, "DRaFT"; Prabhudesai et al., 2023). Only what
steers the generator's blocks learns. What keeps it from pleasing the listener with what sounds like nothing: a critic
that goes on learning beside it, moments that it must have in common with the material, and a frozen copy that it must
not stray far from. Words are brought to their styles before, and stay as they are then: a generator that learns beside
an encoder that learns runs after it.
"""

from __future__ import annotations

import copy
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from liveriff.errors import UsageError
from liveriff.render.embedded.model import load
from liveriff.render.embedded.text import TextEncoder
from liveriff.train.asking import asked
from liveriff.train.batches import BAR
from liveriff.train.course import Course, Report, Stateful
from liveriff.train.latent_critic import Opponent
from liveriff.train.latents import Store
from liveriff.train.listener import Facts, Lessons, Listener, noised, wrong
from liveriff.train.moments import of_material
from liveriff.train.run import Run
from liveriff.train.unet import Nets, filled
from liveriff.train.vocabulary import grown
from liveriff.train.walking import drawn_steps, quick, steady, walked
from liveriff.train.wording import settle

BATCH = {"cpu": 16, "cuda": 128, "mps": 32}
STEERS = ("prompt", "mix", "modulation", "told_rows", "category")
"""Parts of the generator that learn."""

_PEAK_RATE = 4e-4
_USUAL = 4  # steps
_HEARD = (4.0, 4.0, 8.0, 4.0, 0.25)  # weights: style, category, notes, scalars, words
_ENOUGH = (0.4, 0.4, 0.6, 1.0, 1.0)  # shares of the material's own errors below which nothing is gained
_DOUBTS = (3.0, 0.4, 0.3, 3.0)  # places, what was told, style, category
_MOMENTS = (3.0, 1.0)  # of latents, of what the listener hears
_LOUDER = 2.0
_NEAR, _STEADY, _EVERY = 0.3, 1.0, 4  # weights of staying near; one step of so many also holds bars and one-shots
_ASKED = 16  # batches
_KINDS = ("loops", "bars")
_HEAD_START = 100  # steps that only the critic learns from


class Alignment:
    """What listens to a student, and the loss of what it makes."""

    def __init__(self, nets: Nets, frozen: Nets, hears: Listener, lessons: Lessons, size: int) -> None:
        """``frozen``: what the student begins as; size: loops a batch, or twice as many bars."""
        self._nets, self._frozen, self._hears, self._lessons, self._size = nets, frozen, hears, lessons, size
        errors = wrong_of_material(hears, lessons, size)
        self._enough = errors * errors.new_tensor(_ENOUGH)
        self._moments = of_material(hears, lessons)
        self.opponent = Opponent(hears)

    @torch.no_grad()
    def watched(self, kind: str) -> None:
        """The critic learns from a batch of "loops" or "bars", and the student does not."""
        self._made(kind, drawn_steps())

    def loss(self, kind: str) -> Tensor:
        """That of a batch; the critic learns from it, too."""
        steps = drawn_steps()
        made, facts, strayed = self._made(kind, steps)
        doubts = self.opponent.doubts(made, facts)
        over = functional.relu(wrong(self._hears, self._hears(noised(made)), facts) - self._enough)
        total = (over * over.new_tensor(_HEARD)).sum() + (doubts * doubts.new_tensor(_DOUBTS)).sum() + _NEAR * strayed
        return total + self._unlike(made, facts.told.category) if steps == _USUAL else total

    def _made(self, kind: str, steps: int) -> tuple[Tensor, Facts, Tensor]:
        """Latents as wide as loops, what they were asked for with, and how far they strayed."""
        what, facts, like = asked(self._lessons, self._nets.text, self._size, kind)
        end, strayed = walked(self._nets, self._frozen, what, torch.randn_like(like.latents), steps)
        made = around(end)
        self.opponent.learn(around(like.latents), made, facts, like.style)
        return made, facts, strayed

    def _unlike(self, made: Tensor, kinds: Tensor) -> Tensor:
        """Only of the usual number of steps: one step makes means, and what is too soft there must not be made up for
        by too much contrast elsewhere."""
        pairs = zip(self._moments, _MOMENTS, strict=True)
        return torch.stack([weight * moments.apart(made, kinds) for moments, weight in pairs]).sum()


def around(latents: Tensor) -> Tensor:
    """Bars (half a loop, as a circle) twice round, so that they can be heard as loops."""
    return latents if latents.shape[-1] > BAR else torch.cat((latents, latents), dim=-1)


@torch.no_grad()
def wrong_of_material(hears: Listener, lessons: Lessons, size: int) -> Tensor:
    """What the listener gets wrong of loops it was not taught on, (5,), in batches of a size: who is heard far better
    than these has found a weakness of the listener's."""
    rows = lessons.kept_back
    chosen = rows[torch.randint(len(rows), (_ASKED, size), device=rows.device)]
    found = [wrong(hears, hears(noised(lessons.store.latents[some].float())), lessons.facts(some)) for some in chosen]
    return torch.stack(found).mean(dim=0)


def train(
    work: Path, minutes: float, report: Report, start: Nets, stores: dict[str, Store], device: str = "cpu",
    batch: int = 0, fast: bool = False,
) -> None:  # fmt: skip
    """Align the student ``start`` until the budget is used, with the listener of ``work``. batch, fast: see
    ``unet.train``."""
    lessons = Lessons(stores["pieces"])
    hears = listened(work, lessons).to(device)
    frozen = louder(copy.deepcopy(start)).to(device).eval().requires_grad_(False)
    torch.manual_seed(5678)
    settle(frozen, lessons.styles, stores)
    nets = steered(copy.deepcopy(frozen)).train()
    torch.manual_seed(8765)
    size = batch or BATCH.get(torch.device(device).type, 16)
    walks = quick(nets, lessons, size) if fast else nets
    alignment = Alignment(walks, frozen, hears, lessons, size)
    beside: dict[str, Stateful] = {"opponent": alignment.opponent}
    course = Course(Run(work, "align", minutes * 60.0), nets, _PEAK_RATE, nets.config, beside, after=_HEAD_START)
    held = [kind for kind in ("shots", "bars") if kind == "bars" or "shots" in stores]
    while course.run.going:
        step = course.run.step
        torch.manual_seed(step)
        if step < _HEAD_START:
            alignment.watched(_KINDS[step % 2])
            course.run.advance(float("nan"))
        else:
            loss = alignment.loss(_KINDS[step % 2])
            if step % _EVERY == 0:
                kind = held[step // _EVERY % len(held)]
                pool = stores["shots" if kind == "shots" else "pieces"]
                loss = loss + _STEADY * steady(nets, frozen, pool, kind, size)
            course.step(loss)
        course.keep_books(report)


def louder(nets: Nets) -> Nets:
    """Its words count for more: alone this brings the style heard right from 13 to 17 of 100, and costs little else."""
    with torch.no_grad():
        for value in nets.text.out[-1].parameters():
            value.mul_(_LOUDER)
    return nets


def steered(nets: Nets) -> Nets:
    """Only what steers the generator's blocks can learn."""
    nets.requires_grad_(False)
    for name, value in nets.unet.named_parameters():
        value.requires_grad_(any(part in name.split(".") for part in STEERS))
    return nets


def student_of(work: Path, source: Path | None) -> Nets:
    """The student to align: that of a folder of weights, or of the checkpoint in ``work``; UsageError without one."""
    if source is not None:
        model = load(source)
        return Nets(model.unet, grown(model.text))
    state = Run(work, "distil", 0.0).load()
    if state is None:
        raise UsageError(f"there is no student in {work}; run `liveriff train distil` first, or give --from-weights.")
    found = filled(state["average"], state["config"])
    return Nets(found.unet, grown(found.text))


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
    found.text = grown(found.text)
    return found.eval().requires_grad_(False)
