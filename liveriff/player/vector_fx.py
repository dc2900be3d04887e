"""The kernels of ``scalar_fx`` in numpy: the test oracle, and what plays when numba cannot be imported.

A recursion over samples becomes a few operations on whole steps: what is constant as matrices made once (the
isolator), what moves as a prefix scan (Hillis and Steele, "Data parallel algorithms", 1986).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from liveriff.player.scalar_fx import (
    FAINT,
    LINES,
    NEAR,
    STAGES,
    STEP,
    Bus,
    Counts,
    Row,
    Rows,
)

Array = NDArray[np.float64]


def _steps(frames: int, phase: int) -> Iterator[tuple[slice, bool]]:
    """The pieces of a block between step lines, and whether each ends on one."""
    first = 0
    while first < frames:
        last = min(frames, first + STEP - phase)
        phase = (phase + last - first) % STEP
        yield slice(first, last), phase == 0
        first = last


def _settle(memory: Array) -> None:
    memory[np.abs(memory) < FAINT] = 0.0


def ramp(rows: Rows, state: Rows, goal: Row, phase: int, pull: float) -> None:
    """See ``scalar_fx.ramp``."""
    if (state == goal).all():
        rows[:] = goal
        return
    for part, _ in _steps(len(rows), phase):
        if phase == 0:
            state[0] = state[1]
            way = goal - state[1]
            state[1] = np.where(np.abs(way) < NEAR, goal, state[1] + way * pull)
        w = (phase + 1 + np.arange(part.stop - part.start)) / STEP
        rows[part] = state[0] + (state[1] - state[0]) * w[:, None]
        phase = (phase + len(w)) % STEP


# --- the isolator: constant filters as matrices ------------------------------------------------------------------


@lru_cache(maxsize=4)
def _system(sources: bytes, coefs: bytes) -> tuple[Array, Array, Array, Array]:
    """What a step's bands (STEP, 3) owe to the state and to the input, the powers of the step matrix, and what the
    state after a step owes to the input."""
    heard, table = np.frombuffer(sources, np.int64), np.frombuffer(coefs).reshape(-1, 6)
    size = 2 * len(heard)
    one = np.array([_tick(heard, table, unit[:size], unit[size]) for unit in np.eye(size + 1)])
    a, b, c, d = one[:size, :size].T, one[size, :size], one[:size, size:].T, one[size, size:]
    powers = np.stack([np.linalg.matrix_power(a, n) for n in range(STEP + 1)])
    into = powers[:STEP] @ b  # (STEP, size): what an impulse leaves n steps later
    response = np.vstack([d, into[:-1] @ c.T])
    toeplitz = np.zeros((STEP, 3, STEP))
    for n in range(STEP):
        toeplitz[n, :, : n + 1] = response[n::-1].T
    return np.einsum("ki,nij->nkj", c, powers[:STEP]), toeplitz, powers, np.ascontiguousarray(into[::-1].T)


def _tick(sources: Counts, coefs: Array, state: Array, x: float) -> Array:
    """State and bands after one sample."""
    after, out = np.zeros(len(state)), np.zeros(len(sources))
    for s, (source, row) in enumerate(zip(sources.tolist(), coefs.tolist(), strict=True)):
        a1, a2, a3, direct, band, low = row
        heard, (first, second) = x if source < 0 else float(out[source]), state[2 * s : 2 * s + 2].tolist()
        v1 = a1 * first + a2 * (heard - second)
        v2 = second + a2 * first + a3 * (heard - second)
        after[2 * s : 2 * s + 2] = 2 * v1 - first, 2 * v2 - second
        out[s] = direct * heard + band * v1 + low * v2
    return np.concatenate([after, out[-3:]])


def isolate(track: Bus, memory: Array, rows: Rows, sources: Counts, coefs: Rows, phase: int) -> None:
    """See ``scalar_fx.isolate``."""
    of_state, of_input, powers, into = _system(sources.tobytes(), coefs.tobytes())
    for part, whole in _steps(len(track), phase):
        x, n = track[part], part.stop - part.start
        state = memory[:, :, :2].transpose(0, 2, 1).reshape(-1, 2)
        bands = of_state[:n] @ state + of_input[:n, :, :n] @ x
        y = np.einsum("nb,nbc->nc", rows[part, :3], bands)
        state = powers[n] @ state + into[:, STEP - n :] @ x
        x += rows[part, 3:] * (y - x)
        memory[:, :, :2] = state.reshape(-1, 2, 2).transpose(0, 2, 1)
        if whole:
            _settle(memory)


# --- recursions whose coefficients move --------------------------------------------------------------------------


def _scan(decay: Array, values: Array) -> Array:
    """y[n] = decay[n] y[n - 1] + values[n] from y = 0, and in place the products of the decays (frames, ...)."""
    d = 1
    y: Array = values.copy()
    while d < len(y):
        y[d:] += decay[d:] * y[:-d]
        decay[d:] = decay[d:] * decay[:-d]
        d *= 2
    return y


def _pole(x: Array, start: Array, pull: Array) -> Array:
    """A one-pole y += pull (x - y) from ``start`` on; shapes broadcast to (frames, channels)."""
    decay = np.broadcast_to(1.0 - pull, x.shape).copy()
    y: Array = _scan(decay, pull * x) + decay * start
    return y


def tilt(bus: Bus, memory: Row, rows: Rows, phase: int) -> None:
    """See ``scalar_fx.tilt``."""
    for part, whole in _steps(len(bus), phase):
        x, pull = bus[part], rows[part, 2:]
        after = _pole(x, memory, 2.0 * pull)
        before = np.concatenate([memory[None], after[:-1]])
        memory[:] = after[-1]
        low = before + pull * (x - before)
        x += rows[part, :1] * low + rows[part, 1:2] * (x - low)
        if whole:
            _settle(memory)


def echo(
    out: Bus,
    send: Bus,
    line: Bus,
    memory: Rows,
    rows: Rows,
    at: int,
    since: int,
    old: int,
    new: int,
    into: int,
    of: int,
) -> float:
    """See ``scalar_fx.echo``; no delay may be shorter than ``STEP``."""
    loudest = 0.0
    for part, whole in _steps(len(out), at % STEP):
        frames = at + np.arange(part.start, part.stop)
        t = np.clip((into + np.arange(part.start, part.stop)) / of, 0.0, 1.0)
        x = _past(line, frames - new, since) * t[:, None] + _past(line, frames - old, since) * (1.0 - t)[:, None]
        low = _pole(x, memory[0], rows[part, 1:2])
        under = _pole(low, memory[1], rows[part, 2:3])
        memory[0], memory[1] = low[-1], under[-1]
        y = low - under
        out[part] += rows[part, 3:4] * y
        into_line = send[part] + rows[part, :1] * y
        line[frames % len(line)] = into_line
        loudest = max(loudest, float(np.abs(into_line).max()))
        if whole:
            _settle(memory)
    return loudest


def _past(line: Bus, frames: Counts, since: int) -> Array:
    sound: Array = np.where((frames >= since)[:, None], line[frames % len(line)], 0.0)
    return sound


# --- the reverb --------------------------------------------------------------------------------------------------

_BITS = np.arange(LINES)
_SIGNS = np.stack([1.0 - 2.0 * ((_BITS >> bit) & 1) for bit in (1, 2)])  # of the lines in the left and the right sum
_FEED = np.sqrt(0.125) * (1.0 - 2.0 * ((_BITS >> 3) & 1))
_MIX = np.array([[1.0 - 2.0 * ((i & j).bit_count() & 1) for j in range(LINES)] for i in range(LINES)]) / 4.0


def reverb(
    out: Bus, send: Bus, lines: Rows, memory: Rows, rows: Rows, sway: Rows, delays: Counts, at: int, mask: int
) -> float:
    """See ``scalar_fx.reverb``; no delay may be shorter than ``STEP``."""
    loudest = 0.0
    for step, (part, _) in enumerate(_steps(len(out), at % STEP)):
        frames = at + np.arange(part.start, part.stop)
        x = _diffused(send[part], lines, memory, rows[part, 2 * LINES : 2 * LINES + 1], delays, frames, mask)
        heard = _network(lines, sway[step : step + 2], delays, frames, mask)
        heard = _losses(heard, memory, rows[part])
        out[part] += rows[part, 2 * LINES + 1 :] * (heard @ _SIGNS.T)
        back = heard @ _MIX + x[:, _BITS & 1] * _FEED
        back[np.abs(back) <= FAINT] = 0.0
        lines[2 + 2 * STAGES :, frames & mask] = back.T
        loudest = max(loudest, float(np.abs(back).max()))
    return loudest


def _diffused(send: Bus, lines: Rows, memory: Rows, cut: Array, delays: Counts, frames: Counts, mask: int) -> Array:
    """What enters the network (frames, 2): low cut, pre-delay, all-passes."""
    low = _pole(send, memory[1, :2], cut)
    memory[1, :2] = np.where(np.abs(low[-1]) > FAINT, low[-1], 0.0)
    out = np.zeros_like(send)
    now = frames & mask
    for c in range(2):
        y = send[:, c] - low[:, c]
        lines[c, now] = np.where(np.abs(y) > FAINT, y, 0.0)
        y = lines[c, (frames - delays[c]) & mask]
        for s in range(STAGES):
            k, gain = 2 + STAGES * c + s, 0.7 if s < 2 else 0.6
            z = lines[k, (frames - delays[k]) & mask]
            v = y + gain * z
            lines[k, now] = np.where(np.abs(v) > FAINT, v, 0.0)
            y = z - gain * v
        out[:, c] = y
    return out


def _network(lines: Rows, sway: Rows, delays: Counts, frames: Counts, mask: int) -> Array:
    """What comes out of the lines (frames, LINES)."""
    w = (frames % STEP)[:, None] / STEP
    back = delays[2 + 2 * STAGES :] + sway[0] + (sway[1] - sway[0]) * w
    whole = back.astype(np.int64)
    f, p = back - whole, frames[:, None] - whole
    k = 2 + 2 * STAGES + _BITS
    y0, y1, y2, y3 = (lines[k, (p - n) & mask] for n in (-1, 0, 1, 2))
    cubic = 0.5 * (y3 - y0) + 1.5 * (y1 - y2)
    square = y0 - 2.5 * y1 + 2.0 * y2 - 0.5 * y3
    y: Array = ((cubic * f + square) * f + 0.5 * (y2 - y0)) * f + y1
    return y


def _losses(heard: Array, memory: Rows, rows: Rows) -> Array:
    pole = rows[:, LINES : 2 * LINES].copy()
    y: Array = _scan(pole, rows[:, :LINES] * heard) + pole * memory[0]
    memory[0] = np.where(np.abs(y[-1]) > FAINT, y[-1], 0.0)
    return y
