"""Knobs: a name, a track with three faces, a value; on one line or two."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.strip import Strip

from liveriff.ui.widgets.faced import Faced

VALUE_CELLS = 5
"""Kept for the value of a knob on one line, so that tracks under each other end alike."""
LEAST_TRACK = 4


class Knob(Faced):
    """Dragged up and down. On two lines the track has the second to itself."""

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """One line or two."""
        value = self.value_text()
        if height < 2:
            return [self._single(width, value)]
        head = self.apart(self.name_part(self.label), self.value_part(value), width)
        return [head, self.line(self.track_parts(width), width)] if self.tracked else [head]

    def value_text(self) -> str:
        """The value without a unit that everybody knows, and what is heard where no track can show it."""
        text = self.store.text(self.path).removesuffix(" dB")
        heard = "" if self.tracked and not self.models_own else self.heard_text
        return f"{text} ({heard})" if heard else text

    def _single(self, width: int, value: str) -> Strip:
        room = width - cell_len(self.label) - max(VALUE_CELLS, cell_len(value)) - 2
        if not self.tracked or room < LEAST_TRACK:
            return self.apart(self.name_part(self.label), self.value_part(value), width)
        air = (" ", self.style("foreground"))
        value = value.rjust(VALUE_CELLS)
        return self.line([self.name_part(self.label), air, *self.track_parts(room), air, self.value_part(value)], width)
