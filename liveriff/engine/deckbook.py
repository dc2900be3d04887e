"""What every deck has, and in which slot it lies: the state that the plan reads. Engine's loop only; no I/O."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from liveriff.engine.lending import Lending
from liveriff.engine.moment import Chunk, DeckState
from liveriff.wire.job import Job

RENDERER, READY, PLAYER = "renderer", "ready", "player"


class DeckBook:
    """Deck states and slot lending, changed together so that they cannot disagree."""

    def __init__(self, decks: tuple[int, ...], slots: int) -> None:
        """All decks empty, all slots free."""
        self.states: dict[int, DeckState] = {n: DeckState() for n in decks}
        self.lending = Lending(slots)

    def submitted(self, deck: int) -> None:
        """A render for the deck has begun."""
        latest = max(state.served for state in self.states.values())
        self.states[deck] = replace(self.states[deck], served=latest + 1)

    def rendered(self, deck: int, job: Job, slot: int) -> None:
        """A chunk is complete in its slot."""
        self.lending.move(slot, READY)
        state = self.states[deck]
        self.states[deck] = replace(state, ready=(*state.ready, Chunk(job, slot)))

    def discarded(self, deck: int, chunk: Chunk) -> None:
        """A ready chunk is given up."""
        self._drop_ready(deck, chunk)
        self.lending.give_back(chunk.slot)

    def launched(self, deck: int, chunk: Chunk | None, at: Fraction | None) -> None:
        """A chunk (None: silence) has been sent to the player. One sent before and not yet landed is replaced; the
        player releases its slot."""
        if chunk is not None:
            self._drop_ready(deck, chunk)
            self.lending.move(chunk.slot, PLAYER)
        state = self.states[deck]
        playing = state.playing if chunk is not None else None
        self.states[deck] = replace(state, scheduled=chunk, at=at, playing=playing)

    def swapped(self, deck: int, slot: int | None) -> None:
        """The player says that a deck now plays this slot."""
        state = self.states[deck]
        if state.scheduled is not None and state.scheduled.slot == slot:
            self.states[deck] = replace(state, playing=state.scheduled, scheduled=None, at=None)

    def released(self, slot: int) -> None:
        """The player will not read this slot again."""
        self.lending.give_back(slot)

    def player_died(self) -> dict[int, Chunk]:
        """Take back what only the dead player held; the loops that a new one shall go on with, by deck."""
        loops = {}
        for deck, state in self.states.items():
            loop = state.playing or state.scheduled
            self.states[deck] = DeckState(scheduled=loop, ready=state.ready)
            if loop is not None:
                loops[deck] = loop
        kept = {chunk.slot for chunk in loops.values()}
        for slot in self.lending.held_by(PLAYER):
            if slot not in kept:
                self.lending.give_back(slot)
        return loops

    def _drop_ready(self, deck: int, chunk: Chunk) -> None:
        state = self.states[deck]
        self.states[deck] = replace(state, ready=tuple(c for c in state.ready if c.slot != chunk.slot))
