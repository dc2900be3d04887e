"""When a button acts: at once, at release, when held, or when pressed twice. A state machine without a clock.

``down`` and ``up`` take the time of the touch; ``due`` is asked now and then for what only time decides. Where nothing
waits for a long or a double press, a press acts at once; where something does, a press is known only when that has
become impossible.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

LONG_S = 0.5
DOUBLE_S = 0.3

PRESSES = ("", "press", "toggle")
"""Fire modes that act on the event "press"."""


@dataclass
class Button:
    """One button and the fire modes bound to it; events are "down", "up", "press", "release", "long", "double"."""

    fires: Collection[str]
    _down_at: float | None = None  # pressed, and not yet decided as what
    _first_at: float | None = None  # pressed once and let go; a second press would make it double
    velocity: float = field(default=1.0)

    def down(self, now: float, velocity: float = 1.0) -> tuple[str, ...]:
        """The finger comes down."""
        overdue = self.due(now)
        self.velocity = velocity
        if self._first_at is not None:
            self._first_at = None
            return (*overdue, "down", "double")
        if "long" in self.fires or "double" in self.fires:
            self._down_at = now
            return (*overdue, "down")
        return (*overdue, "down", "press")

    def up(self, now: float) -> tuple[str, ...]:
        """The finger leaves."""
        overdue = self.due(now)
        began, self._down_at = self._down_at, None
        if began is None:
            return (*overdue, "up", "release")
        if "double" in self.fires and now - began <= DOUBLE_S:
            self._first_at = began
            return (*overdue, "up", "release")
        return (*overdue, "press", "up", "release")

    def due(self, now: float) -> tuple[str, ...]:
        """What time alone has decided by now."""
        if self._down_at is not None:
            return self._held(now - self._down_at)
        if self._first_at is not None and now - self._first_at > DOUBLE_S:
            self._first_at = None
            return ("press",)
        return ()

    def _held(self, for_s: float) -> tuple[str, ...]:
        if "long" in self.fires:
            if for_s < LONG_S:
                return ()
            self._down_at = None
            return ("long",)
        if for_s <= DOUBLE_S:
            return ()
        self._down_at = None
        return ("press",)

    @property
    def waits(self) -> bool:
        """Whether time may yet decide something."""
        return self._down_at is not None or self._first_at is not None


def meets(fire: str, event: str) -> bool:
    """Whether a binding with a fire mode acts on an event; "hold" on both "down" and "up"."""
    if event == "press":
        return fire in PRESSES
    return fire == "hold" if event in ("down", "up") else fire == event
