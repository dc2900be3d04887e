"""Curves that notes are made with: times, falls, attack and release. Pure; float32 at 44.1 kHz."""

from __future__ import annotations

import numpy as np

from liveriff.train.material.kernels import RATE, Sound, single

Dice = np.random.Generator


def frames_of(seconds: float) -> int:
    """Frames of a time, at least one."""
    return max(1, int(seconds * RATE))


def clock(frames: int) -> Sound:
    """Seconds of each frame."""
    return single(np.arange(frames, dtype=np.float32) / np.float32(RATE))


def fall(frames: int, seconds: float) -> Sound:
    """Exponential decay to 1/e in ``seconds``."""
    return single(np.exp(-clock(frames) / np.float32(seconds)))


def adsr(seconds: float, attack: float, decay: float, sustain: float, release: float) -> Sound:
    """Exponential envelope of a note held for ``seconds``; its release comes after them."""
    held = frames_of(seconds)
    time = clock(held)
    body = sustain + (1.0 - sustain) * np.exp(-np.maximum(0.0, time - attack) / max(decay, 1e-3))
    body = (body * np.minimum(1.0, time / max(attack, 1e-3))).astype(np.float32)
    tail = frames_of(release * 3)
    last = body[-1] * np.exp(-clock(tail) / np.float32(max(release, 1e-3)))
    return np.concatenate((body, last * np.linspace(1.0, 0.0, tail, dtype=np.float32)))


def faded(sound: Sound, seconds: float) -> Sound:
    """The sound with a cosine fade to silence over its last ``seconds``."""
    frames = min(len(sound), frames_of(seconds))
    out = sound.astype(np.float32, copy=True)
    out[len(out) - frames :] *= 0.5 + 0.5 * np.cos(np.linspace(0.0, np.pi, frames, dtype=np.float32))
    return out


def phase(hz: Sound) -> Sound:
    """Radians of a frequency curve."""
    return (np.cumsum(hz, dtype=np.float64) * (2.0 * np.pi / RATE)).astype(np.float32)


def noise(dice: Dice, frames: int) -> Sound:
    """White noise within -1..1."""
    return dice.uniform(-1.0, 1.0, frames).astype(np.float32)


def hz_of(note: float) -> float:
    """Frequency of a MIDI note number."""
    return float(440.0 * 2.0 ** ((note - 69.0) / 12.0))


def unit(sound: Sound) -> Sound:
    """The sound with a peak of 1."""
    peak = float(np.abs(sound).max(initial=0.0))
    return (sound / max(peak, 1e-6)).astype(np.float32)
