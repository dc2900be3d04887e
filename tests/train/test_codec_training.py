"""The codec's training on a little material."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from liveriff.errors import UsageError
from liveriff.train import codec, pictures, run


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Two loops of bars and one of steps, in the material's format."""
    folder = tmp_path / "data"
    folder.mkdir()
    dice = np.random.default_rng(0)
    bars = np.zeros((3, 512, 512), np.uint8)
    for picture in bars:
        for column in range(0, 512, 64):
            picture[: int(dice.integers(100, 400)), column : column + 20] = 200
    np.save(folder / "loops-0000.npy", bars)
    (folder / "loops-0000.jsonl").write_text("".join(json.dumps({"seed": seed}) + "\n" for seed in range(3)))
    return tmp_path


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that goes on by a second whenever it is looked at."""
    clock: Iterator[int] = itertools.count()
    monkeypatch.setattr(run.time, "monotonic", lambda: float(next(clock)))
    monkeypatch.setattr(codec, "BATCH", 2)


def test_material_is_read_as_it_was_written(work: Path) -> None:
    paths = pictures.shards_of(work, "loops")
    assert pictures.pictures_of(paths[0]).shape == (3, 512, 512)
    assert [facts["seed"] for facts in pictures.facts_of(paths[0])] == [0, 1, 2]
    assert pictures.shards_of(work, "shots") == []


def test_no_material_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="liveriff train data"):
        pictures.shards_of(tmp_path, "loops")


@pytest.mark.usefixtures("ticking")
def test_a_few_steps_lower_the_loss_and_can_be_taken_up_again(work: Path) -> None:
    torch.manual_seed(0)
    losses: list[float] = []
    codec.train(work, 12 / 60, lambda state: losses.append(state.losses[-1]))
    assert len(losses) == 12
    assert np.mean(losses[-3:]) < np.mean(losses[:3])
    more: list[int] = []
    codec.train(work, 14 / 60, lambda state: more.append(state.step))
    assert more == [13, 14]
    assert codec.trained(work).encode(torch.zeros(1, 1, 512, 64)).shape == (1, 16, 32, 4)


def test_a_codec_that_was_never_trained_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="liveriff train codec"):
        codec.trained(tmp_path)
