"""The generator's training on a few latents: it learns them, and a resumed run is the same run."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from unet_toys import small, store

from liveriff.errors import UsageError
from liveriff.render.embedded.conditions import UNSET
from liveriff.render.embedded.text import TextEncoder
from liveriff.train import batches, latents, unet
from liveriff.train.course import Course
from liveriff.train.run import Run


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small nets, and stores that need no files."""
    monkeypatch.setattr(unet, "Unet", small)
    monkeypatch.setattr(unet, "fresh", TextEncoder)
    stores = {"pieces": store(4, 32), "shots": store(4, 16, "hit kick")}
    monkeypatch.setattr(unet, "stores_of", lambda work, device: stores)


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that goes on by a second whenever it is looked at, and a rate without a plan."""
    clock: Iterator[int] = itertools.count()
    monkeypatch.setattr("liveriff.train.run.time.monotonic", lambda: float(next(clock)))
    monkeypatch.setattr(Run, "rate", lambda self, peak, after: peak)


def test_it_learns_eight_latents_by_heart() -> None:
    torch.manual_seed(0)
    nets = unet.Nets(text=TextEncoder())
    optimiser = torch.optim.AdamW(nets.parameters(), lr=3e-3)
    material, losses = store(8, 8), []
    for step in range(40):
        torch.manual_seed(step)
        loss = unet.loss_of(nets, batches.draw(material, "shots", 8))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        losses.append(loss.item())
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])


def steps_until(work: Path, ticks: int) -> int:
    """Train until a clock of ticks is over; the number of steps done."""
    unet.train(work, ticks / 60, lambda state: None, batch=2)
    state = Run(work, "unet", 0.0)
    state.load()
    return state.step


@pytest.mark.usefixtures("ticking")
def test_a_resumed_run_equals_an_uninterrupted_one(tmp_path: Path) -> None:
    first = steps_until(tmp_path / "one", 9)
    kept = tmp_path / "one" / "unet.pt"
    assert first > 0
    second = steps_until(tmp_path / "one", 24)
    assert second > first
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Run, "going", property(lambda self: self.step < second))
        unet.train(tmp_path / "two", 1.0, lambda state: None, batch=2)
    one, two = (torch.load(path, weights_only=True)["average"] for path in (kept, tmp_path / "two" / "unet.pt"))
    assert all(torch.equal(value, two[name]) for name, value in one.items())


def test_weights_that_are_no_numbers_are_taken_back_to_the_checkpoint(tmp_path: Path) -> None:
    nets = torch.nn.Linear(2, 1)
    course = Course(Run(tmp_path, "toy", 60.0), nets, 1e-2)
    course.step(nets(torch.ones(1, 2)).square().mean())
    course.save()
    kept = nets.weight.detach().clone()
    course.step(nets(torch.ones(1, 2)).mean() * float("nan"))
    course.run.stopped = True
    course.keep_books(lambda state: None)
    assert torch.equal(nets.weight, kept)


def test_a_checkpoint_of_other_sizes_is_told(tmp_path: Path) -> None:
    Course(Run(tmp_path, "toy", 60.0), torch.nn.Linear(2, 1), 1e-2).save()
    Course(Run(tmp_path, "toy", 60.0), torch.nn.Linear(2, 1), 1e-2)
    with pytest.raises(UsageError, match=r"toy\.pt has nets of other sizes"):
        Course(Run(tmp_path, "toy", 60.0), torch.nn.Linear(3, 1), 1e-2)


@pytest.mark.parametrize(("kind", "columns", "count"), [("loops", 32, 3), ("bars", 16, 6), ("shots", 16, 6)])
def test_batches_have_one_width(kind: str, columns: int, count: int) -> None:
    drawn = batches.draw(store(4, 16 if kind == "shots" else 32), kind, 3)
    assert drawn.data.shape == (count, 16, 32, columns)
    assert drawn.known.shape == (count, 17, 32, columns)
    assert len(drawn.ids) == len(drawn.told.category) == count


def test_whole_beats_are_given_and_nothing_else_is_told_of_the_rest() -> None:
    torch.manual_seed(0)
    data = torch.randn(400, 2, 3, 32)
    known = batches.given(data, "loops")
    kept = known[:, -1]
    assert torch.equal(known[:, :-1], data * kept[:, None])
    beats = kept[:, 0].reshape(-1, 8, 4)
    assert torch.equal(beats.amin(2), beats.amax(2)), "a beat is given wholly or not at all"
    count = beats[:, :, 0].sum(1)
    assert 0.15 < float((count > 0).float().mean()) < 0.35
    assert float(count.max()) == 7
    edges = (beats[:, :, 0] - beats[:, :, 0].roll(1, 1)).abs().sum(1)
    assert float(edges.max()) == 2, "one run, round the circle"
    assert not batches.given(data, "shots").any()


def test_everything_is_kept_back_now_and_then_but_the_category() -> None:
    torch.manual_seed(0)
    told = batches.thinned(store(500, 16).told)
    assert 0.05 < float((told.tonic == 12).float().mean()) < 0.2
    untold = (told.scalars == UNSET).float().mean(0)
    assert 0.4 < float(untold[0]) < 0.6
    assert 0.05 < float(untold[2]) < 0.2
    assert bool((told.mode[told.tonic == 12] == 2).all()), "a mode without its tonic says nothing"


def test_all_kinds_have_their_turn_and_shots_only_where_there_are_some() -> None:
    assert {batches.kind_of(step, True) for step in range(60)} == {"loops", "bars", "shots"}
    assert "shots" not in {batches.kind_of(step, False) for step in range(60)}


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="liveriff train latents"):
        latents.load(tmp_path, "pieces")
    with pytest.raises(UsageError, match="liveriff train unet"):
        unet.trained(tmp_path)


class Fast(torch.nn.Module):
    """A compiled net answers no question about its length."""

    def __init__(self, net: torch.nn.Module) -> None:
        super().__init__()
        self.net, self.calls = net, 0

    def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
        self.calls += 1
        out: torch.Tensor = self.net(*tensors)
        return out

    def __len__(self) -> int:
        raise TypeError("a compiled net has no length")


def test_a_compiled_generator_is_used_and_gives_the_same_loss() -> None:
    nets = unet.Nets(text=TextEncoder())
    fast = Fast(nets.unet)
    drawn = batches.draw(store(4, 16), "shots", 2)
    losses = []
    for forward in (None, fast):
        torch.manual_seed(3)
        losses.append(unet.loss_of(nets, drawn, forward).item())
    assert losses[0] == losses[1]
    assert fast.calls == 1
