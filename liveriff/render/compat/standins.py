"""Stand-ins for the pictures that Riffusion publishes, for those who have not put the files into their folder.

Seeds are loops of the embedded model at the tempo of the published ones, 8 beats in 512 columns; masks are drawn by
their published description: white is painted anew, the top is kept a little.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from liveriff.errors import UsageError
from liveriff.wire.job import Job

ROWS = COLUMNS = 512
BPM_CENTS = 9375
SEEDS = {
    "og_beat": ("drums", "simple drum beat", 1),
    "agile": ("synth", "fast plucked melody", 2),
    "marim": ("synth", "marimba", 3),
    "motorway": ("bass", "driving bass line", 4),
    "vibes": ("synth", "vibraphone chords", 5),
}
"""name: category, prompt and seed of its loop."""


def seed_job(name: str) -> Job:
    """The loop that stands for a seed picture; UsageError for a name that is not a published one."""
    if name not in SEEDS:
        raise UsageError(f"Invalid seed image: {name}")
    category, prompt, seed = SEEDS[name]
    return Job(
        category=category,
        prompt_a=prompt,
        prompt_b=prompt,
        seed=seed,
        beats=8,
        canvas_bpm_cents=BPM_CENTS,
        bpm_cents=BPM_CENTS,
    )


@lru_cache(maxsize=8)
def mask(name: str) -> NDArray[np.float32]:
    """Weights (512, 512), 0 keep to 1 paint anew, top row first; UsageError for a name that is not a published one."""
    down = np.arange(ROWS, dtype=np.float32) / (ROWS - 1)
    by_row = {
        "mask_gradient_dark": 32 / 255 + (1 - 32 / 255) * down,
        "mask_gradient_top_70": 165 / 255 + (1 - 165 / 255) * down,
        "mask_gradient_top_fifth_75": 0.75 + 0.25 * np.minimum(down * 5, 1),
        "mask_top_third_75": np.where(down < 1 / 3, 0.75, 1.0),
        "mask_top_third_95": np.where(down < 1 / 3, 0.95, 1.0),
    }
    if name in by_row:
        return np.repeat(by_row[name].astype(np.float32)[:, None], COLUMNS, axis=1)
    if name == "mask_beat_lines_80":
        return _beat_lines()
    raise UsageError(f"Invalid mask image: {name}")


def _beat_lines() -> NDArray[np.float32]:
    weights = np.ones((ROWS, COLUMNS), np.float32)
    for first in (58, 185, 313, 440):
        weights[:200, first : first + 12] = 0.8
    return weights
