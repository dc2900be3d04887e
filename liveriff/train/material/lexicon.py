"""How the tables of words are written: ``key: words, words | words held out``, a line a key. Pure.

What stands after the bar is never used in training: figures on phrases that the model has not read are drawn from it.
A key may be continued on lines that are indented.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

Words = dict[str, tuple[str, ...]]
"""Synonyms by key; the first is the plain name."""


@dataclass(frozen=True)
class Table:
    """told: what training reads; held: what it never does; both by key."""

    told: Words
    held: Words

    @property
    def all_told(self) -> list[str]:
        """Every phrase that training reads, in order."""
        return [word for options in self.told.values() for word in options if word]


def table(text: str) -> Table:
    """The table written in ``text``; ValueError for a line without a key or a key written twice."""
    told: Words = {}
    held: Words = {}
    for line in re.sub(r"\n[ \t]+", " ", text.strip()).splitlines():
        key, colon, rest = line.partition(":")
        if not colon or key in told:
            raise ValueError(f"the lexicon has no key, or one it had before, in the line {line!r}")
        plain, _, apart = rest.partition("|")
        told[key], held[key] = _split(plain), _split(apart)
    return Table(told, held)


def _split(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
