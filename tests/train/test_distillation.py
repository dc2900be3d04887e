"""Distillation: what a student of a known teacher has to learn, and that it learns it."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor
from unet_toys import small, store

from liveriff.render.embedded.sampler import flow, times
from liveriff.render.embedded.text import TextEncoder
from liveriff.render.embedded.unet import STRONGEST, WEAKEST, Unet
from liveriff.train import batches, distil, trails, unet
from liveriff.train.run import Run

DEVIATION = 0.25


class Gaussian(Unet):
    """A teacher whose data are normal of a known deviation, and whose ways are therefore known: x_0 = 0.25 x_1."""

    def forward(
        self, latents: Tensor, t: Tensor, condition: Tensor, known: Tensor | None = None, s: Tensor | None = None
    ) -> Tensor:
        time = t[:, None, None, None]
        variance = (1 - time) ** 2 * DEVIATION**2 + time**2
        return latents * (time - (1 - time) * DEVIATION**2) / variance


@pytest.fixture
def gaussian() -> Gaussian:
    made: Gaussian = Gaussian(widths=(8, 8, 8), blocks=(1, 1, 1, 1, 1), inner=32, head=8)
    return made


def test_steps_of_all_schedules_are_places_of_the_course() -> None:
    torch.manual_seed(0)
    begin, end = distil.pairs(torch.zeros(5000, dtype=torch.long))
    found = set(zip(begin.tolist(), end.tolist(), strict=True))
    for steps in (1, 2, 4, 8, 16):
        course = times(steps)
        for step in range(steps):
            stride = trails.GRID // steps
            pair = (step * stride, (step + 1) * stride)
            assert pair in found
            assert [trails.COURSE[place] for place in pair] == pytest.approx(course[step : step + 2])
    late = torch.full((200,), 11)
    begin, end = distil.pairs(late)
    assert int(begin.min()) == 11
    assert bool((end > begin).all())
    assert int(end.max()) == trails.GRID


def test_a_way_leads_where_the_teacher_leads(gaussian: Gaussian) -> None:
    torch.manual_seed(1)
    drawn = batches.draw(store(4, 16), "shots", 2)
    made = trails.walk(gaussian, drawn, torch.zeros(4, 256))
    first = int(made.first[0])
    begin, end = made.states[:, first].float(), made.states[:, -1].float()
    torch.testing.assert_close(end, DEVIATION * begin, atol=0.05, rtol=0.05)
    assert float(made.guidance.min()) >= WEAKEST
    assert float(made.guidance.max()) <= STRONGEST


def test_a_wanted_velocity_leads_exactly_from_state_to_state(gaussian: Gaussian) -> None:
    torch.manual_seed(2)
    made = trails.walk(gaussian, batches.draw(store(8, 16), "shots", 8), torch.zeros(16, 256))
    begin, end = distil.pairs(made.first)
    x, t, s = distil.between(made, begin, end)
    assert bool((s < t).all())
    row = torch.arange(len(x))
    plain = t == torch.tensor(trails.COURSE)[begin]
    assert 0 < int(plain.sum()) < len(x)
    assert torch.equal(x[plain], made.states[row, begin].float()[plain])


def way(x: Tensor, t: Tensor, condition: Tensor, known: Tensor, s: Tensor) -> Tensor:
    """The mean velocity of the Gaussian's own way, in closed form."""
    here, there = (((1 - time) ** 2 * DEVIATION**2 + time**2).sqrt()[:, None, None, None] for time in (t, s))
    return x * (1 - there / here) / (t - s)[:, None, None, None]


def test_a_student_that_knows_the_way_has_nothing_to_learn(gaussian: Gaussian) -> None:
    torch.manual_seed(3)
    made = trails.walk(gaussian, batches.draw(store(8, 16), "shots", 16), torch.zeros(32, 256))
    student = unet.Nets(small(student=True), TextEncoder())
    assert distil.loss_of(student, made, way).item() < 0.01
    assert distil.loss_of(student, made).item() > 0.1
    start = made.states[:, 0].float().clamp(-3, 3) + torch.randn(32, 16, 32, 16)
    end = flow(
        lambda x, t, s: way(x, torch.full((32,), t), x, x, torch.full((32,), s)),
        start,
        times(4),
        lambda step: None,
        None,
    )
    torch.testing.assert_close(end, DEVIATION * start, atol=1e-4, rtol=1e-3)


def test_a_student_learns_its_teachers_map(gaussian: Gaussian, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    monkeypatch.setattr(unet, "Unet", small)
    student = unet.Nets(small(student=True), TextEncoder())
    optimiser = torch.optim.AdamW(student.parameters(), lr=5e-3)
    material = store(16, 8)

    def error(steps: int) -> float:
        dice = torch.Generator().manual_seed(9)
        start = torch.randn(8, 16, 32, 8, generator=dice)
        told = student.unet.condition(torch.zeros(8, 256), material.told.take(torch.arange(8)))
        condition = student.unet.guided(told, torch.full((8,), 3.0), torch.zeros(8, 256))

        def velocity(x: Tensor, t: float, s: float) -> Tensor:
            out: Tensor = student.unet(x, torch.full((8,), t), condition, None, torch.full((8,), s))
            return out

        with torch.no_grad():
            end = flow(velocity, start, times(steps), lambda step: None, None)
        return float((end - DEVIATION * start).std())

    before = error(4)
    for _ in range(80):
        made = trails.walk(gaussian, batches.draw(material, "shots", 4), torch.zeros(8, 256))
        loss = distil.loss_of(student, made)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    assert error(4) < 0.65 * before


def test_a_shelf_hands_out_the_latest_ways(gaussian: Gaussian) -> None:
    shelf = trails.Shelf(2)
    for guidance in (1.0, 2.0, 3.0):
        made = trails.walk(gaussian, batches.draw(store(4, 16), "shots", 2), torch.zeros(4, 256))
        made.guidance.fill_(guidance)
        shelf.add(made)
    drawn = shelf.draw(7)
    assert len(drawn) == 7
    assert set(drawn.guidance.tolist()) == {2.0, 3.0}


def test_the_student_is_what_is_taken_up_and_its_words_are_the_teachers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unet, "Unet", small)
    monkeypatch.setattr(unet, "fresh", TextEncoder)
    monkeypatch.setattr(Run, "going", property(lambda self: self.step < 2))
    for place in (unet, distil):
        monkeypatch.setattr(place, "stores_of", lambda work, device: {"pieces": store(4, 32)})
    unet.train(tmp_path, 1.0, lambda state: None, batch=2)
    teacher, words = unet.trained(tmp_path)
    assert not teacher.config.student
    distil.train(tmp_path, 1.0, lambda state: None, batch=2)
    student, same_words = unet.trained(tmp_path)
    assert student.config.student
    assert not torch.equal(student.row, teacher.row)
    weights = same_words.state_dict()
    assert all(torch.equal(value, weights[name]) for name, value in words.state_dict().items())
