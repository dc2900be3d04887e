"""Finding by a few letters: what was typed must be there in order, and the nearer together the better. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def score(query: str, text: str) -> float | None:
    """How well a text fits, higher is better; None where it does not. Words of the query may stand in any order."""
    folded, total = text.casefold(), 0.0
    for word in query.casefold().split():
        found = _word(word, folded)
        if found is None:
            return None
        total += found
    return total - len(text) * 0.001


def found(query: str, items: Sequence[T], text: Callable[[T], str]) -> list[T]:
    """Those that fit, the best first, else in their order; all of them where nothing was asked."""
    if not query.strip():
        return list(items)
    scored = [(score(query, text(item)), item) for item in items]
    fitting = [(value, item) for value, item in scored if value is not None]
    return [item for _, item in sorted(fitting, key=lambda pair: -pair[0])]


def _word(word: str, text: str) -> float | None:
    at = text.find(word)
    if at >= 0:  # in one piece; at the beginning of a word better still
        return 10.0 + (5.0 if at == 0 or not text[at - 1].isalnum() else 0.0)
    place, gaps = -1, 0
    for letter in word:
        following = text.find(letter, place + 1)
        if following < 0:
            return None
        gaps += following - place - 1 if place >= 0 else 0
        place = following
    return 5.0 / (1 + gaps)
