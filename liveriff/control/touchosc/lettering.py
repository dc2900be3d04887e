"""How much room letters take. Pure.

TouchOSC's own metrics are not published; these widths are those of a plain sans serif, on the generous side, so that
what fits here fits there.
"""

from __future__ import annotations

from liveriff.params.spec import Spec

NARROW = frozenset("fijlrtI.,:;'|!()[]-/ ")
WIDE = frozenset("mwMW@%")
LINE = 1.25
SMALLEST = 9

_UNITS = ("_s", "_db")


def width(text: str, size: int) -> float:
    """Points that one line takes."""
    return size * sum(0.36 if c in NARROW else 0.9 if c in WIDE else 0.7 if c.isupper() else 0.57 for c in text)


def wrapped(text: str, size: int, room: int) -> list[str]:
    """A text cut into lines at words."""
    rows: list[str] = []
    for word in text.split():
        if rows and width(f"{rows[-1]} {word}", size) <= room:
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return rows


def fits(text: str, size: int, w: int, h: int, wraps: bool = False) -> bool:
    """Whether a text can be read whole in a rectangle."""
    if wraps:
        rows = wrapped(text, size, w)
        return len(rows) * size * LINE <= h and all(width(row, size) <= w for row in rows)
    return width(text, size) <= w and size * LINE <= h


def size_for(text: str, largest: int, w: int, h: int, wraps: bool = False) -> int:
    """The largest size at which a text can be read whole; the smallest allowed where none is."""
    for size in range(largest, SMALLEST, -1):
        if fits(text, size, w, h, wraps):
            return size
    return SMALLEST


def shortened(text: str, w: int, h: int, wraps: bool = False) -> str:
    """As much of a text as can be read at the smallest size, with an ellipsis for the rest."""
    if fits(text, SMALLEST, w, h, wraps):
        return text
    cuts = (f"{text[:length].rstrip()}…" for length in range(len(text) - 1, 0, -1))
    return next((cut for cut in cuts if fits(cut, SMALLEST, w, h, wraps)), "…")


def caption(spec: Spec) -> str:
    """A parameter's name on a surface: the last part of its path, in capitals, without a unit's abbreviation."""
    name = spec.path.rsplit("/", 1)[1]
    for unit in _UNITS:
        name = name.removesuffix(unit)
    return name.replace("_", " ").upper()


def longest_reading(spec: Spec) -> str:
    """The widest that a number is shown, unit and all."""
    ends = spec.kind.range or (-120.0, 99999.0)
    shown = [spec.format(end) for end in ends] + [str(option) for option in spec.kind.options]
    return max(shown, key=len)
