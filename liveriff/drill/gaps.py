"""What an audience notices in a recording: holes, and a beat that has moved. Pure.

A hole is a run of samples that are as good as zero: music is never that for a whole block, since its last bit always
moves somewhere. Samples that the recorder itself has missed are NaN and are no holes.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]
FLOOR = 1e-6
"""-120 dBFS."""
BLOCK = 256


@dataclass(frozen=True)
class Gap:
    """A hole: from a second of the recording on, for so many seconds."""

    start_s: float
    length_s: float

    @property
    def end_s(self) -> float:
        """Where it ends."""
        return self.start_s + self.length_s


def gaps(sound: Sound, rate: int, least: int = BLOCK) -> list[Gap]:
    """Runs of at least ``least`` silent frames of a recording (frames, channels)."""
    if not len(sound):
        return []
    # NaN is not less than anything, so what was missed counts as sound.
    silent = (np.abs(sound) < FLOOR).all(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], silent, [False])).astype(np.int8)))
    starts, ends = edges[::2], edges[1::2]
    return [Gap(int(a) / rate, int(b - a) / rate) for a, b in zip(starts, ends, strict=True) if b - a >= least]


def within(found: list[Gap], start_s: float, end_s: float) -> list[Gap]:
    """The parts of gaps between two moments."""
    cut = ((max(gap.start_s, start_s), min(gap.end_s, end_s)) for gap in found)
    return [Gap(first, last - first) for first, last in cut if last > first]


def blocks(found: list[Gap], rate: int, block: int = BLOCK) -> int:
    """How many blocks were not played."""
    return sum(max(1, round(gap.length_s * rate / block)) for gap in found)


@dataclass(frozen=True)
class Phase:
    """By how much the music came back late (below 0: early), and how alike it is then, up to 1."""

    late_s: float
    likeness: float


def phase(
    sound: Sound, rate: int, before_s: float, after_s: float, loop_s: float, length_s: float = 1.5, most_s: float = 0.3
) -> Phase | None:
    """Where the loop that sounded at ``before_s`` is found at ``after_s``, against where it should be.

    sound: (frames, channels), of music that repeats every ``loop_s``; length_s: how much of it is compared; most_s: how
    far is searched either way. None where the recording does not reach so far. Normalised cross-correlation, by FFT.
    """
    length, most = round(length_s * rate), round(most_s * rate)
    turns = max(1, round((after_s - before_s) / loop_s))
    first, there = round(before_s * rate), round((before_s + turns * loop_s) * rate) - most
    if first < 0 or there < 0 or there + length + 2 * most > len(sound):
        return None
    mono = np.nan_to_num(sound.mean(axis=1, dtype=np.float64))
    part, whole = mono[first : first + length], mono[there : there + length + 2 * most]
    size = 1 << (len(whole) + length).bit_length()
    product = np.fft.irfft(np.fft.rfft(whole, size) * np.conj(np.fft.rfft(part, size)), size)[: 2 * most + 1]
    energy = np.concatenate(([0.0], np.cumsum(whole**2)))
    norms = np.sqrt(np.maximum((energy[length:] - energy[:-length])[: 2 * most + 1] * (part**2).sum(), 1e-18))
    likeness = product / norms
    best = int(np.argmax(likeness))
    return Phase((best - most) / rate, float(likeness[best]))


def level(sound: Sound, points: int) -> NDArray[np.float64]:
    """Peaks of equal pieces of a recording, shape (points,), for a picture; NaN where all of it was missed."""
    if not len(sound):
        return np.zeros(points)
    edges = np.linspace(0, len(sound), points + 1).astype(int)
    highest = np.abs(sound).max(axis=1)
    with np.errstate(invalid="ignore"):
        peaks = [np.fmax.reduce(highest[a : max(b, a + 1)]) if a < len(highest) else np.nan for a, b in pairwise(edges)]
    return np.array(peaks, np.float64)
