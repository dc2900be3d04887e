"""From a prompt to the entries of a table of words: whole words, phrases, and what a word unknown may mean. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cached_property

LONGEST = 48
"""Entries of a prompt that are read."""

SILENT = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "but",
        "by",
        "for",
        "from",
        "give",
        "in",
        "into",
        "is",
        "it",
        "its",
        "just",
        "kind",
        "like",
        "me",
        "my",
        "no",
        "of",
        "on",
        "or",
        "over",
        "please",
        "some",
        "something",
        "that",
        "the",
        "then",
        "there",
        "this",
        "through",
        "to",
        "under",
        "very",
        "want",
        "with",
        "you",
        "your",
    ]
) - {"no", "just"}
"""Words that say nothing of a sound."""

_WORD = re.compile(r"[a-z0-9&']+")
_NEAR, _FAR = 0.75, 0.4
"""Shared letter groups (Dice) of a misspelt word, and of one that may be meant."""


def words_of(prompt: str) -> list[str]:
    """The words of a prompt: lower case, without accents, hyphens between them."""
    plain = prompt.casefold().replace("-", " ")
    if not plain.isascii():
        parts = unicodedata.normalize("NFKD", plain)
        plain = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return _WORD.findall(plain)


def _groups(word: str) -> set[str]:
    marked = f"<{word}>"
    return {marked[i : i + 3] for i in range(len(marked) - 2)}


class Spelling:
    """Entries by their text; the first is 1, because 0 is padding."""

    def __init__(self, entries: list[str], core: int) -> None:
        """``core``: how many of the entries, from the first, are a musician's terms; misspelt words go to them."""
        self.core = core
        self._index = {entry: number for number, entry in enumerate(entries, 1) if entry}
        self._lengths: dict[str, list[int]] = {}
        for entry in self._index:
            first, *rest = entry.split(" ")
            lengths = self._lengths.setdefault(first, [])
            if rest and len(rest) + 1 not in lengths:
                lengths.append(len(rest) + 1)
        self._solid = {entry.replace(" ", ""): number for entry, number in self._index.items() if number <= core}
        self._kept: dict[str, tuple[int, ...]] = {}

    def ids(self, prompt: str) -> list[int]:
        """Entries of a prompt, each once: its words, and its phrases beside their words."""
        words = words_of(prompt)[: 2 * LONGEST]
        found: dict[int, None] = {}
        for place, word in enumerate(words):
            known = self._kept.get(word)
            if known is None:
                known = self._kept[word] = self._meant(word)
            for number in known:
                found[number] = None
            for length in self._lengths.get(word, ()):
                phrase = self._index.get(" ".join(words[place : place + length]))
                if phrase is not None:
                    found[phrase] = None
        return list(found)[:LONGEST]

    def _meant(self, word: str) -> tuple[int, ...]:
        """The entry of a word, or of a phrase written as one; else a spelling that is near, its two halves, or one less
        near."""
        if len(self._kept) > 100_000:  # prompts may come from anywhere
            self._kept.clear()
        if word in SILENT:
            return ()
        exact = self._index.get(word) or self._solid.get(word)
        if exact:
            return (exact,)
        near, share = self._nearest(word) if 3 < len(word) < 40 else (0, 0.0)
        if share >= _NEAR:
            return (near,)
        return self._halves(word) or ((near,) if share >= _FAR else ())

    def _halves(self, word: str) -> tuple[int, ...]:
        """Two entries that the word is written together from, one of them a musician's."""
        for cut in sorted(range(3, len(word) - 2), key=lambda cut: abs(2 * cut - len(word))):
            pair = [self._index.get(half, 0) for half in (word[:cut], word[cut:])]
            if all(pair) and min(pair) <= self.core:
                return tuple(pair)
        return ()

    def _nearest(self, word: str) -> tuple[int, float]:
        """The musician's word that shares most letter groups, and which part of them."""
        groups = _groups(word)
        shared = Counter(number for group in groups for number in self._by_group.get(group, ()))
        rated = ((2.0 * count / (len(groups) + self._sizes[number]), -number) for number, count in shared.items())
        share, number = max(rated, default=(0.0, 0))
        return -number, share

    @cached_property
    def _by_group(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for entry, number in self._index.items():
            if number <= self.core and " " not in entry:
                for group in _groups(entry):
                    found.setdefault(group, []).append(number)
        return found

    @cached_property
    def _sizes(self) -> dict[int, int]:
        return {number: len(_groups(entry)) for entry, number in self._index.items() if number <= self.core}
