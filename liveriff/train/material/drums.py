"""Drum hits by synthesis: analogue-style machines. Each function draws its settings from a generator."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.fft

from liveriff.train.material.voices import RATE, Audio

Generator = np.random.Generator
PI2 = 2.0 * np.pi


def _time(seconds: float) -> np.ndarray:
    return np.arange(int(seconds * RATE)) / RATE


def _noise(rng: Generator, frames: int, low: float, high: float) -> np.ndarray:
    """White noise with smooth edges at ``low`` and ``high`` Hz, unit deviation."""
    size = scipy.fft.next_fast_len(frames, real=True)
    spectrum = scipy.fft.rfft(rng.standard_normal(size))
    hz = np.linspace(0, RATE / 2, len(spectrum))
    spectrum *= (hz / low) ** 4 / (1 + (hz / low) ** 4) / (1 + (hz / high) ** 4) ** 0.5
    out: np.ndarray = scipy.fft.irfft(spectrum, size)[:frames]
    return out / (out.std() + 1e-9)


def _finish(sound: np.ndarray, peak: float = 1.0) -> Audio:
    """Peak level, short fade at the end."""
    sound = sound / (np.abs(sound).max() + 1e-9) * peak
    fade = min(len(sound), 400)
    sound[-fade:] *= np.linspace(1, 0, fade)
    return sound.astype(np.float32)


def kick(rng: Generator, machine: str) -> Audio:
    """A falling sine with a click. 808: long and soft; 909: punch; hard: driven."""
    decay = {"808": rng.uniform(0.25, 0.6), "909": rng.uniform(0.12, 0.25), "hard": rng.uniform(0.14, 0.25)}[machine]
    base = rng.uniform(44, 58)
    start = base * {"808": rng.uniform(1.6, 2.5), "909": rng.uniform(3, 5), "hard": rng.uniform(4, 8)}[machine]
    fall = rng.uniform(0.012, 0.035)
    t = _time(min(decay * 5.0, 1.8))
    phase = PI2 * (base * t + (start - base) * fall * (1 - np.exp(-t / fall)))
    body = np.sin(phase) * np.exp(-t / decay)
    body[: int(0.001 * RATE)] *= np.linspace(0, 1, int(0.001 * RATE))
    click = _noise(rng, len(t), 1500, 9000) * np.exp(-t / 0.004) * {"808": 0.05, "909": 0.22, "hard": 0.3}[machine]
    drive = {"808": rng.uniform(1, 2), "909": rng.uniform(1.2, 2.5), "hard": rng.uniform(3, 8)}[machine]
    return _finish(np.tanh(drive * (body + click)))


def snare(rng: Generator, machine: str) -> Audio:
    """Two falling sines and a band of noise."""
    decay = rng.uniform(0.06, 0.18)
    tone = rng.uniform(165, 230)
    t = _time(0.6)
    bend = 1 + 0.5 * np.exp(-t / 0.015)
    shell = np.sin(PI2 * np.cumsum(tone * bend) / RATE) + 0.6 * np.sin(PI2 * np.cumsum(tone * 1.78 * bend) / RATE)
    shell *= np.exp(-t / rng.uniform(0.04, 0.1))
    wires = _noise(rng, len(t), rng.uniform(700, 2200), rng.uniform(7000, 14000)) * np.exp(-t / decay)
    mixed = shell * rng.uniform(0.3, 0.9) + wires * rng.uniform(0.35, 0.6)
    return _finish(np.tanh(mixed * (2.5 if machine == "hard" else 1.3)))


def clap(rng: Generator, machine: str) -> Audio:
    """Three or four bursts of band-limited noise, then a tail."""
    t = _time(0.55)
    middle = rng.uniform(900, 1500)
    noise = _noise(rng, len(t), middle * 0.7, middle * rng.uniform(2.5, 5))
    gain = 0.55 * np.exp(-t / rng.uniform(0.05, 0.13)) * (t > 0.024)
    for k in range(int(rng.integers(3, 5))):
        since = t - 0.009 * k
        gain = np.maximum(gain, np.where(since >= 0, np.exp(-np.maximum(since, 0) / 0.004), 0.0))
    return _finish(noise * gain)


def _metal(rng: Generator, seconds: float) -> np.ndarray:
    """Six square waves at inharmonic pitches, as in the machines' cymbals."""
    t = _time(seconds)
    scale = rng.uniform(0.85, 1.25)
    return sum((np.sign(np.sin(PI2 * hz * scale * t)) for hz in (205.3, 304.4, 369.6, 522.7, 540.0, 800.0)), 0.0 * t)


def _cymbal(rng: Generator, machine: str, decay: float, low: float, seconds: float) -> Audio:
    ring = _metal(rng, seconds)
    spectrum = scipy.fft.rfft(ring)
    hz = np.linspace(0, RATE / 2, len(spectrum))
    ring = scipy.fft.irfft(spectrum * (hz / low) ** 6 / (1 + (hz / low) ** 6), len(ring))
    share = rng.uniform(0.1, 0.4) if machine == "808" else rng.uniform(0.4, 0.9)
    mixed = (1 - share) * ring / (ring.std() + 1e-9) + share * _noise(rng, len(ring), low, 16000)
    return _finish(mixed * np.exp(-_time(seconds)[: len(ring)] / decay))


def hat(rng: Generator, machine: str) -> Audio:
    """Closed hi-hat."""
    return _cymbal(rng, machine, rng.uniform(0.012, 0.035), rng.uniform(6000, 8500), 0.2)


def open_hat(rng: Generator, machine: str) -> Audio:
    """Open hi-hat."""
    return _cymbal(rng, machine, rng.uniform(0.09, 0.2), rng.uniform(5500, 8000), 0.7)


def ride(rng: Generator, machine: str) -> Audio:
    """Ride cymbal: long, lower, with a ping."""
    return _cymbal(rng, machine, rng.uniform(0.3, 0.5), rng.uniform(3500, 5000), 1.2)


def crash(rng: Generator, machine: str) -> Audio:
    """Crash cymbal."""
    return _cymbal(rng, "909", rng.uniform(0.5, 0.8), rng.uniform(2500, 4000), 1.9)


def tom(rng: Generator, machine: str) -> Audio:
    """Tom or conga-like drum: a sine that falls a little."""
    tone = rng.uniform(80, 190)
    t = _time(0.7)
    wave = np.sin(PI2 * np.cumsum(tone * (1 + rng.uniform(0.2, 0.6) * np.exp(-t / 0.04))) / RATE)
    return _finish(np.tanh(1.5 * (wave * np.exp(-t / rng.uniform(0.08, 0.2)))))


def conga(rng: Generator, machine: str) -> Audio:
    """Conga or bongo: short, higher, with a slap."""
    tone = rng.uniform(220, 480)
    t = _time(0.35)
    wave = np.sin(PI2 * tone * t) + 0.4 * np.sin(PI2 * tone * 1.52 * t)
    slap = _noise(rng, len(t), 800, 4000) * np.exp(-t / 0.008)
    return _finish(wave * np.exp(-t / rng.uniform(0.04, 0.1)) + 0.35 * slap)


def rim(rng: Generator, machine: str) -> Audio:
    """Rim shot or clave: two short sines."""
    t = _time(0.12)
    tone = rng.uniform(450, 1700)
    wave = np.sin(PI2 * tone * t) + 0.8 * np.sin(PI2 * tone * rng.uniform(1.4, 2.7) * t)
    return _finish(np.tanh(2 * wave * np.exp(-t / rng.uniform(0.008, 0.02))))


def shaker(rng: Generator, machine: str) -> Audio:
    """Shaker: noise that swells and falls."""
    t = _time(0.16)
    rise = rng.uniform(0.008, 0.02)
    gain = np.where(t < rise, t / rise, np.exp(-(t - rise) / rng.uniform(0.015, 0.035)))
    return _finish(_noise(rng, len(t), rng.uniform(4500, 7000), 14000) * gain)


def cowbell(rng: Generator, machine: str) -> Audio:
    """Cowbell: two square waves a fifth or so apart."""
    t = _time(0.4)
    tone = rng.uniform(500, 600)
    wave = np.sign(np.sin(PI2 * tone * t)) + np.sign(np.sin(PI2 * tone * 1.48 * t))
    spectrum = scipy.fft.rfft(wave)
    hz = np.linspace(0, RATE / 2, len(spectrum))
    wave = scipy.fft.irfft(spectrum * np.exp(-(np.log2(np.maximum(hz, 1) / 1100) ** 2)), len(t))
    return _finish(wave * (0.6 * np.exp(-t / 0.012) + 0.4 * np.exp(-t / rng.uniform(0.06, 0.14))))


def blip(rng: Generator, machine: str) -> Audio:
    """Electronic percussion: a short FM zap."""
    t = _time(0.25)
    tone = rng.uniform(200, 1400)
    fall = np.exp(-t / rng.uniform(0.01, 0.05))
    wave = np.sin(PI2 * np.cumsum(tone * (1 + rng.uniform(0, 3) * fall)) / RATE + rng.uniform(0, 4) * np.sin(PI2 * tone * 1.41 * t))
    return _finish(wave * np.exp(-t / rng.uniform(0.02, 0.07)))


PIECES: dict[str, Callable[[Generator, str], Audio]] = {
    "kick": kick,
    "snare": snare,
    "clap": clap,
    "hat": hat,
    "open": open_hat,
    "ride": ride,
    "crash": crash,
    "tom": tom,
    "conga": conga,
    "rim": rim,
    "shaker": shaker,
    "cowbell": cowbell,
    "blip": blip,
}
