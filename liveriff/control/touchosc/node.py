"""A layout as data: nodes with a frame, looks, starting values and OSC bindings. Pure.

The words are the file format's (facts from hexler.net/touchosc/manual and from files that the editor wrote); looks that
are not given are the editor's defaults, which ``writer`` fills in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from liveriff.control.touchosc.frame import Frame

Kind = Literal["BOX", "BUTTON", "LABEL", "TEXT", "FADER", "XY", "RADIO", "GROUP", "PAGER"]
Conversion = Literal["FLOAT", "INTEGER", "STRING"]
Condition = Literal["ANY", "RISE", "FALL"]
Colour = tuple[float, float, float, float]
Look = bool | int | float | str | Colour
Start = bool | float | str


@dataclass(frozen=True)
class Binding:
    """One OSC message of a control.

    path: the whole address; value: which of the control's values triggers it, is sent and is written by what arrives
    (x, y, touch, text, page); low, high: what 0 and 1 of it mean on the wire; constant: a text to send instead.
    """

    path: str
    value: str = "x"
    conversion: Conversion = "FLOAT"
    low: float = 0.0
    high: float = 1.0
    sends: bool = True
    receives: bool = True
    condition: Condition = "ANY"
    constant: str | None = None


@dataclass(frozen=True)
class Node:
    """One control or a group of them. start: values it has before anything arrives; looks: properties by their key."""

    kind: Kind
    name: str
    frame: Frame
    looks: Mapping[str, Look] = field(default_factory=dict)
    start: Mapping[str, Start] = field(default_factory=dict)
    bindings: tuple[Binding, ...] = ()
    children: tuple[Node, ...] = ()

    @property
    def interactive(self) -> bool:
        """Whether a finger can do something with it (TouchOSC's own default by type)."""
        still = self.kind in ("BOX", "LABEL", "TEXT", "GROUP")
        return bool(self.looks.get("interactive", not still))

    def walk(self) -> Iterator[Node]:
        """This node and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()
