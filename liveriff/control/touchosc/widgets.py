"""Controls for parameters: each function gives the nodes that together make one. Pure.

TouchOSC's controls carry no text, so names and values are labels that lie on top and let touches through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from liveriff.control.touchosc import binding
from liveriff.control.touchosc.colours import FAINT
from liveriff.control.touchosc.frame import Frame
from liveriff.control.touchosc.lettering import caption
from liveriff.control.touchosc.node import Binding, Colour, Look, Node, Start
from liveriff.control.touchosc.plain import LEFT, RIGHT, label
from liveriff.control.touchosc.readings import EAST, SOUTH, Readings
from liveriff.params.spec import Spec

MOMENTARY, TOGGLE = 0, 2  # buttonType; 2 toggles when pressed, not when let go
RELATIVE = 1  # response
SHORT, HIGH = 150, 32  # points; a fader so short and so high has its value below its name


class Widgets(Readings):
    """Makes controls for the parameters of a table."""

    def fader(
        self, path: str, frame: Frame, colour: Colour, name: str = "", *, bound: Binding | None = None, **looks: Look
    ) -> list[Node]:
        """A lying fader with its name and its value on it; ``bound`` instead of to its whole range.

        The value stands to the right of the name, or below it where the fader is short and high.
        """
        spec, inner = self.spec(path), frame.inset(7)
        stacked = inner.w < SHORT and inner.h >= HIGH
        left, right = inner.rows(1.0, 1.0, gap=0) if stacked else inner.columns(0.48, 0.52, gap=4)
        return [
            self._fader(spec, frame, colour, bound or binding.move(spec), {"orientation": EAST, **looks}),
            label(name or caption(spec), left, 14, LEFT, self.ink(spec)),
            self.reading(path, right, 13, RIGHT),
        ]

    def upright(self, path: str, frame: Frame, colour: Colour, name: str = "") -> list[Node]:
        """A standing fader with its name above and its value below."""
        spec = self.spec(path)
        head, body, foot = frame.rows(20, 1.0, 20, gap=3)
        return [
            label(name or caption(spec), head, 14, colour=self.ink(spec)),
            self._fader(spec, body, colour, binding.move(spec), {}),
            self.reading(path, foot, 13),
        ]

    def toggle(self, path: str, frame: Frame, colour: Colour, name: str = "") -> list[Node]:
        """A button that stays on."""
        spec = self.spec(path)
        return self._button(spec, frame, colour, name, TOGGLE, binding.move(spec))

    def button(self, path: str, frame: Frame, colour: Colour, name: str = "") -> list[Node]:
        """A button that pulls a trigger."""
        spec = self.spec(path)
        return self._button(spec, frame, colour, name, MOMENTARY, binding.press(spec))

    def saying(self, path: str, words: str, frame: Frame, colour: Colour, name: str) -> list[Node]:
        """A button that sends fixed words or a fixed number."""
        spec = self.spec(path)
        return self._button(spec, frame, colour, name, MOMENTARY, binding.say(spec, words))

    def holding(self, path: str, words: str, rest: str, frame: Frame, colour: Colour, name: str) -> list[Node]:
        """A button that says one thing while it is down, and another when it is let go."""
        spec = self.spec(path)
        node, text = self._button(spec, frame, colour, name, MOMENTARY, binding.say(spec, words))
        return [replace(node, bindings=(*binding.hold(spec, words, rest), binding.touch(spec))), text]

    def radio(self, path: str, frame: Frame, colour: Colour, *, lying: bool = True) -> list[Node]:
        """One of several, side by side or one below the other."""
        spec = self.spec(path)
        words = binding.steps(spec)
        looks: dict[str, Look] = {
            "color": self.colour(spec, colour),
            "orientation": EAST if lying else SOUTH,
            "steps": len(words),
        }
        start: dict[str, Start] = {"x": float(words.index(spec.format(self.value(path))))}
        cells = frame.grid(len(words), 1, gap=0) if lying else frame.grid(1, len(words), gap=0)
        ink = self.ink(spec)
        return [
            Node("RADIO", path, frame, looks, start, (binding.pick(spec), binding.touch(spec))),
            *[label(word.upper(), at.inset(2), 15, colour=ink) for word, at in zip(words, cells, strict=True)],
        ]

    def xy(self, path_x: str, path_y: str, frame: Frame, colour: Colour) -> list[Node]:
        """Two parameters under one finger; the names stand where they are at their highest."""
        across, up = self.spec(path_x), self.spec(path_y)
        looks: dict[str, Look] = {"color": self.colour(across, colour), "gridStepsX": 8, "gridStepsY": 4}
        bindings = (binding.move(across, "x"), binding.move(up, "y"), binding.touch(across), binding.touch(up))
        start: dict[str, Start] = {"x": self.travel(across), "y": self.travel(up)}
        top, _, foot = frame.inset(7).rows(18, 1.0, 18)
        high, level = top.columns(1.0, 1.0)
        morph, far = foot.columns(1.0, 1.0)
        return [
            Node("XY", f"{path_x} {path_y}", frame, looks, start, bindings),
            label(f"^ {caption(up)}", high, 13, LEFT, FAINT),
            self.reading(path_y, level, 13, RIGHT),
            self.reading(path_x, morph, 13, LEFT),
            label(f"{caption(across)} >", far, 13, RIGHT, FAINT),
        ]

    def pad(self, path: str, frame: Frame, colour: Colour, softest: float) -> Node:
        """A pad: the higher it is hit, the harder."""
        spec = self.spec(path)
        looks: dict[str, Look] = {"color": self.colour(spec, colour), "cornerRadius": 6.0, "valuePosition": True}
        return Node("BUTTON", path, frame, looks, {}, (*binding.strike(spec, softest), binding.touch(spec)))

    def _button(self, spec: Spec, frame: Frame, colour: Colour, name: str, kind: int, bound: Binding) -> list[Node]:
        looks: dict[str, Look] = {"buttonType": kind, "color": self.colour(spec, colour), "cornerRadius": 4.0}
        start: dict[str, Start] = {"x": self.travel(spec)} if kind == TOGGLE else {}
        return [
            Node("BUTTON", spec.path, frame, looks, start, (bound, binding.touch(spec))),
            label(name or caption(spec), frame.inset(4), 16, colour=self.ink(spec)),
        ]

    def _fader(self, spec: Spec, frame: Frame, colour: Colour, bound: Binding, looks: Mapping[str, Look]) -> Node:
        ends = spec.kind.range
        own: dict[str, Look] = {"color": self.colour(spec, colour), "cornerRadius": 4.0, "gridSteps": 9}
        if ends and ends[0] == -ends[1]:
            own["centered"] = True
        start: dict[str, Start] = {"x": self._start(spec, bound)}
        return Node("FADER", spec.path, frame, {**own, **looks}, start, (bound, binding.touch(spec)))

    def _start(self, spec: Spec, bound: Binding) -> float:
        """Where the control stands, on the range that it is bound to."""
        if bound.path != spec.path:
            return self.travel(spec)
        share = (spec.kind.number(self.value(spec.path)) - bound.low) / (bound.high - bound.low)
        return round(min(1.0, max(0.0, share)), 4)
