"""How controls are written: what the focus, learning and a parameter that nothing honours look like."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from textual.strip import Strip

from liveriff.ui.widgets.control import Control
from liveriff.ui.widgets.faces import PLAIN_SIGNS, SIGNS, track
from liveriff.ui.widgets.painted import Part

ROLES = {
    "full": "primary", "promised": "accent", "rest": "faint",
    "set": "foreground", "heard": "primary", "hand": "warning",
}  # fmt: skip
"""Colours of the strokes of a track."""


class Faced(Control):
    """Names are reversed under the focus, and blink while they are learnt; what nothing honours is pale and slanted."""

    @property
    def lit(self) -> bool:
        """Whether the engine's models honour it."""
        return self.store.audible(self.path)

    @property
    def stands(self) -> str:
        """The ground under the control."""
        return "panel" if self.has_focus else self.ground

    def style(self, colour: str, weight: str = "") -> Style:
        """On the control's ground."""
        return self.ink(colour, self.stands, weight)

    def name_part(self, text: str) -> Part:
        """The name."""
        if self.learning:
            return text, self.ink("background", "warning", "b")
        if self.has_focus:
            return text, self.ink("background", "accent", "b")
        return text, self.style("muted", "" if self.lit else "i")

    def value_part(self, text: str) -> Part:
        """The value."""
        return text, self.style("foreground" if self.lit else "muted", "b" if self.lit else "i")

    def track_parts(self, width: int) -> list[Part]:
        """A horizontal track with its faces."""
        signs = PLAIN_SIGNS if self.face.plain else SIGNS
        return [(stroke.text, self.stroke(stroke.role)) for stroke in track(self.faces, width, signs, self.centre)]

    def stroke(self, role: str) -> Style:
        """The style of a piece of a track."""
        colour = ROLES[role] if self.lit or role == "hand" else "faint"
        return self.style(colour, "b" if role in ("set", "hand", "heard") else "")

    def line(self, parts: Iterable[Part], width: int) -> Strip:
        """A line on the control's ground."""
        return self.strip(parts, width, self.stands)

    def apart(self, left: Part, right: Part, width: int) -> Strip:
        """One text at each end."""
        room = width - cell_len(right[0])
        left = (fit(left[0], max(0, room - 1)), left[1])
        gap = " " * max(0, room - cell_len(left[0]))
        return self.line([left, (gap, self.style("foreground")), right], width)


def fit(text: str, width: int) -> str:
    """Cut to ``width`` cells, with an ellipsis."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + "…" if width > 0 else ""
