"""All that decks can be made to do beside playing what their parameters say, in one place. Engine's loop only."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace

from liveriff.engine.bridge import bridge
from liveriff.engine.evolve import Evolution
from liveriff.engine.fills import Fills
from liveriff.engine.gestures import Gestures
from liveriff.engine.moment import Chunk, DeckState, Now, Wish
from liveriff.engine.past import Past
from liveriff.engine.patience import Patience, stands_in
from liveriff.engine.recall import Recall
from liveriff.engine.sources import Sources
from liveriff.engine.stage import Stage
from liveriff.engine.wishes import phrase_of
from liveriff.wire.slots import Slots


class Moves:
    """``before`` and ``take`` are called at every look, around the reading of the wishes; ``sourced`` and ``bridged``
    for every wish."""

    def __init__(self, stage: Stage, slots: Slots, keyed: Container[str]) -> None:
        """keyed: models that hear which key they are to play in."""
        self._stage, self._keyed = stage, keyed
        self.past, self.fills = Past(), Fills(stage)
        self.recall, self.sources = Recall(stage, slots), Sources(stage, slots)
        self._evolution, self._patience = Evolution(stage.registry), Patience()
        Gestures(stage, self.fills, self.past, self.sources)

    def before(self, now: Now) -> None:
        """Before the wishes are read."""
        self._mind_time(now)
        self._evolution.look(phrase_of(now.beat) if now.grid is not None else None)

    def _mind_time(self, now: Now) -> None:
        """Give up a render that nobody can wait for."""
        stage = self._stage
        for flight in self._patience.look(now, stage.renderer.flights, stage.renderer.loading):
            stage.renderer.cancel(flight.request)
            fewer = f"Deck {flight.deck}: {flight.job.model} takes longer than a phrase; it gets fewer steps."
            gives_way = stage.troubles.failed(flight.job)
            sentence = stands_in(flight, "takes longer than a phrase") if gives_way else fewer
            if stage.troubles.is_news(flight.job.model, sentence):
                stage.notice(sentence)

    def sourced(self, deck: int, wish: Wish, state: DeckState) -> Wish:
        """The wish with what its chunks start from."""
        return self.sources.amend(deck, wish, state)

    def bridged(self, wish: Wish, state: DeckState) -> Wish:
        """The wish with what may sound until it is fulfilled."""
        if self.sources.verbatim(wish.now) is not None:
            return wish
        heading = state.heading
        if heading is not None and state.hand is not None and state.scheduled is None:
            hand = state.hand
            heading = min(state.strip, key=lambda chunk: abs(chunk.job.alpha - hand))
        found = bridge(wish.now, heading, self._keyed)
        return wish if found is None else replace(wish, bridge=replace(found, lead=None))

    def take(self, now: Now, wishes: Mapping[int, Wish]) -> None:
        """After the wishes are read, before the plan."""
        self._give_loops(wishes)
        self.recall.take(wishes)
        self.fills.look(now)

    def _give_loops(self, wishes: Mapping[int, Wish]) -> None:
        """The input's bars go to a deck that wants nothing else, as loud as they were."""
        for deck, wish in wishes.items():
            for job in (wish.now, wish.then):
                loop = self.sources.verbatim(job)
                if job is not None and loop is not None:
                    self.recall.lay(deck, job, loop)

    def landed(self, deck: int, chunk: Chunk) -> None:
        """A deck plays a chunk in full. One that stands in for a model that fails is no sound to go back to."""
        self.recall.landed(chunk)
        if chunk.job.model == self._stage.registry.get(f"/deck/{deck}/model"):
            self.past.landed(deck, chunk.job, self._stage.time.beat())

    def close(self) -> None:
        """Remove what was written."""
        self.sources.close()
