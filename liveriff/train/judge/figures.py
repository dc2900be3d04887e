"""What can be measured of a sound: attacks against the grid, the seam, level, bandwidth, tail. Pure; numpy only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Sound = NDArray[np.float32]

_HOP, _WINDOW = 64, 512
_ATTACK_S = 0.09
"""Attacks nearer to each other than this count once."""


def onset_offsets(mono: Sound, rate: int, sixteenths: int) -> Floats:
    """Seconds from each attack of a loop (frames,) to the nearest sixteenth, signed; the loop goes round."""
    frames = onsets(mono, rate)
    step = len(mono) / sixteenths
    offsets: Floats = (frames - np.round(frames / step) * step) / rate
    return offsets


def unswung_offsets(mono: Sound, rate: int, sixteenths: int) -> Floats:
    """The same of the attacks near even sixteenths alone, which no swing moves."""
    frames = onsets(mono, rate)
    step = len(mono) / sixteenths
    near = np.round(frames / step)
    offsets: Floats = ((frames - near * step) / rate)[near % 2 == 0]
    return offsets


def onsets(mono: Sound, rate: int) -> Floats:
    """Where attacks begin, in frames, by the steepest rise of the log spectrum."""
    rise = _flux(mono)
    reach = max(1, round(_ATTACK_S * rate / _HOP / 2))
    near = 1.3 * _mean_around(rise, 3 * reach) + 0.12 * rise.max(initial=0.0)
    highest = np.max([np.roll(rise, shift) for shift in range(-reach, reach + 1)], axis=0)
    tops = np.flatnonzero((rise >= highest) & (rise > near))
    before, here, after = np.roll(rise, 1)[tops], rise[tops], np.roll(rise, -1)[tops]
    bend = before - 2.0 * here + after
    finer = np.where(bend < 0.0, 0.5 * (before - after) / np.minimum(bend, -1e-12), 0.0)
    found: Floats = ((tops + finer) * _HOP + _LATE).astype(np.float64)
    return found


_LATE = 119.0
"""Frames between the steepest rise that a click makes, when the window begins to see it, and the click."""


def _mean_around(values: Floats, reach: int) -> Floats:
    """Mean of a circle's values over ``reach`` places on both sides."""
    around = np.concatenate((values[-reach:], values, values[:reach])) if len(values) > reach else np.tile(values, 3)
    kernel = np.ones(2 * reach + 1) / (2 * reach + 1)
    smooth: Floats = np.convolve(around, kernel, "same")
    return smooth[reach : reach + len(values)] if len(values) > reach else np.full(len(values), values.mean())


def _flux(mono: Sound) -> Floats:
    """Rise of the log spectrum at hops of 64 frames, the loop wrapping round."""
    starts = np.arange(0, len(mono), _HOP) - _WINDOW // 2
    views = mono[(starts[:, None] + np.arange(_WINDOW)) % len(mono)] * np.hanning(_WINDOW).astype(np.float32)
    level: Floats = np.log1p(100.0 * np.abs(np.fft.rfft(views)) / _WINDOW * 4.0).astype(np.float64)
    rise: Floats = np.maximum(0.0, np.roll(level, -2, axis=0) - np.roll(level, 2, axis=0)).sum(axis=1)
    return rise


def grid_spread(offsets: Floats) -> float:
    """Median absolute deviation in milliseconds; NaN where there are no attacks."""
    if not len(offsets):
        return float("nan")
    return float(np.median(np.abs(offsets - np.median(offsets))) * 1000.0)


def seam(mono: Sound) -> float:
    """Jump from the last frame to the first, over the jump that one in twenty inner frames exceeds."""
    usual = float(np.quantile(np.abs(np.diff(mono)), 0.95))
    return float(abs(mono[0] - mono[-1])) / max(1e-9, usual)


def level_db(mono: Sound) -> float:
    """Root mean square in decibels below full scale."""
    return 20.0 * float(np.log10(np.sqrt(np.mean(mono.astype(np.float64) ** 2)) + 1e-9))


def rolloff_hz(mono: Sound, rate: int, share: float = 0.99) -> float:
    """Frequency below which a share of the energy lies."""
    size = 1 << (len(mono) - 1).bit_length()  # an FFT of any other length may take many times as long
    total = np.cumsum(np.abs(np.fft.rfft(mono, size)) ** 2)
    return float(np.searchsorted(total, share * total[-1]) * rate / size)


def attack_ms(mono: Sound, rate: int) -> float:
    """Milliseconds until a one-shot first reaches a tenth of its peak."""
    size = np.abs(mono)
    return float(np.argmax(size >= 0.1 * size.max(initial=1e-9)) * 1000.0 / rate)


def tail_db(mono: Sound, rate: int) -> float:
    """Level of a one-shot's last 50 ms, against its peak."""
    tail = mono[-round(0.05 * rate) :].astype(np.float64)
    return 20.0 * float(np.log10((np.sqrt(np.mean(tail**2)) + 1e-9) / (np.abs(mono).max(initial=0.0) + 1e-9)))


def rank_agreement(told: Floats, heard: Floats) -> float:
    """Spearman's correlation; equal values share their mean rank. NaN where one side does not vary."""
    ranks = [_ranks(np.asarray(values, np.float64)) for values in (told, heard)]
    if min(len(ranks[0]), *(float(np.ptp(rank)) for rank in ranks)) == 0:
        return float("nan")
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def _ranks(values: Floats) -> Floats:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: Floats = (ends - (counts - 1) / 2.0)[place]
    return ranks
