"""What the pool knows of one renderer: a seat. Plain data and estimates; pure, time is an argument."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from liveriff.engine.moment import FOREVER
from liveriff.wire.job import Job

CANVASES = 32  # spectrograms that a renderer is trusted to keep
LOAD_S = 20.0  # what loading a model takes, until one has been seen to load


class Costs(Protocol):
    """What renders cost; the engine's ``Speed`` is one."""

    def draw_s(self, job: Job) -> float:
        """Seconds that its spectrogram takes."""

    def decode_s(self, job: Job) -> float:
        """Seconds of all else."""


@dataclass(frozen=True)
class Ticket:
    """A job on its way. due_s: by which time, on the pool's clock, it is wanted; FOREVER for what nobody waits for;
    tries: how many renderers it has outlived."""

    request: int
    job: Job
    slot: int
    beside: tuple[Job, ...] = ()
    due_s: float = FOREVER
    tries: int = 0

    @property
    def again(self) -> Ticket:
        """For another renderer."""
        return replace(self, tries=self.tries + 1)


@dataclass
class Work:
    """A ticket at a seat. sent_s: when it was; begun_s: since when it can have been worked on; share: how much is done,
    at ``heard_s``; queued: it had to wait for another there; loading_s: since when its model is being loaded, or None;
    loaded: its model had to be loaded first."""

    ticket: Ticket
    sent_s: float
    begun_s: float
    heard_s: float
    share: float = 0.0
    queued: bool = False
    loading_s: float | None = None
    loaded: bool = False
    cancelled: bool = False


@dataclass
class Seat:
    """One renderer. spare: renders only where no other can; batches: draws several at once; heard_s: when it last gave
    a sign of life; work: first is what it works on."""

    number: int
    spare: bool = False
    ready: bool = False
    batches: bool = False
    heard_s: float = 0.0
    models: set[str] = field(default_factory=set)
    canvases: OrderedDict[str, None] = field(default_factory=OrderedDict)
    work: list[Work] = field(default_factory=list)

    def keeps(self, ticket: Ticket) -> None:
        """It has rendered a job, and keeps what that took and what was drawn along."""
        self.models.add(ticket.job.model)
        drawn = ticket.beside if self.batches else ()
        for key in (*needed(ticket.job), *(job.canvas_key for job in drawn)):
            self.canvases[key] = None
            self.canvases.move_to_end(key)
        while len(self.canvases) > CANVASES:
            self.canvases.popitem(last=False)

    def cost_s(self, job: Job, costs: Costs, loads: Mapping[str, float]) -> float:
        """What a job costs here: less where its spectrogram is kept, more where its model is not loaded."""
        load = 0.0 if job.model in self.models else loads.get(job.model, LOAD_S)
        return load + self._draw_s(job, costs) + costs.decode_s(job)

    def wait_s(self, costs: Costs, loads: Mapping[str, float], now_s: float) -> float:
        """Expected time until it is free."""
        return sum(self._left_s(work, costs, loads, now_s) for work in self.work)

    def _draw_s(self, job: Job, costs: Costs) -> float:
        return sum(key not in self.canvases for key in needed(job)) * costs.draw_s(job)

    def _left_s(self, work: Work, costs: Costs, loads: Mapping[str, float], now_s: float) -> float:
        """A model that has to be loaded is told of at once, so what was not told of is there."""
        job = work.ticket.job
        draw_s, decode_s = self._draw_s(job, costs), costs.decode_s(job)
        if work.loading_s is not None:
            load = loads.get(job.model, LOAD_S)
            return max(load - (now_s - work.loading_s), 0.1 * load) + draw_s + decode_s
        since_s = max(now_s - max(work.heard_s, work.begun_s), 0.0)
        return max((1.0 - work.share) * draw_s + decode_s - since_s, 0.0)


def needed(job: Job) -> tuple[str, ...]:
    """Keys of the spectrograms that a job is made with: its own; that of the chunk whose phases it takes; that of the
    loop that it fills."""
    return tuple(dict.fromkeys((job.canvas_key, job.leading.canvas_key, job.whole.canvas_key)))
