"""The last line: the keys that are needed most, and what they do; a click does it too.

Textual's own footer is built anew at each change of focus, which takes a tenth of a second and more each time, so
that a performer who goes from deck to deck waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from textual import events
from textual.strip import Strip

from liveriff.ui.keys import KEYS, Key
from liveriff.ui.widgets.painted import Painted, Part

SHOWN = tuple(key for key in KEYS if key.shown)


def display(key: Key) -> str:
    """The first of its keys, as it is printed: "F2", "^Z", "R"."""
    first = key.keys.split(",")[0]
    if first.startswith("ctrl+"):
        return f"^{first.removeprefix('ctrl+').upper()}"
    return first.upper() if len(first) > 1 and first[1:].isdecimal() else first


class KeyLine(Painted):
    """One line; what does not fit falls off on the right."""

    DEFAULT_CSS = "KeyLine { height: 1; width: 1fr; dock: bottom; }"
    ground = "panel"

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """Keys and names, each pair with air before it."""
        parts: list[Part] = []
        for key in SHOWN:
            parts.append((f" {display(key)} ", self.ink("accent", "panel", "b")))
            parts.append((f"{key.name} ", self.ink("foreground", "panel")))
        return [self.strip(parts, width)]

    async def on_click(self, event: events.Click) -> None:
        """Do what stands there."""
        ends = accumulate(len(f" {display(key)} {key.name} ") for key in SHOWN)
        for key, end in zip(SHOWN, ends, strict=True):
            if event.x < end:
                await self.app.run_action(key.action)
                return
