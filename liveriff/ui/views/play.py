"""The play view: four decks beside each other, two by two, or one in hand and three on a line each."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.geometry import Region

from liveriff.params.words import DECKS
from liveriff.ui.views.following import Following
from liveriff.ui.widgets.deck import DeckPanel
from liveriff.ui.widgets.placed import Plan
from liveriff.ui.widgets.prompt import PromptField

ABREAST, SQUARE = 160, 100
"""Cells from which on four decks stand in a row, and two by two."""
SQUARE_LINES = 24


def play_plan(width: int, height: int, in_hand: int) -> Plan:
    """Regions of the decks by number. Pure."""
    if width >= ABREAST:
        edges = [width * step // 4 for step in range(5)]
        return {str(n): Region(edges[n - 1], 0, edges[n] - edges[n - 1], height) for n in DECKS}
    if width >= SQUARE and height >= SQUARE_LINES:
        half, middle = width // 2, height // 2
        rows = ((0, middle), (middle, height - middle))
        columns = ((0, half), (half, width - half))
        return {str(n): Region(*_cell(columns[(n - 1) % 2], rows[(n - 1) // 2])) for n in DECKS}
    plan, y = {}, 0
    for n in DECKS:
        lines = max(1, height - len(DECKS) + 1) if n == in_hand else 1
        plan[str(n)] = Region(0, y, width, lines)
        y += lines
    return plan


def _cell(column: tuple[int, int], row: tuple[int, int]) -> tuple[int, int, int, int]:
    return column[0], row[0], column[1], row[1]


class PlayView(Following):
    """What the decks play, and what comes next."""

    FIRST = "alpha"

    _writes = ""

    def compose(self) -> ComposeResult:
        """The decks."""
        for deck in DECKS:
            yield DeckPanel(deck)

    def plan(self, width: int, height: int) -> Plan:
        """As ``play_plan``."""
        return play_plan(width, height, self._in_hand)

    def edit_prompt(self, deck: int, which: str) -> None:
        """Put the cursor into prompt "a" or "b" of a deck."""
        self.face.deck = deck
        if deck != self._in_hand:
            self._unfold(deck)
        self._wanted = ""
        field = self.panel(deck).query_one(f"#{which}", PromptField)
        if field.display and field.size.area:
            if self.screen.focused not in self.panel(deck).children:  # afterwards the hand stays with this deck
                self.screen.set_focus(field)
            field.edit()
        else:  # the deck is but a line, and has to unfold first
            self.face.expect_editor()
            self._wanted = self._writes = which
            self._until = float("inf")

    def _give(self, now: float) -> None:
        super()._give(now)
        if self._writes and not self._wanted:
            which, self._writes = self._writes, ""
            self.panel(self._in_hand).query_one(f"#{which}", PromptField).edit()
