"""Buttons under fingers: which bindings a press began with, and what time makes of it. The engine's loop only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from liveriff.control.mapping.bindings import Binding
from liveriff.control.mapping.fire import Button, meets
from liveriff.control.mapping.reading import spec_of
from liveriff.control.surface import Touch
from liveriff.params.kinds_worded import Trigger

Act = Callable[[Touch, Binding, str, str, float], object]
"""``act(touch, binding, path, event, velocity)``."""

Bound = tuple[Binding, str]
"""A binding, and the path that it meant when the finger came down."""


def fire_of(binding: Binding) -> str:
    """The fire mode, with what suits the parameter where none is named: pads and shift act while they are held."""
    if binding.fire:
        return binding.fire
    if binding.action == "shift":
        return "hold"
    spec = spec_of(binding.path)
    held = spec is not None and isinstance(spec.kind, Trigger) and spec.kind.on_release
    return "hold" if held and binding.value is None else ""


@dataclass
class _Press:
    button: Button
    bound: tuple[Bound, ...]
    touch: Touch


class Presses:
    """All buttons that are down or of which time may yet decide something, by device and control.

    What a finger pressed it also lets go, though the layer has changed meanwhile.
    """

    def __init__(self, act: Act) -> None:
        """``act`` is called for each binding that an event concerns."""
        self._act = act
        self._open: dict[tuple[str, str], _Press] = {}

    def down(self, touch: Touch, bound: Iterable[Bound]) -> None:
        """The finger comes down on a control with these bindings."""
        key, fresh = (touch.device, touch.control), tuple(bound)
        press = self._open.get(key)
        if press is None or not press.button.waits:
            press = self._open[key] = _Press(Button({fire_of(binding) for binding, _ in fresh}), fresh, touch)
        press.touch = touch
        self._fire(press, press.button.down(touch.time_s, touch.value))

    def up(self, touch: Touch) -> None:
        """The finger leaves; of a press that was not seen nothing is let go."""
        key = (touch.device, touch.control)
        press = self._open.get(key)
        if press is not None:
            press.touch = touch
            self._fire(press, press.button.up(touch.time_s))
            if not press.button.waits:
                self._open.pop(key, None)

    def tick(self, now: float) -> None:
        """Ask what only time decides."""
        for press in tuple(self._open.values()):
            if press.button.waits:
                self._fire(press, press.button.due(now))

    def let_go(self, device: str, now: float) -> None:
        """A device went away with fingers on its buttons."""
        for key in [key for key in self._open if key[0] == device]:
            self.up(Touch(*key, "release", 0.0, now))
            self._open.pop(key, None)

    def _fire(self, press: _Press, events: Iterable[str]) -> None:
        for event in events:
            for binding, path in press.bound:
                if meets(fire_of(binding), event):
                    self._act(press.touch, binding, path, event, press.button.velocity)
