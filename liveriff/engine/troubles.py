"""Jobs that failed: what to try instead, and when. Engine's loop only."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from liveriff.engine.modelbook import GUIDANCE, STEPS
from liveriff.engine.moment import DeckState, Wish
from liveriff.engine.options import FALLBACK_MODEL
from liveriff.engine.plan import MIN_STEPS
from liveriff.engine.sameness import same_sound
from liveriff.wire.job import Job

LONGEST_WAIT_S = 8.0
MOST_TOLD = 64
STANDS_IN = 2  # failures after which the embedded model plays instead
FIRST_AGAIN_S, LONGEST_AGAIN_S = 8.0, 64.0  # after which the model itself is tried again


def amended(job: Job, failures: int, versions: Mapping[str, str], again: bool = False) -> Job:
    """The job after it has failed before: half the steps, then the model that is always there; ``again``: once more
    with its own."""
    if failures == 0:
        return job
    fewer = replace(job, steps=max(job.steps // 2, MIN_STEPS))
    if failures < STANDS_IN or again:
        return fewer
    return _instead(fewer, versions)


def stood_in(wish: Wish, state: DeckState, able: Callable[[str], bool], versions: Mapping[str, str]) -> Wish:
    """The wish with the embedded model in the place of models that nobody can render now, though nothing has failed.
    What a deck has of those is played on. able: whether a model can be rendered."""
    jobs = [job for job in (wish.now, wish.then) if job is not None]
    if all(able(job.model) for job in jobs):
        return wish

    def instead(job: Job | None) -> Job | None:
        if job is None or able(job.model) or _has(state, job):
            return job
        return _instead(job, versions)

    return replace(wish, now=instead(wish.now), then=instead(wish.then))


def _instead(job: Job, versions: Mapping[str, str]) -> Job:
    """The job by the embedded model. Steps and guidance that suit another do not suit it."""
    version, steps = versions.get(FALLBACK_MODEL, ""), min(job.steps, STEPS)
    return replace(job, model=FALLBACK_MODEL, model_version=version, steps=steps, guidance=GUIDANCE)


def _has(state: DeckState, job: Job) -> bool:
    chunks = (state.playing, state.scheduled, *state.ready)
    return state.covers(job) or any(chunk is not None and same_sound(chunk.job, job) for chunk in chunks)


@dataclass
class Troubles:
    """Failures by job, model, steps and guidance apart: a job is the same however it was amended."""

    clock: Callable[[], float] = time.monotonic
    _failures: dict[str, int] = field(default_factory=dict)
    _until: dict[str, float] = field(default_factory=dict)
    _again: dict[str, float] = field(default_factory=dict)  # when a model that another stands in for is tried again
    _told: dict[str, set[str]] = field(default_factory=dict)  # what a person knows of each model

    def failed(self, job: Job) -> bool:
        """One more failure. After the third, tries are 1, 2, 4, 8, 8 ... seconds apart: music goes on meanwhile.
        Whether the embedded model stands in from now on."""
        name = _name(job)
        count = self._failures[name] = self._failures.get(name, 0) + 1
        if count >= 3:
            self._until[name] = self.clock() + min(2.0 ** (count - 3), LONGEST_WAIT_S)
        if count >= STANDS_IN and job.model != FALLBACK_MODEL:
            self._again[name] = self.clock() + min(FIRST_AGAIN_S * 2.0 ** (count - STANDS_IN), LONGEST_AGAIN_S)
        return count == STANDS_IN and job.model != FALLBACK_MODEL

    def is_news(self, model: str, sentence: str) -> bool:
        """Whether a person is to be told this of a model: once, as every job of a model that is damaged fails, until it
        renders something or is asked for anew."""
        told = self._told.setdefault(model, set())
        if sentence in told or len(told) >= MOST_TOLD:
            return False
        told.add(sentence)
        return True

    def asked_anew(self, model: str) -> None:
        """A hand has chosen this model: whatever is wrong with it is news to that hand."""
        self._told.pop(model, None)

    def cleared(self, job: Job) -> None:
        """It worked. What works in the place of another model mends nothing."""
        name = _name(job)
        self._told.pop(job.model, None)
        self._until.pop(name, None)
        if job.model == FALLBACK_MODEL and name in self._again:
            return
        self._failures.pop(name, None)
        self._again.pop(name, None)

    def amend(self, wish: Wish, state: DeckState, versions: Mapping[str, str]) -> Wish:
        """The wish with jobs that failed replaced by what to try instead; while waiting, the loop that plays."""
        if not self._failures:
            return wish
        now, then = wish.now, wish.then
        if now is not None and self._waits(now):
            now = state.settled
        if then is not None and self._waits(then):
            then = None
        return Wish(self._amended(now, versions), self._amended(then, versions), wish.turn)

    def _amended(self, job: Job | None, versions: Mapping[str, str]) -> Job | None:
        if job is None:
            return None
        name = _name(job)
        again = self._again.get(name, float("inf")) <= self.clock()
        return amended(job, self._failures.get(name, 0), versions, again)

    def _waits(self, job: Job) -> bool:
        return self._until.get(_name(job), 0.0) > self.clock()


def _name(job: Job) -> str:
    return replace(job, model="", model_version="", steps=0, guidance=0.0).canvas_key
