"""Shards of sound: what is written is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from liveriff.errors import UsageError
from liveriff.train import shards


def _rows(count: int) -> list[tuple[np.ndarray, dict[str, object]]]:
    dice = np.random.default_rng(0)
    return [
        (dice.uniform(-1.1, 1.1, 100 + 10 * k).astype(np.float32), {"seed": k, "category": "bass"})
        for k in range(count)
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def test_sounds_and_facts_come_back(folder: Path) -> None:
    rows = _rows(3)
    path = shards.path_of(folder, "pieces", 64, 3)
    assert shards.write(path, rows) == 3
    assert shards.shards_of(folder.parent, "pieces") == [path]
    assert shards.span_of(path) == (64, 3)
    sound, facts = shards.sound_of(path), shards.facts_of(path)
    assert sound.dtype == np.int16
    for (written, known), told in zip(rows, facts, strict=True):
        assert {**known, "start": told["start"], "frames": len(written)} == told
        np.testing.assert_allclose(shards.item_sound(sound, told), np.clip(written, -1.0, 1.0), atol=1 / 32767)
    assert not list(folder.glob("*.part"))


def test_shards_come_in_the_order_of_their_seeds(folder: Path) -> None:
    for first in (640, 8, 0, 12000):
        shards.write(shards.path_of(folder, "shots", first, 8), _rows(1))
    assert [shards.span_of(path)[0] for path in shards.shards_of(folder.parent, "shots")] == [0, 8, 640, 12000]
    assert shards.shards_of(folder.parent, "pieces") == []


def test_a_longer_shard_replaces_a_shorter_one(folder: Path) -> None:
    shards.write(shards.path_of(folder, "pieces", 0, 2), _rows(2))
    shards.write(shards.path_of(folder, "pieces", 2, 2), _rows(2))
    shards.write(shards.path_of(folder, "pieces", 0, 4), _rows(4))
    assert sorted(path.name for path in folder.iterdir()) == [
        "pieces-0000000+0004.jsonl", "pieces-0000000+0004.npy", "pieces-0000002+0002.jsonl", "pieces-0000002+0002.npy",
    ]  # fmt: skip


def test_a_shard_of_nothing_can_be_read(folder: Path) -> None:
    path = shards.path_of(folder, "pieces", 0, 8)
    shards.write(path, [])
    assert len(shards.sound_of(path)) == 0
    assert shards.facts_of(path) == []


def test_no_material_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="liveriff train data"):
        shards.some_shards(tmp_path)
