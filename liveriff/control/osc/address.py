"""From an address, or a pattern of addresses, to parameters: the exact name first, then the patterns. Pure.

Each parameter has up to three addresses: its path for the value in user units; ``<path>/raw`` for the travel 0..1 of a
controller, where it has one; ``<path>/z`` for a tablet's word that a finger came down (1) or left (0).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from liveriff.control.osc.branches import Branches
from liveriff.control.osc.patterns import compiled, is_pattern
from liveriff.params.kinds_worded import Text
from liveriff.params.spec import Spec

Face = Literal["value", "raw", "touch"]
SUFFIXES: Mapping[str, Face] = {"/raw": "raw", "/z": "touch"}
REMEMBERED = 256  # patterns whose matches are kept


@dataclass(frozen=True)
class Target:
    """What an address means: a parameter, and one of its faces."""

    spec: Spec
    face: Face


class Addresses:
    """All addresses of a table; ``find`` costs one look-up for what was asked before."""

    def __init__(self, table: Mapping[str, Spec]) -> None:
        """Built once; the table does not change."""
        self._table, self._branches = table, Branches(table)
        self._exact: dict[str, tuple[Target, ...]] = {}
        for spec in table.values():
            self._exact.update((address, (Target(spec, face),)) for address, face in faces(spec))
        self._remembered: OrderedDict[str, tuple[Target, ...]] = OrderedDict()

    def find(self, address: str) -> tuple[Target, ...]:
        """What is meant, in the order of the table; nothing for an unknown name or a pattern that matches none.

        Raises PatternError for a pattern that cannot be read.
        """
        found = self._exact.get(address)
        if found is not None:
            return found
        return self._by_pattern(address) if is_pattern(address) else ()

    def is_new(self, address: str) -> bool:
        """Whether it is a pattern that has to be held against the table, which takes a hundred times a look-up."""
        return address not in self._exact and is_pattern(address) and address not in self._remembered

    def _by_pattern(self, pattern: str) -> tuple[Target, ...]:
        found = self._remembered.get(pattern)
        if found is None:
            found = self._remembered[pattern] = tuple(self._matches(pattern))
            if len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        else:
            self._remembered.move_to_end(pattern)
        return found

    def _matches(self, pattern: str) -> Iterator[Target]:
        """Patterns are held against the paths only, so that ``//`` or ``*`` cannot set a value and its travel both.

        ``/raw`` or ``/z`` written out at the end chooses that face of all that the rest matches.
        """
        stem, face = split_face(pattern)
        for path in self._branches.matching(compiled(stem)):
            if f"{path}{pattern[len(stem) :]}" in self._exact:
                yield Target(self._table[path], face)


def split_face(address: str) -> tuple[str, Face]:
    """An address without its ``/raw`` or ``/z``, and which face that chose."""
    for suffix, face in SUFFIXES.items():
        if address.endswith(suffix) and len(address) > len(suffix):
            return address[: -len(suffix)], face
    return address, "value"


def faces(spec: Spec) -> Iterator[tuple[str, Face]]:
    """The addresses of one parameter. A text has a travel too: the texts on offer for it."""
    yield spec.path, "value"
    if spec.access == "r":
        return
    if spec.travels or isinstance(spec.kind, Text):
        yield f"{spec.path}/raw", "raw"
    yield f"{spec.path}/z", "touch"
