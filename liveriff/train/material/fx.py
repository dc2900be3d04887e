"""Sound effects by name: risers, impacts, sirens, at most two seconds. Pure; peak about 1, 44.1 kHz mono."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from liveriff.train.material import drums, effects, percussion, samples
from liveriff.train.material.envelopes import Dice, clock, faded, fall, frames_of, noise, phase, unit
from liveriff.train.material.kernels import RATE, Sound, bandpass, lowpass, pulse, saw, single

FRAMES = 2 * RATE
"""Longest one-shot."""


def padded(sound: Sound, frames: int = FRAMES) -> Sound:
    """The sound cut or filled with silence."""
    out = np.zeros(frames, np.float32)
    out[: min(frames, len(sound))] = sound[:frames]
    return out


def _length(dice: Dice, low: float = 0.7, high: float = 1.9) -> int:
    return frames_of(float(dice.uniform(low, high)))


def _swept(dice: Dice, frames: int, up: bool) -> Sound:
    """Noise or saws through a filter that opens or closes."""
    place = np.linspace(0.0, 1.0, frames, dtype=np.float32)
    place = place if up else 1.0 - place
    cut = single(dice.uniform(120, 400) * 2.0 ** (place * dice.uniform(4.0, 6.0)))
    if dice.random() < 0.6:
        return lowpass(noise(dice, frames), cut, float(dice.uniform(0.3, 0.85)))
    hz = single(dice.uniform(60, 200) * 2.0 ** (place * dice.uniform(1.0, 3.0)))
    return lowpass(single(saw(hz, 0.0) + saw(single(hz * 1.01), 0.4)), cut, 0.3)


def riser(dice: Dice) -> Sound:
    """What leads up to a drop, and stops."""
    frames = _length(dice)
    loud = np.linspace(0.03, 1.0, frames, dtype=np.float32) ** 1.5
    if dice.random() < 0.3:  # gated in ever shorter pieces
        loud *= (np.sin(np.cumsum(np.linspace(8.0, 40.0, frames)) * 2 * np.pi / RATE) > -0.2).astype(np.float32)
    return faded(single(_swept(dice, frames, True) * loud), 0.01)


def downer(dice: Dice) -> Sound:
    """What falls after a drop."""
    frames = _length(dice)
    return faded(single(_swept(dice, frames, False) * fall(frames, float(dice.uniform(0.3, 0.8)))), 0.2)


def impact(dice: Dice) -> Sound:
    """A boom in a large room."""
    boom = drums.swept_kick(dice, 35.0, dice.uniform(90, 200), 0.08, dice.uniform(0.25, 0.45), 0.5)
    struck = padded(boom)
    if dice.random() < 0.5:
        metal = percussion.crash(dice)
        struck[: min(FRAMES, len(metal))] += 0.3 * metal[:FRAMES]
    return effects.reverb(struck, dice, 2.5, dice.uniform(0.4, 1.0))


def laser(dice: Dice) -> Sound:
    """A falling pulse wave."""
    frames = _length(dice, 0.12, 0.6)
    hz = dice.uniform(80, 300) + dice.uniform(1500, 5000) * fall(frames, float(dice.uniform(0.03, 0.15)))
    return faded(single(pulse(single(hz), 0.0, 0.4) * fall(frames, 0.2)), 0.02)


def hiss(dice: Dice) -> Sound:
    """Filtered noise that dies."""
    frames = _length(dice, 0.3, 1.6)
    cut = np.full(frames, dice.uniform(1500, 12000), np.float32)
    return single(lowpass(noise(dice, frames), cut, 0.3) * fall(frames, frames / RATE * 0.3))


def drone(dice: Dice) -> Sound:
    """A low hum of a few harmonics."""
    frames = _length(dice, 1.2, 1.95)
    hz = dice.uniform(50, 220)
    tone = np.zeros(frames, np.float32)
    for k in range(1, 9):
        tone += np.sin(phase(drums.steady(frames, hz * k * dice.uniform(0.99, 1.01)))) / np.float32(k)
    return faded(single(tone * np.minimum(1.0, clock(frames) * 20)), 0.5)


def computer(dice: Dice) -> Sound:
    """Tones at random heights, fast: a computer of the films."""
    frames = _length(dice, 0.3, 1.5)
    steps = np.repeat(dice.uniform(200, 4000, 128), frames_of(dice.uniform(0.02, 0.07)))[:frames]
    hz = padded(single(steps), frames)
    return faded(single(np.sin(phase(hz)) * fall(frames, frames / RATE * 0.5)), 0.02)


def glitch(dice: Dice) -> Sound:
    """Broken data."""
    sound = percussion.burst(dice)
    return effects.crushed(sound, int(dice.integers(1, 6)), int(dice.integers(3, 7)))


def stutter(dice: Dice) -> Sound:
    """One grain repeated, ever softer."""
    grain = percussion.zap(dice) if dice.random() < 0.5 else computer(dice)
    grain = faded(grain[: frames_of(dice.uniform(0.03, 0.09))], 0.004)
    repeats = int(dice.integers(5, 14))
    return np.concatenate([grain * np.float32(0.88**index) for index in range(repeats)])[:FRAMES]


def siren(dice: Dice) -> Sound:
    """A tone that swings up and down: dub siren, alarm."""
    frames = _length(dice, 0.8, 1.9)
    turn = clock(frames) * np.float32(dice.uniform(1.5, 9.0))
    swing = np.abs(2.0 * (turn % 1.0) - 1.0) if dice.random() < 0.6 else turn % 1.0
    hz = single(dice.uniform(300, 800) * 2.0 ** (swing * dice.uniform(0.5, 1.5)))
    tone = pulse(hz, 0.0, 0.5) if dice.random() < 0.5 else np.sin(phase(hz))
    return faded(single(lowpass(single(tone), drums.steady(frames, 5000.0), 0.2)), 0.15)


def whoosh(dice: Dice) -> Sound:
    """Something flies by."""
    frames = _length(dice, 0.5, 1.5)
    place = np.linspace(-1.0, 1.0, frames, dtype=np.float32)
    near = np.exp(-((place - 0.1) ** 2) * 8.0)
    centre = single(dice.uniform(300, 900) * 2.0 ** (near * dice.uniform(1.5, 3.5)))
    return single(bandpass(noise(dice, frames), centre, 0.5) * near)


def backwards(dice: Dice) -> Sound:
    """A cymbal or a drum played backwards."""
    name = int(dice.integers(3))
    sound = (percussion.crash, percussion.open_hat, drums.snare_linn)[name](dice)
    return faded(single(sound[::-1]), 0.004)


def _sampled(*names: str) -> Callable[[Dice], Sound]:
    return lambda dice: samples.sample(names[int(dice.integers(len(names)))])


FX: dict[str, Callable[[Dice], Sound]] = {
    "riser": riser, "fall": downer, "impact": impact, "zap": percussion.zap, "laser": laser, "noise": hiss,
    "drone": drone, "bleep": computer, "glitch": glitch, "stutter": stutter, "siren": siren, "sweep": whoosh,
    "reverse": backwards, "sample": _sampled(*samples.EFFECTS), "scratch": _sampled(*samples.SCRATCHES),
}  # fmt: skip
"""By the name the captions know; unit() of each is what is heard."""


def effect(name: str, dice: Dice) -> Sound:
    """One of FX; peak 1."""
    return unit(FX[name](dice))
