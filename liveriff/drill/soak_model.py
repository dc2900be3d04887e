"""The soak's model: a note and clicks on the beats, made in milliseconds, so that hours of renders fit into minutes.

Everything between the model and the ear is the real thing: jobs, steps, canvases, previews, slots, loudness, the cache.
No torch. Its package metadata are written by ``declared`` into a folder on the performance's path, as if installed.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from liveriff.params.words import CHUNKS, HITS
from liveriff.render.backend import PATHS, Audio, BackendFactory, BackendInfo, Canvas, Tick, go_on, render_in_two
from liveriff.wire.job import Job

NAME = "soak"
ROWS, COLUMNS_A_BEAT = 64, 16
_LEVEL, _CLICK_S, _LOWEST_HZ = 0.2, 0.01, 55.0
_HONOURED = ("alpha", "prompt_a", "prompt_b", "category", "seed", "seed_drift", "tonic", "mode", "density")

INFO = BackendInfo(
    name=NAME, version="1", title="The soak's notes", licence="MIT", sample_rate=None, channels=2, beats=(4, 8, 16),
    categories=CHUNKS, one_shots=HITS, honours=frozenset(PATHS[field] for field in _HONOURED),
)  # fmt: skip


class SoakModel:
    """See the module."""

    info = INFO

    def load(self, device: str) -> None:
        """Nothing to load."""

    def close(self) -> None:
        """Nothing to close."""

    def render(self, job: Job, tick: Tick) -> Audio:
        """The chunk of a job."""
        return render_in_two(self, job, tick)

    def canvas(self, job: Job, tick: Tick) -> Canvas:
        """A picture (1, 64, 16 columns a beat) with one loud row, which all that the job says chooses."""
        for step in range(1, job.steps + 1):
            go_on(tick, step, job.steps)
        told = f"{job.prompt_a}\n{job.prompt_b}\n{job.alpha}\n{job.category}\n{job.seed}\n{job.seed_drift}\n{job.tonic}"
        row = hashlib.sha256(told.encode()).digest()[0] % ROWS
        picture = np.zeros((1, ROWS, max(2, job.beats) * COLUMNS_A_BEAT), np.float32)
        picture[0, row] = 1.0
        return Canvas(picture)

    def decode(self, canvas: Canvas, job: Job) -> Audio:
        """Its note in whole turns, and a click on every beat."""
        hz = _LOWEST_HZ * 2.0 ** (int(canvas.values[0].any(axis=1).argmax()) / 12)
        turns = max(1, round(hz * job.frames / job.rate))
        note = np.sin(np.arange(job.frames, dtype=np.float32) * np.float32(2.0 * np.pi * turns / job.frames)) * _LEVEL
        click = np.linspace(0.4, 0.0, max(1, int(_CLICK_S * job.rate)), dtype=np.float32)
        for beat in range(max(1, job.beats)):
            start = round(beat * job.frames / max(1, job.beats))
            part = note[start : start + len(click)]
            part += click[: len(part)]
        sound = note.astype(np.float32)
        return Audio(np.stack((sound, sound), axis=1), canvas)


BACKEND = BackendFactory(NAME, lambda: INFO, "liveriff.drill.soak_model:SoakModel")


def declared(folder: Path) -> Path:
    """Write the metadata of a package that has this model; the folder belongs on the path."""
    info = folder / "liveriff_soak-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: liveriff-soak\nVersion: 1\n", encoding="utf-8")
    points = f"[liveriff.backends]\n{NAME} = {__name__}:BACKEND\n"
    (info / "entry_points.txt").write_text(points, encoding="utf-8")
    return folder
