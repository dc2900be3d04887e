"""The third face of a knob: what the chunk now playing was made with, as readings below /deck/N/heard. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from liveriff.params.table import TABLE
from liveriff.wire.job import Job


def heard(deck: int, job: Job) -> Iterator[tuple[str, object]]:
    """Path and value of each reading that the job of a chunk determines."""
    for name, value in _values(job).items():
        path = f"/deck/{deck}/heard/{name}"
        if path in TABLE:
            yield path, value


def _values(job: Job) -> dict[str, object]:
    return {
        "prompt/a": job.prompt_a,
        "prompt/b": job.prompt_b,
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
