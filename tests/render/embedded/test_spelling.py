"""From prompts to entries."""

from __future__ import annotations

import pytest

from liveriff.render.embedded.spelling import LONGEST, Spelling, words_of

ENTRIES = ["saxophone", "techno", "drum", "bass", "lo", "fi", "hi", "hat", "hats", "dub", "drum and bass", "lo fi",
           "river", "saxony"]  # fmt: skip
SPELLING = Spelling(ENTRIES, core=12)


def told(prompt: str) -> list[str]:
    """The entries of a prompt as texts."""
    return [ENTRIES[number - 1] for number in SPELLING.ids(prompt)]


@pytest.mark.parametrize(
    ("prompt", "words"),
    [("Lo-Fi HATS", ["lo", "fi", "hats"]), ("café d&b", ["cafe", "d&b"]), ("12/8, o'clock", ["12", "8", "o'clock"])],
)
def test_words_are_lower_case_and_plain(prompt: str, words: list[str]) -> None:
    assert words_of(prompt) == words


@pytest.mark.parametrize(
    ("prompt", "entries"),
    [
        ("techno by the river", ["techno", "river"]),
        ("drum and bass", ["drum", "drum and bass", "bass"]),
        ("lofi", ["lo fi"]),
        ("saxofone", ["saxophone"]),
        ("sax", []),
        ("dubtechno", ["techno", "dub"]),
        ("tecno tecno", ["techno"]),
        ("qwertyuiop", []),
        ("", []),
    ],
)
def test_what_is_meant(prompt: str, entries: list[str]) -> None:
    assert sorted(told(prompt)) == sorted(entries)


def test_a_misspelt_word_goes_to_a_musicians_term_only() -> None:
    assert told("saxoni") != ["saxony"]


def test_long_prompts_are_cut() -> None:
    many = Spelling([f"w{index}" for index in range(200)], core=0)
    assert len(many.ids(" ".join(f"w{index}" for index in range(200)))) == LONGEST
