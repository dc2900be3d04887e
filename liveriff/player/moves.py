"""What hands want repeated, as the panel says it. Read by the mixer on the sink's thread, once a block."""

from __future__ import annotations

from fractions import Fraction

from liveriff.params.words import DECKS, LOOPED, REPEATED
from liveriff.wire.cells import CellsView

Lengths = tuple[Fraction | None, Fraction | None]
"""Of a deck's loop and of its beat repeat, in beats; None for off."""

_LOOPS, _REPEATS = (tuple(None if word == "off" else Fraction(word) for word in words) for words in (LOOPED, REPEATED))


class Moves:
    """``wanted``: lengths, a deck after the other."""

    def __init__(self, panel: CellsView | None) -> None:
        """All off where there is no panel, or where it does not know of them."""
        self.wanted: list[Lengths] = [(None, None) for _ in DECKS]
        known = panel.index if panel is not None else {}
        paths = [(f"/deck/{n}/loop", f"/deck/{n}/repeat") for n in DECKS]
        self._panel = panel if all(path in known for pair in paths for path in pair) else None
        self._cells = [(known[loop], known[repeat]) for loop, repeat in paths] if self._panel is not None else []

    def read(self) -> None:
        """Take the newest values."""
        if self._panel is None:
            return
        values = self._panel.values
        for i, (loop, repeat) in enumerate(self._cells):
            self.wanted[i] = _length(values[loop], _LOOPS), _length(values[repeat], _REPEATS)


def _length(value: float, lengths: tuple[Fraction | None, ...]) -> Fraction | None:
    """The length that a cell means; what is no place in the list is off."""
    return lengths[int(value)] if 0.0 <= value < len(lengths) else None
