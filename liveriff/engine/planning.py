"""One look at the moment: what every deck should sound like, what the plan says, and doing it. Engine's loop only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial

from liveriff.engine.actions import Action, CancelRequest, Discard, Launch, Submit
from liveriff.engine.deckbook import RENDERER
from liveriff.engine.kept import KeptChunks
from liveriff.engine.moment import Wish
from liveriff.engine.morphs import Morphs
from liveriff.engine.moves import Moves
from liveriff.engine.plan import missing, plan
from liveriff.engine.scenes_live import SceneTurns
from liveriff.engine.shots import Shots
from liveriff.engine.stage import Stage
from liveriff.engine.troubles import stood_in
from liveriff.engine.wishes import Setting, Values, phrase_of, wish_for
from liveriff.wire.job import Job

WAITS_S = 4.0  # a deck's chunk that is not needed for so long lets a pad's one-shot go first
IN_A_ROW = 2  # a pad without a sound waits for so many of the decks' chunks, however many more they want


class Planning:
    """``look`` is called at every tick, and soon after something has changed."""

    def __init__(
        self,
        stage: Stage,
        versions: Mapping[str, str],
        kept: KeptChunks | None,
        shots: Shots,
        morphs: Morphs,
        moves: Moves,
    ) -> None:
        """versions: digest of each model's weights."""
        self._stage, self._versions = stage, versions
        self._kept, self._shots, self._morphs, self._moves = kept, shots, morphs, moves
        self._row = 0  # decks' chunks since a pad had its turn
        stage.scenes = SceneTurns(stage, self._will)

    def look(self) -> None:
        """Decks first; then pads; what is left of the renderer's time goes into strips."""
        stage, book = self._stage, self._stage.book
        now = stage.time.now()
        self._moves.before(now)
        wishes = {deck: self._wish(deck, now.beat) for deck in book.states}
        wishes = stage.wishes = stage.scenes.amend(wishes, now.beat)
        self._morphs.look()
        self._moves.take(now, wishes)
        self._take_kept()
        room = min(stage.renderer.room, book.lending.free)
        for action in plan(now, book.states, wishes, stage.renderer.flights, stage.speed, room):
            self._do(action)
        if stage.renderer.idle and not book.lending.free:
            self._morphs.make_room()
        if all(state.heading for deck, state in book.states.items() if wishes[deck].now):
            for idle_work in self._order():
                while idle_work() and stage.renderer.idle:
                    pass

    def _order(self) -> tuple[Callable[[], bool], ...]:
        """A pad's own sound is worth more than a finer strip. Of strips, pads' come first, unless a hand morphs a
        deck."""
        if self._morphs.urgent:
            return partial(self._shots.work, points=False), self._morphs.work, self._shots.work
        return self._shots.work, self._morphs.work

    def _wish(self, deck: int, beat: Fraction) -> Wish:
        stage = self._stage
        state = stage.book.states[deck]
        setting = Setting(stage.time.rate, self._versions, frozenset(stage.turned), stage.since, stage.models.of)
        wish = self._moves.sourced(deck, wish_for(stage.registry, deck, beat, state, setting), state)
        wish = stage.troubles.amend(wish, state, self._versions)
        return self._moves.bridged(stood_in(wish, state, stage.renderer.able, self._versions), state)

    def _will(self, deck: int, values: Values, beat: Fraction) -> Wish:
        """What a deck would want if the parameters were others."""
        stage = self._stage
        setting = Setting(stage.time.rate, self._versions, since=phrase_of(beat), of=stage.models.of)
        state = stage.book.states[deck]
        wish = wish_for(values, deck, beat, state, setting)
        return stood_in(wish, state, stage.renderer.able, self._versions)

    def _take_kept(self) -> None:
        if self._kept:
            found = self._kept.take(self._stage.wishes)
            self._stage.pictures.update(found)
            self._stage.tally.from_cache += len(found)

    def _do(self, action: Action) -> None:
        match action:
            case Submit(deck=deck, job=job, due=due):
                self._submit(deck, job, due)
            case CancelRequest(request=request):
                self._stage.renderer.cancel(request)
            case Launch(deck=deck, chunk=chunk, at=at):
                self._stage.book.launched(deck, chunk, at)
                self._stage.send_swap(deck, chunk, at)
            case Discard(deck=deck, chunk=chunk):
                self._stage.book.discarded(deck, chunk)

    def _submit(self, deck: int, job: Job, due: Fraction | None) -> None:
        stage = self._stage
        if self._may_wait(deck, due) and self._shots.work(points=False):
            self._row = 0
            return
        if not stage.renderer.idle:  # what the plan saw free has gone to a pad
            return
        slot = stage.book.lending.lend(RENDERER)
        if slot is not None:
            by_s = stage.time.now().seconds_to(due) if due is not None else 0.0
            due = due if stage.time.running else None
            stage.renderer.submit(deck, job, slot, beside=self._next(job), due=due, by_s=by_s)
            stage.book.submitted(deck)
            self._row += 1

    def _next(self, job: Job) -> tuple[Job, ...]:
        """What the decks want besides, and nobody renders: an accelerator may draw it along."""
        stage, now = self._stage, self._stage.time.now()
        if stage.renderer.room > 1:  # another renderer is there for it
            return ()
        begun = {job, *(flight.job for flight in stage.renderer.flights)}
        needs = [need for d, state in stage.book.states.items() for need in missing(d, state, stage.wishes[d], now)]
        return tuple(dict.fromkeys(need.job for need in needs if need.job not in begun))

    def _may_wait(self, deck: int, due: Fraction | None) -> bool:
        """Whether a pad's one-shot may be rendered before a deck's chunk. A deck that has a loop goes on with it; hands
        that never rest, or a machine that is slow, would otherwise leave pads without a sound for minutes."""
        if self._stage.book.states[deck].heading is not None and (
            self._shots.urgent or (self._row >= IN_A_ROW and self._shots.silent)
        ):
            return True
        return due is not None and self._stage.time.now().seconds_to(due) > WAITS_S
