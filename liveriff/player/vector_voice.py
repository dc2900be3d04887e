"""The kernel ``scalar.add_voice`` in numpy: the test oracle, and what plays when numba cannot be imported.

Dozens of voices are added a block, and each call of numpy costs a microsecond whatever it does: where a voice neither
goes round nor meets an edge within the block, both channels are worked on as one complex number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from liveriff.player.scalar import Bus, Chunk, Counts

Row = NDArray[np.float64]
Pair = NDArray[np.complex128]
_COUNT = np.arange(1 << 13, dtype=np.int64)
_WIDEST = 8  # chunk frames a frame; what goes faster is looked up frame by frame


def add_voice(
    out: Bus,
    delay: Bus,
    reverb: Bus,
    sends: Row,
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
    """See ``scalar.add_voice``."""
    n, length = len(out), high - low
    d = (first + (count + _COUNT[:n]) * step).astype(np.float64)
    if loops and d[-1] >= length:
        d -= np.floor(d / length) * length
    last = n if loops or d[-1] < length else int(np.searchsorted(d, length))
    if fade > 0:
        last = min(last, max(0, fade - gone))
    if last <= 0:
        return 0
    d = d[:last]
    gain = _gain(d, n, length, rise, fall, begin, end, gone, fade)
    p: Row = high - 1 - d if backwards else low + d
    edges = (low, high) if loops else (0, frames)
    pairs = _pairs(chunk, p, edges)
    if pairs is None:
        x, bad = _one_by_one(chunk, p, frames, low, high, loops)
        pairs = x.view(np.complex128)[:, 0]
    else:
        bad = 0
    for bus, send in ((out, 1.0), (delay, float(sends[0])), (reverb, float(sends[1]))):
        if send:
            both = bus[:last].view(np.complex128)[:, 0]
            both += pairs * (gain * send)
    return bad


def _gain(
    d: Row, n: int, length: int, rise: int, fall: int, begin: float, end: float, gone: int, fade: int
) -> float | Row:
    """The voice's gain at each frame, or at all."""
    last = len(d)
    if not (rise or fall or fade > 0) and begin == end:
        return end
    gain = np.full(last, end) if begin == end else begin + (end - begin) * (_COUNT[:last] + 1) / n
    if rise:
        rises = d < rise
        gain[rises] *= (d[rises] + 1) / (rise + 1)
    if fall:
        falls = length - d < fall
        gain[falls] *= (length - d[falls]) / (fall + 1)
    if fade > 0:
        gain *= 1.0 - np.maximum(gone + _COUNT[:last] + 1, 0) / (fade + 1)
    return gain


def _pairs(chunk: Chunk, p: Row, edges: tuple[int, int]) -> Pair | None:
    """The sound at ``p``, left + i right; None where it meets an edge, jumps or is not finite."""
    ends = (float(p[0]), float(p[-1]))
    least, most = int(min(ends) // 1) - 1, int(max(ends) // 1) + 3
    if least < edges[0] or most > edges[1] or most - least > _WIDEST * (len(p) + 4):
        return None
    near = np.ascontiguousarray(chunk[least:most]).view(np.complex64)[:, 0].astype(np.complex128)
    b = p.astype(np.int64)  # nothing here is below 0
    f = p - b
    at = b - least
    if at.min() < 1 or at.max() > most - least - 3 or not np.isfinite(near).all():
        return None  # it goes round within the block
    x = near[at]
    if not f.any():
        return x
    y0, y2, y3 = near[at - 1], near[at + 1], near[at + 2]
    cubic = 0.5 * (y3 - y0) + 1.5 * (x - y2)
    square = y0 - 2.5 * x + 2.0 * y2 - 0.5 * y3
    between: Pair = ((cubic * f + square) * f + 0.5 * (y2 - y0)) * f + x
    return between if f.all() else np.where(f == 0.0, x, between)


def _one_by_one(chunk: Chunk, p: Row, frames: int, low: int, high: int, loops: bool) -> tuple[Row, int]:
    """The sound at ``p`` (frames, 2), each frame looked up by itself, and how many samples were not finite."""
    b = np.floor(p).astype(np.int64)
    f = (p - b)[:, None]
    x = _taken(chunk, frames, low, high, loops, b)
    if f.any():
        y0, y2, y3 = (_taken(chunk, frames, low, high, loops, b + k) for k in (-1, 1, 2))
        with np.errstate(invalid="ignore"):
            cubic = 0.5 * (y3 - y0) + 1.5 * (x - y2)
            square = y0 - 2.5 * x + 2.0 * y2 - 0.5 * y3
            between = ((cubic * f + square) * f + 0.5 * (y2 - y0)) * f + x
        x = np.where(f == 0.0, x, between)
    good = np.isfinite(x)
    bad = int(x.size - np.count_nonzero(good))
    return np.ascontiguousarray(np.where(good, x, 0.0) if bad else x), bad


def _taken(chunk: Chunk, frames: int, low: int, high: int, loops: bool, at: Counts) -> Row:
    """Frames of a sound: round the window, or silent outside of it all."""
    if loops:
        return chunk[low + (at - low) % (high - low)].astype(np.float64)
    inside = (at >= 0) & (at < frames)
    return np.where(inside[:, None], chunk[np.where(inside, at, 0)], 0.0).astype(np.float64)
