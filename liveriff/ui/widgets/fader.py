"""Faders: standing ones of a mixer with the meter beside them, and lying ones for morphs and the crossfader."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.strip import Strip

from liveriff.ui.widgets.faced import Faced
from liveriff.ui.widgets.painted import Part

STANDING = {"full": "┃", "promised": "╏", "rest": "│", "set": "█", "heard": "━", "hand": "○"}
PLAIN_STANDING = {"full": "#", "promised": ":", "rest": "|", "set": "=", "heard": "-", "hand": "o"}


class Fader(Faced):
    """Standing: its name on top, its value below; the cap is three cells wide."""

    DEFAULT_CSS = "Fader { height: 1fr; width: 7; }"

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """From the top."""
        travel = max(1, height - 2)
        value = self.store.text(self.path).removesuffix(" dB")
        lines = [self.line(self._middle(self.name_part(self.label), width), width)]
        lines += [self._row(travel - 1 - y, travel, width) for y in range(travel)]
        return [*lines, self.line(self._middle(self.value_part(value), width), width)]

    def _row(self, row: int, travel: int, width: int) -> Strip:
        faces, signs = self.faces, PLAIN_STANDING if self.face.plain else STANDING
        here, hand = _row_of(faces.set, travel), None if faces.hand is None else _row_of(faces.hand, travel)
        if row == here:
            cap = signs["set"] * max(1, min(5, width - 2))
            return self.line(self._middle((cap, self.stroke("set")), width), width)
        role = "hand" if row == hand else "full" if row < here else "rest"
        return self.line(self._middle((signs[role], self.stroke(role)), width), width)

    def _middle(self, part: Part, width: int) -> list[Part]:
        before = max(0, (width - cell_len(part[0])) // 2)
        return [(" " * before, self.style("foreground")), part]

    def _travel(self) -> int:
        return max(8, self.outer_size.height - 3)


class Slide(Faced):
    """Lying: a word at each end, the value behind. Dragged along; arrows move it the way they point."""

    DEFAULT_CSS = "Slide { height: 1; width: 1fr; }"
    along = True

    def __init__(self, path: str, ends: tuple[str, str], name: str | None = None, label: str = "") -> None:
        """ends: what is at the left and at the right."""
        super().__init__(path, name=name, label=label)
        self.ends = ends

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """One line."""
        value = self.store.text(self.path).rjust(6)
        left, right = self.ends
        air = (" ", self.style("foreground"))
        room = width - cell_len(left) - cell_len(right) - len(value) - 3
        if room < 5:
            return [self.apart(self.name_part(self.label), self.value_part(value.strip()), width)]
        parts = [self.name_part(left), air, *self.track_parts(room), air, self.name_part(right), air]
        return [self.line([*parts, self.value_part(value)], width)]

    def _travel(self) -> int:
        return max(8, self.outer_size.width - 12)


def _row_of(place: float, travel: int) -> int:
    return min(travel - 1, max(0, round(place * (travel - 1))))
