"""The third face of a knob: what the chunk now playing was made with, as readings below /deck/N/heard. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from liveriff.params.table import TABLE
from liveriff.wire.job import Job


def heard(deck: int, job: Job, turned: bool = False) -> Iterator[tuple[str, object]]:
    """Path and value of each reading that the job of a chunk determines. turned: the deck's prompts have changed places
    since."""
    for name, value in _values(mirrored(job) if turned else job).items():
        path = f"/deck/{deck}/heard/{name}"
        if path in TABLE:
            yield path, value


def mirrored(job: Job) -> Job:
    """The same sound, its prompts the other way round."""
    return replace(job, prompt_a=job.prompt_b, prompt_b=job.prompt_a, alpha=round(1.0 - job.alpha, 6))


def _values(job: Job) -> dict[str, object]:
    return {
        "prompt/a": job.prompt_a,
        "prompt/b": job.prompt_b,
        "prompt/negative": job.negative,
        "alpha": job.alpha,
        "seed": job.seed,
        "seed/drift": job.seed_drift,
        "category": job.category,
        "density": job.density,
        "brightness": job.brightness,
        "strength": job.strength,
        "guidance": job.guidance,
        "steps": job.steps,
        "beats": job.beats,
        "model": job.model,
    }
