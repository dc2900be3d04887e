"""The last moves of all controllers, for a screen. Pure; one thread."""

from __future__ import annotations

from collections import deque

from liveriff.control.mapping.telling import said
from liveriff.control.surface import Touch

LINES = 12
_FLOWING = ("absolute", "relative", "pressure")


class Monitor:
    """``heard`` costs next to nothing; words are made only when ``text`` is asked for."""

    def __init__(self) -> None:
        """Nothing has moved."""
        self.fresh = False
        self._last: deque[tuple[Touch, str]] = deque(maxlen=LINES)

    def heard(self, touch: Touch, target: str) -> None:
        """One touch, and what it moves ("" for nothing). Of a control that goes on moving the last touch is kept."""
        if self._last and touch.kind in _FLOWING:
            last = self._last[-1][0]
            if (last.device, last.control, last.kind) == (touch.device, touch.control, touch.kind):
                self._last.pop()
        self._last.append((touch, target))
        self.fresh = True

    def text(self) -> str:
        """A line a touch, oldest first: device, control, value, target or "-", apart by tabs."""
        self.fresh = False
        lines = ((each.device, each.control, said(each), target or "-") for each, target in self._last)
        return "\n".join("\t".join(fields) for fields in lines)
