"""By which beat a deck's next chunk was to be heard, and whether it has missed it. Pure but for what it remembers.

A forecast moves with the clock and so never fails; a promise is the first forecast made of a sound, and is kept until
the sound is heard or not wanted any more. A deck whose promise is broken is bridging: its loop goes on instead.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from liveriff.engine.moment import DeckState, Wish
from liveriff.engine.queue import Moment, forecast, heard_s, turn_of
from liveriff.engine.sameness import same_sound
from liveriff.wire.job import Job

PATIENCE = Fraction(1, 4)  # beats after a boundary by which the player has told that a chunk has landed
Promised = tuple[tuple[Job, Fraction], ...]
"""Jobs that a deck wants and does not play, and the beat by which each was to be heard."""


@dataclass
class Promises:
    """What was promised, by deck."""

    _kept: dict[int, Promised]

    @classmethod
    def none(cls) -> Promises:
        """Nothing yet."""
        return cls({})

    def look(self, moment: Moment) -> frozenset[int]:
        """Remember what is promised at this moment; the decks that bridge. A deck bridges when something sounds in
        place of what it wants now, and that was promised for a beat that has passed."""
        done_s = forecast(moment)
        self._kept = {deck: _promised(deck, moment, done_s, self._kept.get(deck, ())) for deck in moment.decks}
        return frozenset(deck for deck in moment.decks if self._broken(deck, moment))

    def _broken(self, deck: int, moment: Moment) -> bool:
        state, want = moment.decks[deck], moment.wish(deck).now
        if moment.now.grid is None or state.playing is None or want is None:
            return False
        return any(_kin(job, want) and moment.now.beat > beat + PATIENCE for job, beat in self._kept[deck])


def _promised(deck: int, moment: Moment, done_s: dict[tuple[int, Job], float], before: Promised) -> Promised:
    state, wish = moment.decks[deck], moment.wish(deck)
    return tuple(
        (job, beat)
        for job in (wish.now, wish.then)
        if job is not None and not state.covers(job) and not (state.playing and same_sound(state.playing.job, job))
        for beat in [_earlier(job, before) or _beat(deck, job, state, wish, moment, done_s)]
        if beat is not None
    )


def _earlier(job: Job, before: Promised) -> Fraction | None:
    return next((beat for promised, beat in before if _kin(promised, job)), None)


def _beat(
    deck: int, job: Job, state: DeckState, wish: Wish, moment: Moment, done_s: dict[tuple[int, Job], float]
) -> Fraction | None:
    """The beat at which it should be heard, as things are."""
    if state.scheduled is not None and same_sound(state.scheduled.job, job):
        return state.at
    now, turn = moment.now, turn_of(job, wish)
    wait_s = max((s for (n, each), s in done_s.items() if n == deck and same_sound(each, job)), default=0.0)
    seconds = heard_s(now, turn, wait_s)
    if seconds is None or now.grid is None or (now.step is None and turn is None):
        return None  # at once, when it is ready, is no beat to miss
    return now.beat + Fraction(seconds) * now.grid.bpm_cents / 6000


def _kin(a: Job, b: Job) -> bool:
    """Whether one stands for the other, also where a model that failed was replaced by another."""
    return same_sound(replace(a, model="", model_version=""), replace(b, model="", model_version=""))
