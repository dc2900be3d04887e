"""Which of a control's bindings hold now: shift, pages, and the deck in focus. Pure; one thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from liveriff.control.mapping.bindings import Layer
from liveriff.params.words import DECKS


@dataclass(frozen=True)
class Place:
    """Where the hands are: the page, whether shift is down, and the deck that "focus" stands for."""

    page: int = 1
    shift: bool = False
    focus: int = DECKS[0]

    def holds(self, layer: Layer) -> bool:
        """Whether a layer's bindings hold here."""
        return (not layer.shift or self.shift) and layer.page in (0, self.page)

    @property
    def name(self) -> str:
        """The layer to bind in, to hold here and nowhere else: "", "shift", "page/2" or "page/2+shift"."""
        page = f"page/{self.page}" if self.page > 1 else ""
        return "+".join(word for word in (page, "shift" if self.shift else "") if word)


class Layers:
    """The present place; tells ``changed`` when it moves, so that takeovers are armed again and lights repainted.

    Shift counts its holders: two shift buttons, one let go, leave shift down. A latch holds like a finger that stays.
    """

    def __init__(self, changed: Callable[[], object] = lambda: None, pages: int = 1) -> None:
        """On page 1, shift up, deck 1 in focus."""
        self.here = Place()
        self.pages = pages
        self._changed = changed
        self._holders: set[object] = set()

    def shift(self, holder: object, down: bool) -> None:
        """A momentary shift button pressed or let go."""
        self._holders.add(holder) if down else self._holders.discard(holder)
        self._go(replace(self.here, shift=bool(self._holders)))

    def latch(self) -> None:
        """A shift button that stays down until it is pressed again."""
        self.shift("latch", "latch" not in self._holders)

    def release(self, device: str) -> None:
        """A device went away with its shift button down."""
        self._holders = {each for each in self._holders if not (isinstance(each, tuple) and each[0] == device)}
        self._go(replace(self.here, shift=bool(self._holders)))

    def page(self, number: int) -> None:
        """Go to a page that there is."""
        self._go(replace(self.here, page=min(self.pages, max(1, number))))

    def step_page(self, steps: int) -> None:
        """Go on by pages, round and round."""
        self.page((self.here.page - 1 + steps) % self.pages + 1)

    def focus(self, deck: int) -> None:
        """Put a deck in focus."""
        self._go(replace(self.here, focus=min(DECKS[-1], max(DECKS[0], deck))))

    def step_focus(self, steps: int) -> None:
        """The next deck, round and round."""
        self.focus(DECKS[(DECKS.index(self.here.focus) + steps) % len(DECKS)])

    def limit(self, pages: int) -> None:
        """Other bindings came with other pages."""
        self.pages = max(1, pages)
        self.page(self.here.page)

    def _go(self, place: Place) -> None:
        if place != self.here:
            self.here = place
            self._changed()
