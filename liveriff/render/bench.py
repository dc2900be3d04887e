"""Figures for `liveriff bench`: how fast a model renders, by category and as a performer waits for it.

Everything is measured in one run on one machine, medians of several, so that the ratios mean something on a busy one.
torch is imported when a bench is run.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace

from liveriff.render.backend import Backend, BackendInfo, CanvasBackend
from liveriff.render.bench_decoders import decoders, others
from liveriff.render.catalog import find
from liveriff.render.loudness import integrated
from liveriff.render.picture import picture_of
from liveriff.render.shelf import Shelf
from liveriff.wire.job import Job

STRIP = (0.0, 0.25, 0.5, 0.75, 1.0)
_SHOT_MS = 500
_WAITS = 20  # renders that percentiles are taken of


@dataclass(frozen=True)
class Speed:
    """Median seconds of a whole render, of its decoding alone (0 if it has no stages), and music per second."""

    seconds: float
    decode_seconds: float
    x_realtime: float


@dataclass(frozen=True)
class Waits:
    """Seconds from a job to its chunk, picture and loudness, as the renderer process makes them; music_s: how long the
    chunk lasts; x_realtime: music a second of rendering, of the median; strip_s: five alphas of one chunk, the first of
    which leads; redecode_s: a kept chunk at another tempo."""

    runs: int
    music_s: float
    median_s: float
    p95_s: float
    x_realtime: float
    strip_s: float
    redecode_s: float


def bench(
    model: str = "embedded",
    device: str = "cpu",
    steps: int | None = None,
    repeats: int = 3,
    threads: int | None = None,
    full: bool = False,
) -> dict[str, object]:
    """All figures as plain numbers for JSON. ``full``: of every category, and against every other decoder, which takes
    minutes more. ModelError if the model cannot load."""
    import torch

    if threads:
        torch.set_num_threads(threads)
    backend = find(model).create()
    backend.load(device)
    info = backend.info
    loops, shots = info.categories, info.one_shots if full else info.one_shots[:3]
    try:
        by_loop = {name: asdict(speed(backend, job_for(info, name, True, steps), repeats)) for name in loops}
        by_shot = {name: asdict(speed(backend, job_for(info, name, False, steps), repeats)) for name in shots}
    finally:
        backend.close()
    yardsticks = decoders(repeats, full)
    return {
        "model": info.name,
        "version": info.version,
        "device": device,
        "steps": steps or info.default_steps,
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "waits": asdict(waits(model, device, steps)) if loops else None,
        "loops": by_loop,
        "one_shots": by_shot,
        "decoders": asdict(yardsticks),
        "other_decoders": others(yardsticks.ours_seconds),
    }


def job_for(info: BackendInfo, category: str, loop: bool, steps: int | None) -> Job:
    """What is rendered to measure a backend: eight beats, or a one-shot of half a second."""
    beats = 8 if 8 in info.beats else (info.beats or (0,))[0]
    job = Job(model=info.name, category=category, prompt_a="techno", steps=steps or info.default_steps, beats=beats)
    job = replace(job, rate=info.sample_rate or job.rate)
    return job if loop else replace(job, beats=0, milliseconds=_SHOT_MS)


def waits(model: str, device: str, steps: int | None = None, runs: int = _WAITS) -> Waits:
    """How long a performer waits for eight beats, for a strip of five alphas and for another tempo."""
    shelf = Shelf(device)
    try:
        info = shelf.backend(model).info
        first = replace(job_for(info, info.categories[-1], True, steps), prompt_b="ambient")
        turns = [
            replace(first, seed=seed, category=info.categories[seed % len(info.categories)]) for seed in range(runs)
        ]
        _made(shelf, replace(first, seed=runs))
        times = sorted(_seconds(lambda job=job: _made(shelf, job)) for job in turns)  # type: ignore[misc]
        strips = [replace(first, seed=runs + 1 + n) for n in range(3)]
        strip = statistics.median(_seconds(lambda job=job: _strip(shelf, job)) for job in strips)  # type: ignore[misc]
        tempi = [first.retimed(first.bpm_cents + 100 * (1 + n)) for n in range(5)]
        _made(shelf, first)
        anew = statistics.median(_seconds(lambda job=job: _made(shelf, job)) for job in tempi)  # type: ignore[misc]
    finally:
        shelf.close()
    music_s, median_s = first.frames / first.rate, statistics.median(times)
    return Waits(runs, music_s, median_s, percentile(times, 0.95), music_s / median_s, strip, anew)


def _made(shelf: Shelf, job: Job) -> None:
    """All that the renderer process does for a job before its chunk is handed over."""
    audio = shelf.make(job, lambda _step, _of: True).audio
    picture_of(audio, job.rate)
    integrated(audio.samples, job.rate)


def _strip(shelf: Shelf, job: Job) -> None:
    for alpha in STRIP:
        _made(shelf, job.beside(alpha))


def percentile(rising: Sequence[float], share: float) -> float:
    """The value that ``share`` of them do not pass."""
    return rising[min(len(rising) - 1, max(0, round(share * len(rising)) - 1))]


def speed(backend: Backend, job: Job, repeats: int) -> Speed:
    """How long a loaded backend takes for a job."""

    def whole() -> None:
        backend.render(job, lambda _step, _of: True)

    seconds = median_seconds(whole, repeats)
    decoding = 0.0
    if isinstance(backend, CanvasBackend):
        two_stages, canvas = backend, backend.canvas(job, lambda _step, _of: True)
        decoding = median_seconds(lambda: two_stages.decode(canvas, job), repeats)
    return Speed(seconds, decoding, job.frames / job.rate / seconds)


def median_seconds(work: Callable[[], object], repeats: int) -> float:
    """Median time of ``repeats`` runs, after one that is not counted: it fills caches."""
    work()
    return statistics.median(_seconds(work) for _ in range(repeats))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
