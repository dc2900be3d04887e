"""Messages of apps that can only send addresses of their own, as moves of controls. Pure; any thread.

``/1/fader1 f`` is the control ``1/fader1``; of several arguments each is a control, ``/1/xy1 f f`` is ``1/xy1/1`` and
``1/xy1/2``. Truth values are 0 and 1; a message without arguments, with ``I`` or ``N`` is a button pressed and let go.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from liveriff.control.osc.codec import BANG, Argument
from liveriff.control.osc.patterns import is_pattern

MOST_ARGUMENTS = 16
MOST_CHARACTERS = 100
FINGER = "/z"  # what TouchOSC puts behind a control's address to say that a finger came down or left

_NAME = re.compile(r"[A-Za-z0-9_.:+=@~-]+(/[A-Za-z0-9_.:+=@~-]+)*")
_UNFIT = re.compile(r"[^A-Za-z0-9_.:+=@~/-]")
_PAGE = re.compile(r"[0-9]+")  # TouchOSC says "/2" when its second page is shown: no control


class Reading(NamedTuple):
    """One control's value as it was sent; tag: "i", "f", "T" for truth values, "" for a bang."""

    control: str
    value: float
    tag: str


def control_name(address: str) -> str:
    """The control that an address stands for, fit for a screen and a file; "" for none.

    What is neither a letter, a digit nor one of _.:+=@~- becomes "_".
    """
    if is_pattern(address) or len(address) > MOST_CHARACTERS:
        return ""
    name = _UNFIT.sub("_", address[1:])
    return name if _NAME.fullmatch(name) else ""


def readings(address: str, args: Sequence[Argument]) -> list[Reading]:
    """What a message says of controls; nothing if it holds words, no number at all, or too much."""
    name = control_name(address)
    if not name or len(args) > MOST_ARGUMENTS:
        return []
    if not args or (len(args) == 1 and (args[0] is BANG or args[0] is None)):
        return [] if _PAGE.fullmatch(name) else [Reading(name, 1.0, "")]
    names = [name] if len(args) == 1 else [f"{name}/{index}" for index in range(1, len(args) + 1)]
    found = [_reading(*pair) for pair in zip(names, args, strict=True)]
    return [each for each in found if each] if all(found) else []


def _reading(name: str, arg: Argument) -> Reading | None:
    if isinstance(arg, bool):
        return Reading(name, float(arg), "T")
    if isinstance(arg, int):
        return Reading(name, float(arg), "i")
    if isinstance(arg, float) and math.isfinite(arg):
        return Reading(name, arg, "f")
    return None


def typed(value: float, tag: str) -> bool | int | float:
    """A value in the type in which the app sent it."""
    return value >= 0.5 if tag == "T" else round(value) if tag == "i" else float(value)
