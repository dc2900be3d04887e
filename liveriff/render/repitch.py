"""A loop at another pitch without making it anew: decoded as if it were slower, and played at another rate.

A canvas is decoded for any tempo and rate with its pitch unchanged. Decoded r times slower for a rate r times lower it
has the very frames that were asked for, and played at the rate that was asked for it is r times higher. That costs
little more than a change of tempo; shifting the picture's rows would smear harmonics, which a mel scale spaces
unevenly. No torch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from liveriff.errors import UsageError
from liveriff.render.backend import Audio
from liveriff.wire.job import Job

HIGHEST = 12
"""Semitones either way; further the sound is no longer itself."""

FINE = 30
"""Hundredths of a BPM that the tempo may be off so that the frames are exact: 5 cents at 100 BPM, mostly under 1."""


def transposed(decode: Callable[[Job], Audio], job: Job) -> Audio:
    """The chunk of a job with ``transpose``, by a ``decode`` that knows nothing of it."""
    if not job.transpose:
        return decode(job)
    if not job.beats or abs(job.transpose) > HIGHEST:
        raise UsageError(f"only loops can be transposed, by at most {HIGHEST} semitones, not by {job.transpose}.")
    audio = decode(_slowed(job))
    samples = audio.samples if len(audio.samples) == job.frames else resampled(audio.samples, job.frames)
    return Audio(samples, audio.canvas)


def _slowed(job: Job) -> Job:
    """The job at a slower tempo for a lower rate, or the other way round: as many frames, or nearly."""
    ratio = 2.0 ** (job.transpose / 12)
    tempo = round(job.bpm_cents / ratio)
    near = sorted(range(tempo - FINE, tempo + FINE + 1), key=lambda cents: abs(cents - tempo))
    jobs = (_at(job, max(cents, 1)) for cents in near)
    return next((each for each in jobs if each.frames == job.frames), _at(job, tempo))


def _at(job: Job, bpm_cents: int) -> Job:
    return replace(job, transpose=0, bpm_cents=bpm_cents, rate=round(job.rate * bpm_cents / job.bpm_cents))


def resampled(samples: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """A circle of sound (n, 2) as one of ``frames`` frames: its partials as they are, those above the new band gone."""
    spectrum = np.fft.rfft(samples, axis=0)
    there = np.fft.irfft(spectrum[: frames // 2 + 1], n=frames, axis=0) * (frames / len(samples))
    return np.ascontiguousarray(there / max(1.0, float(np.abs(there).max(initial=0.0))), dtype=np.float32)
