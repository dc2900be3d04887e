"""One look at the moment: what every deck should sound like, what the plan says, and doing it. Engine's loop only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from liveriff.engine.actions import Action, CancelRequest, Discard, Launch, Submit
from liveriff.engine.deckbook import RENDERER
from liveriff.engine.kept import KeptChunks
from liveriff.engine.moment import Wish
from liveriff.engine.morphs import Morphs
from liveriff.engine.moves import Moves
from liveriff.engine.plan import plan
from liveriff.engine.scenes_live import SceneTurns
from liveriff.engine.shots import Shots
from liveriff.engine.stage import Stage
from liveriff.engine.wishes import Setting, Values, phrase_of, wish_for
from liveriff.wire.job import Job

WAITS_S = 4.0  # a deck's chunk that is not needed for so long lets a pad's one-shot go first


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
        room = stage.renderer.idle and book.lending.free > 0
        for action in plan(now, book.states, wishes, stage.renderer.in_flight, stage.speed, room):
            self._do(action)
        if stage.renderer.idle and not book.lending.free:
            self._morphs.make_room()
        if all(state.heading for deck, state in book.states.items() if wishes[deck].now):
            for idle_work in self._order():
                idle_work()

    def _order(self) -> tuple[Callable[[], bool], Callable[[], bool]]:
        """Pads are for later, unless they are struck; a hand that morphs is there now."""
        if self._morphs.urgent and not self._shots.urgent:
            return self._morphs.work, self._shots.work
        return self._shots.work, self._morphs.work

    def _wish(self, deck: int, beat: Fraction) -> Wish:
        stage = self._stage
        state = stage.book.states[deck]
        setting = Setting(stage.time.rate, self._versions, frozenset(stage.turned), stage.since)
        wish = self._moves.sourced(deck, wish_for(stage.registry, deck, beat, state, setting), state)
        return self._moves.bridged(stage.troubles.amend(wish, state, self._versions), state)

    def _will(self, deck: int, values: Values, beat: Fraction) -> Wish:
        """What a deck would want if the parameters were others."""
        setting = Setting(self._stage.time.rate, self._versions, since=phrase_of(beat))
        return wish_for(values, deck, beat, self._stage.book.states[deck], setting)

    def _take_kept(self) -> None:
        if self._kept:
            found = self._kept.take(self._stage.wishes)
            self._stage.pictures.update(found)
            self._stage.tally.from_cache += len(found)

    def _do(self, action: Action) -> None:
        match action:
            case Submit(deck=deck, job=job, due=due):
                self._submit(deck, job, due)
            case CancelRequest():
                self._stage.renderer.cancel()
            case Launch(deck=deck, chunk=chunk, at=at):
                self._stage.book.launched(deck, chunk, at)
                self._stage.send_swap(deck, chunk, at)
            case Discard(deck=deck, chunk=chunk):
                self._stage.book.discarded(deck, chunk)

    def _submit(self, deck: int, job: Job, due: Fraction | None) -> None:
        stage = self._stage
        if self._may_wait(deck, due) and self._shots.work():
            return
        slot = stage.book.lending.lend(RENDERER)
        if slot is not None:
            stage.due = due if stage.time.running else None
            stage.share, stage.preview = 0.0, None
            stage.renderer.submit(deck, job, slot)
            stage.book.submitted(deck)

    def _may_wait(self, deck: int, due: Fraction | None) -> bool:
        """Whether a pad's one-shot may be rendered before a deck's chunk."""
        if self._shots.urgent and self._stage.book.states[deck].heading is not None:
            return True
        return due is not None and self._stage.time.now().seconds_to(due) > WAITS_S
