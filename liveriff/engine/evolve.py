"""Another variation every few phrases: the seed goes one on as a phrase turns. Engine's loop only.

The chunk of the coming phrase is asked for a phrase ahead (see ``wishes``), so the seed moves when it is already there.
"""

from __future__ import annotations

from liveriff.params.registry import Registry
from liveriff.params.words import DECKS

ORIGIN = "engine"
SEEDS = 2**31


def following(seed: int) -> int:
    """The seed of the next variation; after the last comes the first."""
    return (seed + 1) % SEEDS


def evolves(every: int, phrase: int) -> bool:
    """Whether a deck that evolves every so many phrases (0: never) does so as this one begins."""
    return every > 0 and phrase > 0 and phrase % every == 0


class Evolution:
    """``look`` is called at every look of the hub, before the decks' wishes are read."""

    def __init__(self, registry: Registry) -> None:
        """No phrase has begun yet."""
        self._registry = registry
        self._phrase: int | None = None

    def look(self, phrase: int | None) -> None:
        """The phrase that sounds, None while the transport stands. A jump into another phrase changes nothing: only
        one that follows the last is a turn."""
        turned = phrase is not None and self._phrase is not None and phrase == self._phrase + 1
        self._phrase = phrase
        if turned and phrase is not None:
            for deck in DECKS:
                self._turn(deck, phrase)

    def _turn(self, deck: int, phrase: int) -> None:
        values, place = self._registry, f"/deck/{deck}"
        if evolves(int(values.number(f"{place}/evolve")), phrase) and not values.get(f"{place}/freeze"):
            seed = following(int(values.number(f"{place}/seed")))
            values.set(f"{place}/seed", seed, ORIGIN, undoable=False)
