"""The kernels of ``scalar`` in numpy: the test oracle, and what plays when numba cannot be imported.

Same arguments, same results, same thread contract, except that numpy allocates small arrays.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from liveriff.player.scalar import NEAR_ONE, ONE, QUANTUM, SNAP, Bus, Chunk, Counts
from liveriff.player.vector_fx import echo as echo
from liveriff.player.vector_fx import isolate as isolate
from liveriff.player.vector_fx import ramp as ramp
from liveriff.player.vector_fx import reverb as reverb
from liveriff.player.vector_fx import tilt as tilt
from liveriff.player.vector_sweep import sweep as sweep
from liveriff.player.vector_voice import add_voice as add_voice

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


def crests(
    peak: NDArray[np.float64], bus: Bus, past: Bus, between: NDArray[np.float64], taps: Bus, safe: float
) -> None:
    """See ``scalar.crests``."""
    n, length = len(peak), taps.shape[1]
    past[length : length + n] = bus
    rows = past[: length + n]
    peak[:] = np.abs(rows[length // 2 : length // 2 + n]).max(axis=1)
    between[1 : n + 1] = 0.0
    if float(np.abs(rows).max()) > safe:
        near = np.lib.stride_tricks.sliding_window_view(rows[1:], length, axis=0)  # (frames, 2, taps)
        between[1 : n + 1] = np.abs(near @ taps.T).max(axis=(1, 2))
        np.maximum(peak, np.maximum(between[:n], between[1 : n + 1]), out=peak)
    between[0] = between[n]
    past[:length] = rows[n:].copy()


def limit(
    gain: NDArray[np.float64],
    peak: NDArray[np.float64],
    need: Counts,
    ease: Counts,
    depth: int,
    ceiling: float,
    release: float,
) -> None:
    """See ``scalar.limit``."""
    n = len(gain)
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


def glide(values: NDArray[np.float64], state: NDArray[np.float64], goal: float, phase: int, pull: float) -> None:
    """See ``scalar.glide``."""
    n, i = len(values), 0
    while i < n:
        if phase == 0:
            state[0] = state[1]
            way = goal - state[1]
            state[1] = goal if abs(way) < SNAP else state[1] + way * pull
        resting = state[0] == goal == state[1]
        m = n - i if resting else min(QUANTUM - phase, n - i)
        w = (phase + 1 + _COUNT[:m]) / QUANTUM
        values[i : i + m] = state[1] if state[0] == state[1] else state[0] + (state[1] - state[0]) * w
        i, phase = i + m, (phase + m) % QUANTUM


def morph(
    weight: NDArray[np.float64], gain: NDArray[np.float64], place: NDArray[np.float64], point: NDArray[np.float64]
) -> None:
    """See ``scalar.morph``."""
    low, here, high, below, above, scale = point.tolist()
    rising = 1.0 if low == here else np.maximum(0.0, (place - low) / (here - low))
    falling = 1.0 if high == here else np.maximum(0.0, (high - place) / (high - here))
    t = np.where(place < here, rising, falling)
    rho = np.where(place < here, below, above)
    weight[:] = gain * scale * (t / np.sqrt(1.0 - 2.0 * t * (1.0 - t) * (1.0 - rho)))
