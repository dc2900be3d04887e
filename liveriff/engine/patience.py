"""How long a deck waits for a model: a render that takes longer than a phrase is given up. Engine's loop only.

The loop goes on meanwhile, so a slow model costs nothing but change; but a change that nobody hears is no instrument.
What is given up counts as a failure (see ``troubles``): fewer steps first, then the embedded model in its place.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Iterable

from liveriff.engine.moment import InFlight, Now
from liveriff.engine.options import FALLBACK_MODEL
from liveriff.engine.wishes import PHRASE_BEATS

SHORTEST_S = 4.0  # a phrase at the quickest tempo


class Patience:
    """``look`` is called at every look of the hub."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is rendered."""
        self._clock = clock
        self._since: dict[int, float] = {}
        self._given_up: set[int] = set()

    def look(self, now: Now, flights: Iterable[InFlight], loading: Container[int] = ()) -> list[InFlight]:
        """The renders that have just used up all patience. loading: requests whose model is being loaded, which takes
        what it takes. The embedded model is what there is to fall back to, and so is always waited for."""
        known = {flight.request: flight for flight in flights}
        self._since = {request: since for request, since in self._since.items() if request in known}
        self._given_up &= known.keys()
        return [flight for flight in known.values() if self._used_up(flight, now, flight.request in loading)]

    def _used_up(self, flight: InFlight, now: Now, loads: bool) -> bool:
        if loads or flight.request not in self._since:
            self._since[flight.request] = self._clock()
            return False
        if not flight.chunk or flight.job.model == FALLBACK_MODEL or flight.request in self._given_up:
            return False
        if self._clock() - self._since[flight.request] < patience_s(now):
            return False
        self._given_up.add(flight.request)
        return True


def stands_in(flight: InFlight, why: str) -> str:
    """For a person: another model plays from now on. why: what the deck's own does."""
    return f"Deck {flight.deck}: the model {flight.job.model} {why}; the {FALLBACK_MODEL} model plays in its place."


def patience_s(now: Now) -> float:
    """A phrase at the present tempo."""
    return max(SHORTEST_S, PHRASE_BEATS * 60 / now.grid.bpm) if now.grid else SHORTEST_S
