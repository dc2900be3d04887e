"""Synthesised kicks, snares, claps and toms: each draws one drum's sound from dice. Pure; peak 1, 44.1 kHz mono."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from liveriff.train.material.envelopes import Dice, faded, fall, frames_of, noise, phase, unit
from liveriff.train.material.kernels import Sound, bandpass, lowpass, pulse, single

Drum = Callable[[Dice], Sound]


def steady(frames: int, value: float) -> Sound:
    """A curve that stays where it is."""
    return np.full(frames, value, np.float32)


def highpassed(sound: Sound, hz: float) -> Sound:
    """Without what lies below ``hz``."""
    return single(sound - lowpass(sound, steady(len(sound), hz), 0.3))


def driven(sound: Sound, amount: float) -> Sound:
    """Saturated, peak 1."""
    return unit(np.tanh(sound * np.float32(amount)))


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
    return driven(body, dice.uniform(1.2, 3.0))


def kick_606(dice: Dice) -> Sound:
    """Thin and short."""
    return swept_kick(dice, dice.uniform(58, 72), dice.uniform(110, 150), 0.015, dice.uniform(0.05, 0.09), 0.2)


def kick_linn(dice: Dice) -> Sound:
    """An early digital machine's: a felt beater on a damped skin."""
    body = swept_kick(dice, dice.uniform(55, 75), dice.uniform(120, 200), 0.012, dice.uniform(0.05, 0.1), 0.15)
    frames = frames_of(0.012)
    body[:frames] += lowpass(noise(dice, frames), steady(frames, dice.uniform(2000, 4500)), 0.2) * fall(frames, 0.003)
    return driven(body, 1.5)


def kick_hard(dice: Dice) -> Sound:
    """Distorted, rumbling: industrial and hard techno."""
    body = swept_kick(dice, dice.uniform(44, 55), dice.uniform(260, 420), 0.03, dice.uniform(0.12, 0.22), 0.8)
    return driven(body, dice.uniform(5.0, 12.0))


def kick_gabber(dice: Dice) -> Sound:
    """Overdriven until its tail is a square wave."""
    body = swept_kick(dice, dice.uniform(48, 62), dice.uniform(400, 800), 0.035, dice.uniform(0.16, 0.3), 0.6)
    loud = np.tanh(body * np.float32(dice.uniform(15, 40)))
    return faded(unit(loud * fall(len(loud), dice.uniform(0.1, 0.25))), 0.03)


def kick_trap(dice: Dice) -> Sound:
    """A long driven 808."""
    body = swept_kick(dice, dice.uniform(38, 50), dice.uniform(150, 260), 0.02, dice.uniform(0.25, 0.4), 0.35)
    return driven(body, dice.uniform(1.5, 4.0))


def kick_click(dice: Dice) -> Sound:
    """Micro: a low thud of a few milliseconds."""
    body = swept_kick(dice, dice.uniform(50, 80), dice.uniform(300, 900), 0.006, dice.uniform(0.03, 0.06), 0.3)
    return unit(body)


def kick_chip(dice: Dice) -> Sound:
    """A pulse wave that falls fast."""
    frames = frames_of(0.16)
    hz = 40.0 + dice.uniform(250, 500) * fall(frames, dice.uniform(0.015, 0.03))
    return faded(unit(pulse(single(hz), 0.0, 0.5) * fall(frames, 0.06)), 0.02)


def snare(dice: Dice, tone: float, tail_s: float, snap: float, edge: float = 900.0) -> Sound:
    """Two tones and rattling noise above ``edge`` Hz; ``snap`` is the noise's level."""
    frames = frames_of(tail_s * 6)
    body = np.sin(phase(tone + tone * fall(frames, 0.01))) * fall(frames, tail_s * 0.6)
    body += 0.5 * np.sin(phase(steady(frames, tone * 1.7))) * fall(frames, tail_s * 0.4)
    rattle = highpassed(noise(dice, frames), edge) * fall(frames, tail_s)
    return faded(unit(body + snap * rattle), 0.02)


def snare_808(dice: Dice) -> Sound:
    """Tone and a little noise."""
    return snare(dice, dice.uniform(165, 200), dice.uniform(0.05, 0.09), dice.uniform(0.7, 1.1))


def snare_909(dice: Dice) -> Sound:
    """Bright noise over a short tone."""
    return snare(dice, dice.uniform(180, 240), dice.uniform(0.06, 0.13), dice.uniform(1.2, 2.2))


def snare_606(dice: Dice) -> Sound:
    """Thin: mostly hiss."""
    return snare(dice, dice.uniform(200, 260), dice.uniform(0.03, 0.06), dice.uniform(1.8, 3.0), 2500.0)


def snare_linn(dice: Dice) -> Sound:
    """Fat, with a gated room after it."""
    body = snare(dice, dice.uniform(150, 200), dice.uniform(0.05, 0.08), dice.uniform(1.0, 1.6), 500.0)
    frames = frames_of(dice.uniform(0.12, 0.26))
    room = lowpass(noise(dice, frames), steady(frames, dice.uniform(3500, 7000)), 0.1) * dice.uniform(0.1, 0.35)
    out = np.zeros(max(len(body), frames), np.float32)
    out[: len(body)] = body
    out[:frames] += faded(room, 0.02)
    return faded(unit(out), 0.02)


def snare_trap(dice: Dice) -> Sound:
    """High, tight and snappy."""
    body = snare(dice, dice.uniform(220, 320), dice.uniform(0.035, 0.07), dice.uniform(1.4, 2.6), 1500.0)
    return driven(body, dice.uniform(1.0, 3.0))


def snare_hard(dice: Dice) -> Sound:
    """Distorted noise over a ringing pipe."""
    body = snare(dice, dice.uniform(180, 420), dice.uniform(0.06, 0.14), dice.uniform(0.8, 2.0), 400.0)
    return driven(body, dice.uniform(4.0, 12.0))


def snare_chip(dice: Dice) -> Sound:
    """Stepped noise."""
    frames = frames_of(0.2)
    held = np.repeat(noise(dice, frames), int(dice.integers(3, 7)))[:frames]
    return faded(unit(held * fall(frames, dice.uniform(0.025, 0.06))), 0.02)


def snare_click(dice: Dice) -> Sound:
    """A short band of noise: micro snare, finger on a table."""
    frames = frames_of(0.1)
    band = bandpass(noise(dice, frames), steady(frames, dice.uniform(1500, 5000)), dice.uniform(0.4, 0.8))
    return faded(unit(band * fall(frames, dice.uniform(0.008, 0.025))), 0.01)


def clap(dice: Dice) -> Sound:
    """Four bursts of band noise, the last one with a tail."""
    frames = frames_of(0.5)
    envelope = np.zeros(frames, np.float32)
    gap = dice.uniform(0.007, 0.012)
    for index in range(4):
        start = int(44100 * gap * index)
        tail = dice.uniform(0.05, 0.12) if index == 3 else 0.006
        envelope[start:] += fall(frames - start, tail)
    centre = steady(frames, dice.uniform(900, 1700))
    sound = noise(dice, frames)
    shaped = bandpass(sound, centre, 0.6) + dice.uniform(0.0, 0.12) * highpassed(sound, 3000.0)
    return faded(unit(shaped * envelope), 0.05)


def snap(dice: Dice) -> Sound:
    """A finger snap."""
    frames = frames_of(0.18)
    band = bandpass(noise(dice, frames), steady(frames, dice.uniform(1800, 2800)), 0.75)
    return faded(unit(band * (fall(frames, 0.006) + 0.15 * fall(frames, 0.04))), 0.02)


def tom(dice: Dice) -> Sound:
    """An analogue tom."""
    return swept_kick(dice, dice.uniform(80, 240), dice.uniform(260, 420), 0.02, dice.uniform(0.06, 0.16), 0.15)


def tom_electronic(dice: Dice) -> Sound:
    """A falling triangle with a breath of noise: the hexagonal pads of the eighties."""
    base = dice.uniform(60, 180)
    frames = frames_of(dice.uniform(0.35, 0.6))
    hz = base + base * dice.uniform(1.0, 2.5) * fall(frames, dice.uniform(0.05, 0.12))
    tone = np.arcsin(np.sin(phase(hz))) * fall(frames, dice.uniform(0.1, 0.2))
    hiss = lowpass(noise(dice, frames), steady(frames, 5000.0), 0.1) * fall(frames, 0.03)
    return faded(unit(tone + 0.3 * hiss), 0.04)


def conga(dice: Dice) -> Sound:
    """A hand drum: a damped skin with a slap."""
    low = dice.uniform(160, 420)
    frames = frames_of(0.35)
    tone = np.sin(phase(low * (1.0 + 0.12 * fall(frames, 0.02)))) * fall(frames, dice.uniform(0.04, 0.1))
    tone += 0.35 * np.sin(phase(steady(frames, low * 1.59))) * fall(frames, 0.03)
    slap = bandpass(noise(dice, frames), steady(frames, dice.uniform(1200, 3000)), 0.4) * fall(frames, 0.006)
    return faded(unit(tone + dice.uniform(0.2, 0.9) * slap), 0.03)
