"""Sample-by-sample loops of the synthesisers, compiled. Pure; float64 state, float32 sound at 44.1 kHz."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

RATE = 44100
F = TypeVar("F", bound=Callable[..., Any])
Sound = NDArray[np.float32]
"""Mono samples (frames,)."""


def single(samples: Any) -> Sound:
    """Samples in single precision."""
    return np.asarray(samples, np.float32)


def compiled(function: F) -> F:
    """The function compiled; kept on disk where any folder can be written (beside it, or the user's cache)."""
    try:
        kept: F = njit(cache=True, fastmath=True)(function)
    except RuntimeError:  # no folder for the cache: compile anew in each process
        kept = njit(fastmath=True)(function)
    return kept


@compiled
def _blep(phase: float, step: float) -> float:
    """Polynomial band-limited step (Valimaki and Huovilainen 2007)."""
    if phase < step:
        t = phase / step
        return t + t - t * t - 1.0
    if phase > 1.0 - step:
        t = (phase - 1.0) / step
        return t * t + t + t + 1.0
    return 0.0


@compiled
def saw(hz: Sound, phase: float) -> Sound:
    """Band-limited saw of a frequency curve (frames,), beginning at ``phase`` 0..1."""
    out = np.empty(len(hz), np.float32)
    for i in range(len(hz)):
        step = hz[i] / 44100.0
        out[i] = 2.0 * phase - 1.0 - _blep(phase, step)
        phase += step
        phase -= np.floor(phase)
    return out


@compiled
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


@compiled
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


@compiled
def lowpass(sound: Sound, cutoff: Sound, resonance: float) -> Sound:
    """Zero-delay state-variable low-pass (Zavalishin 2012, ch. 4); cutoff in Hz (frames,), resonance 0..1."""
    out = np.empty(len(sound), np.float32)
    damping = 2.0 - 1.9 * resonance
    first = second = 0.0
    before = -1.0
    g = 0.0
    for i in range(len(sound)):
        if cutoff[i] != before:  # the tangent is the dear part
            before = cutoff[i]
            g = np.tan(np.pi * min(max(before, 20.0), 19000.0) / 44100.0)
        high = (sound[i] - (damping + g) * first - second) / (1.0 + damping * g + g * g)
        band = g * high + first
        low = g * band + second
        first = g * high + band
        second = g * band + low
        out[i] = low
    return out


@compiled
def bandpass(sound: Sound, cutoff: Sound, resonance: float) -> Sound:
    """The same filter's band-pass output, unity gain at the centre."""
    out = np.empty(len(sound), np.float32)
    damping = 2.0 - 1.9 * resonance
    first = second = 0.0
    before = -1.0
    g = 0.0
    for i in range(len(sound)):
        if cutoff[i] != before:  # the tangent is the dear part
            before = cutoff[i]
            g = np.tan(np.pi * min(max(before, 20.0), 19000.0) / 44100.0)
        high = (sound[i] - (damping + g) * first - second) / (1.0 + damping * g + g * g)
        band = g * high + first
        low = g * band + second
        first = g * high + band
        second = g * band + low
        out[i] = band * damping
    return out


@compiled
def string(burst: Sound, hz: float, frames: int, damping: float, blend: float) -> Sound:
    """Plucked string (Karplus and Strong 1983) with a fractional delay, excited by ``burst``."""
    period = 44100.0 / hz
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


@compiled
def add_circular(out: Sound, sound: Sound, start: int, gain: float) -> None:
    """Add a sound to a loop from frame ``start``; what reaches beyond the end goes on at the beginning."""
    frames = len(out)
    place = start % frames
    for i in range(len(sound)):
        out[place] += gain * sound[i]
        place += 1
        if place == frames:
            place = 0


@compiled
def _shelf(sound: Sound, share: float, treble: float) -> Sound:
    out = np.empty(len(sound), np.float32)
    low = 0.0
    for i in range(len(sound)):
        low += share * (sound[i] - low)
        out[i] = low + treble * (sound[i] - low)
    return out


def shelf(sound: Sound, hz: float, treble_db: float) -> Sound:
    """What lies above ``hz`` louder by ``treble_db``, with a 6 dB slope."""
    return _shelf(sound, 1.0 - float(np.exp(-2.0 * np.pi * hz / RATE)), 10.0 ** (treble_db / 20.0))


@compiled
def table_tone(hz: Sound, tables: Sound, place: Sound, phase: float) -> Sound:
    """A wavetable read at a frequency curve: ``tables`` (waves, size + 1), ``place`` (frames,) 0..waves - 1."""
    out = np.empty(len(hz), np.float32)
    size = tables.shape[1] - 1
    last = tables.shape[0] - 1
    for i in range(len(hz)):
        at = phase * size
        j = int(at)
        part = at - j
        wave = min(int(place[i]), last)
        upper = min(wave + 1, last)
        blend = place[i] - wave
        one = tables[wave, j] * (1.0 - part) + tables[wave, j + 1] * part
        other = tables[upper, j] * (1.0 - part) + tables[upper, j + 1] * part
        out[i] = one * (1.0 - blend) + other * blend
        phase += hz[i] / 44100.0
        phase -= np.floor(phase)
    return out


@compiled
def modes(hz: Sound, gains: Sound, decays: Sound, frames: int) -> Sound:
    """Struck modes: damped sines of ``hz`` with ``gains`` that fall to 1/e in ``decays`` seconds (all (modes,))."""
    out = np.zeros(frames, np.float32)
    for k in range(len(hz)):
        if hz[k] > 20000.0:
            continue
        turn = 2.0 * np.pi * hz[k] / 44100.0
        damp = np.exp(-1.0 / (44100.0 * decays[k]))
        turning = 2.0 * damp * np.cos(turn)
        before, now = 0.0, gains[k] * damp * np.sin(turn)
        for i in range(frames):
            out[i] += before
            before, now = now, turning * now - damp * damp * before
    return out


@compiled
def synced(hz: Sound, ratio: Sound, phase: float) -> Sound:
    """An oscillator ``ratio`` times as fast, restarted each period; faded by its end, so that no step is heard."""
    out = np.empty(len(hz), np.float32)
    for i in range(len(hz)):
        out[i] = (1.0 - phase) * np.sin(2.0 * np.pi * ratio[i] * phase) * 1.6
        phase += hz[i] / 44100.0
        phase -= np.floor(phase)
    return out
