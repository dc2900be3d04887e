"""The reference of the OSC address space, made from the table and put between two marks in a page. Pure but for
``rewrite``."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from liveriff.control.osc.address import faces
from liveriff.control.osc.codec import type_tags
from liveriff.params.kinds import listing
from liveriff.params.kinds_worded import Optional, Trigger
from liveriff.params.spec import Spec
from liveriff.params.table import SPECS

BEGIN = "<!-- made from liveriff/params/table.py: begin -->"
END = "<!-- made from liveriff/params/table.py: end -->"

_HEAD = ("| address | type | range | `/raw` | what it does |", "|---|---|---|---|---|")


def as_markdown(specs: Iterable[Spec] = SPECS) -> str:
    """A table a way (set and told, pulled, read), a row a pattern; {n} is the number of a deck or pad."""
    patterns = list({spec.pattern: spec for spec in reversed(list(specs))}.values())[::-1]
    parts = [
        _table("Set and told", [spec for spec in patterns if spec.access == "rw"]),
        _table("Pulled", [spec for spec in patterns if spec.access == "w"]),
        _table("Told only", [spec for spec in patterns if spec.access == "r"]),
    ]
    return "\n\n".join(parts)


def with_reference(page: str) -> str:
    """A page with what stands between its marks made anew; ValueError where the marks are missing."""
    before, _, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError("the page has no marks for the reference")
    return f"{before}{BEGIN}\n{as_markdown()}\n{END}{after}"


def rewrite(path: Path) -> None:
    """Bring a page up to date."""
    path.write_text(with_reference(path.read_text(encoding="utf-8")), encoding="utf-8")


def _table(title: str, rows: Iterable[Spec]) -> str:
    return "\n".join([f"### {title}", "", *_HEAD, *map(_row, rows)])


def _row(spec: Spec) -> str:
    raw = "yes" if any(face == "raw" for _, face in faces(spec)) else ""
    return f"| `{spec.pattern}` | `{_tags(spec)}` | {_range(spec)} | {raw} | {spec.doc} |"


def _tags(spec: Spec) -> str:
    return type_tags(spec).replace("T", "T F")


def _range(spec: Spec) -> str:
    if spec.kind.options and type_tags(spec) != "T":
        return f"{listing(spec.kind.options)} {spec.unit}".rstrip()
    if spec.kind.range is None or type_tags(spec) == "T":
        return spec.unit
    low, high = spec.kind.range
    if isinstance(spec.kind, Optional):
        return f"{_number(spec.kind.inner.low)} to {high:g}, -1 is auto"
    return f"{_number(low)} to {_number(high)} {spec.unit}".rstrip() + (_release(spec))


def _release(spec: Spec) -> str:
    return ", 0 lets go" if isinstance(spec.kind, Trigger) and spec.kind.on_release else ""


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:g}"


if __name__ == "__main__":
    rewrite(Path(sys.argv[1]))
