"""The guess which word was meant: as good as difflib's own, and soon found among all parameters."""

from __future__ import annotations

import difflib
from random import Random

import pytest

from liveriff.params.table import TABLE
from liveriff.params.words import MODES, NEAR, did_you_mean


def misspelt(random: Random) -> str:
    """A path with a few letters gone, doubled or changed."""
    letters = list(random.choice(tuple(TABLE)))
    for _ in range(random.randrange(6)):
        at = random.randrange(len(letters))
        letters[at] = random.choice(("", letters[at] * 2, "x", "/", "7"))
    return "".join(letters)


@pytest.mark.parametrize("seed", range(30))
def test_it_is_the_one_that_difflib_finds(seed: int) -> None:
    word = misspelt(Random(seed))
    (near,) = difflib.get_close_matches(word.casefold(), list(TABLE), n=1, cutoff=NEAR) or [""]
    assert did_you_mean(word, TABLE) == (f" Did you mean {near}?" if near else "")


def test_what_is_like_nothing_is_no_guess() -> None:
    assert did_you_mean("xylophone", MODES) == ""
    assert did_you_mean("", MODES) == ""
    assert did_you_mean("anything", ()) == ""


def test_letters_may_be_large_and_the_word_long() -> None:
    assert did_you_mean("MAJR", MODES) == " Did you mean major?"
    assert did_you_mean("minor" + "x" * 10_000, MODES) == ""
