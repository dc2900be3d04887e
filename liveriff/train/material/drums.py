"""Synthesised drums: each function draws one drum's sound from dice. Pure; peak 1, 44.1 kHz mono."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from liveriff.train.material.envelopes import Dice, clock, faded, fall, frames_of, noise, phase, unit
from liveriff.train.material.kernels import Sound, bandpass, lowpass, pulse, single

Drum = Callable[[Dice], Sound]


def _steady(frames: int, value: float) -> Sound:
    return np.full(frames, value, np.float32)


def _highpassed(sound: Sound, hz: float) -> Sound:
    return single(sound - lowpass(sound, _steady(len(sound), hz), 0.3))


def swept_kick(dice: Dice, base: float, top: float, bend_s: float, length_s: float, click: float) -> Sound:
    """A sine that falls from ``top`` to ``base`` Hz, with a click; what 808 and 909 kicks have in common."""
    frames = frames_of(length_s * 5)
    hz = base + (top - base) * fall(frames, bend_s) + top * 3.0 * click * fall(frames, 0.004)
    body = np.sin(phase(hz)) * fall(frames, length_s)
    body[: frames_of(0.006)] += click * noise(dice, frames_of(0.006)) * 0.5
    return faded(unit(body), 0.02)


def kick_808(dice: Dice) -> Sound:
    """Long, round."""
    return swept_kick(dice, dice.uniform(42, 54), dice.uniform(110, 170), 0.03, dice.uniform(0.14, 0.4), 0.1)


def kick_909(dice: Dice) -> Sound:
    """Short and hard, slightly driven."""
    body = swept_kick(dice, dice.uniform(46, 58), dice.uniform(190, 300), 0.025, dice.uniform(0.08, 0.15), 0.5)
    return unit(np.tanh(body * dice.uniform(1.2, 3.0)))


def kick_hard(dice: Dice) -> Sound:
    """Distorted, rumbling: industrial and hard techno."""
    body = swept_kick(dice, dice.uniform(44, 55), dice.uniform(260, 420), 0.03, dice.uniform(0.12, 0.22), 0.8)
    return unit(np.tanh(body * dice.uniform(5.0, 12.0)))


def _snare(dice: Dice, tone: float, tail_s: float, snap: float) -> Sound:
    frames = frames_of(tail_s * 6)
    body = np.sin(phase(tone + tone * fall(frames, 0.01))) * fall(frames, tail_s * 0.6)
    body += 0.5 * np.sin(phase(_steady(frames, tone * 1.7))) * fall(frames, tail_s * 0.4)
    rattle = _highpassed(noise(dice, frames), 900.0) * fall(frames, tail_s)
    return faded(unit(body + snap * rattle), 0.02)


def snare_808(dice: Dice) -> Sound:
    """Tone and a little noise."""
    return _snare(dice, dice.uniform(165, 200), dice.uniform(0.05, 0.09), dice.uniform(0.7, 1.1))


def snare_909(dice: Dice) -> Sound:
    """Bright noise over a short tone."""
    return _snare(dice, dice.uniform(180, 240), dice.uniform(0.06, 0.13), dice.uniform(1.2, 2.2))


def clap(dice: Dice) -> Sound:
    """Four bursts of band noise, the last one with a tail."""
    frames = frames_of(0.5)
    envelope = np.zeros(frames, np.float32)
    for index in range(4):
        start = frames_of(0.009 * index)
        tail = dice.uniform(0.05, 0.12) if index == 3 else 0.006
        envelope[start:] += fall(frames - start, tail)
    centre = _steady(frames, dice.uniform(900, 1700))
    return faded(unit(bandpass(noise(dice, frames), centre, 0.6) * envelope), 0.05)


def _metal(dice: Dice, seconds: float, base: float, edge: float) -> Sound:
    """Six detuned pulse waves and noise, high-passed: an analogue cymbal."""
    frames = frames_of(seconds * 5)
    ratios = (1.0, 1.342, 1.2312, 1.6532, 1.9523, 2.1523)
    tones = sum(pulse(_steady(frames, base * ratio), float(dice.uniform()), 0.5) for ratio in ratios)
    mixed = np.asarray(tones, np.float32) * 0.2 + noise(dice, frames) * dice.uniform(0.3, 1.2)
    return faded(unit(_highpassed(_highpassed(mixed, edge), edge) * fall(frames, seconds)), 0.01)


def hat(dice: Dice) -> Sound:
    """Closed hi-hat."""
    return _metal(dice, dice.uniform(0.012, 0.04), dice.uniform(280, 560), dice.uniform(6000, 9500))


def open_hat(dice: Dice) -> Sound:
    """Open hi-hat."""
    return _metal(dice, dice.uniform(0.08, 0.2), dice.uniform(280, 560), dice.uniform(5500, 8500))


def ride(dice: Dice) -> Sound:
    """Ride cymbal."""
    return _metal(dice, dice.uniform(0.15, 0.3), dice.uniform(420, 700), dice.uniform(4000, 6000))


def shaker(dice: Dice) -> Sound:
    """Noise that swells and dies."""
    frames = frames_of(0.12)
    swell = np.minimum(1.0, clock(frames) / np.float32(dice.uniform(0.01, 0.03))) * fall(frames, 0.03)
    return faded(unit(_highpassed(noise(dice, frames), dice.uniform(4000, 7000)) * swell), 0.02)


def rim(dice: Dice) -> Sound:
    """Rim shot: two short tones."""
    frames = frames_of(0.09)
    tones = np.sin(phase(_steady(frames, dice.uniform(450, 520)))) + np.sin(
        phase(_steady(frames, dice.uniform(1500, 1900)))
    )
    return faded(unit(np.tanh(tones * 2.0) * fall(frames, 0.012)), 0.01)


def tom(dice: Dice) -> Sound:
    """A tom or conga."""
    return swept_kick(dice, dice.uniform(80, 240), dice.uniform(260, 420), 0.02, dice.uniform(0.06, 0.16), 0.15)


def cowbell(dice: Dice) -> Sound:
    """Two pulse waves a tritone-ish apart."""
    frames = frames_of(0.35)
    tones = pulse(_steady(frames, 540.0), 0.0, 0.5) + pulse(_steady(frames, 800.0), 0.3, 0.5)
    centre = _steady(frames, dice.uniform(750, 950))
    return faded(unit(bandpass(tones, centre, 0.5) * (fall(frames, 0.02) + 0.4 * fall(frames, 0.09))), 0.02)


def block(dice: Dice) -> Sound:
    """Wood block, clave, bleep."""
    frames = frames_of(0.15)
    hz = _steady(frames, dice.uniform(700, 2600))
    return faded(unit(np.sin(phase(hz)) * fall(frames, dice.uniform(0.008, 0.03))), 0.01)


def zap(dice: Dice) -> Sound:
    """A falling sine: electro tom, laser."""
    frames = frames_of(0.4)
    hz = dice.uniform(60, 200) + dice.uniform(1500, 6000) * fall(frames, dice.uniform(0.01, 0.05))
    return faded(unit(np.sin(phase(hz)) * fall(frames, dice.uniform(0.04, 0.1))), 0.02)
