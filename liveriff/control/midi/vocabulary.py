"""The names that profiles give to controls, and what a control of each family does. Pure; the docs are made from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Does = Literal["turns", "presses", "shows"]


@dataclass(frozen=True)
class Family:
    """Controls whose names begin alike. does: whether a control change of theirs is a position or a press."""

    name: str
    does: Does
    doc: str


FAMILIES = {
    family.name: family
    for family in (
        Family("knob", "turns", "`knob/1`.. from the left, row by row from the top; endless encoders too."),
        Family("fader", "turns", "`fader/1`.. from the left; a master fader is the last one."),
        Family("crossfader", "turns", "The crossfader."),
        Family("jog", "turns", "`jog/1` the wheel of the left deck; relative."),
        Family("wheel", "turns", "`wheel/1` a modulation wheel or a joystick's second axis."),
        Family("bend", "turns", "`bend/1` a pitch-bend wheel, stick or strip; 0.5 is its centre."),
        Family("pad", "presses", "`pad/1` is bottom left, then to the right and row by row upward; banks follow."),
        Family("grid", "presses", "`grid/ROW/COLUMN`: the pads of an 8x8 grid beside pad/1..16, row 1 at the bottom."),
        Family("key", "presses", "`key/60`: a piano key by its MIDI note."),
        Family("button", "presses", "`button/1`.. from the left, row by row from the top."),
        Family("push", "presses", "`push/3`: knob/3 pressed down."),
        Family("touch", "presses", "`touch/1`: a finger on jog/1."),
        Family("deck", "presses", "`deck/1/cue`: a named button of one deck."),
        Family("transport", "presses", "`transport/play`, stop, record, rewind, forward, loop, tap, pause, cue ..."),
        Family("nav", "presses", "`nav/up`, down, left, right: arrows, bank and track selection."),
        Family("shift", "presses", "The shift key; what is pressed with it keeps its name where the device lets it."),
        Family("meter", "shows", "`meter/1`: a level meter."),
        Family("lamp", "shows", "`lamp/1`: a light that is nothing else, such as a logo."),
    )
}

_NAME = re.compile(r"[a-z]+(/[a-z0-9-]+){0,2}")
_RANGE = re.compile(r"(.*?)(\d{1,5})\.\.(\d{1,5})(.*)")
_LONGEST, _MOST = 60, 256


def family_of(control: str) -> Family | None:
    """The family of a control's name; None for raw MIDI names and unknown words."""
    return FAMILIES.get(control.partition("/")[0])


def check_name(control: str) -> str:
    """A complaint about a name, "" if it is good."""
    if not _NAME.fullmatch(control):
        return f"{control!r} is no name of a control, such as knob/1"
    if family_of(control) is None:
        return f"{control!r} begins with none of {', '.join(FAMILIES)}"
    return ""


def expand_names(text: str) -> list[str]:
    """``pad/1..4`` to its four names; ValueError for a range that runs backward or is too long."""
    if len(text) > _LONGEST:
        raise ValueError(f"a name is at most {_LONGEST} characters long")
    found = _RANGE.fullmatch(text)
    if not found:
        return [text]
    before, first, last, after = found.groups()
    return [f"{before}{number}{after}" for number in _span(int(first), int(last))]


def expand_numbers(text: str) -> list[int]:
    """``7`` or ``0..7`` to numbers; ValueError if it is neither."""
    first, dots, last = text.partition("..")
    if not first.isdecimal() or (dots and not last.isdecimal()):
        raise ValueError(f"{text!r} is no number and no range such as 0..7")
    return list(_span(int(first), int(last))) if dots else [int(first)]


def _span(first: int, last: int) -> range:
    if not first <= last < first + _MOST:
        raise ValueError(f"{first}..{last} is no range of at most {_MOST}")
    return range(first, last + 1)
