"""A file of bindings changed in place: what stays keeps its place, its spelling and its comments. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from liveriff.control.mapping.bindings import Binding
from liveriff.errors import UsageError

Parse = Callable[[str], tuple[Binding, ...]]
Dump = Callable[[list[Binding]], str]
_TABLE = "[[binding]]"


def rewritten(text: str, wanted: tuple[Binding, ...], parse: Parse, dump: Dump) -> str | None:
    """The text with exactly the wanted bindings, new ones at its end; None where it must be written anew.

    A row ("knob/{1-4}") that is not wanted whole is written out as what is left of it.
    """
    try:
        changed = _changed(text, Counter(wanted), parse, dump)
        return changed if Counter(parse(changed)) == Counter(wanted) else None
    except UsageError:
        return None


def _changed(text: str, missing: Counter[Binding], parse: Parse, dump: Dump) -> str:
    kept = []
    for free, about, table in _tables(text):
        there = parse(table)
        stay = [each for each in there if missing[each] > 0]
        missing.subtract(stay)
        kept += [free, about if stay else "", table if len(stay) == len(there) else dump(stay).lstrip("\n")]
    return "".join(kept).rstrip("\n") + "\n" + dump(list((+missing).elements()))


def _tables(text: str) -> Iterator[tuple[str, str, str]]:
    """Each table after what stands before it: comments of no table, and those right above it."""
    lines = text.splitlines(keepends=True)
    starts = [number for number, line in enumerate(lines) if line.strip().startswith(_TABLE)]
    ends = [_end(lines[:after]) for after in (*starts[1:], len(lines))] if starts else []
    before = 0
    for start, end in zip(starts, ends, strict=True):
        own = start
        while own > before and lines[own - 1].lstrip().startswith("#"):
            own -= 1
        yield "".join(lines[before:own]), "".join(lines[own:start]), "".join(lines[start:end])
        before = end
    yield "".join(lines[before:]), "", ""


def _end(lines: list[str]) -> int:
    """How many lines there are without the comments and blank ones at the end."""
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        lines = lines[:-1]
    return len(lines)
