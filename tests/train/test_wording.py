"""Names of styles: what phrases are made of, and that all names come to be read as the plain one is."""

from __future__ import annotations

from random import Random

import torch
from unet_toys import small, store

from liveriff.render.embedded import model
from liveriff.render.embedded.weights import FOLDER
from liveriff.train.asking import phrase
from liveriff.train.material.words import ROLES, STYLES, TABLES
from liveriff.train.unet import Nets
from liveriff.train.wording import Goals, settle

ALL = sorted(STYLES)


def nets() -> Nets:
    """A small generator that reads what the shipped encoder writes."""
    torch.manual_seed(4)
    return Nets(small(student=True, inner=256), model.load(FOLDER).text).eval().requires_grad_(False)


def missed(goals: Goals, of: Nets, words: dict[str, tuple[str, ...]]) -> float:
    """How far styles' words are from the plain names, with drums."""
    told = [(place, f"{word} drums") for place, style in enumerate(ALL) for word in words[style]]
    places = torch.tensor([place for place, _ in told])
    with torch.no_grad():
        vectors = of.text.embed([prompt for _, prompt in told])
        return float(goals.missed(vectors, torch.zeros_like(places), places))


def test_a_phrase_has_a_name_of_the_style_that_training_may_read() -> None:
    dice = Random(1)
    told = [phrase("house", "bass", dice) for _ in range(60)]
    assert all(any(word in one for word in STYLES["house"]) for one in told)
    assert any(any(word in one for word in ROLES["bass"]) for one in told)
    held = {word for words in TABLES["style"].held.values() for word in words}
    assert held.isdisjoint(STYLES["house"])
    assert phrase("polka", "zither", dice).count("polka") == 1, "a style without a table goes by its name"


def test_all_names_come_to_be_read_as_the_plain_one_also_those_never_seen_and_captions_stay() -> None:
    before, after = nets(), nets()
    goals = Goals(before, ALL)
    torch.manual_seed(3)
    pools = {"pieces": store(16, 32)}
    settle(after, ALL, pools, steps=80)
    for words, share in ((STYLES, 0.8), (TABLES["style"].held, 0.95)):
        assert missed(goals, after, words) < share * missed(goals, before, words)
    ids = pools["pieces"].ids[:, 0].long()
    assert float(goals.moved(before.text, ids)) < 1e-6
    assert float(goals.moved(after.text, ids)) < 0.5
    assert not after.text.training
    assert torch.equal(after.unet.prompt.weight, before.unet.prompt.weight)
