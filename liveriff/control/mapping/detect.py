"""What kind of control it is, from the 7-bit values that it sent. Pure.

A click encoder that no profile describes looks like a fader near 0 or near its middle. It is proposed, never decided:
the performer confirms. Turning it both ways makes it sure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

LEAST = 6  # messages before anything is proposed
_SMALL = frozenset(range(1, 8))
_ENDS = frozenset(range(121, 128))
_MIDDLE = frozenset(range(57, 72))
_UPPER = frozenset(range(65, 72))


@dataclass(frozen=True)
class Guess:
    """A coding of clicks, "" where it is an ordinary control; confidence 0..1."""

    encoding: str
    confidence: float


NONE = Guess("", 1.0)
Side = Callable[[int], bool]


def relative(values: Sequence[int]) -> Guess:
    """What the last values say: all of them must fit a coding."""
    if len(values) < LEAST:
        return NONE
    seen = set(values)
    if seen == {64}:  # the rest position of a stick
        return NONE
    if seen <= _SMALL | _ENDS:
        return _guess("twos-complement", values, seen, _SMALL, _ENDS)
    if seen <= _MIDDLE:
        return _guess("binary-offset", values, seen, _UPPER, _MIDDLE - _UPPER - {64})
    if seen <= _SMALL | _UPPER and seen & _SMALL:
        return _guess("signed-bit", values, seen, _SMALL, _UPPER)
    return NONE


def _guess(encoding: str, values: Sequence[int], seen: set[int], right: Iterable[int], left: Iterable[int]) -> Guess:
    """Sure when turned both ways, and when values repeat: a fader does not send the same value twice."""
    both = bool(seen & set(right)) and bool(seen & set(left))
    repeats = sum(a == b for a, b in pairwise(values)) / (len(values) - 1)
    return Guess(encoding, 0.3 + 0.35 * both + 0.35 * min(1.0, 2 * repeats))


def is_switch(values: Sequence[int]) -> bool:
    """Whether it sends only fully on and fully off, as a button does."""
    return bool(values) and set(values) <= {0, 127} and values[0] == 127
