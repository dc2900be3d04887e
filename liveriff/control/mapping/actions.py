"""What bindings do that is no parameter: shift, page, focus, bank, scene, repaint. The engine's loop only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from liveriff.control.mapping.bindings import Binding
from liveriff.control.mapping.encodings import seven_bits
from liveriff.control.mapping.layers import Layers
from liveriff.control.surface import Touch
from liveriff.params.words import BANKS

PROGRAM = "program/"
BANK = "/pad/bank"


@dataclass(frozen=True)
class Hooks:
    """What the engine does for actions. scene: go to one by number, from 1; step_scene: so many on; repaint: send all
    lights again."""

    scene: Callable[[int], object] = lambda number: None
    step_scene: Callable[[int], object] = lambda steps: None
    repaint: Callable[[], object] = lambda: None


def chosen(touch: Touch, binding: Binding) -> int | None:
    """The number, from 1, that a touch names: what the binding says, or a program change's program."""
    if isinstance(binding.value, int):
        return binding.value
    return seven_bits(touch.value) + 1 if touch.control.startswith(PROGRAM) else None


class Actions:
    """Does what bindings with an action ask for."""

    def __init__(self, layers: Layers, hooks: Hooks, set_parameter: Callable[[str, int, str], object]) -> None:
        """``set_parameter(path, number, device)`` sets a parameter on behalf of a device."""
        self._layers, self._hooks, self._set = layers, hooks, set_parameter

    def do(self, touch: Touch, binding: Binding, event: str, bank: int = 1) -> None:
        """A button acts; shift is told of both "down" and "up"."""
        if binding.action == "shift":
            self._shift(touch, event)
        elif binding.action == "repaint":
            self._hooks.repaint()
        elif event != "up":
            number = chosen(touch, binding)
            if number is None:
                self.step(touch, binding, int(binding.step) or 1, bank)
            else:
                self._go(touch, binding.action, number)

    def step(self, touch: Touch, binding: Binding, steps: int, bank: int = 1) -> None:
        """An encoder clicks, or a button that names no number."""
        if binding.action == "page":
            self._layers.step_page(steps)
        elif binding.action == "focus":
            self._layers.step_focus(steps)
        elif binding.action == "bank":
            self._set(BANK, (bank - 1 + steps) % BANKS + 1, touch.device)
        elif binding.action == "scene":
            self._hooks.step_scene(steps)

    def _go(self, touch: Touch, action: str, number: int) -> None:
        if action == "page":
            self._layers.page(number)
        elif action == "focus":
            self._layers.focus(number)
        elif action == "bank":
            self._set(BANK, number, touch.device)
        elif action == "scene":
            self._hooks.scene(number)

    def _shift(self, touch: Touch, event: str) -> None:
        if event in ("down", "up"):
            self._layers.shift((touch.device, touch.control), event == "down")
        else:
            self._layers.latch()
