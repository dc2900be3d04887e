"""A container with a frame that it draws itself: heavy while what is inside is the deck in hand."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.strip import Strip

from liveriff.ui.look import CATEGORIES
from liveriff.ui.widgets.painted import Painted, Part
from liveriff.ui.widgets.placed import Placed

HEAVY, LIGHT, PLAIN_HEAVY, PLAIN_LIGHT = "┏━┓┃┗┛", "┌─┐│└┘", "#=#|##", "+-+.++"
"""Corners, top and sides; the last two in ASCII."""


class Framed(Placed, Painted):
    """``title`` and ``note`` stand in the frame's first line, which is painted alone when they alone have changed."""

    DEFAULT_CSS = "Framed { width: 1fr; height: 1fr; }"
    deck = 0
    _heavy = False

    def title(self) -> list[Part]:
        """At the left."""
        raise NotImplementedError

    def note(self) -> str:
        """At the right."""
        return ""

    @property
    def in_hand(self) -> bool:
        """Whether it is the deck in hand."""
        return bool(self.deck) and self.face.deck == self.deck

    def on_resize(self, event: events.Resize) -> None:
        """Show what fits."""
        self.show_planned(event.size.width, event.size.height)
        self.refresh()

    def take_in_hand(self) -> None:
        """What has the focus is in the hand."""
        self.face.deck = self.deck or self.face.deck

    def on_mouse_down(self) -> None:
        """So is what is clicked."""
        self.take_in_hand()

    def show(self) -> None:
        """Paint the first line, or the whole frame where it is another; never what it holds."""
        width, height = self.outer_size
        if self._lines is None or self._for != (width, height):
            self.refresh()
        elif self._heavy != self.in_hand:
            self._lines = self.whole(width, height)
            sides = (Region(0, 0, 1, height), Region(width - 1, 0, 1, height))
            self.refresh(Region(0, 0, width, 1), Region(0, height - 1, width, 1), *sides)
        else:
            self._lines[0] = self._top(width)
            self.refresh(Region(0, 0, width, 1))

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """The frame."""
        self._heavy = self.in_hand
        signs, style = self._signs, self._style
        side = self.strip([(signs[3], style), (" " * (width - 2), self.ink("foreground")), (signs[3], style)], width)
        foot = self.strip([(signs[4] + signs[1] * (width - 2) + signs[5], style)], width)
        return [self._top(width), *[side] * (height - 2), foot]

    @property
    def _signs(self) -> str:
        if self.face.plain:
            return PLAIN_HEAVY if self._heavy else PLAIN_LIGHT
        return HEAVY if self._heavy else LIGHT

    @property
    def _style(self) -> Style:
        return self.ink("accent", weight="b") if self._heavy else self.ink("faint")

    def _top(self, width: int) -> Strip:
        signs, style, title = self._signs, self._style, self.title()
        note = f" {self.note()} " if self.note() else ""
        used = sum(cell_len(text) for text, _ in title) + cell_len(note) + 5
        if used > width:
            note, used = "", used - cell_len(note)
        parts = [(signs[:2], style), *title, (" " + signs[1] * max(0, width - used), style)]
        return self.strip([*parts, (note, self.ink("accent", weight="b")), (signs[1] + signs[2], style)], width)

    @property
    def empty(self) -> bool:
        """Whether the deck has no words and plays nothing: then its role is nobody's choice."""
        root = f"/deck/{self.deck}"
        return not self.store.words(f"{root}/prompt/a") and self.store.words(f"{root}/state") in ("", "silent", "empty")

    def badge(self) -> list[Part]:
        """A deck's number and role, as every frame shows them."""
        category, ink = self.store.words(f"/deck/{self.deck}/category"), self.ink
        letters, colour = CATEGORIES.get(category, ("??", "#cccccc"))
        number = ink("background", "accent", "b") if self.in_hand else ink("foreground", weight="b")
        if self.empty:
            return [(f" {self.deck} ", number), (f"  --  {'':<5}", ink("muted"))]
        return [
            (f" {self.deck} ", number),
            (" ", ink("foreground")),
            (f" {letters} ", ink("#000000", colour, "b")),
            (f" {category:<5}", ink("foreground", weight="b")),
        ]
