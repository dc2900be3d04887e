"""How long a deck waits for a model: a render that takes longer than a phrase is given up. Engine's loop only.

The loop goes on meanwhile, so a slow model costs nothing but change; but a change that nobody hears is no instrument.
What is given up counts as a failure (see ``troubles``): fewer steps first, then the embedded model in its place.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from liveriff.engine.moment import InFlight, Now
from liveriff.engine.options import FALLBACK_MODEL
from liveriff.engine.wishes import PHRASE_BEATS

SHORTEST_S = 4.0  # a phrase at the quickest tempo


class Patience:
    """``look`` is called at every look of the hub."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is rendered."""
        self._clock = clock
        self._request, self._since, self._given_up = 0, 0.0, 0

    def look(self, now: Now, flight: InFlight | None, loads: bool) -> bool:
        """Whether the render in flight has just used up all patience. loads: its model is being loaded, which takes
        what it takes. The embedded model is what there is to fall back to, and so is always waited for."""
        if flight is None or flight.request != self._request or loads:
            self._request, self._since = flight.request if flight else 0, self._clock()
            return False
        if flight.pad or flight.strip or flight.fill or flight.job.model == FALLBACK_MODEL:
            return False
        if self._clock() - self._since < patience_s(now) or self._given_up == flight.request:
            return False
        self._given_up = flight.request
        return True


def stands_in(flight: InFlight, why: str) -> str:
    """For a person: another model plays from now on. why: what the deck's own does."""
    return f"Deck {flight.deck}: the model {flight.job.model} {why}; the {FALLBACK_MODEL} model plays in its place."


def patience_s(now: Now) -> float:
    """A phrase at the present tempo."""
    return max(SHORTEST_S, PHRASE_BEATS * 60 / now.grid.bpm) if now.grid else SHORTEST_S
