"""A view of panels, one a deck, that follows the deck in hand: whoever has the focus gives it to its like there."""

from __future__ import annotations

from textual.widget import Widget

from liveriff.ui.views.base import View
from liveriff.ui.widgets.framed import Framed
from liveriff.ui.widgets.painted import Kept
from liveriff.ui.widgets.placed import Placed

PATIENCE_S = 2.0
"""So long a control may take to be shown once its deck is in the hand; then the focus goes to ``FIRST``."""


class Following(Kept, Placed, View):
    """Subclasses name in ``FIRST`` the control where a hand wants to be."""

    FIRST = ""

    _in_hand = 1
    _wanted = ""
    _until = 0.0

    def panel(self, deck: int) -> Framed:
        """The panel of a deck."""
        return next(panel for panel in self.query(Framed) if panel.deck == deck)

    def frame(self, now: float) -> None:
        """Follow the deck in hand, then look."""
        deck = self.face.deck
        if deck != self._in_hand:
            self._take(deck, now)
        if self._wanted:
            self._give(now)
        super().frame(now)

    def arrive(self) -> None:
        """Take the focus, unless it is here already."""
        if not self._holds(self.screen.focused):
            self._wanted, self._until = self.FIRST, float("inf")

    def _holds(self, widget: Widget | None) -> bool:
        return widget is not None and self in widget.ancestors

    def _take(self, deck: int, now: float) -> None:
        focused = self.screen.focused
        self._unfold(deck)
        holder = focused.parent if focused is not None and self._holds(focused) else None
        if isinstance(holder, Framed) and holder.deck not in (0, deck) and focused is not None:
            self._wanted, self._until = focused.name or focused.id or self.FIRST, now + PATIENCE_S

    def _unfold(self, deck: int) -> None:
        before = self.plan(*self.size)
        self._in_hand = deck
        if self.plan(*self.size) != before:  # a new layout paints the whole screen, which a key cannot wait for
            self.replan()
            self._gathered = float("-inf")

    def _give(self, now: float) -> None:
        """Give the focus where it is wanted, as soon as that is shown."""
        children = {child.name or child.id: child for child in self.panel(self._in_hand).children if child.display}
        if now > self._until:
            self._wanted = self.FIRST
        target = children.get(self._wanted)
        if target is not None and target.size.area:
            self._wanted = ""
            self.screen.set_focus(target)
