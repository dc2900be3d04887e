"""What a controller profile says, checked and typed. Pure; ``profile_read`` makes these from YAML."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from liveriff.control.midi.colours import RGB
from liveriff.control.midi.vocabulary import family_of
from liveriff.control.surface import Style

Source = Literal["note", "cc", "cc14", "nrpn", "rpn", "program", "pitchbend", "pressure", "none"]
Send = Literal["note", "cc", "sysex"]
Value = Literal["palette", "level", "by_style", "hue", "saturation", "colour"]

CONFIDENCES = ("high", "med-high", "med", "med-low", "low")


@dataclass(frozen=True)
class Control:
    """One way in which one control speaks.

    channels: 1..16, none for any; the first is where its light is before it has spoken. numbers: one, or two
    (increment, decrement) with the encoding ``inc-dec``. light: a rule of the profile's lights, "" for none; at: the
    number that the light listens to.
    """

    name: str
    source: Source
    channels: tuple[int, ...]
    numbers: tuple[int, ...]
    encoding: str = "absolute"
    light: str = ""
    at: int = 0

    @property
    def presses(self) -> bool:
        """Whether it goes down and up, not to a position."""
        family = family_of(self.name)
        return self.encoding == "absolute" and family is not None and family.does == "presses"


@dataclass(frozen=True)
class Part:
    """One message of a light. Exactly one kind of value; see ``docs/controllers.md`` for the words.

    channels: by style, several for steady are brightness steps; empty: the control's own. palette: colour to value
    by style. template: SysEx with placeholders; each: what every light adds to a template of them all.
    echo: the device shows by itself what its hand does, so what it sends is what it shows.
    resend: the device overwrites this light when its control is let go.
    """

    send: Send
    value: Value
    channels: dict[Style, tuple[int, ...]] = field(default_factory=dict)
    palette: dict[RGB, dict[Style, int]] = field(default_factory=dict)
    off: int = 0
    low: int = 0
    high: int = 127
    by_style: dict[str, int] = field(default_factory=dict)
    hues: tuple[tuple[int, int], ...] = ()
    template: str = ""
    each: str = ""
    echo: bool = False
    resend: bool = False

    def styles(self) -> set[str]:
        """Styles that the hardware itself shows."""
        found: set[str] = {"steady", *self.channels, *self.by_style}
        for values in self.palette.values():
            found |= set(values)
        return found - {"off"}


@dataclass(frozen=True)
class Profile:
    """One kind of controller; the fields are explained in ``docs/controllers.md``."""

    id: str
    name: str
    confidence: str
    source: str
    match: tuple[str, ...]
    controls: tuple[Control, ...]
    doubts: dict[str, str] = field(default_factory=dict)
    not_match: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    identity: bytes = b""
    usb: str = ""
    init: tuple[bytes, ...] = ()
    exit: tuple[bytes, ...] = ()
    message_ms: float = 1.0
    sysex_ms: float = 2.0
    lights: dict[str, tuple[Part, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    file: str = ""

    @property
    def generic(self) -> bool:
        """The fallback for whatever no other profile knows."""
        return "*" in self.match

    def lit(self) -> dict[str, Control]:
        """Controls that have a light, by name."""
        return {control.name: control for control in self.controls if control.light}
