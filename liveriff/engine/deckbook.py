"""What every deck has, and in which slot it lies: the state that the plan reads. Engine's loop only; no I/O."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from liveriff.engine.lending import Lending
from liveriff.engine.moment import SILENCE, Chunk, DeckState
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

    def rendered(self, deck: int, job: Job, slot: int, loudness: float = SILENCE) -> None:
        """A chunk is complete in its slot."""
        self.lending.move(slot, READY)
        state = self.states[deck]
        self.states[deck] = replace(state, ready=(*state.ready, Chunk(job, slot, loudness)))

    def pointed(self, deck: int, chunk: Chunk) -> None:
        """A chunk has become a point of the strip of what the deck plays, and has been sent to the player."""
        self.lending.move(chunk.slot, PLAYER)
        state = self.states[deck]
        self.states[deck] = replace(state, points=(*state.points, chunk))

    def unpointed(self, deck: int, points: tuple[Chunk, ...]) -> None:
        """Points are no longer part of the strip; the player releases their slots."""
        state = self.states[deck]
        left = tuple(chunk for chunk in state.points if chunk not in points)
        self.states[deck] = replace(state, points=left, hand=state.hand if left else None)

    def turned(self, deck: int, alpha: float) -> None:
        """The hand is at an alpha of the strip."""
        self.states[deck] = replace(self.states[deck], hand=alpha)

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
        before = () if state.scheduled is None else (state.scheduled,)
        state = replace(state, scheduled=chunk, at=at, overtaken=(*state.overtaken, *before))
        self.states[deck] = state if chunk is not None else replace(state, playing=None, points=(), hand=None)

    def swapped(self, deck: int, slot: int | None) -> None:
        """The player says that a deck now plays this slot: what was scheduled, or what was until a moment ago."""
        state = self.states[deck]
        if state.scheduled is not None and state.scheduled.slot == slot:
            state = replace(state, playing=state.scheduled, scheduled=None, at=None, points=(), hand=None)
        for chunk in state.overtaken:
            if chunk.slot == slot:
                left = tuple(other for other in state.overtaken if other is not chunk)
                state = replace(state, playing=chunk, points=(), hand=None, overtaken=left)
        self.states[deck] = state

    def released(self, slot: int) -> None:
        """The player will not read this slot again."""
        for deck, state in self.states.items():
            if any(chunk.slot == slot for chunk in state.points):
                self.unpointed(deck, tuple(chunk for chunk in state.points if chunk.slot == slot))
            if any(chunk.slot == slot for chunk in state.overtaken):
                left = tuple(chunk for chunk in state.overtaken if chunk.slot != slot)
                self.states[deck] = replace(self.states[deck], overtaken=left)
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
