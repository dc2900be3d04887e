"""What a surface is: a place where bytes from outside come in, and what may become of them.

A target takes one input down to where its effect would be heard or kept, in memory, and says what became of it:
``taken`` or ``refused``. Besides, it may raise what ``refusals`` names, the one clear error of that decoder. All else
is a finding: any other exception, more than ``slow_s`` of a processor, more than ``grows_mb`` of memory, a state that a
refused input has changed (the target says so with ``Broken``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random

from liveriff.errors import LiveriffError

Target = Callable[[bytes], bool]
"""``target(data)``: True where it was taken, False where it was refused and counted."""

Maker = Callable[[Random], bytes]


class Broken(AssertionError):  # noqa: N818 - it is an answer
    """What a decoder has left behind is not what its contract says."""


def must(holds: bool, sentence: str) -> None:
    """Raise Broken with a sentence unless something holds. Not an assertion: those can be switched off."""
    if not holds:
        raise Broken(sentence)


@dataclass(frozen=True)
class Surface:
    """One row of the table.

    about: what is decoded, and how far; open: makes a target in the state of a fresh start; seeds: good inputs to begin
    with; make: good and nearly good inputs by the format's own grammar, where seeds alone would hardly get past its
    first checks; words: what a mutation may put in; longest: bytes of an input; fresh: inputs after which the target is
    made anew, so that a finding can be had again.
    """

    name: str
    about: str
    open: Callable[[], Target]
    seeds: Callable[[], Iterable[bytes]]
    make: Maker | None = None
    words: tuple[bytes, ...] = field(default=(), repr=False)
    refusals: tuple[type[Exception], ...] = (LiveriffError,)
    longest: int = 4096
    slow_s: float = 1.0
    grows_mb: int = 64
    fresh: int = 2000
