"""Rendering the whole material: which shards there are, in which order, and the processes that make them.

Item k of a kind has seed k, whatever the workers do. Small shards come first, so that a training beside it can begin
after seconds. A seed that fails is logged and left out; a worker that dies costs its shard one more try.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from liveriff.train import shards
from liveriff.train.material.hits import hit
from liveriff.train.material.items import item
from liveriff.train.material.loops import Piece
from liveriff.train.material.picture import glance, is_hit
from liveriff.train.material.piece import piece

SIZES = {"pieces": (8, 32), "shots": (64, 256)}
"""Seeds of a shard: of the first sixteen, of all others."""

SMALL_SHARDS, _TRIES = 16, 3
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """A shard to be made."""

    work: Path
    kind: str
    first: int
    count: int

    @property
    def path(self) -> Path:
        """Its sound."""
        return shards.path_of(self.work / "data", self.kind, self.first, self.count)


@dataclass(frozen=True)
class Progress:
    """After a shard: shards made and wanted, items made (four a piece), failed seeds and seconds, of this call."""

    made: int
    wanted: int
    items: int
    failed: int
    seconds: float


Report = Callable[[Progress], None]


def planned(work: Path, kind: str, seeds: int) -> list[Job]:
    """All shards of a kind in order."""
    small, large = SIZES[kind]
    jobs: list[Job] = []
    first = 0
    while first < seeds:
        size = small if len(jobs) < SMALL_SHARDS else large
        jobs.append(Job(work, kind, first, min(size, seeds - first)))
        first += size
    return jobs


def missing(work: Path, pieces: int, shots: int) -> list[Job]:
    """The shards that are not there yet; both kinds advance together, so that they end together."""
    found: list[tuple[float, Job]] = []
    for kind, seeds in (("pieces", pieces), ("shots", shots)):
        there = dict(map(shards.span_of, shards.shards_of(work, kind)))
        jobs = planned(work, kind, seeds)
        found += [(place / len(jobs), job) for place, job in enumerate(jobs) if there.get(job.first, 0) < job.count]
    return [job for _, job in sorted(found, key=lambda pair: pair[0])]


def render_material(work: Path, pieces: int, shots: int, workers: int, report: Report) -> int:
    """Make the shards that do not exist yet in ``work/data``; how many were made."""
    (work / "data").mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    wanted = len(missing(work, pieces, shots))
    made = items = failed = 0
    for _ in range(_TRIES):
        jobs = missing(work, pieces, shots)
        for job, (count, errors) in _results(jobs, min(workers, max(1, len(jobs)))):
            made, items, failed = made + 1, items + count, failed + len(errors)
            _keep_errors(work, job, errors)
            report(Progress(made, wanted, items, failed, time.monotonic() - began))
        if not missing(work, pieces, shots):
            break
    return made


Result = tuple[int, list[str]]
"""Items of a shard; a line for each seed that failed."""


def _results(jobs: list[Job], workers: int) -> Iterator[tuple[Job, Result]]:
    """Shards as they are done; ends early where a worker died."""
    if not jobs:
        return
    with _one_thread(), ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _settle) as pool:
        waiting: dict[Future[Result], Job] = {pool.submit(make, job): job for job in jobs}
        try:
            for done in as_completed(waiting):
                yield waiting[done], done.result()
        except BrokenProcessPool:
            _log.warning("a worker that rendered material died; what it was making is begun anew")
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Processes started within compute on one thread: their libraries read these variables when they are loaded."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _settle() -> None:
    """A worker lets others go first."""
    if hasattr(os, "nice"):
        os.nice(10)


def make(job: Job) -> Result:
    """Render and write a shard; what fails is left out."""
    errors: list[str] = []
    rows = list(_rendered(job, errors))
    shards.write(job.path, rows)
    return len(rows), errors


def _rendered(job: Job, errors: list[str]) -> Iterator[tuple[shards.Sound, shards.Facts]]:
    for seed in range(job.first, job.first + job.count):
        try:
            yield from made(job.kind, seed)
        except Exception as error:  # one bad seed of thousands must not end hours of work
            errors.append(f"{job.kind} {seed}: {type(error).__name__}: {error}")


def made(kind: str, seed: int) -> list[tuple[shards.Sound, shards.Facts]]:
    """The sounds and facts of one seed: four stems, or a one-shot."""
    found = piece(seed) if kind == "pieces" else [hit(seed)]
    return [(each.sound, facts_of(each, seed)) for each in found]


def facts_of(each: Piece, seed: int) -> shards.Facts:
    """What a shard keeps of a piece, without its place there."""
    if not each.sound.size or not abs(float(each.sound.sum())) < float("inf"):
        raise ValueError(f"{each.category} is no sound")
    seen = glance(each.sound, is_hit(each.category))
    return item(each.category, each.tonic, each.mode, each.bpm, each.tags, seen, seed).line()


def _keep_errors(work: Path, job: Job, errors: list[str]) -> None:
    if errors:
        _log.warning("%s: %d seeds failed, the first is %s", job.path.stem, len(errors), errors[0])
        with (work / "data" / "errors.log").open("a", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in errors))
