"""What the keys do with the deck in hand, on whatever view. The UI's loop only."""

from __future__ import annotations

from liveriff.params.words import DECKS
from liveriff.ui.store import Store
from liveriff.ui.typeahead import TypeAhead

FIRST = {"loop": "4", "repeat": "1/4"}
"""Beats that a slice is repeated with at the first press; after that as it was last."""
OFF = "off"


class DeckKeys(TypeAhead):
    """Actions of an app that has a store; subclasses add views."""

    store: Store

    def __init__(self) -> None:
        """Deck 1 is in hand."""
        super().__init__()
        self.deck = DECKS[0]
        self.dials = 0  # which page of the decks' settings is shown
        self._lengths: dict[str, str] = {}

    def action_deck(self, steps: int) -> None:
        """Take another deck into the hand."""
        self.deck = (self.deck - 1 + steps) % len(DECKS) + 1
        self.store.say(f"Deck {self.deck} is in hand: {self.store.text(f'/deck/{self.deck}/category')}.")

    def action_dials(self) -> None:
        """The next page of the decks' settings."""
        self.dials += 1
        self.store.say("Further settings of the decks; where all have room, nothing changes. D goes round.")

    def action_deck_pull(self, name: str) -> None:
        """A trigger."""
        self.store.pull(self._at(name))

    def action_deck_toggle(self, name: str) -> None:
        """A switch."""
        self.store.toggle(self._at(name))

    def action_deck_nudge(self, name: str, clicks: int) -> None:
        """A setting, by clicks."""
        self.store.nudge(self._at(name), clicks)

    def action_deck_cycle(self, name: str) -> None:
        """The next of a few words, round and round."""
        spec = self.store.spec(self._at(name))
        if spec is not None:
            words = spec.kind.options
            self.store.set(spec.path, words[(words.index(self.store.get(spec.path)) + 1) % len(words)])

    def action_deck_hold(self, name: str) -> None:
        """Repeat a slice, or let it go: terminals tell no key's release."""
        path = self._at(name)
        now = self.store.words(path)
        if now == OFF:
            self.store.set(path, self._lengths.get(path, FIRST[name]))
        else:
            self._lengths[path] = now
            self.store.set(path, OFF)

    def action_deck_kill(self, band: str) -> None:
        """Take a band of the equaliser out, or put it back."""
        path = self._at(f"eq/{band}")
        low = self.store.spec(path).kind.range[0]  # type: ignore[union-attr,index]
        self.store.set(path, 0.0 if self.store.number(path) <= low else low)

    def _at(self, name: str) -> str:
        return f"/deck/{self.deck}/{name}"
