"""Distillation: a student that takes a teacher's sixteen guided steps in four, two or one. Resumable.

The student is told where a step ends and how strong the guidance is, and learns the mean velocity of the teacher's own
way between both times (after Luhman & Luhman, 2021; Salimans & Ho, 2022; Meng et al., 2023, for the guidance).
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import torch
from torch import Tensor

from liveriff.train.batches import draw, kind_of
from liveriff.train.course import Course, Report
from liveriff.train.device import autocast, compiled
from liveriff.train.latents import Store
from liveriff.train.run import Run
from liveriff.train.trails import COURSE, GRID, Shelf, Trails, walk
from liveriff.train.unet import Forward, Nets, filled, rate_of, stores_of, teacher

BATCH = {"cpu": 32, "cuda": 512, "mps": 64}
"""Ways a step, of loops; twice as many of what is half as wide."""

_PEAK_RATE = 4e-4
_LESSONS, _KEPT = 4, 16
"""Steps between two batches of new ways, of half that size, and batches of them that are kept, of each width."""

_STEPS, _SHARES = (1, 2, 4, 8, 16), (0.12, 0.18, 0.45, 0.15, 0.1)
"""Schedules whose steps are learnt, and how often."""

_BETWEEN = 0.25
"""Share of steps that begin between two times of the course."""

_SOFT = 0.3
"""Where the loss of a single step from noise to data turns from squares to absolute values: no net does that exactly,
and squares would make it answer with the mean of what might be."""


def pairs(first: Tensor) -> tuple[Tensor, Tensor]:
    """Places in the course, int64 (n,), where steps of the schedules begin and end; none begins before ``first``."""
    size, device = len(first), first.device
    shares = torch.tensor(_SHARES, device=device)
    strides = GRID // torch.tensor(_STEPS, device=device)[torch.multinomial(shares, size, replacement=True)]
    step = (torch.rand(size, device=device) * (GRID // strides)).long()
    begin = torch.maximum(step * strides, first)
    return begin, torch.maximum((step + 1) * strides, begin + 1).clamp(max=GRID)


def between(trails: Trails, begin: Tensor, end: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """States (n, ...) where steps begin and their times t and s; some begin up to half way to the next state."""
    course = torch.tensor(COURSE, device=begin.device)
    row = torch.arange(len(begin), device=begin.device)
    way = 0.5 * torch.rand(len(begin), device=begin.device) * (torch.rand(len(begin), device=begin.device) < _BETWEEN)
    here, next_ = (trails.states[row, place].float() for place in (begin, begin + 1))
    t = torch.lerp(course[begin], course[begin + 1], way)
    return torch.lerp(here, next_, way[:, None, None, None]), t, course[end]


def loss_of(student: Nets, trails: Trails, forward: Forward | None = None) -> Tensor:
    """Mean squared error of the mean velocity over steps of the ways."""
    begin, end = pairs(trails.first)
    x, t, s = between(trails, begin, end)
    row = torch.arange(len(begin), device=begin.device)
    wanted = (x - trails.states[row, end].float()) / (t - s)[:, None, None, None]
    with autocast(x.device):
        condition = student.unet.condition(trails.text, trails.told)
        condition = student.unet.guided(condition, trails.guidance, trails.negative)
        velocity = (student.unet if forward is None else forward)(x, t, condition, trails.known.float(), s)
    error = (velocity.float() - wanted).square().mean(dim=(1, 2, 3))
    soft = 2.0 * _SOFT * ((error + _SOFT**2).sqrt() - _SOFT)
    return torch.where((begin == 0) & (end == GRID), soft, error).mean()


def train(work: Path, minutes: float, report: Report, device: str = "cpu", batch: int = 0, fast: bool = False) -> None:
    """Distil the generator of ``work`` until the budget is used. batch, fast: see ``unet.train``."""
    master = teacher(work).to(device)
    config = master.config
    config["unet"]["student"] = True
    student = filled(master.state_dict(), config).to(device)
    student.unet.requires_grad_(True).train()
    course = Course(Run(work, "distil", minutes * 60.0), student, _PEAK_RATE, config)
    size = batch or BATCH.get(torch.device(device).type, 32)
    school = School(master, stores_of(work, device), size)
    forward = compiled(student.unet, lambda net: _probe(student, net, school)) if fast else student.unet
    while course.run.going:
        torch.manual_seed(course.run.step)
        course.step(loss_of(student, school.lesson(course.run.step), forward))
        course.keep_books(report, samples_a_second=rate_of(course.run, size))
    course.save()


def _probe(student: Nets, net: Forward, school: School) -> None:
    """Both widths once forwards and backwards, as they will be used."""
    for kind in ("loops", "bars"):
        loss: Tensor = loss_of(student, school.of_kind(kind), net)
        loss.backward()  # type: ignore[no-untyped-call]
    student.zero_grad(set_to_none=True)


class School:
    """Where ways of the teacher are made and handed out, wide ones and narrow ones apart."""

    def __init__(self, master: Nets, stores: dict[str, Store], size: int) -> None:
        """``size``: loops a batch."""
        self._master, self._stores, self._size = master, stores, size
        self._shelves: dict[int, Shelf] = defaultdict(lambda: Shelf(_KEPT))
        self._taught: dict[int, int] = defaultdict(int)

    def lesson(self, step: int) -> Trails:
        """The ways that a step learns from."""
        return self.of_kind(kind_of(step, "shots" in self._stores))

    def of_kind(self, kind: str) -> Trails:
        """Ways as wide as a kind of material; now and then the teacher walks some more."""
        width = 1 if kind == "loops" else 2
        if self._taught[width] % _LESSONS == 0:
            self._shelves[width].add(self.ways(kind))
        self._taught[width] += 1
        return self._shelves[width].draw(self._size * width)

    def ways(self, kind: str) -> Trails:
        """A new batch of the teacher's ways: half, because guidance evaluates both with and without conditions."""
        drawn = draw(self._stores["shots" if kind == "shots" else "pieces"], kind, max(1, self._size // 2))
        with torch.no_grad(), autocast(drawn.data.device):
            text = self._master.text(drawn.ids).float()
        return walk(self._master.unet, drawn, text)
