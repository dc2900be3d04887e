"""Captions: the lexicon, what is told of tags, and what is held out."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from liveriff.render.embedded.spelling import words_of
from liveriff.train.material import words
from liveriff.train.material.captions import CAPTIONS, HELD, HELD_TEMPLATES, TEMPLATES, Tags, captions, held
from liveriff.train.material.instruments import INSTRUMENTS, KITS
from liveriff.train.material.lexicon import table
from liveriff.train.material.styles import STYLES

MIX = Tags("techno", "mix", ("acid", "stab"), "909", (), ("minor", "dry"), "club", 130)
DRUMS = Tags("drill", "drums", (), "trap", ("kick", "hat"), ("rolling hats", "dry"), "club", 140)
KICK = Tags("", "kick", (), "909", ("kick",), ("short",))
BARE = Tags("", "fx")
UNKNOWN = Tags("polka", "yodel", ("alphorn",), "spoons", ("spoon",), ("cheesy",), "alp", 120)
ALL = (MIX, DRUMS, KICK, BARE, UNKNOWN)


def every(seeds: int, tags: Tags) -> list[str]:
    """All captions of some seeds."""
    return [phrase for seed in range(seeds) for phrase in captions(tags, seed)]


def holds(text: str, phrases: set[str]) -> bool:
    """Whether a text has one of the phrases as whole words."""
    plain = f" {' '.join(words_of(text))} "
    return any(f" {' '.join(words_of(phrase))} " in plain for phrase in phrases)


def test_there_are_enough_words() -> None:
    assert len(words.terms()) >= 2000
    assert all(options for each in words.TABLES.values() for options in each.told.values())


@pytest.mark.parametrize(
    ("names", "kind"), [([style.name for style in STYLES], "style"), (INSTRUMENTS, "instrument"), (KITS, "kit")]
)
def test_all_that_is_played_has_words(names: list[str], kind: str) -> None:
    assert not set(names) - set(words.TABLES[kind].told)


def test_what_is_held_out_is_never_told() -> None:
    told = {" ".join(words_of(term)) for term in words.terms()}
    apart = [" ".join(words_of(term)) for each in words.TABLES.values() for some in each.held.values() for term in some]
    assert len(apart) > 400
    assert not told & set(apart)
    assert not set(HELD_TEMPLATES) & set(TEMPLATES)


def test_a_style_is_not_called_by_anothers_name() -> None:
    owners = Counter(name for options in words.STYLES.values() for name in options)
    assert not [name for name, count in owners.items() if count > 1]


@pytest.mark.parametrize("tags", ALL)
def test_there_are_always_as_many_as_promised(tags: Tags) -> None:
    assert len(captions(tags, 3)) == CAPTIONS
    assert len(held(tags, 3)) == HELD
    assert all(phrase.strip() == phrase != "" for phrase in (*captions(tags, 3), *held(tags, 3)))
    assert captions(tags, 3) == captions(tags, 3) != captions(tags, 4) or tags == BARE


def test_captions_differ_and_name_what_is_there() -> None:
    assert min(len(set(captions(MIX, seed))) for seed in range(30)) == CAPTIONS
    found = every(40, MIX)
    for kind, key, share in (("style", "techno", 0.5), ("instrument", "acid", 0.15), ("kit", "909", 0.1)):
        assert sum(holds(text, set(words.TABLES[kind].told[key])) for text in found) > share * len(found)
    foreign = {"reggae", "jazz", "sunny", "808", "cello", "gabber"}
    assert not [text for text in found if holds(text, foreign)]


def test_one_shots_are_told_as_one_shots() -> None:
    found = every(20, KICK)
    assert sum(holds(text, set(words.HITS["kick"])) for text in found) > len(found) / 3
    assert not [text for text in found if holds(text, {"drum loop", "beat loop", "full mix"}) or "bpm" in text]


def test_what_is_held_out_names_the_style_in_its_own_words() -> None:
    kept = set(words.TABLES["style"].held["drill"])
    for seed in range(20):
        first, second, _ = held(DRUMS, seed)
        assert holds(first, kept)
        assert holds(second, set(words.STYLES["drill"]))
        assert re.search("give me some|kind of", second)
    assert not [text for text in every(20, DRUMS) if holds(text, kept)]


def test_a_line_without_a_key_is_refused() -> None:
    with pytest.raises(ValueError, match="no key"):
        table("dub: dub | dubby\n\ntechno")
    with pytest.raises(ValueError, match="it had before"):
        table("dub: dub\ndub: dubs")
