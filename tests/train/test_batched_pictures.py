"""Pictures made in batches are those made one by one; the cheap ones measure alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from liveriff.train import shards
from liveriff.train.gallery import Gallery, galleries
from liveriff.train.material.captions import Tags
from liveriff.train.material.loops import Piece
from liveriff.train.material.measure import brightness, density
from liveriff.train.material.picture import glance, picture
from liveriff.train.pictures import Place, pictures, shard_pictures

TAGS = Tags("techno", "drums")
CPU = torch.device("cpu")


def _clicks(frames: int, count: int, seed: int) -> np.ndarray:
    """Decaying noises and a tone."""
    dice = np.random.default_rng(seed)
    sound = 0.1 * np.sin(np.arange(frames) * 0.02 * (1 + seed))
    for k in range(count):
        start = k * frames // count
        tail = min(4000, frames - start)
        sound[start : start + tail] += dice.normal(size=tail) * np.exp(-np.arange(tail) / 500.0) * 0.5
    return sound.astype(np.float32)


def _piece(sound: np.ndarray, category: str) -> Piece:
    return Piece(sound, category, -1, "minor", 120.0, TAGS)


@pytest.mark.parametrize(
    ("category", "lengths"), [("drums", (117600, 160157, 3000)), ("hit kick", (88200, 20001, 300))]
)
def test_batches_equal_pictures_made_one_by_one(category: str, lengths: tuple[int, ...]) -> None:
    rounded = [np.rint(_clicks(frames, 8, frames) * 32767).astype(np.int16) for frames in lengths]
    starts = np.cumsum([0, *lengths])
    places = [Place(int(start), frames) for start, frames in zip(starts, lengths, strict=False)]
    hit = category.startswith("hit ")
    made = torch.cat(list(pictures(torch.from_numpy(np.concatenate(rounded)), places, hit))).numpy()
    wanted = np.stack([picture(_piece(sound.astype(np.float32) / 32767, category)) for sound in rounded])
    assert made.shape == wanted.shape == (3, 512, 256 if hit else 512)
    apart = np.abs(made.astype(int) - wanted)
    assert (apart <= 1).mean() > 0.999
    assert wanted.max() > 60


@pytest.mark.parametrize("count", [4, 16, 32])
def test_a_glance_measures_what_the_picture_measures(count: int) -> None:
    sound = _clicks(150000, count, count)
    exact, cheap = picture(_piece(sound, "drums")), glance(sound, False)
    assert cheap.shape == exact.shape
    assert density(cheap, "drums") == pytest.approx(density(exact, "drums"), abs=0.08)
    assert brightness(cheap, "drums") == pytest.approx(brightness(exact, "drums"), abs=0.02)
    assert glance(sound[:30000], True).shape == (512, 256)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Two shards of five loops, one of four one-shots."""
    (tmp_path / "data").mkdir()
    for first in (0, 8):
        rows = [(_clicks(30000, 8, first + k), {"category": "drums"}) for k in range(5)]
        shards.write(shards.path_of(tmp_path / "data", "pieces", first, 8), rows)
    shots = [(_clicks(9000, 1, k), {"category": "hit kick"}) for k in range(4)]
    shards.write(shards.path_of(tmp_path / "data", "shots", 0, 4), shots)
    return tmp_path


def test_a_gallery_grows_with_the_material_up_to_its_room(work: Path) -> None:
    gallery = Gallery(work, "pieces", CPU, 13)
    assert gallery.look(1) == 5
    assert gallery.look() == 5
    assert gallery.look() == 0
    rows = [(_clicks(30000, 4, 99 + k), {"category": "drums"}) for k in range(5)]
    shards.write(shards.path_of(work / "data", "pieces", 16, 8), rows)
    assert gallery.look() == 3
    assert gallery.full
    wanted = torch.cat([part for path in shards.shards_of(work, "pieces") for part in shard_pictures(path, CPU)])[:13]
    assert torch.equal(gallery.first(99), wanted)


def test_crops_are_circular_and_begin_on_a_sixteenth(work: Path) -> None:
    loops, shots = galleries(work, CPU, 100, 100)
    torch.manual_seed(3)
    whole = loops.drawn(6, 512, held=5)
    assert whole.shape == (6, 1, 512, 512)
    known = {picture.numpy().tobytes() for picture in loops.first(10)[5:]}
    assert all((picture[0] * 255.0).round().to(torch.uint8).numpy().tobytes() in known for picture in whole)
    crops = (shots.drawn(40, 64)[:, 0] * 255.0).round().to(torch.uint8)
    turned = torch.stack([shots.first(4).roll(-16 * k, dims=2)[:, :, :64] for k in range(16)]).flatten(0, 1)
    assert all(bool((turned == crop).all(2).all(1).any()) for crop in crops)
