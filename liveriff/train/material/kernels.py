"""Sample-by-sample loops of the synthesisers, compiled. Pure; float64 state, float32 sound at 44.1 kHz."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

RATE = 44100
Sound = NDArray[np.float32]
"""Mono samples (frames,)."""


def single(samples: Any) -> Sound:
    """Samples in single precision."""
    return np.asarray(samples, np.float32)


@njit(cache=True, fastmath=True)  # type: ignore[untyped-decorator]
def _blep(phase: float, step: float) -> float:
    """Polynomial band-limited step (Valimaki and Huovilainen 2007)."""
    if phase < step:
        t = phase / step
        return t + t - t * t - 1.0
    if phase > 1.0 - step:
        t = (phase - 1.0) / step
        return t * t + t + t + 1.0
    return 0.0


@njit(cache=True, fastmath=True)  # type: ignore[untyped-decorator]
def saw(hz: Sound, phase: float) -> Sound:
    """Band-limited saw of a frequency curve (frames,), beginning at ``phase`` 0..1."""
    out = np.empty(len(hz), np.float32)
    for i in range(len(hz)):
        step = hz[i] / 44100.0
        out[i] = 2.0 * phase - 1.0 - _blep(phase, step)
        phase += step
        phase -= np.floor(phase)
    return out


@njit(cache=True, fastmath=True)  # type: ignore[untyped-decorator]
def pulse(hz: Sound, phase: float, width: float) -> Sound:
    """Band-limited pulse wave of ``width`` 0..1."""
    out = np.empty(len(hz), np.float32)
    for i in range(len(hz)):
        step = hz[i] / 44100.0
        value = 1.0 if phase < width else -1.0
        shifted = phase + 1.0 - width
        shifted -= np.floor(shifted)
        out[i] = value + _blep(phase, step) - _blep(shifted, step)
        phase += step
        phase -= np.floor(phase)
    return out


@njit(cache=True, fastmath=True)  # type: ignore[untyped-decorator]
def fm(hz: float, ratio: float, index: Sound, feedback: float) -> Sound:
    """Two-operator phase modulation; ``index`` (frames,) in radians."""
    out = np.empty(len(index), np.float32)
    before = 0.0
    for i in range(len(index)):
        turn = 2.0 * np.pi * hz * i / 44100.0
        modulator = np.sin(turn * ratio + feedback * before)
        before = modulator
        out[i] = np.sin(turn + index[i] * modulator)
    return out


@njit(cache=True, fastmath=True)  # type: ignore[untyped-decorator]
def lowpass(sound: Sound, cutoff: Sound, resonance: float) -> Sound:
    """Zero-delay state-variable low-pass (Zavalishin 2012, ch. 4); cutoff in Hz (frames,), resonance 0..1."""
    out = np.empty(len(sound), np.float32)
    damping = 2.0 - 1.9 * resonance
    first = second = 0.0
    for i in range(len(sound)):
        g = np.tan(np.pi * min(max(cutoff[i], 20.0), 19000.0) / 44100.0)
        high = (sound[i] - (damping + g) * first - second) / (1.0 + damping * g + g * g)
        band = g * high + first
        low = g * band + second
        first = g * high + band
        second = g * band + low
        out[i] = low
    return out


@njit(cache=True, fastmath=True)  # type: ignore[untyped-decorator]
def bandpass(sound: Sound, cutoff: Sound, resonance: float) -> Sound:
    """The same filter's band-pass output, unity gain at the centre."""
    out = np.empty(len(sound), np.float32)
    damping = 2.0 - 1.9 * resonance
    first = second = 0.0
    for i in range(len(sound)):
        g = np.tan(np.pi * min(max(cutoff[i], 20.0), 19000.0) / 44100.0)
        high = (sound[i] - (damping + g) * first - second) / (1.0 + damping * g + g * g)
        band = g * high + first
        low = g * band + second
        first = g * high + band
        second = g * band + low
        out[i] = band * damping
    return out


@njit(cache=True, fastmath=True)  # type: ignore[untyped-decorator]
def string(burst: Sound, hz: float, frames: int, damping: float, blend: float) -> Sound:
    """Plucked string (Karplus and Strong 1983) with a fractional delay, excited by ``burst``."""
    period = 44100.0 / hz - 0.5
    size = int(period) + 2
    line = np.zeros(size, np.float32)
    out = np.empty(frames, np.float32)
    part = period - np.floor(period)
    length = int(period)
    for i in range(frames):
        here = line[(i - length) % size]
        older = line[(i - length - 1) % size]
        value = here * (1.0 - part) + older * part
        newer = line[(i - length + 1) % size]
        value = damping * ((1.0 - blend) * value + blend * 0.5 * (value + newer * 0.5 + older * 0.5))
        if i < len(burst):
            value += burst[i]
        line[i % size] = value
        out[i] = value
    return out


@njit(cache=True, fastmath=True)  # type: ignore[untyped-decorator]
def add_circular(out: Sound, sound: Sound, start: int, gain: float) -> None:
    """Add a sound to a loop from frame ``start``; what reaches beyond the end goes on at the beginning."""
    frames = len(out)
    place = start % frames
    for i in range(len(sound)):
        out[place] += gain * sound[i]
        place += 1
        if place == frames:
            place = 0
