"""What is measured of a loop: level, key, seam, attacks against the grid, bandwidth, and what it is heard as."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liveriff.music.pitch import Key
from liveriff.render.loudness import integrated
from liveriff.train.judge import figures
from liveriff.train.judge.classifier import Named
from liveriff.train.judge.measured import heard
from liveriff.train.judge.teaching import load
from liveriff.wire.job import Job

Samples = NDArray[np.float32]
Picture = NDArray[np.uint8]
_WINDOW, _HOP, _BASS_HZ = 32768, 4096, (35.0, 320.0)
ON_GRID_MS = 12.0
"""An attack this near to a sixteenth is on it."""


@dataclass(frozen=True)
class Figures:
    """Of one loop. lufs; peak_db: full scale is 0; in_key: share of the chroma on the key's notes (chance 0.58), None
    for drums, low_in_key of basses; seam: jump at the loop point over the jump that 5 % of inner frames exceed;
    on_grid: share of attacks near even sixteenths, None where none are to be expected; top_hz: below it lies 99 % of
    the energy; density, brightness: 0..1; as_category: the judge's probability of the preset's category; as_style: its
    probabilities of styles; both None without the judge's ears."""

    lufs: float
    peak_db: float
    in_key: float | None
    seam: float
    on_grid: float | None
    top_hz: float
    density: float
    brightness: float
    as_category: float | None = None
    as_style: dict[str, float] | None = None


def ears_in(work: Path) -> Named | None:
    """The judge's ear for loops, where ``liveriff eval`` has kept one."""
    path = work / "judge" / "ear-loops.pt"
    return load(path) if path.exists() else None


def listen(samples: Samples, job: Job, ear: Named | None) -> tuple[Figures, Picture]:
    """Figures and spectrogram (512, 512) of a loop (frames, 2) of eight beats."""
    facts: dict[str, Any] = {"category": job.category, "tonic": job.tonic, "mode": job.mode}
    row = heard(samples.mean(axis=1), facts)
    category, style = _named(row.small, job.category, ear)
    near = np.abs(row.offsets) * 1000.0 <= ON_GRID_MS
    return Figures(
        lufs=integrated(samples, job.rate),
        peak_db=peak_db(samples),
        in_key=low_in_key(samples, job) if job.category == "bass" else row.numbers.get("in_key"),
        seam=max(figures.seam(samples[:, side]) for side in (0, 1)),
        on_grid=float(near.mean()) if len(near) else None,
        top_hz=row.numbers["rolloff_hz"],
        density=row.numbers["density"],
        brightness=row.numbers["brightness"],
        as_category=category,
        as_style=style,
    ), row.picture


def low_in_key(samples: Samples, job: Job) -> float | None:
    """Share of the power of the partials from 35 to 320 Hz, where a bass is, on the notes of the job's key; the judge's
    chroma begins higher up. None where there is no key or nothing to hear."""
    mono = samples.mean(axis=1)
    starts = np.arange(0, len(mono), _HOP)
    frames = mono[(starts[:, None] + np.arange(_WINDOW)) % len(mono)] * np.hanning(_WINDOW).astype(np.float32)
    low, high = (round(hz * _WINDOW / job.rate) for hz in _BASS_HZ)
    power = (np.abs(np.fft.rfft(frames)) ** 2)[:, low - 1 : high + 1]
    tops = (power[:, 1:-1] > power[:, :-2]) & (power[:, 1:-1] >= power[:, 2:])
    weight = np.where(tops, power[:, 1:-1], 0.0).sum(axis=0)
    if job.tonic is None or not weight.any():
        return None
    hz = np.arange(low, high) * job.rate / _WINDOW
    classes = np.round(69.0 + 12.0 * np.log2(hz / 440.0)).astype(int) % 12
    return float(weight[np.isin(classes, Key(job.tonic, job.mode).pitch_classes)].sum() / weight.sum())


def peak_db(samples: Samples) -> float:
    """Highest sample in dB full scale."""
    return 20.0 * float(np.log10(np.abs(samples).max(initial=0.0) + 1e-9))


def _named(small: Picture, category: str, ear: Named | None) -> tuple[float | None, dict[str, float] | None]:
    if ear is None:
        return None, None
    styles, categories = ear.name(small[None])
    told = dict(zip(ear.categories, categories[0].tolist(), strict=True))
    return told.get(category), dict(zip(ear.styles, styles[0].tolist(), strict=True))
