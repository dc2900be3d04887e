"""Facts, captions and shards of the material."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from liveriff.train.material import render, samples, soundfont, words
from liveriff.train.material.captions import Tags
from liveriff.train.material.items import Item, item, phrasings
from liveriff.train.material.measure import brightness, density

THERE = soundfont.PATH.exists() and samples.FOLDER.exists() and importlib.util.find_spec("fluidsynth") is not None
recorded = pytest.mark.skipif(not THERE, reason="needs fluid-soundfont-gm, sonic-pi-samples and pyfluidsynth")
TAGS = Tags("techno", "mix", ("acid", "stab"), "909", (), ("minor", "dry"), "club", 130)


def _clicks(count: int, low: int, high: int) -> np.ndarray:
    picture = np.zeros((512, 512), np.uint8)
    for k in range(count):
        place = k * 512 // count
        picture[low:high, place : place + 6] = 160
    return picture


def test_density_grows_with_onsets() -> None:
    dense = [density(_clicks(count, 0, 400), "drums") for count in (4, 8, 16, 32)]
    assert dense == sorted(dense)
    assert dense[0] < 0.1
    assert dense[-1] == 1.0


def test_brightness_grows_with_the_spectrum() -> None:
    bright = [brightness(_clicks(8, low, low + 100), "drums") for low in (0, 100, 200, 400)]
    assert bright == sorted(bright)
    assert bright[0] == 0.0
    assert bright[-1] == 1.0


def test_captions_differ_and_name_what_is_there() -> None:
    style, sounds = set(words.STYLES["techno"]), [*words.INSTRUMENTS["acid"], *words.INSTRUMENTS["stab"]]
    told_style = told_sound = 0
    for seed in range(40):
        phrases = phrasings(TAGS, np.random.default_rng(seed))
        assert 4 <= len(phrases) <= 6
        assert len(set(phrases)) == len(phrases)
        text = " / ".join(phrases)
        told_style += any(word in text for word in style)
        told_sound += any(word in text for word in sounds)
        assert not any(word in text for word in ("reggae", "jazz", "sunny", "808"))
    assert told_style >= 36
    assert told_sound >= 36


def test_captions_tell_what_was_measured() -> None:
    sparse = item("drums", -1, "minor", 120.0, replace(TAGS, role="drums"), _clicks(2, 0, 60), 1)
    assert sparse.tonic is None
    assert sparse.density == 0.0
    found = set()
    for seed in range(20):
        line = item("drums", -1, "minor", 120.0, replace(TAGS, role="drums"), _clicks(2, 0, 60), seed)
        found |= {word for word in words.MOODS["sparse"] if any(word in text for text in line.captions)}
        assert not any(word in text for word in ("busy", "frantic") for text in line.captions)
    assert found


def test_there_are_enough_words() -> None:
    tables = (words.STYLES, words.INSTRUMENTS, words.KITS, words.ROLES, words.MOODS, words.PLACES, words.HITS)
    assert len({word for table in tables for options in table.values() for word in options}) >= 300


def test_shards_take_turns_and_cover_every_item() -> None:
    found = render.shards(600, 300)
    assert found[:4] == [("loops", 0, 256), ("shots", 0, 256), ("loops", 1, 256), ("shots", 1, 44)]
    assert sum(count for kind, _, count in found if kind == "loops") == 600


@recorded
@pytest.mark.parametrize(("kind", "columns"), [("loops", 512), ("shots", 256)])
def test_a_shard_holds_pictures_and_lines(tmp_path: Path, kind: str, columns: int) -> None:
    rows = [render.made(kind, seed) for seed in range(3)]
    render.write(tmp_path, kind, 0, rows)
    pictures = np.load(render.path_of(tmp_path, kind, 0))
    lines = (tmp_path / f"{kind}-0000.jsonl").read_text().splitlines()
    assert pictures.shape == (3, 512, columns)
    assert pictures.dtype == np.uint8
    assert [json.loads(line)["seed"] for line in lines] == [0, 1, 2]
    assert set(json.loads(lines[0])) == set(Item.__dataclass_fields__)
    assert 20 < pictures.max() < 255
    assert not list(tmp_path.glob("*.part"))
