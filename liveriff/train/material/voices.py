"""Oscillators: one note of a subtractive, FM, plucked or organ voice as a float32 array at 44.1 kHz.

The kernels are compiled. Every parameter is a plain number, so that a patch is a tuple that can key a cache.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

Audio = NDArray[np.float32]
RATE = 44100
F = TypeVar("F")

if TYPE_CHECKING:

    def compiled(function: F) -> F:
        """Seen by the type checker only."""
        return function
else:

    def compiled(function: Any) -> Any:
        """Machine code, kept on disk between runs."""
        return numba.njit(cache=True, fastmath=True)(function)


@compiled
def _blep(phase: float, step: float) -> float:
    """Polynomial correction of a downward jump at phase 0, two samples wide."""
    if phase < step:
        t = phase / step
        return t + t - t * t - 1.0
    if phase > 1.0 - step:
        t = (phase - 1.0) / step
        return t * t + t + t + 1.0
    return 0.0


@compiled
def _oscillate(out: Any, hz: float, saw: float, pulse: float, width: float, start: float, gain: float) -> None:
    """Add a band-limited saw and pulse of ``hz`` to ``out``."""
    step = hz / 44100.0
    phase = start
    for i in range(out.shape[0]):
        value = saw * (2.0 * phase - 1.0 - _blep(phase, step))
        if pulse > 0.0:
            other = phase + 1.0 - width
            other -= math.floor(other)
            level = 1.0 if phase < width else -1.0
            value += pulse * (level + _blep(phase, step) - _blep(other, step))
        out[i] += gain * value
        phase += step
        if phase >= 1.0:
            phase -= 1.0


@compiled
def _sine(out: Any, hz: float, gain: float) -> None:
    turn = 2.0 * math.pi * hz / 44100.0
    for i in range(out.shape[0]):
        out[i] += gain * math.sin(turn * i)


@compiled
def _lowpass(out: Any, base: float, sweep: float, decay: float, rise: float, resonance: float) -> None:
    """State-variable low-pass in place; cutoff falls from base * 2**sweep to base with time constant ``decay`` s."""
    damp = 2.0 - 1.96 * resonance
    low, band = 0.0, 0.0
    g, a = 0.0, 0.0
    for i in range(out.shape[0]):
        if i % 16 == 0:
            t = i / 44100.0
            up = 1.0 if rise <= 0.0 else min(1.0, t / rise)
            hz = min(17000.0, base * 2.0 ** (sweep * up * math.exp(-max(0.0, t - rise) / decay)))
            g = math.tan(math.pi * hz / 44100.0)
            a = 1.0 / (1.0 + g * (g + damp))
        high = (out[i] - low * 1.0 - (g + damp) * band) * a
        v = g * high
        passed = v + band
        band = passed + v
        v = g * passed
        tone = v + low
        low = tone + v
        out[i] = tone


@compiled
def envelope(out: Any, held: int, attack: float, decay: float, sustain: float, release: float) -> None:
    """Attack, exponential decay to ``sustain``, release after ``held`` samples; seconds; in place."""
    rise = max(1.0, attack * 44100.0)
    fall = max(1.0, release * 44100.0)
    last = out.shape[0]
    for i in range(last):
        gain = i / rise if i < rise else sustain + (1.0 - sustain) * math.exp(-(i - rise) / (decay * 44100.0))
        if i > held:
            gain *= math.exp(-4.0 * (i - held) / fall)
        left = last - i
        if left < 256:
            gain *= left / 256.0
        out[i] *= gain


@compiled
def _fm(out: Any, hz: float, ratio: float, index: float, index_decay: float, feedback: float) -> None:
    """Add a two-operator voice; the modulation index decays with ``index_decay`` seconds."""
    carrier = 2.0 * math.pi * hz / 44100.0
    last = 0.0
    for i in range(out.shape[0]):
        depth = index * math.exp(-i / (44100.0 * index_decay))
        last = math.sin(carrier * ratio * i + feedback * last)
        out[i] += math.sin(carrier * i + depth * last)


@compiled
def _string(out: Any, line: Any, delay: float, damping: float, loss: float) -> None:
    """Karplus-Strong into ``out``: ``line`` holds the pluck; ``delay`` samples, fraction by interpolation."""
    size = line.shape[0]
    kept = 0.0
    write = 0
    for i in range(out.shape[0]):
        read = write - delay + size
        whole = int(read)
        part = read - whole
        value = line[whole % size] * (1.0 - part) + line[(whole + 1) % size] * part
        kept = value * (1.0 - damping) + kept * damping
        out[i] = value
        line[write] = kept * loss if i >= delay else line[write]
        write = (write + 1) % size


def subtractive(hz: float, frames: int, held: int, patch: dict[str, float], seed: int) -> Audio:
    """Detuned saws and pulses, a sub sine and noise through a swept low-pass; ``held`` samples before the release."""
    rng = np.random.default_rng(seed)
    out = np.zeros(frames, np.float32)
    count = int(patch.get("voices", 1))
    spread = patch.get("detune", 8.0)
    for k in range(count):
        cents = 0.0 if count == 1 else spread * (2.0 * k / (count - 1) - 1.0)
        tuned = hz * 2.0 ** (cents / 1200.0)
        start = float(rng.uniform()) if count > 1 else 0.0
        width = patch.get("width", 0.5)
        _oscillate(out, tuned, patch.get("saw", 1.0), patch.get("pulse", 0.0), width, start, count**-0.6)
    if patch.get("noise", 0.0) > 0.0:
        out += np.float32(patch["noise"]) * rng.standard_normal(frames, np.float32)
    base = patch.get("cutoff", 2000.0) * (hz / 220.0) ** patch.get("track", 0.4)
    _lowpass(out, base, patch.get("sweep", 0.0), patch.get("sweep_s", 0.2), patch.get("rise", 0.0), patch.get("res", 0.2))
    if patch.get("sub", 0.0) > 0.0:
        _sine(out, hz * patch.get("sub_ratio", 1.0), patch["sub"])
    _shape(out, held, patch)
    return out


def fm(hz: float, frames: int, held: int, patch: dict[str, float], seed: int) -> Audio:
    """One or two FM pairs (the second, at ``ratio2``, is the tine of an electric piano or the clang of a bell)."""
    del seed
    out = np.zeros(frames, np.float32)
    _fm(out, hz, patch.get("ratio", 1.0), patch.get("index", 1.5), patch.get("index_s", 0.3), patch.get("feedback", 0.0))
    if patch.get("ratio2", 0.0) > 0.0:
        second = np.zeros(frames, np.float32)
        _fm(second, hz, patch["ratio2"], patch.get("index2", 0.6), patch.get("index2_s", 0.08), 0.0)
        out += np.float32(patch.get("level2", 0.4)) * second
    _shape(out, held, patch)
    return out


def string(hz: float, frames: int, held: int, patch: dict[str, float], seed: int) -> Audio:
    """A plucked string."""
    rng = np.random.default_rng(seed)
    damping = patch.get("damping", 0.4)
    delay = RATE / hz - damping / (1.0 - damping)
    line = np.zeros(int(delay) + 4, np.float32)
    burst = rng.uniform(-1.0, 1.0, len(line)).astype(np.float32)
    burst -= burst.mean()
    soft = int(patch.get("soft", 1.0))
    for _ in range(soft):
        burst = ((burst + np.roll(burst, 1)) / 2).astype(np.float32)
    line[:] = burst / (np.abs(burst).max() + 1e-6)
    out = np.zeros(frames, np.float32)
    _string(out, line, delay, damping, 0.5 ** (1.0 / (hz * patch.get("ring", 0.6))))
    _shape(out, held, patch)
    return out


def organ(hz: float, frames: int, held: int, patch: dict[str, float], seed: int) -> Audio:
    """Sines at the drawbars' ratios; ``bars`` picks a registration."""
    del seed
    levels = ((1, 1, 1, 0, 0), (1, 0.6, 1, 0.8, 0), (1, 0, 0.8, 0, 0.6), (0.8, 1, 0.4, 0.6, 0.4))[int(patch.get("bars", 0))]
    out = np.zeros(frames, np.float32)
    for ratio, level in zip((0.5, 1.0, 1.5, 2.0, 4.0), levels, strict=True):
        if level and hz * ratio < 15000:
            _sine(out, hz * ratio, level * 0.5)
    _shape(out, held, patch)
    return out


def _shape(out: Audio, held: int, patch: dict[str, float]) -> None:
    """Amplitude envelope, tremolo and drive, in place."""
    times = (patch.get("a", 0.003), patch.get("d", 0.3), patch.get("s", 0.7), patch.get("r", 0.08))
    if patch.get("wobble", 0.0) > 0.0:
        turn = np.arange(len(out), dtype=np.float32) * np.float32(2 * math.pi * patch["wobble"] / RATE)
        out *= 1.0 - np.float32(patch.get("wobble_depth", 0.5)) * (0.5 - 0.5 * np.cos(turn))
    drive = patch.get("drive", 0.0)
    if drive > 0.0:
        np.tanh(out * np.float32(1.0 + drive), out=out)
    envelope(out, held, *times)
