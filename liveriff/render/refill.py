"""Fills: some beats of a loop made anew between the others. No torch; called by the shelf."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, runtime_checkable

from liveriff.errors import UsageError
from liveriff.render.backend import Canvas, CanvasBackend, Tick
from liveriff.wire.job import Job


@runtime_checkable
class FillingBackend(CanvasBackend, Protocol):
    """A backend that can make some columns of a canvas anew so that they fit those that stay."""

    def refill(self, canvas: Canvas, job: Job, tick: Tick) -> Canvas:
        """The canvas of ``job.whole`` with the job's ``fill_beats`` before ``fill_end`` made anew from the noise of
        ``fill_seed``; all else as it was."""


def checked(job: Job) -> Job:
    """A job whose fill lies in its loop; UsageError otherwise."""
    if not 0 < job.fill_beats <= job.fill_end <= job.beats:
        raise UsageError(f"a loop of {job.beats} beats has no {job.fill_beats} beats that end at beat {job.fill_end}.")
    return job


def other(job: Job) -> Job:
    """What stands for a fill where columns cannot be kept: the loop of another seed."""
    return replace(checked(job).whole, seed=job.fill_seed)


def filled(backend: CanvasBackend, job: Job, tick: Tick, canvas_of: Callable[[Job], Canvas]) -> Canvas:
    """The canvas of a job with a fill. canvas_of: gives that of a job without, kept or made."""
    if isinstance(backend, FillingBackend):
        return backend.refill(canvas_of(checked(job).whole), job, tick)
    return canvas_of(other(job))
