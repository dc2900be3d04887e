"""OSC address patterns without regular expressions: ``?``, ``*``, ``[a-z]``, ``[!a]``, ``{foo,bar}`` within one part
of an address (OSC 1.0), and ``//`` for any number of parts between (1.1). Pure.

A pattern comes from the network, so it must not be able to cost more than its length times that of the address: the
matcher keeps the set of places that the pattern's tokens so far can have reached, and never goes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MAX_PATTERN = 255  # characters
SPECIAL = frozenset("?*[]{}")


class PatternError(ValueError):
    """A pattern that cannot be read; the message is one clause."""


@dataclass(frozen=True)
class Literal:
    """Exactly this text."""

    text: str

    def advance(self, places: set[int], word: str) -> set[int]:
        """Where one can be in ``word`` after this token, from any of ``places``."""
        return {at + len(self.text) for at in places if word.startswith(self.text, at)}


@dataclass(frozen=True)
class One:
    """One character of a set (of all but the set, if negated)."""

    characters: frozenset[str]
    negated: bool = False

    def advance(self, places: set[int], word: str) -> set[int]:
        """As for Literal."""
        return {at + 1 for at in places if at < len(word) and (word[at] in self.characters) != self.negated}


@dataclass(frozen=True)
class Any:
    """Any run of characters, the empty one too."""

    def advance(self, places: set[int], word: str) -> set[int]:
        """As for Literal."""
        return set(range(min(places), len(word) + 1))


@dataclass(frozen=True)
class Either:
    """One of several texts."""

    texts: tuple[str, ...]

    def advance(self, places: set[int], word: str) -> set[int]:
        """As for Literal."""
        return {at + len(text) for at in places for text in self.texts if word.startswith(text, at)}


Token = Literal | One | Any | Either
Part = tuple[Token, ...]


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern; None among the parts stands for ``//``."""

    parts: tuple[Part | None, ...]

    def matches(self, address: str) -> bool:
        """Whether a whole address fits."""
        words = address.split("/")[1:]
        places = {0}
        for part in self.parts:
            if part is None:
                places = set(range(min(places), len(words) + 1))
            else:
                places = {at + 1 for at in places if at < len(words) and part_matches(part, words[at])}
            if not places:
                return False
        return len(words) in places


def part_matches(part: Sequence[Token], word: str) -> bool:
    """Whether one part of an address fits."""
    places = {0}
    for token in part:
        places = token.advance(places, word)
        if not places:
            return False
    return len(word) in places


def is_pattern(address: str) -> bool:
    """Whether an address means more than itself."""
    return not SPECIAL.isdisjoint(address) or "//" in address


def compiled(pattern: str) -> Pattern:
    """Read a pattern; PatternError where brackets do not close, the / in front is missing, or it is too long."""
    if len(pattern) > MAX_PATTERN or not pattern.startswith("/"):
        raise PatternError("a pattern begins with / and is at most 255 characters long")
    parts: list[Part | None] = []
    for word in pattern.split("/")[1:]:
        part = None if word == "" else tuple(_tokens(word))
        if part is not None or not parts or parts[-1] is not None:
            parts.append(part)
    return Pattern(tuple(parts))


def _tokens(word: str) -> list[Token]:
    tokens: list[Token] = []
    at = 0
    while at < len(word):
        token, at = _token(word, at)
        tokens.append(token)
    return tokens


def _token(word: str, at: int) -> tuple[Token, int]:
    match word[at]:
        case "*":
            return Any(), at + 1
        case "?":
            return One(frozenset(), negated=True), at + 1
        case "[":
            inside, after = _enclosed(word, at, "]")
            return _set(inside), after
        case "{":
            inside, after = _enclosed(word, at, "}")
            return Either(tuple(dict.fromkeys(inside.split(",")))), after
        case "]" | "}":
            raise PatternError(f"a {word[at]} that nothing opened")
    end = next((place for place in range(at, len(word)) if word[place] in SPECIAL), len(word))
    return Literal(word[at:end]), end


def _enclosed(word: str, at: int, close: str) -> tuple[str, int]:
    end = word.find(close, at + 1)
    if end < 0:
        raise PatternError(f"a {word[at]} that is not closed within its part")
    return word[at + 1 : end], end + 1


def _set(inside: str) -> One:
    """``a-z`` is a range, either way round; a dash at an end is a dash; ``!`` in front negates."""
    negated = inside.startswith("!")
    body = inside[1:] if negated else inside
    characters: set[str] = set()
    at = 0
    while at < len(body):
        if body[at + 1 : at + 2] == "-" and at + 2 < len(body):
            low, high = sorted((ord(body[at]), ord(body[at + 2])))
            characters.update(map(chr, range(low, min(high, 0x7E) + 1)))
            at += 3
        else:
            characters.add(body[at])
            at += 1
    return One(frozenset(characters), negated)
