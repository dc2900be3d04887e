"""Material as latents with conditions and token ids."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from liveriff.errors import UsageError
from liveriff.render.embedded.codec import Codec
from liveriff.render.embedded.conditions import Conditions, collate
from liveriff.train import latents, shards, tokens
from liveriff.train.pictures import shard_pictures

LOOP = {"category": "bass", "style": "dub", "tonic": 3, "mode": "minor", "bpm": 75.0, "density": 0.25,
        "brightness": 0.5,
        "captions": ["deep dub bass", "heavy bass"], "held": ["x"]}  # fmt: skip
SHOT = {**LOOP, "category": "hit snare", "tonic": None, "captions": ["snare"]}


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Two shards of loops, one of one-shots."""
    (tmp_path / "data").mkdir()
    dice = np.random.default_rng(0)
    for kind, first, fact in (("pieces", 0, LOOP), ("pieces", 8, LOOP), ("shots", 0, SHOT)):
        rows = [(dice.normal(size=30000).astype(np.float32) * 0.2, {**fact, "seed": first + k}) for k in range(3)]
        shards.write(shards.path_of(tmp_path / "data", kind, first, 3), rows)
    return tmp_path


def _codec() -> Codec:
    torch.manual_seed(0)
    return Codec().eval()


def test_latents_conditions_and_ids_belong_together(work: Path) -> None:
    done: list[int] = []
    codec = _codec()
    latents.prepare(codec, work, "cpu", lambda: done.append(1))
    assert len(done) == 3
    store = latents.load(work, "pieces")
    assert store.latents.shape == (6, 16, 32, 32)
    assert store.latents.dtype == torch.float16
    assert [row["seed"] for row in store.facts] == [0, 1, 2, 8, 9, 10]
    wanted = collate([Conditions("bass", 3, "minor", 0.25, 0.5, 75.0)] * 6)
    assert all(torch.equal(a, b) for a, b in zip(store.told.parts, wanted.parts, strict=True))
    pictures = next(shard_pictures(shards.shards_of(work, "pieces")[1], torch.device("cpu")))
    torch.testing.assert_close(store.latents[3:], latents.encoded(codec, pictures))
    ids = torch.from_numpy(np.asarray(tokens._encoder().ids_of(LOOP["captions"])))
    assert store.ids.shape[:2] == (6, tokens.CAPTIONS)
    assert torch.equal(store.ids[4, :4, : ids.shape[1]], torch.cat((ids, ids)).int())
    assert int(store.ids[..., ids.shape[1] :].sum()) == 0


def test_one_shots_are_half_as_wide_and_have_no_tempo(work: Path) -> None:
    latents.prepare(_codec(), work, "cpu", lambda: None)
    store = latents.load(work, "shots")
    assert store.latents.shape == (3, 16, 32, 16)
    assert torch.equal(store.told.scalars[:, 2], torch.full((3,), -1.0))


def test_only_what_changed_is_encoded_again(work: Path) -> None:
    done: list[int] = []
    latents.prepare(_codec(), work, "cpu", lambda: done.append(1))
    latents.prepare(_codec(), work, "cpu", lambda: done.append(1))
    assert len(done) == 3
    (row,) = [(np.zeros(30000, np.float32), {**SHOT, "seed": 99})]
    shards.write(shards.path_of(work / "data", "shots", 64, 1), [row])
    latents.prepare(_codec(), work, "cpu", lambda: done.append(1))
    assert len(done) == 5
    other = _codec()
    with torch.no_grad():
        next(other.decoder.parameters()).add_(1.0)
    latents.prepare(other, work, "cpu", lambda: done.append(1))
    assert len(done) == 5
    other.mean += 1.0
    latents.prepare(other, work, "cpu", lambda: done.append(1))
    assert len(done) == 9


def test_fingerprints_of_all_loops_are_kept(work: Path) -> None:
    latents.prepare(_codec(), work, "cpu", lambda: None)
    assert np.load(work / "judge" / "training.npy").shape == (6, 512)


def test_ids_of_different_lengths_are_joined() -> None:
    parts = [np.ones((2, 16, 3), np.int32), np.full((1, 16, 5), 2, np.int32)]
    whole = tokens.joined(parts)
    assert whole.shape == (3, 16, 5)
    assert whole[0, 0].tolist() == [1, 1, 1, 0, 0]


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="liveriff train latents"):
        latents.load(tmp_path, "pieces")
    with pytest.raises(UsageError, match="liveriff train data"):
        latents.prepare(_codec(), tmp_path, "cpu", lambda: None)
