"""The table for readers: one JSON object for programs, one Markdown page for people. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from liveriff.params.kinds import Value
from liveriff.params.spec import Spec
from liveriff.params.table import SPECS

JSON = dict[str, object]

_HEADER = """# Parameters

Every path is an OSC address in user units; a controller moves it by its travel 0 to 1. {n} is the deck (1 to 4) or the
pad (1 to 64). Rates: **block** is heard in the next audio block, **chunk** goes into the next chunk that is made,
**load** loads a model or a file; readings have none. A level at its floor is silence. A trigger takes any number, or
nothing at all; the 0 that a button sends when it is let go is ignored unless the trigger says otherwise.

This page is made from the table in `liveriff/params/table.py` by `liveriff params --markdown`.
"""

_SECTIONS = (
    ("The instrument", "/"),
    ("Decks", "/deck/{n}"),
    ("What a deck's chunk was made with", "/deck/{n}/heard"),
    ("Pads", "/pad/{n}"),
    ("Readings", "/status"),
)


def as_json(specs: Iterable[Spec] = SPECS) -> JSON:
    """The whole table as one object for ``json.dumps``."""
    return {"parameters": [_record(spec) for spec in specs]}


def as_markdown(specs: Iterable[Spec] = SPECS) -> str:
    """The reference page: a row a pattern."""
    by_section: dict[str, list[Spec]] = {title: [] for title, _ in _SECTIONS}
    for pattern in _patterns(specs):
        by_section[_section(pattern.pattern)].append(pattern)
    parts = [_HEADER, *(_table(title, rows) for title, rows in by_section.items() if rows)]
    return "\n".join(parts)


def _record(spec: Spec) -> JSON:
    bounds = spec.kind.range
    return {
        "path": spec.path,
        "kind": spec.kind.name,
        "osc": spec.kind.osc,
        "range": list(bounds) if bounds else None,
        "choices": [_plain(option) for option in spec.kind.options] or None,
        "unit": spec.unit,
        "curve": spec.kind.curve or None,
        "default": _plain(spec.default) if spec.kind.held else None,
        "rate": spec.rate,
        "access": spec.access,
        "saved": spec.stored,
        "wired": spec.audible,
        "doc": spec.doc,
    }


def _plain(value: Value) -> object:
    """A value that JSON knows: auto is the word for it, bytes are not shown."""
    if value is None:
        return "auto"
    return None if isinstance(value, bytes) else value


def _patterns(specs: Iterable[Spec]) -> Iterator[Spec]:
    """The first spec of each pattern."""
    seen: set[str] = set()
    for spec in specs:
        if spec.pattern not in seen:
            seen.add(spec.pattern)
            yield spec


def _section(pattern: str) -> str:
    return max((root, title) for title, root in _SECTIONS if pattern.startswith(root))[1]


def _table(title: str, rows: list[Spec]) -> str:
    lines = [f"## {title}", "", "| path | takes | default | rate | what it does |", "|---|---|---|---|---|"]
    return "\n".join([*lines, *(_row(spec) for spec in rows), ""])


def _row(spec: Spec) -> str:
    doc = spec.doc if spec.audible else f"{spec.doc} *Not wired yet.*"
    takes = "reading" if spec.access == "r" else _takes(spec)
    return f"| `{spec.pattern}` | {takes} | {_default(spec)} | {spec.rate or ''} | {doc} |"


def _takes(spec: Spec) -> str:
    words = spec.kind.describe(spec.unit)
    return words if not spec.kind.curve.startswith(("exp", "fader")) else f"{words}, {spec.kind.curve} curve"


def _default(spec: Spec) -> str:
    if spec.access != "rw":
        return spec.unit
    defaults = {each.format(each.default): None for each in SPECS if each.pattern == spec.pattern}
    return ", ".join(text or "(empty)" for text in defaults)
