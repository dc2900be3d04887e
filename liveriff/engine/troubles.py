"""Jobs that failed: what to try instead, and when. Engine's loop only."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from liveriff.engine.moment import DeckState, Wish
from liveriff.engine.options import FALLBACK_MODEL
from liveriff.engine.plan import MIN_STEPS
from liveriff.wire.job import Job

LONGEST_WAIT_S = 8.0


def amended(job: Job, failures: int, versions: Mapping[str, str]) -> Job:
    """The job after it has failed before: half the steps, then the model that is always there."""
    if failures == 0:
        return job
    fewer = replace(job, steps=max(job.steps // 2, MIN_STEPS))
    if failures == 1:
        return fewer
    return replace(fewer, model=FALLBACK_MODEL, model_version=versions.get(FALLBACK_MODEL, ""))


@dataclass
class Troubles:
    """Failures by job, steps and model apart: a job is the same however it was amended."""

    clock: Callable[[], float] = time.monotonic
    _failures: dict[str, int] = field(default_factory=dict)
    _until: dict[str, float] = field(default_factory=dict)

    def failed(self, job: Job) -> None:
        """One more failure. After the third, tries are 1, 2, 4, 8, 8 ... seconds apart: music goes on meanwhile."""
        name = _name(job)
        self._failures[name] = self._failures.get(name, 0) + 1
        extra = self._failures[name] - 3
        if extra >= 0:
            self._until[name] = self.clock() + min(2.0**extra, LONGEST_WAIT_S)

    def cleared(self, job: Job) -> None:
        """It worked."""
        self._failures.pop(_name(job), None)
        self._until.pop(_name(job), None)

    def amend(self, wish: Wish, state: DeckState, versions: Mapping[str, str]) -> Wish:
        """The wish with jobs that failed replaced by what to try instead; while waiting, the loop that plays."""
        if not self._failures:
            return wish
        now, then = wish.now, wish.then
        if now is not None and self._waits(now):
            now = state.heading.job if state.heading else None
        if then is not None and self._waits(then):
            then = None
        return Wish(self._amended(now, versions), self._amended(then, versions), wish.turn)

    def _amended(self, job: Job | None, versions: Mapping[str, str]) -> Job | None:
        return job if job is None else amended(job, self._failures.get(_name(job), 0), versions)

    def _waits(self, job: Job) -> bool:
        return self._until.get(_name(job), 0.0) > self.clock()


def _name(job: Job) -> str:
    return replace(job, model="", model_version="", steps=0).canvas_key
