"""What shows a parameter and takes no touch: readings and bars. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from liveriff.control.touchosc import binding
from liveriff.control.touchosc.colours import GREY, INK, dimmed
from liveriff.control.touchosc.frame import Frame
from liveriff.control.touchosc.lettering import longest_reading, shortened
from liveriff.control.touchosc.node import Colour, Look, Node
from liveriff.control.touchosc.plain import CENTRE, label
from liveriff.params.kinds import Value
from liveriff.params.kinds_worded import Text
from liveriff.params.listeners import below
from liveriff.params.spec import Spec

NORTH, EAST, SOUTH = 0, 1, 2
"""Orientations: a fader is full at that end, a radio's last step is there."""


class Readings:
    """The parameters of a table at given values, until the instrument answers."""

    def __init__(self, table: Mapping[str, Spec], values: Mapping[str, Value]) -> None:
        """values: by path, where they are not the defaults."""
        self._table, self._values = table, values

    def spec(self, path: str) -> Spec:
        """The declaration of a path; KeyError if there is none."""
        return self._table[path]

    def value(self, path: str) -> Value:
        """What it is shown at."""
        return self._values.get(path, self._table[path].default)

    def paths(self, *prefixes: str) -> list[str]:
        """All that the table has below, in its order."""
        return [path for path in self._table if any(below(path, prefix) for prefix in prefixes)]

    def reading(self, path: str, frame: Frame, size: int, align: int = CENTRE, *, wraps: bool = False) -> Node:
        """A label that follows a parameter; a text is cut or wrapped, a number made small enough to be read whole."""
        spec = self.spec(path)
        now = spec.format(self.value(path))
        if isinstance(spec.kind, Text):
            now = shortened(now, frame.w, frame.h, wraps)
        longest = now if isinstance(spec.kind, Text) else max(longest_reading(spec), now, key=len)
        made = label(now, frame, size, align, self.ink(spec), wraps=wraps, longest=longest)
        # A server that does not know /text sends -12.0 or -12.000000191; the length keeps that within the frame too.
        looks: dict[str, Look] = {} if isinstance(spec.kind, Text) else {"textLength": len(longest)}
        return Node(made.kind, path, frame, {**made.looks, **looks}, made.start, binding.read(spec))

    def bar(
        self, path: str, frame: Frame, colour: Colour, low: float = 0.0, high: float = 1.0, orientation: int = EAST
    ) -> Node:
        """A bar that shows a reading between two values."""
        spec = self.spec(path)
        looks: dict[str, Look] = {
            "color": self.colour(spec, colour),
            "cursor": False,
            "grid": False,
            "interactive": False,
            "orientation": orientation,
            "outline": False,
        }
        return Node("FADER", path, frame, looks, {}, (binding.meter(spec, low, high),))

    def travel(self, spec: Spec) -> float:
        """The position 0..1 of what it is shown at."""
        return round(spec.unmap(self.value(spec.path)), 4)

    def colour(self, spec: Spec, colour: Colour) -> Colour:
        """Its colour, dimmed while nothing honours it."""
        return colour if spec.audible else dimmed(colour)

    def ink(self, spec: Spec) -> Colour:
        """The colour of its name and value."""
        return INK if spec.audible else GREY
