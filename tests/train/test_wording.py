"""Names of styles: what phrases are made of, and that all names come to be read as the plain one is."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import torch
from unet_toys import small, store

from liveriff.render.embedded import model
from liveriff.render.embedded.weights import FOLDER
from liveriff.train.asking import phrase
from liveriff.train.deciding import undecided
from liveriff.train.material.words import ROLES, STYLES, TABLES
from liveriff.train.material.words_names import NAMES
from liveriff.train.unet import Nets
from liveriff.train.wording import Goals, settle

ALL = sorted(STYLES)


def nets() -> Nets:
    """A small generator that reads what the shipped encoder writes."""
    torch.manual_seed(4)
    return Nets(small(student=True, inner=256), model.load(FOLDER).text).eval().requires_grad_(False)


def doubted(goals: Goals, of: Nets, words: dict[str, tuple[str, ...]]) -> float:
    """How unsure it is which plain name styles' words mean, with drums."""
    told = [(place, f"{word} drums") for place, style in enumerate(ALL) for word in words[style]]
    places = torch.tensor([place for place, _ in told])
    with torch.no_grad():
        vectors = of.text.embed([prompt for _, prompt in told])
        return float(goals.doubted(vectors, torch.zeros_like(places), places))


def test_a_phrase_has_a_name_of_the_style_that_training_may_read() -> None:
    dice = Random(1)
    told = [phrase("house", "bass", dice) for _ in range(60)]
    assert all(any(word in one for word in STYLES["house"]) for one in told)
    assert any(any(word in one for word in ROLES["bass"]) for one in told)
    held = {word for words in TABLES["style"].held.values() for word in words}
    assert held.isdisjoint(STYLES["house"])
    further = [phrase("house", "bass", dice, further=1.0) for _ in range(20)]
    assert all(any(word in one for word in NAMES["house"]) for one in further)
    assert phrase("polka", "zither", dice).count("polka") == 1, "a style without a table goes by its name"


def test_who_is_nearest_to_a_plain_name_doubts_it_least() -> None:
    goals = Goals(nets(), ALL)
    goals.read = lambda vectors: vectors  # type: ignore[method-assign]
    kinds, places = torch.tensor([0, 3]), torch.tensor([1, 2])
    there, midst = goals.vectors[kinds, places], goals.vectors[kinds].mean(dim=1)
    assert float(goals.missed(there, kinds, places)) == 0.0
    assert goals.doubted(there, kinds, places) < goals.doubted(midst, kinds, places)
    assert goals.doubted(there, kinds, places) < goals.doubted(there, kinds, places + 1)


def test_all_names_come_to_be_read_as_the_plain_one_also_those_never_seen_and_captions_stay() -> None:
    before, after = nets(), nets()
    goals = Goals(before, ALL)
    torch.manual_seed(3)
    moods, sounds, places = ("sad", "bright"), ("rhodes", "snare"), ("night", "sea")
    captions = [f"{mood} {sound} at {place}" for mood in moods for sound in sounds for place in places]
    ids = before.text.ids([*captions, *captions]).int()
    pools = {"pieces": replace(store(8, 32), ids=ids.reshape(8, 2, -1))}
    settle(after, ALL, pools, steps=80)
    assert after.text.config.styles == len(ALL)
    taught = Nets(after.unet, undecided(after.text))
    for words in (STYLES, NAMES, TABLES["style"].held):
        assert doubted(goals, taught, words) < 0.95 * doubted(goals, before, words)
    assert float(goals.moved(before.text, ids.long())) < 1e-6
    assert 0.0 < float(goals.moved(after.text, ids.long())) < 0.3
    assert not after.text.training
    assert torch.equal(after.unet.prompt.weight, before.unet.prompt.weight)
