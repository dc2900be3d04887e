"""The kernels of ``scalar`` in numpy: the test oracle, and what plays when numba cannot be imported.

Same arguments, same results, same thread contract, except that numpy allocates small arrays.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from liveriff.player.scalar import NEAR_ONE, ONE, QUANTUM, SNAP, Bus, Chunk, Counts

_COUNT = np.arange(1 << 13, dtype=np.int64)


def _add(out: Bus, x: NDArray[np.float64], gain: NDArray[np.float64]) -> int:
    good = np.isfinite(x)
    if good.all():
        out += x * gain[:, None]
        return 0
    out += np.where(good, x, 0.0) * gain[:, None]
    return int(x.size - np.count_nonzero(good))


def fade(gain: NDArray[np.float64], hold: float, rising: bool, into: int, of: int, rho: float) -> None:
    """See ``scalar.fade``."""
    t = (into + _COUNT[: len(gain)]) / of
    side = t if rising else 1.0 - t
    gain[:] = hold * side / np.sqrt(1.0 - 2.0 * t * (1.0 - t) * (1.0 - rho))


def add_plain(out: Bus, chunk: Chunk, frames: int, first: int, gain: NDArray[np.float64]) -> int:
    """See ``scalar.add_plain``."""
    at = (first + _COUNT[: len(out)]) % frames
    return _add(out, chunk[at].astype(np.float64), gain)


def add_varispeed(
    out: Bus, chunk: Chunk, frames: int, first: int, offset: float, step: float, gain: NDArray[np.float64]
) -> int:
    """See ``scalar.add_varispeed``."""
    p = (first + _COUNT[: len(out)] + offset) * step
    p -= np.floor(p / frames) * frames
    b = p.astype(np.int64)
    f = (p - b)[:, None]
    y0, y1, y2, y3 = (chunk[(b + k) % frames].astype(np.float64) for k in (-1, 0, 1, 2))
    with np.errstate(invalid="ignore"):
        cubic = 0.5 * (y3 - y0) + 1.5 * (y1 - y2)
        square = y0 - 2.5 * y1 + 2.0 * y2 - 0.5 * y3
        x = ((cubic * f + square) * f + 0.5 * (y2 - y0)) * f + y1
    return _add(out, x, gain)


def _next_ramp(state: NDArray[np.float64], goal: NDArray[np.float64], pull: float) -> None:
    state[0] = state[1]
    way = goal - state[1]
    state[1] = np.where(np.abs(way) < SNAP, goal, state[1] + way * pull)


def add_strip(
    bus: Bus, deck: Bus, state: NDArray[np.float64], goal: NDArray[np.float64], phase: int, pull: float
) -> float:
    """See ``scalar.add_strip``."""
    n, i, peak = len(bus), 0, 0.0
    while i < n:
        if phase == 0:
            _next_ramp(state, goal, pull)
        resting = bool((state[0] == goal).all() and (state[1] == goal).all())
        m = n - i if resting else min(QUANTUM - phase, n - i)
        w = (phase + 1 + _COUNT[:m, None]) / QUANTUM
        g = state[1:] if resting else state[0] + (state[1] - state[0]) * w
        left, right = deck[i : i + m, 0], deck[i : i + m, 1]
        x, y = left * g[:, 0] + right * g[:, 1], left * g[:, 2] + right * g[:, 3]
        bus[i : i + m, 0] += x
        bus[i : i + m, 1] += y
        peak = max(peak, float(np.abs(x).max()), float(np.abs(y).max()))
        i, phase = i + m, (phase + m) % QUANTUM
    return peak


def _release(ease: Counts, least: Counts, depth: int, release: float) -> None:
    last = int(ease[depth - 1])
    for i, low in enumerate(least.tolist()):
        last += int((ONE - last) * release) + 1
        last = min(ONE if last > NEAR_ONE else last, low)
        ease[depth + i] = last


def limit(
    gain: NDArray[np.float64], bus: Bus, need: Counts, ease: Counts, depth: int, ceiling: float, release: float
) -> None:
    """See ``scalar.limit``."""
    n = len(gain)
    peak = np.abs(bus).max(axis=1)
    quiet = peak <= ceiling
    need[depth : depth + n] = np.where(quiet, ONE, ONE * (ceiling / np.where(quiet, 1.0, peak))).astype(np.int64)
    least = np.lib.stride_tricks.sliding_window_view(need[: depth + n], depth + 1).min(axis=1)
    if int(ease[depth - 1]) == ONE and int(least.min()) == ONE:
        ease[depth : depth + n] = ONE
    else:
        _release(ease, least, depth, release)
    sums = np.cumsum(np.concatenate((np.zeros(1, np.int64), ease[: depth + n])))
    gain[:] = (sums[depth + 1 :] - sums[:n]) / (float(ONE) * (depth + 1))
    for row in (need, ease):
        row[:depth] = row[n : n + depth].copy()


def finish(
    out: Chunk, bus: Bus, tail: Bus, gain: NDArray[np.float64], depth: int, ceiling: float, meters: NDArray[np.float64]
) -> None:
    """See ``scalar.finish``."""
    n = len(out)
    tail[depth : depth + n] = bus
    x = np.clip(tail[:n] * gain[:, None], -ceiling, ceiling)
    out[:] = x
    meters[:2] = np.abs(x).max(axis=0)
    meters[2] = np.square(x).sum()
    meters[3] = gain.min()
    tail[:depth] = tail[n : n + depth].copy()


def add_shot(out: Bus, chunk: Chunk, frames: int, first: float, step: float, gain: NDArray[np.float64]) -> int:
    """See ``scalar.add_shot``."""
    p = first + _COUNT[: len(out)] * step
    b = p.astype(np.int64)
    n = int(np.searchsorted(b, frames))
    b, f = b[:n], (p[:n] - b[:n])[:, None]
    y0, y1, y2, y3 = (_or_silence(chunk, frames, b + k) for k in (-1, 0, 1, 2))
    with np.errstate(invalid="ignore"):
        cubic = 0.5 * (y3 - y0) + 1.5 * (y1 - y2)
        square = y0 - 2.5 * y1 + 2.0 * y2 - 0.5 * y3
        x = np.where(f == 0.0, y1, ((cubic * f + square) * f + 0.5 * (y2 - y0)) * f + y1)
    return _add(out[:n], x, gain[:n])


def _or_silence(chunk: Chunk, frames: int, at: NDArray[np.int64]) -> NDArray[np.float64]:
    inside = (at >= 0) & (at < frames)
    return np.where(inside[:, None], chunk[np.where(inside, at, 0)].astype(np.float64), 0.0)
