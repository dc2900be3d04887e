"""What is known of a piece of material."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np

from liveriff.train.material import words
from liveriff.train.material.captions import CAPTIONS, HELD, Tags
from liveriff.train.material.items import Item, facts_of, item
from liveriff.train.material.loops import Piece
from liveriff.train.material.measure import brightness, density

TAGS = Tags("techno", "mix", ("acid", "stab"), "909", (), ("minor", "dry"), "club", 130)
PIECE = Piece(np.zeros(1000, np.float32), "mix", 4, "minor", 130.0, TAGS)


def _clicks(count: int, low: int, high: int) -> np.ndarray:
    picture = np.zeros((512, 512), np.uint8)
    for k in range(count):
        place = k * 512 // count
        picture[low:high, place : place + 6] = 160
    return picture


def _told(found: Item, mood: str) -> int:
    """How many captions have a word of a mood that no other of the tags has."""
    others = {word for key in (*TAGS.moods, "thin") for word in words.MOODS[key]}
    own = [word for word in words.MOODS[mood] if word not in others and " " not in word]
    return sum(any(word in text.replace(",", "").split() for word in own) for text in found.captions)


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


def test_facts_go_into_a_line_of_json() -> None:
    line = json.loads(json.dumps(facts_of(PIECE, 0.51234, 0.5, 7).line()))
    assert set(line) == set(Item.__dataclass_fields__)
    assert (line["category"], line["style"], line["tonic"], line["density"]) == ("mix", "techno", 4, 0.512)
    assert (line["seed"], line["frames"], len(line["captions"]), len(line["held"])) == (7, 1000, CAPTIONS, HELD)


def test_what_has_no_key_and_no_style_says_so() -> None:
    hit = Piece(PIECE.sound, "hit kick", -1, "minor", 120.0, Tags("", "kick", (), "909", ("kick",)))
    found = facts_of(hit, 0.0, 0.5, 1)
    assert (found.category, found.style, found.tonic) == ("hit kick", "any", None)


def test_captions_tell_what_was_measured() -> None:
    rows = {dense: [facts_of(PIECE, dense, 0.5, seed) for seed in range(20)] for dense in (0.1, 0.5, 0.9)}
    told = {
        dense: [sum(_told(each, mood) for each in found) for mood in ("sparse", "busy")]
        for dense, found in rows.items()
    }
    assert told[0.1][0] > 20 > told[0.1][1]
    assert told[0.9][1] > 20 > told[0.9][0]
    assert max(told[0.5]) < 20


def test_a_treatment_that_cannot_be_heard_is_not_told() -> None:
    bright = replace(PIECE, tags=replace(TAGS, moods=("bright",)))
    heard, denied = (
        sum(_told(facts_of(bright, 0.5, level, seed), "bright") for seed in range(20)) for level in (0.5, 0.1)
    )
    assert denied < 5 < heard / 4


def test_one_shots_are_not_called_sparse() -> None:
    hit = replace(PIECE, category="hit kick", tags=Tags("", "kick", (), "909", ("kick",)))
    assert not sum(_told(facts_of(hit, 0.0, 0.5, seed), "sparse") for seed in range(10))


def test_a_picture_is_measured() -> None:
    found = item("drums", -1, "minor", 120.0, replace(TAGS, role="drums"), _clicks(2, 0, 60), 1)
    assert (found.density, found.brightness) == (0.0, 0.0)
