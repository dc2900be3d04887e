"""Switches, buttons, choices and texts: controls without a track."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.strip import Strip

from liveriff.ui.widgets.faced import Faced, fit

PRESSED_S = 0.25


class Switch(Faced):
    """On or off, told by a filled or an empty box and by reversed colours."""

    DEFAULT_CSS = "Switch { height: 1; width: 1fr; }"
    lit_colour = "accent"

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """A box and a name, in the middle of the lines."""
        on, plain = bool(self.store.get(self.path)), self.face.plain
        box = ("#" if on else ".") if plain else ("■" if on else "□")
        text = fit(f"{box} {self.label.upper() if on else self.label}", width)
        style = self.ink("background", self.lit_colour, "b") if on else self.name_part("")[1]
        if on and self.has_focus:
            style = self.ink("background", self.lit_colour, "bu")
        return [self.line([(text.ljust(width), style)], width)]


class Push(Faced):
    """A trigger. Reversed for a moment when it was pressed."""

    DEFAULT_CSS = "Push { height: 1; width: 1fr; }"
    _pressed = float("-inf")
    _now = 0.0

    def seen(self, now: float) -> object:
        """As others, and whether it was pressed just now."""
        self._now = now
        return super().seen(now), now - self._pressed < PRESSED_S

    def action_enter(self) -> None:
        """Press."""
        self._pressed = self._now
        super().action_enter()

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """An arrow and a name."""
        sign = ">" if self.face.plain else "»"
        pressed = self._now - self._pressed < PRESSED_S
        style = self.ink("background", "accent", "b") if pressed else self.name_part("")[1]
        return [self.line([(fit(f"{sign} {self.label}", width).ljust(width), style)], width)]


class Choose(Faced):
    """One of several words, between the arrows that change it; what is heard while it is another, behind it."""

    DEFAULT_CSS = "Choose { height: 1; width: 1fr; }"

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """Name and word; on two lines under each other."""
        value, heard = self.store.text(self.path), self.heard_text
        opening, closing = ("<", ">") if self.face.plain else ("‹", "›")
        text = f"{opening} {value or '-'} {closing}"
        text = f"{text} ({heard})" if heard and len(text) + len(heard) + 3 <= width else text
        if height < 2:
            if cell_len(text) + len(self.label) + 1 > width:
                text = text.replace(" ", "")
            return [self.apart(self.name_part(self.label), self.value_part(fit(text, width)), width)]
        return [self.line([self.name_part(self.label)], width), self.line([self.value_part(fit(text, width))], width)]


class Role(Choose):
    """A deck's category: pale while the deck has no words, for then it is but where a deck begins."""

    @property
    def lit(self) -> bool:
        """Whether it is the role of anything."""
        return super().lit and bool(self.store.words(self.path.replace("/category", "/prompt/a")))

    @property
    def heard_text(self) -> str:
        """As others, where there was something to hear."""
        return super().heard_text if self.lit else ""

    def seen(self, now: float) -> object:
        """As others, and that."""
        return super().seen(now), self.lit
