"""The short way of a pad's hit: from the driver's thread to the player, past the engine's loop.

The table is built on the engine's loop and never changed afterwards; a new one replaces it in one assignment, which
Python makes atomic. The driver's thread therefore needs no lock, and a hit costs two dictionary look-ups.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from liveriff.control.mapping.bindings import Binding
from liveriff.control.mapping.curves import velocity
from liveriff.control.surface import Strike, Touch

PadTable = Mapping[tuple[str, str], tuple[int, Binding]]
"""Pad and binding by device and control."""


def pad_of(path: str) -> int | None:
    """The pad whose trigger a path is."""
    parts = path.split("/")
    is_trigger = len(parts) == 4 and parts[1] == "pad" and parts[3] == "trigger" and parts[2].isdigit()
    return int(parts[2]) if is_trigger else None


def hit(bindings: Iterable[Binding], path_of: Callable[[Binding], str]) -> tuple[int, Binding] | None:
    """The pad that a control plays now, if that is all it does and it does it at once."""
    only = tuple(bindings)
    pad = pad_of(path_of(only[0])) if len(only) == 1 and only[0].fire == "" and only[0].value is None else None
    return (pad, only[0]) if pad else None


def force(binding: Binding, value: float) -> float:
    """The velocity for a press of 0..1: curve first, then the part of the range."""
    return binding.low + (binding.high - binding.low) * velocity(binding.velocity, value)


class FastPads:
    """Strikes pads from a driver's thread. ``table`` is replaced from the engine's loop, never altered."""

    def __init__(self, strike: Strike) -> None:
        """``strike`` must be callable from any thread and never block."""
        self.table: PadTable = MappingProxyType({})
        self._strike = strike
        # Of one device only its own driver's thread writes here; what a finger holds outlives a change of layer.
        self._held: dict[tuple[str, str], int] = {}

    def touch(self, touch: Touch) -> bool:
        """Strike or let go if a pad is bound to the control; False leaves the touch to the loop."""
        key = (touch.device, touch.control)
        if touch.kind == "press":
            found = self.table.get(key)
            if found is None:
                return False
            pad, binding = found
            self._held[key] = pad
            self._strike(pad, force(binding, touch.value), touch.time_s)
            return True
        if touch.kind == "release":
            held = self._held.pop(key, None)
            if held is not None:
                self._strike(held, 0.0, touch.time_s)
            return held is not None
        return False

    def let_go(self, device: str, time_s: float) -> None:
        """A device went away with fingers on its pads. Any thread."""
        for key in [key for key in tuple(self._held) if key[0] == device]:
            pad = self._held.pop(key, None)
            if pad is not None:
                self._strike(pad, 0.0, time_s)
