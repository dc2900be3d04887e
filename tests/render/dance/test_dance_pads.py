"""A pad's own checkpoint: what the engine asks for is what this backend makes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from liveriff.engine.modelbook import ModelBook
from liveriff.engine.pads import want
from liveriff.params.registry import Registry
from liveriff.render.catalog import find
from liveriff.render.offline import Studio


def test_a_pads_job_has_the_checkpoints_numbers_and_is_made_by_it(small_folder: Path) -> None:
    name, registry, book = f"dance:{small_folder}?steps=3", Registry(), ModelBook()
    registry.restore({"/pad/1/model": name, "/pad/1/morph/with": 2})
    jobs = {}
    for morph in (0.0, 0.5, 1.0):
        job = want(registry, 1, 8000, lambda pad: book.of(name if pad == 1 else "test-tone"), morph).job
        jobs[morph] = replace(job, milliseconds=200)
    assert [(job.model, job.steps) for job in jobs.values()] == [(name, 3), (name, 3), ("test-tone", 4)]
    assert jobs[0.0].model_version == find(name).info().version  # another one would be refused
    with Studio() as studio:
        sounds = {morph: studio.render(job).samples for morph, job in jobs.items()}
    assert all(sound.shape == (1600, 2) and np.any(sound) for sound in sounds.values())
