"""Keeps the decks' strips: renders points while the renderer is idle, hands them to the player. Engine's loop only."""

from __future__ import annotations

import time
from collections.abc import Callable

from liveriff.engine import strips
from liveriff.engine.deckbook import RENDERER
from liveriff.engine.heard import heard
from liveriff.engine.kept import KeptChunks
from liveriff.engine.moment import FOREVER, Chunk, InFlight
from liveriff.engine.stage import Stage
from liveriff.params.listeners import Change
from liveriff.params.words import DECKS
from liveriff.wire.job import Job

RESERVE = 8  # slots that strips leave to chunks
UNHEARD_DB = -60.0
LATELY_S = 10.0
FORGET = 256  # jobs known to fail


class Morphs:
    """``look`` and ``work`` are called at every look of the hub, around what the plan does."""

    def __init__(self, stage: Stage, kept: KeptChunks | None, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is rendered yet."""
        self._stage, self._kept, self._clock = stage, kept, clock
        self._touched: dict[int, float] = {}
        self._failed: set[str] = set()
        stage.registry.subscribe(self._changed)

    def _changed(self, change: Change) -> None:
        parts = change.path.split("/")
        if change.path == "/master/autogain":
            for deck in DECKS:
                self._tell(deck, ())
        elif parts[1] == "deck" and parts[3:] == ["alpha"]:
            self._touched[int(parts[2])] = self._clock()

    # --- at every look ----------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Follow the hands along the strips, before the plan."""
        stage = self._stage
        for deck, state in stage.book.states.items():
            want = stage.wishes[deck].now
            if want is not None and state.hand != want.alpha and state.covers(want):
                stage.book.turned(deck, want.alpha)
                self._show_hand(deck)

    def _show_hand(self, deck: int) -> None:
        job = self._stage.book.states[deck].sounding
        for path, value in heard(deck, job, deck in self._stage.turned) if job is not None else ():
            if path.endswith("/alpha"):
                self._stage.registry.publish(path, value)

    def work(self) -> bool:
        """Render a point if the renderer is idle and slots are left. Returns whether one was begun."""
        stage = self._stage
        if not stage.renderer.idle or stage.book.lending.free <= RESERVE:
            return False
        hands = {deck: self._hand(deck) for deck in DECKS}
        begun = {flight.job.key for flight in stage.renderer.flights if flight.strip}
        need = strips.next_need(stage.book.states, stage.wishes, hands, self._failed | begun)
        if need is None or self._read(need) or not stage.renderer.able(need.job.model):
            return False
        slot = stage.book.lending.lend(RENDERER)
        if slot is None:
            return False
        stage.renderer.submit(need.deck, need.job, slot, strip=True, beside=need.beside, by_s=FOREVER)
        return True

    def _read(self, need: strips.Need) -> bool:
        """Whether the point was made in an earlier performance; then it is there."""
        slot = self._stage.book.lending.lend(RENDERER) if self._kept else None
        kept = self._kept.load(need.job, slot) if self._kept and slot is not None else None
        if kept is None or slot is None:
            return False
        self._stage.tally.from_cache += 1
        return self.arrived(need.deck, need.job, slot, kept.loudness)

    @property
    def urgent(self) -> bool:
        """Whether a hand has morphed lately."""
        return any(self._clock() - at < LATELY_S for at in self._touched.values())

    def make_room(self) -> None:
        """A chunk finds no slot: let the strip go that is the least loss."""
        hands = {deck: self._hand(deck) for deck in DECKS}
        deck = strips.dearest(self._stage.book.states, hands)
        if deck is not None:
            self._stage.book.unpointed(deck, self._stage.book.states[deck].points)
            self._tell(deck, ())

    def _hand(self, deck: int) -> strips.Hand:
        registry = self._stage.registry
        level, muted = registry.number(f"/deck/{deck}/level"), bool(registry.get(f"/deck/{deck}/mute"))
        return strips.Hand(self._clock() - self._touched.get(deck, -1e9), not muted and level > UNHEARD_DB)

    # --- what becomes of it -----------------------------------------------------------------------------------------

    def arrived(self, deck: int, job: Job, slot: int, loudness: float) -> bool:
        """A point lies in its slot; False if its strip is gone, and the slot given back."""
        book = self._stage.book
        if not strips.belongs(book.states[deck], job):
            book.released(slot)
            return False
        book.pointed(deck, Chunk(job, slot, loudness))
        book.unpointed(deck, strips.surplus(book.states[deck]))
        self._tell(deck, (slot,))
        return True

    def failed(self, flight: InFlight) -> None:
        """A point could not be made: the strip does without."""
        if len(self._failed) >= FORGET:
            self._failed.clear()
        self._failed.add(flight.job.key)

    def _tell(self, deck: int, fresh: tuple[int, ...]) -> None:
        """Tell the player of the strip as it is."""
        state = self._stage.book.states[deck]
        if state.playing is not None:
            self._stage.send_strip(deck, state.playing, state.strip, fresh)
