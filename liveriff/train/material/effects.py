"""Effects on a loop: they wrap round, so that a loop stays a loop. Arrays are float32 (frames,) at 44.1 kHz."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from liveriff.train.material.voices import RATE, Audio

Generator = np.random.Generator


def add(buffer: Audio, sound: Audio, at: int, gain: float = 1.0) -> None:
    """Mix ``sound`` into the circular ``buffer`` from frame ``at``; what is past the end goes to the beginning."""
    size = len(buffer)
    at %= size
    done = 0
    while done < len(sound):
        part = sound[done : done + size - at]
        buffer[at : at + len(part)] += np.float32(gain) * part
        done += len(part)
        at = 0


def convolve(loop: Audio, response: Audio) -> Audio:
    """Circular convolution of a loop with a response; a longer response is folded onto the loop's length."""
    folded = np.zeros(len(loop), np.float32)
    add(folded, response, 0)
    size = len(loop)
    spectrum = scipy.fft.rfft(loop) * scipy.fft.rfft(folded)
    result: Audio = scipy.fft.irfft(spectrum, size).astype(np.float32)
    return result


@lru_cache(maxsize=32)
def room(seconds: float, dark: float, seed: int) -> Audio:
    """Exponential noise, unit energy; ``seconds`` to -60 dB, ``dark`` 0..1 takes the treble away."""
    frames = int(seconds * RATE)
    noise = np.random.default_rng(seed).standard_normal(frames)
    spectrum = scipy.fft.rfft(noise)
    hz = np.linspace(1.0, RATE / 2, len(spectrum))
    edge = 9000.0 * (1.0 - dark) + 900.0
    spectrum *= 1.0 / (1.0 + (hz / edge) ** 2) * hz / (hz + 150.0)
    tail = scipy.fft.irfft(spectrum, frames) * np.exp(-6.9 * np.arange(frames) / frames)
    tail[: min(200, frames)] *= np.linspace(0, 1, min(200, frames))
    unit: Audio = (tail / np.sqrt(np.sum(tail**2))).astype(np.float32)
    return unit


def reverb(loop: Audio, wet: float, seconds: float, dark: float, seed: int) -> Audio:
    """The loop with a room; ``wet`` is the room's energy relative to the loop's."""
    size = min(len(loop), RATE * 4)
    length = round(min(seconds, size / RATE), 1)
    return loop + np.float32(wet) * convolve(loop, room(length, round(dark, 1), seed % 4))


def echo(loop: Audio, steps: float, feedback: float, wet: float) -> Audio:
    """Repeats every ``steps`` sixteenths of the 32 of the loop, each duller and softer."""
    size = len(loop)
    delay = round(steps * size / 32)
    out = loop.copy()
    tap = loop
    gain = wet
    while gain > 0.03:
        tap = np.roll(tap, delay)
        tap = ((tap + np.roll(tap, 1) + np.roll(tap, 2)) / 3).astype(np.float32)
        out += np.float32(gain) * tap
        gain *= feedback
    return out


def duck(loop: Audio, hits: NDArray[np.int64], depth: float, seconds: float) -> Audio:
    """Side-chain: the level falls by ``depth`` (0..1) at every hit and recovers within ``seconds``."""
    if not len(hits):
        return loop
    size = len(loop)
    dip = np.zeros(size, np.float32)
    curve = np.exp(-((np.arange(int(seconds * RATE * 1.6)) / (seconds * RATE)) ** 2) * 3.0).astype(np.float32)
    for hit in hits:
        place = (int(hit) + np.arange(min(size, len(curve)))) % size
        np.maximum.at(dip, place, curve[: len(place)])
    ducked: Audio = loop * (1.0 - np.float32(depth) * dip)
    return ducked


def tilt(loop: Audio, low_hz: float = 0.0, high_hz: float = 0.0) -> Audio:
    """Gentle circular high-pass at ``low_hz`` and low-pass at ``high_hz`` (second order in magnitude; 0: none)."""
    spectrum = scipy.fft.rfft(loop)
    hz = np.linspace(1e-3, RATE / 2, len(spectrum), dtype=np.float32)
    if low_hz:
        spectrum *= (hz / low_hz) ** 2 / (1.0 + (hz / low_hz) ** 2)
    if high_hz:
        spectrum *= 1.0 / (1.0 + (hz / high_hz) ** 4) ** 0.5
    result: Audio = scipy.fft.irfft(spectrum, len(loop)).astype(np.float32)
    return result


def crush(loop: Audio, hold: int, levels: int) -> Audio:
    """Old sampler: each ``hold`` samples keep one value, quantised to ``levels`` steps of the peak."""
    held = np.repeat(loop[::hold], hold)[: len(loop)]
    peak = float(np.abs(held).max()) + 1e-9
    result: Audio = (np.round(held / peak * levels) / levels * peak).astype(np.float32)
    return result


def level(loop: Audio, rms: float, ceiling: float = 0.88) -> Audio:
    """The loop at ``rms``; peaks bend softly and never pass ``ceiling``."""
    now = float(np.sqrt(np.mean(np.square(loop)))) + 1e-9
    scaled = loop * np.float32(rms / now)
    knee = ceiling * 0.6
    over = np.abs(scaled) - knee
    bent = knee + (ceiling - knee) * np.tanh(over / (ceiling - knee))
    result: Audio = np.where(over > 0, np.sign(scaled) * bent, scaled).astype(np.float32)
    return result
