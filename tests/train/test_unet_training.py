"""The generator's training on random latents: it learns, and a resumed run is the same run."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from liveriff.errors import UsageError
from liveriff.train import batches, latents, run, unet
from liveriff.train.run import Run


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A few latents of loops and one-shots in the form that ``latents.prepare`` leaves."""
    dice = np.random.default_rng(0)
    for kind, columns, category in (("loops", 32, "synth"), ("shots", 16, "hit kick")):
        facts = {"category": category, "tonic": 3, "mode": "minor", "bpm": 120.0, "density": 0.5, "brightness": 0.2}
        rows = [{**facts, "captions": ["dark techno", "soft"]} for _ in range(4)]
        data = dice.normal(size=(4, 16, 32, columns)).astype(np.float16)
        np.savez(latents.path_of(tmp_path, kind), latents=data, facts=np.array(json.dumps(rows)), stamp=np.array(""))
    return tmp_path


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that goes on by a second whenever it is looked at, small batches, and a rate without a plan."""
    clock: Iterator[int] = itertools.count()
    monkeypatch.setattr(run.time, "monotonic", lambda: float(next(clock)))
    monkeypatch.setattr(Run, "rate", lambda self, peak: peak)
    monkeypatch.setattr(unet, "BATCH", 2)


def trained(work: Path, steps: int) -> list[float]:
    """Losses of training until so many steps are done."""
    losses: list[float] = []
    unet.train(work, steps / 60, lambda state: losses.append(state.losses[-1]), processes=1)
    return losses


def test_a_step_lowers_the_loss_of_its_batch(work: Path) -> None:
    torch.manual_seed(0)
    nets = unet.Nets()
    batch = batches.draw(latents.load(work, "loops"), "loops", np.random.default_rng(0), 2)
    optimiser = torch.optim.AdamW(nets.parameters(), lr=1e-3)
    losses = []
    for _ in range(6):
        torch.manual_seed(5)
        loss = unet.loss_of(nets, *batch)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]


@pytest.mark.usefixtures("ticking")
def test_a_resumed_run_equals_an_uninterrupted_one(work: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    for kind in latents.KINDS:
        latents.path_of(other, kind).write_bytes(latents.path_of(work, kind).read_bytes())
    assert len(trained(work, 2)) + len(trained(work, 4)) == 4
    assert len(trained(other, 4)) == 4
    one, two = (unet.trained(folder)[0].state_dict() for folder in (work, other))
    assert all(torch.equal(value, two[name]) for name, value in one.items())


@pytest.mark.parametrize(("kind", "columns", "count"), [("loops", 32, 3), ("bars", 16, 6), ("shots", 16, 6)])
def test_batches_have_one_width(work: Path, kind: str, columns: int, count: int) -> None:
    store = latents.load(work, "shots" if kind == "shots" else "loops")
    data, texts, told = batches.draw(store, kind, np.random.default_rng(0), 3)
    assert data.shape == (count, 16, 32, columns)
    assert len(texts) == len(told) == count


def test_all_kinds_have_their_turn_and_shots_only_where_there_are_some() -> None:
    assert {batches.kind_of(step, True) for step in range(60)} == {"loops", "bars", "shots"}
    assert "shots" not in {batches.kind_of(step, False) for step in range(60)}


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="liveriff train codec"):
        latents.load(tmp_path, "loops")
    with pytest.raises(UsageError, match="liveriff train unet"):
        unet.trained(tmp_path)
