"""The kernels as plain loops over samples, written for numba; ``vector`` holds the same maths in numpy.

Called by the mixer on the sink's thread. Nothing here allocates, waits or raises. Buses are float64 of shape
(frames, 2): four decks of the largest float32 still sum to a finite number, so the limiter never meets infinity.
Constants live in this file because numba's cache on disk only looks at this file's date.
"""

from __future__ import annotations

from math import floor, isfinite, sqrt

import numpy as np
from numpy.typing import NDArray

from liveriff.player.scalar_fx import echo as echo
from liveriff.player.scalar_fx import isolate as isolate
from liveriff.player.scalar_fx import ramp as ramp
from liveriff.player.scalar_fx import reverb as reverb
from liveriff.player.scalar_fx import sweep as sweep
from liveriff.player.scalar_fx import tilt as tilt

Bus = NDArray[np.float64]
Chunk = NDArray[np.float32]
Counts = NDArray[np.int64]

QUANTUM = 64  # frames of one ramp of a smoothed gain; counted from frame 0, so the block size does not matter
SNAP = 3e-5  # a smoothed gain this near to its goal (-90 dB) lands on it exactly
ONE = 1 << 40  # the limiter's gain 1 as an integer: its sums are exact, so it returns to exactly 1
NEAR_ONE = ONE - (ONE >> 20)


def fade(gain: NDArray[np.float64], hold: float, rising: bool, into: int, of: int, rho: float) -> None:
    """Fill ``gain`` (frames,) with one side of a crossfade that is ``into`` frames of ``of`` old.

    g = (t or 1 - t) / sqrt(1 - 2 t (1 - t) (1 - rho)): the power of two signals with correlation rho stays level.
    """
    for i in range(gain.shape[0]):
        t = (into + i) / of
        side = t if rising else 1.0 - t
        gain[i] = hold * side / sqrt(1.0 - 2.0 * t * (1.0 - t) * (1.0 - rho))


def add_plain(out: Bus, chunk: Chunk, frames: int, first: int, gain: NDArray[np.float64]) -> int:
    """Add a loop of ``frames`` frames from index ``first`` on, sample for sample; returns how many were not finite."""
    at = first
    bad = 0
    for i in range(out.shape[0]):
        for c in range(2):
            x = np.float64(chunk[at, c])
            if isfinite(x):
                out[i, c] += x * gain[i]
            else:
                bad += 1
        at += 1
        if at >= frames:
            at = 0
    return bad


def add_varispeed(
    out: Bus, chunk: Chunk, frames: int, first: int, offset: float, step: float, gain: NDArray[np.float64]
) -> int:
    """Add a loop read at ``(first + i + offset) * step`` (Catmull-Rom); returns how many were not finite.

    The position is computed afresh for every frame: adding steps up would drift and depend on the block size.
    """
    bad = 0
    for i in range(out.shape[0]):
        p = (first + i + offset) * step
        p -= floor(p / frames) * frames
        b = int(p)
        f = p - b
        b %= frames
        a, c, d = (b - 1) % frames, (b + 1) % frames, (b + 2) % frames
        for k in range(2):
            y0, y1 = np.float64(chunk[a, k]), np.float64(chunk[b, k])
            y2, y3 = np.float64(chunk[c, k]), np.float64(chunk[d, k])
            cubic = 0.5 * (y3 - y0) + 1.5 * (y1 - y2)
            square = y0 - 2.5 * y1 + 2.0 * y2 - 0.5 * y3
            x = ((cubic * f + square) * f + 0.5 * (y2 - y0)) * f + y1
            if isfinite(x):
                out[i, k] += x * gain[i]
            else:
                bad += 1
    return bad


def add_strip(
    bus: Bus, deck: Bus, state: NDArray[np.float64], goal: NDArray[np.float64], phase: int, pull: float
) -> float:
    """Add a deck through its smoothed 2 x 2 matrix (left-left, right-left, left-right, right-right); returns the peak.

    state (2, 4): where the present ramp starts and ends; phase: frames into the ramp; pull: share of the way to the
    goal that one ramp goes.
    """
    peak = 0.0
    for i in range(bus.shape[0]):
        if phase == 0:
            for c in range(4):
                state[0, c] = state[1, c]
                way = goal[c] - state[1, c]
                state[1, c] = goal[c] if abs(way) < SNAP else state[1, c] + way * pull
        w = (phase + 1) / QUANTUM
        left, right = deck[i, 0], deck[i, 1]
        ll = state[0, 0] + (state[1, 0] - state[0, 0]) * w
        rl = state[0, 1] + (state[1, 1] - state[0, 1]) * w
        lr = state[0, 2] + (state[1, 2] - state[0, 2]) * w
        rr = state[0, 3] + (state[1, 3] - state[0, 3]) * w
        x = left * ll + right * rl
        y = left * lr + right * rr
        bus[i, 0] += x
        bus[i, 1] += y
        peak = max(peak, abs(x), abs(y))
        phase = (phase + 1) % QUANTUM
    return peak


def crests(
    peak: NDArray[np.float64], bus: Bus, past: Bus, between: NDArray[np.float64], taps: Bus, safe: float
) -> None:
    """Fill ``peak`` (frames,) with the highest magnitude at, and halfway to either side of, the frame that came in half
    of the taps before each frame of the bus.

    past: working rows of at least taps + frames, the first taps are the past; between (frames + 1,): the highest
    magnitude after each frame, the first is the past; taps (3, taps): what gives the signal 1/4, 2/4, 3/4 after a frame
    from its neighbours. Where no sample passes ``safe``, none of those can matter, and only samples are looked at.
    """
    n, length = peak.shape[0], taps.shape[1]
    half = length // 2
    top = 0.0
    for j in range(length):
        top = max(top, abs(past[j, 0]), abs(past[j, 1]))
    for i in range(n):
        left, right = bus[i, 0], bus[i, 1]
        past[length + i, 0] = left
        past[length + i, 1] = right
        top = max(top, abs(left), abs(right))
    for i in range(n):
        peak[i] = max(abs(past[half + i, 0]), abs(past[half + i, 1]))
        between[i + 1] = 0.0
    if top > safe:
        for i in range(n):
            l1 = l2 = l3 = r1 = r2 = r3 = 0.0  # side by side: each is a chain of additions that waits for itself
            for k in range(length):
                left, right = past[i + 1 + k, 0], past[i + 1 + k, 1]
                l1 += left * taps[0, k]
                l2 += left * taps[1, k]
                l3 += left * taps[2, k]
                r1 += right * taps[0, k]
                r2 += right * taps[1, k]
                r3 += right * taps[2, k]
            between[i + 1] = max(abs(l1), abs(l2), abs(l3), abs(r1), abs(r2), abs(r3))
            peak[i] = max(peak[i], between[i], between[i + 1])
    between[0] = between[n]
    for j in range(length):
        past[j, 0] = past[n + j, 0]
        past[j, 1] = past[n + j, 1]


def limit(
    gain: NDArray[np.float64],
    peak: NDArray[np.float64],
    need: Counts,
    ease: Counts,
    depth: int,
    ceiling: float,
    release: float,
) -> None:
    """Fill ``gain`` (frames,) for the frames that leave ``depth`` frames after their peak (frames,) came in.

    need, ease: working rows of at least depth + frames; the first ``depth`` are the past. need: the gain that brings
    each frame under the ceiling. ease: the least need of the last depth + 1 frames, released slowly. The gain of the
    frame that leaves is the mean of the last depth + 1 eases, each of which looked at that very frame, so the mean
    is not above its need.
    """
    n = gain.shape[0]
    total = 0
    where = 0  # the newest row of the least need in sight
    for j in range(depth):
        total += ease[j]
        if need[j] <= need[where]:
            where = j
    for i in range(n):
        j = depth + i
        need[j] = ONE if peak[i] <= ceiling else int(ONE * (ceiling / peak[i]))
        if need[j] <= need[where]:
            where = j
        elif where < i:
            where = i
            for k in range(i + 1, j + 1):
                if need[k] <= need[where]:
                    where = k
        up = ease[j - 1] + int((ONE - ease[j - 1]) * release) + 1
        ease[j] = min(ONE if up > NEAR_ONE else up, need[where])
        total += ease[j]
        gain[i] = total / (np.float64(ONE) * (depth + 1))
        total -= ease[i]
    for j in range(depth):
        need[j] = need[n + j]
        ease[j] = ease[n + j]


def finish(
    out: Chunk, bus: Bus, tail: Bus, gain: NDArray[np.float64], depth: int, ceiling: float, meters: NDArray[np.float64]
) -> None:
    """Fill ``out`` with the bus of ``depth`` frames ago times ``gain``.

    tail: working rows of at least depth + frames, the first ``depth`` are the past; meters (4,): peak left, peak
    right, sum of squares, least gain.
    """
    n = out.shape[0]
    meters[:3] = 0.0
    meters[3] = 1.0
    for i in range(n):
        tail[depth + i, 0] = bus[i, 0]
        tail[depth + i, 1] = bus[i, 1]
        meters[3] = min(meters[3], gain[i])
        for c in range(2):
            # The clamp only takes back what rounding to float32 may add.
            x = min(max(tail[i, c] * gain[i], -ceiling), ceiling)
            out[i, c] = x
            meters[c] = max(meters[c], abs(x))
            meters[2] += x * x
    for j in range(depth):
        tail[j, 0] = tail[n + j, 0]
        tail[j, 1] = tail[n + j, 1]


def add_voice(
    out: Bus,
    delay: Bus,
    reverb: Bus,
    sends: NDArray[np.float64],
    chunk: Chunk,
    frames: int,
    low: int,
    high: int,
    first: float,
    count: int,
    step: float,
    backwards: bool,
    loops: bool,
    rise: int,
    fall: int,
    begin: float,
    end: float,
    gone: int,
    fade: int,
) -> int:
    """Add a pad's voice, which plays the frames ``low`` to ``high`` of a sound of ``frames``; returns how many samples
    were not finite.

    sends (2,): how much of it is added to ``delay`` and ``reverb``, 0 for nothing; first + (count + i) * step: how far
    into the window, from its end where it goes ``backwards``; past it a voice is silent, or goes round if it
    ``loops``. rise, fall: frames of the fades at the window's edges; begin, end: gain before the first frame and at the
    last; gone: frames since it was let go (below 0: to come), from when it fades over ``fade`` frames (0: it was not).
    At step 1 from a whole frame it is added sample for sample, otherwise by Catmull-Rom.
    """
    n = out.shape[0]
    length = high - low
    bad = 0
    for i in range(n):
        d = first + (count + i) * step
        if d >= length:
            if not loops:
                break
            d -= floor(d / length) * length
        gain = end if begin == end else begin + (end - begin) * (i + 1) / n
        if d < rise:
            gain *= (d + 1) / (rise + 1)
        if length - d < fall:
            gain *= (length - d) / (fall + 1)
        if fade > 0 and gone + i >= 0:
            if gone + i >= fade:
                break
            gain *= 1.0 - (gone + i + 1) / (fade + 1)
        p = high - 1 - d if backwards else low + d
        b = floor(p)
        f = p - b
        a, c, e = b - 1, b + 1, b + 2
        if loops and (a < low or e >= high):  # a division a sample would cost more than all the rest
            a, b = low + (a - low) % length, low + (b - low) % length
            c, e = low + (c - low) % length, low + (e - low) % length
        inside = min(a, b, c, e) >= 0 and max(a, b, c, e) < frames
        for k in range(2):
            if inside:
                y0, x = np.float64(chunk[a, k]), np.float64(chunk[b, k])
                y2, y3 = np.float64(chunk[c, k]), np.float64(chunk[e, k])
            else:
                y0 = np.float64(chunk[a, k]) if 0 <= a < frames else 0.0
                x = np.float64(chunk[b, k]) if 0 <= b < frames else 0.0
                y2 = np.float64(chunk[c, k]) if 0 <= c < frames else 0.0
                y3 = np.float64(chunk[e, k]) if 0 <= e < frames else 0.0
            if f != 0.0:
                cubic = 0.5 * (y3 - y0) + 1.5 * (x - y2)
                square = y0 - 2.5 * x + 2.0 * y2 - 0.5 * y3
                x = ((cubic * f + square) * f + 0.5 * (y2 - y0)) * f + x
            if isfinite(x):
                x *= gain
                out[i, k] += x
                if sends[0] != 0.0:
                    delay[i, k] += x * sends[0]
                if sends[1] != 0.0:
                    reverb[i, k] += x * sends[1]
            else:
                bad += 1
    return bad


def glide(values: NDArray[np.float64], state: NDArray[np.float64], goal: float, phase: int, pull: float) -> None:
    """Fill ``values`` (frames,) with a smoothed value on its way to ``goal``.

    state (2,): where the present ramp starts and ends; phase, pull: as of ``add_strip``.
    """
    for i in range(values.shape[0]):
        if phase == 0:
            state[0] = state[1]
            way = goal - state[1]
            state[1] = goal if abs(way) < SNAP else state[1] + way * pull
        values[i] = state[1] if state[0] == state[1] else state[0] + (state[1] - state[0]) * ((phase + 1) / QUANTUM)
        phase = (phase + 1) % QUANTUM


def morph(
    weight: NDArray[np.float64], gain: NDArray[np.float64], place: NDArray[np.float64], point: NDArray[np.float64]
) -> None:
    """Fill ``weight`` (frames,) with ``gain`` times the share of one point of a strip while ``place`` moves along it.

    point (6,): the place before it, its own, the one after it, the correlation with either neighbour, and what it is
    multiplied by. Between two points the law is that of ``fade``; on the point itself the share is exactly 1. A place
    before an end point is that point's own where it is its own neighbour.
    """
    low, here, high, below, above, scale = point[0], point[1], point[2], point[3], point[4], point[5]
    for i in range(weight.shape[0]):
        x = place[i]
        if x < here:
            t = 1.0 if low == here else max(0.0, (x - low) / (here - low))
            rho = below
        else:
            t = 1.0 if high == here else max(0.0, (high - x) / (high - here))
            rho = above
        weight[i] = gain[i] * scale * (t / sqrt(1.0 - 2.0 * t * (1.0 - t) * (1.0 - rho)))
