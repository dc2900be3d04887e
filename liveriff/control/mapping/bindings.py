"""One binding: a control of a controller, and the parameter or action that it moves. Pure; any thread may call it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

from liveriff.control.mapping.curves import TRAVEL, VELOCITY
from liveriff.control.mapping.encodings import ENCODINGS
from liveriff.params.kinds import Value
from liveriff.params.words import PER_BANK, TAKEOVERS

Takeover = Literal["jump", "pickup", "scale", "relative"]

FIRES = ("", "press", "release", "long", "double", "hold", "toggle")
"""When a button acts; "" is what suits the parameter. See ``fire``."""

NOTHING = "none"
ACTIONS = ("shift", "page", "focus", "bank", "scene", "repaint", NOTHING)
"""What a control may do that is no parameter. shift, page and focus choose what the other controls do; bank is a short
word for /pad/bank; scene goes to the scene of a number, or steps; repaint sends all lights again; none is a control
that does nothing, whatever the default map says."""

FOCUS = "focus"
"""In a path, the number of the deck that is in focus: /deck/focus/filter."""

_BANKED = re.compile(rf"/pad/bank/({'|'.join(str(n) for n in range(PER_BANK, 0, -1))})(?=/)")
"""In a path, a pad of the bank under the hand: /pad/bank/5/trigger."""

OSC = "osc"
"""The device that all apps are together which send OSC addresses of their own. Its controls are those addresses."""

_LAYER = re.compile(r"(?:page/(?P<page>[1-9]\d?))?(?:(?:^|(?<=\d)\+)(?P<shift>shift))?")
_CONTROL = re.compile(r"[a-z0-9_-]+(/([a-z0-9_-]+|\*))*")
_ADDRESS = re.compile(r"[A-Za-z0-9_.:+=@~-]+(/([A-Za-z0-9_.:+=@~-]+|\*))*")


@dataclass(frozen=True)
class Layer:
    """Where a binding holds: a page (0: every page), and whether shift must be down. Finer layers win."""

    page: int = 0
    shift: bool = False

    @property
    def rank(self) -> int:
        """Of two layers that hold, the one with the higher rank is meant: shift is the hand's latest word."""
        return 2 * self.shift + (self.page > 0)


def parse_layer(text: str) -> Layer | None:
    """ "", "shift", "page/2" or "page/2+shift"; None for anything else."""
    found = _LAYER.fullmatch(text)
    return Layer(int(found["page"] or 0), bool(found["shift"])) if found else None


def is_control(text: str, device: str = "*") -> bool:
    """Whether it can be the name of a control: lower-case words and numbers, "*" for any number, "last". Those of OSC
    apps are their addresses, without the first stroke."""
    return (_ADDRESS if device == OSC else _CONTROL).fullmatch(text) is not None


def covers(pattern: str, device: str) -> bool:
    """Whether a binding's device means a device (or another pattern). OSC apps are meant by their name only: an app's
    own /fader/1 is not the fader that the default map means."""
    return pattern == device or (device != OSC and fnmatchcase(device, pattern))


@dataclass(frozen=True)
class Binding:
    """One control, one parameter (``path``) or ``action``.

    control: as in ``surface``; "cc/*/64" is any channel, "fader/last" the last fader that a device has.
    device: the instance, or a pattern with * and ?. layer: where it holds, see ``parse_layer``.
    low, high: part 0..1 of the parameter's travel that the control covers, or of its velocities; invert: turn it
    round; curve: see ``curves``. takeover: see ``TAKEOVERS``. relative: how clicks are coded in the 7-bit values, for
    encoders that no profile knows ("" for all others). step: clicks a click, options a press, or user units a click on
    a trigger; acceleration: how many times more at full speed (0: none). fire: see ``FIRES``; value: what a press
    sets, where it is not plain; velocity: curve of a pad. sends: of an OSC control, the numbers at its ends, see
    ``spans``.
    """

    control: str
    path: str = ""
    action: str = ""
    device: str = "*"
    layer: str = ""
    low: float = 0.0
    high: float = 1.0
    invert: bool = False
    curve: str = "linear"
    takeover: Takeover = "pickup"
    relative: str = ""
    step: float = 1.0
    acceleration: float = 0.0
    fire: str = ""
    value: Value = None
    velocity: str = "linear"
    sends: str = ""
    place: Layer = field(default=Layer(), init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Parse the layer once; text that is none has been refused by ``reading``."""
        object.__setattr__(self, "place", parse_layer(self.layer) or Layer())

    def on_deck(self, focus: int, bank: int = 1) -> str:
        """The path, with the deck in focus and the pad of the bank where it says so."""
        if not self.path:
            return ""
        found = _BANKED.match(self.path)
        if found:
            return f"/pad/{(bank - 1) * PER_BANK + int(found[1])}{self.path[found.end() :]}"
        return self.path.replace(f"/{FOCUS}/", f"/{focus}/", 1)

    def raw(self, hand: float) -> float:
        """The parameter's position 0..1 for a hand's 0..1."""
        travel = TRAVEL[self.curve][0](1 - hand if self.invert else hand)
        return min(self.high, self.low + (self.high - self.low) * travel)

    def hand(self, raw: float) -> float:
        """Where the hand would be for a parameter's position; at the nearer end if the control does not reach it."""
        travel = (min(self.high, max(self.low, raw)) - self.low) / (self.high - self.low)
        place = TRAVEL[self.curve][1](min(1.0, max(0.0, travel)))
        return 1 - place if self.invert else place

    @property
    def target(self) -> str:
        """For a person: the path, or the action with its value."""
        return self.path or (self.action if self.value is None else f"{self.action} {self.value!s}")


PLAIN = Binding("")
WORDS = {
    "curve": tuple(TRAVEL),
    "takeover": TAKEOVERS,
    "relative": ("", *ENCODINGS),
    "fire": FIRES,
    "velocity": tuple(VELOCITY),
    "action": ("", *ACTIONS),
}
"""Fields that take one of a few words."""
