"""How a parameter looks to a hand: its three faces, its name, its fine steps, its track. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from liveriff.params.kinds import CLICK_RAW, Integer, Linear, Value
from liveriff.params.kinds_worded import Optional
from liveriff.params.spec import Spec
from liveriff.params.table import TABLE
from liveriff.ui import lines

HUGE = 1000
"""A whole number of more values than this has no track: a knob could not aim."""
FINE = 10  # a fine step is so much less than a click

hands_of = lru_cache(maxsize=2)(lines.hands)
"""``lines.hands``, read once for all the controls that ask in a frame."""


class Faces(NamedTuple):
    """Places 0..1: where the performer set it, what the chunk now playing was made with, where the hand waits.

    heard and hand are None where there is no such thing or it is the same.
    """

    set: float
    heard: float | None = None
    hand: float | None = None


class Signs(NamedTuple):
    """What a track is drawn with; every face has its own sign."""

    full: str
    promised: str  # between what is heard and what is set
    rest: str
    set: str
    heard: str
    hand: str
    centre: str


SIGNS = Signs("━", "╍", "─", "●", "┃", "○", "┼")
PLAIN_SIGNS = Signs("=", "~", "-", "#", "|", "o", "+")


def heard_path(path: str) -> str:
    """The reading of what the chunk now playing was made with; "" where the parameter is heard at once."""
    parts = path.split("/", 3)
    if len(parts) < 4 or parts[1] != "deck":
        return ""
    found = f"/deck/{parts[2]}/heard/{parts[3]}"
    return found if found in TABLE else ""


def short_label(path: str) -> str:
    """Without the deck, pad or section: "/deck/1/send/delay" is "send delay"."""
    parts = [part for part in path.split("/")[1:] if not part.isdigit()]
    return " ".join(parts[1:] or parts).replace("_", " ")


def tracked(spec: Spec | None) -> bool:
    """Whether a travel can be drawn for it."""
    if spec is None or not spec.travels or spec.kind.range is None:
        return False
    low, high = spec.kind.range
    return not (isinstance(spec.kind, Integer) and high - low > HUGE)


def centre_of(spec: Spec) -> float | None:
    """Where a track is filled from when that is not its lower end: the place of 0 for what goes both ways."""
    low, high = spec.kind.range or (0.0, 0.0)
    return spec.unmap(0.0) if low == -high and high > 0 else None


def finer(spec: Spec, value: Value, steps: int) -> Value:
    """The value some fine steps further; where the kind knows none, so many clicks."""
    kind = spec.kind.inner if isinstance(spec.kind, Optional) else spec.kind
    if not isinstance(kind, Linear) or value is None:
        return spec.kind.nudge(value, steps)
    start = kind.coerce(value)
    if kind.click:
        return kind.coerce(start + steps * max(10.0**-kind.digits, kind.click / FINE))
    moved = kind.map(min(1.0, max(0.0, kind.unmap(start) + steps * CLICK_RAW / FINE)))
    return moved if moved != start else kind.coerce(start + steps * 10.0**-kind.digits)


class Stroke(NamedTuple):
    """A piece of a track; role: full, promised, rest, set, heard or hand."""

    text: str
    role: str


def track(faces: Faces, width: int, signs: Signs, centre: float | None = None) -> list[Stroke]:
    """A horizontal track of ``width`` cells, from the left."""
    if width < 1:
        return []
    roles = _roles(faces, width, centre)
    strokes: list[Stroke] = []
    for at, role in enumerate(roles):
        text = (
            signs.centre
            if role == "rest" and centre is not None and at == _cell(centre, width)
            else signs[Signs._fields.index(role)]
        )
        strokes.append(Stroke(text, role))
    return strokes


def _roles(faces: Faces, width: int, centre: float | None) -> list[str]:
    here, origin = _cell(faces.set, width), _cell(centre or 0.0, width)
    solid = here if faces.heard is None else _cell(faces.heard, width)
    roles = ["rest"] * width
    for at in range(min(origin, solid), max(origin, solid) + 1):
        roles[at] = "full"
    for at in range(min(solid, here), max(solid, here) + 1):
        roles[at] = "promised" if solid != here else roles[at]
    if faces.heard is not None:
        roles[solid] = "heard"
    if faces.hand is not None:
        roles[_cell(faces.hand, width)] = "hand"
    roles[here] = "set"
    return roles


def _cell(place: float, width: int) -> int:
    return min(width - 1, max(0, round(place * (width - 1))))
