"""The addresses as a tree of their parts, so that a pattern is held against each part once and not against each
address. Pure.

With two thousand addresses that is a tenth of the time, and it is time that any peer can ask for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from liveriff.control.osc.patterns import Part, Pattern, part_matches


class _Branch:
    """A part of addresses: what follows it, and the number of the address that ends there."""

    __slots__ = ("below", "number")

    def __init__(self) -> None:
        self.below: dict[str, _Branch] = {}
        self.number: int | None = None


class Branches:
    """All addresses of a table."""

    def __init__(self, addresses: Iterable[str]) -> None:
        """Built once."""
        self._root, self._addresses = _Branch(), tuple(addresses)
        for number, address in enumerate(self._addresses):
            branch = self._root
            for word in address.split("/")[1:]:
                branch = branch.below.setdefault(word, _Branch())
            branch.number = number

    def matching(self, pattern: Pattern) -> list[str]:
        """The addresses that ``pattern.matches``, in the order of the table."""
        branches = {self._root: None}
        for part in pattern.parts:
            follow = _all_below(branches) if part is None else _next(branches, part)
            branches = dict.fromkeys(follow)
        numbers = sorted(branch.number for branch in branches if branch.number is not None)
        return [self._addresses[number] for number in numbers]


def _next(branches: Iterable[_Branch], part: Part) -> Iterator[_Branch]:
    known: dict[str, bool] = {}
    for branch in branches:
        for word, after in branch.below.items():
            fits = known.get(word)
            if fits is None:
                fits = known[word] = part_matches(part, word)
            if fits:
                yield after


def _all_below(branches: Iterable[_Branch]) -> Iterator[_Branch]:
    """They themselves too; each once."""
    waiting = list(branches)
    seen = set(waiting)
    while waiting:
        branch = waiting.pop()
        yield branch
        fresh = [each for each in branch.below.values() if each not in seen]
        seen.update(fresh)
        waiting += fresh
