"""Synthesised cymbals and small percussion: each draws one sound from dice. Pure; peak 1, 44.1 kHz mono."""

from __future__ import annotations

import numpy as np

from liveriff.train.material.drums import highpassed, steady
from liveriff.train.material.envelopes import Dice, clock, faded, fall, frames_of, noise, phase, unit
from liveriff.train.material.kernels import Sound, bandpass, modes, pulse, single

_METAL = (1.0, 1.342, 1.2312, 1.6532, 1.9523, 2.1523)
"""Ratios of the six oscillators of an analogue cymbal."""


def metal(dice: Dice, seconds: float, base: float, edge: float, hiss: float) -> Sound:
    """Six detuned pulse waves and noise above ``edge`` Hz."""
    frames = frames_of(seconds * 5)
    tones = np.zeros(frames, np.float32)
    for ratio in _METAL:
        tones += pulse(steady(frames, base * ratio), float(dice.uniform()), 0.5)
    mixed = single(tones * np.float32(0.2) + noise(dice, frames) * np.float32(hiss))
    return faded(unit(highpassed(highpassed(mixed, edge), edge) * fall(frames, seconds)), 0.01)


def hat(dice: Dice) -> Sound:
    """Closed hi-hat of an analogue machine."""
    return metal(dice, dice.uniform(0.012, 0.04), dice.uniform(280, 560), dice.uniform(6000, 9500),
                 dice.uniform(0.3, 1.2))  # fmt: skip


def hat_tight(dice: Dice) -> Sound:
    """A tick of a few milliseconds."""
    return metal(dice, dice.uniform(0.006, 0.014), dice.uniform(400, 900), dice.uniform(7500, 10500),
                 dice.uniform(0.5, 1.5))  # fmt: skip


def hat_noise(dice: Dice) -> Sound:
    """Hiss alone."""
    return metal(dice, dice.uniform(0.012, 0.035), 300.0, dice.uniform(6500, 10000), 8.0)


def hat_chip(dice: Dice) -> Sound:
    """Stepped noise, short."""
    frames = frames_of(0.08)
    held = np.repeat(noise(dice, frames), 2)[:frames]
    return faded(unit(highpassed(held, 5000.0) * fall(frames, dice.uniform(0.008, 0.02))), 0.01)


def open_hat(dice: Dice) -> Sound:
    """Open hi-hat."""
    return metal(dice, dice.uniform(0.08, 0.2), dice.uniform(280, 560), dice.uniform(5500, 8500),
                 dice.uniform(0.3, 1.2))  # fmt: skip


def open_noise(dice: Dice) -> Sound:
    """An open hi-hat of hiss alone."""
    return metal(dice, dice.uniform(0.06, 0.16), 300.0, dice.uniform(6000, 9000), 8.0)


def ride(dice: Dice) -> Sound:
    """Ride cymbal: a ping over a wash."""
    wash = metal(dice, dice.uniform(0.15, 0.3), dice.uniform(420, 700), dice.uniform(4000, 6000),
                 dice.uniform(0.3, 0.9))  # fmt: skip
    ping = np.sin(phase(steady(len(wash), dice.uniform(3000, 4600)))) * fall(len(wash), 0.05)
    return unit(wash + dice.uniform(0.1, 0.4) * ping)


def crash(dice: Dice) -> Sound:
    """Crash cymbal."""
    return metal(dice, dice.uniform(0.25, 0.4), dice.uniform(350, 800), dice.uniform(2500, 5000),
                 dice.uniform(0.8, 2.0))  # fmt: skip


def splash(dice: Dice) -> Sound:
    """A short crash."""
    return metal(dice, dice.uniform(0.1, 0.2), dice.uniform(500, 900), dice.uniform(3500, 6000), dice.uniform(0.8, 2.0))


def anvil(dice: Dice) -> Sound:
    """Struck iron: inharmonic modes."""
    base = dice.uniform(250, 900)
    ratios = np.sort(dice.uniform(1.0, 9.0, 9)).astype(np.float32)
    sound = modes(ratios * np.float32(base), single(1.0 / np.sqrt(ratios)),
                  single(dice.uniform(0.03, 0.3, 9)), frames_of(1.3))  # fmt: skip
    sound[:200] += 0.6 * noise(dice, 200)
    return faded(unit(np.tanh(sound * np.float32(dice.uniform(0.5, 3.0)))), 0.1)


def shaker(dice: Dice) -> Sound:
    """Noise that swells and dies."""
    frames = frames_of(0.12)
    swell = np.minimum(1.0, clock(frames) / np.float32(dice.uniform(0.004, 0.02))) * fall(frames, 0.03)
    return faded(unit(highpassed(noise(dice, frames), dice.uniform(4000, 7000)) * swell), 0.02)


def tambourine(dice: Dice) -> Sound:
    """Jingles."""
    frames = frames_of(0.3)
    jingles = modes(single(dice.uniform(4500, 12000, 12)), single(dice.uniform(0.3, 1.0, 12)),
                    single(dice.uniform(0.02, 0.08, 12)), frames)  # fmt: skip
    hiss = highpassed(noise(dice, frames), 6000.0) * fall(frames, dice.uniform(0.02, 0.06))
    return faded(unit(0.3 * jingles + hiss), 0.03)


def rim(dice: Dice) -> Sound:
    """Rim shot: two short tones."""
    frames = frames_of(0.09)
    low, high = dice.uniform(430, 560), dice.uniform(1500, 2000)
    tones = np.sin(phase(steady(frames, low))) + np.sin(phase(steady(frames, high)))
    return faded(unit(np.tanh(tones * 2.0) * fall(frames, dice.uniform(0.008, 0.016))), 0.01)


def cowbell(dice: Dice) -> Sound:
    """Two pulse waves a tritone-ish apart."""
    frames = frames_of(0.35)
    base = dice.uniform(500, 620)
    tones = pulse(steady(frames, base), 0.0, 0.5) + pulse(steady(frames, base * 1.48), 0.3, 0.5)
    centre = steady(frames, dice.uniform(750, 1050))
    return faded(unit(bandpass(tones, centre, 0.5) * (fall(frames, 0.02) + 0.4 * fall(frames, 0.09))), 0.02)


def block(dice: Dice) -> Sound:
    """Wood block."""
    frames = frames_of(0.15)
    hz = dice.uniform(700, 2000)
    tones = np.sin(phase(steady(frames, hz))) + 0.4 * np.sin(phase(steady(frames, hz * 2.6)))
    return faded(unit(single(tones * fall(frames, dice.uniform(0.008, 0.03)))), 0.01)


def clave(dice: Dice) -> Sound:
    """Claves: a bright short tone."""
    frames = frames_of(0.16)
    return faded(unit(np.sin(phase(steady(frames, dice.uniform(2000, 2900)))) * fall(frames, 0.02)), 0.01)


def triangle(dice: Dice) -> Sound:
    """A triangle, let ring."""
    sound = modes(single(dice.uniform(3500, 14000, 7)), single(dice.uniform(0.3, 1.0, 7)),
                  single(dice.uniform(0.1, 0.35, 7)), frames_of(1.6))  # fmt: skip
    return faded(unit(sound), 0.2)


def click(dice: Dice) -> Sound:
    """A click: dust on a record, a switch."""
    frames = frames_of(0.04)
    band = bandpass(noise(dice, frames), steady(frames, dice.uniform(1500, 9000)), dice.uniform(0.3, 0.9))
    return faded(unit(band * fall(frames, dice.uniform(0.001, 0.005))), 0.005)


def bleep(dice: Dice) -> Sound:
    """A short tone of any height: computer, modem."""
    frames = frames_of(dice.uniform(0.03, 0.12))
    hz = steady(frames, 2.0 ** dice.uniform(8.5, 12.0))
    tone = pulse(hz, 0.0, 0.5) if dice.random() < 0.5 else np.sin(phase(hz))
    return faded(unit(tone * fall(frames, 0.05)), 0.005)


def zap(dice: Dice) -> Sound:
    """A falling sine: laser, electro tom."""
    frames = frames_of(0.4)
    hz = dice.uniform(60, 200) + dice.uniform(1500, 6000) * fall(frames, dice.uniform(0.01, 0.05))
    return faded(unit(np.sin(phase(hz)) * fall(frames, dice.uniform(0.04, 0.1))), 0.02)


def burst(dice: Dice) -> Sound:
    """Broken data: a few short grains."""
    out = np.zeros(frames_of(0.18), np.float32)
    for _ in range(int(dice.integers(2, 7))):
        grain = bleep(dice) if dice.random() < 0.5 else click(dice)
        start = int(dice.integers(0, frames_of(0.1)))
        room = out[start : start + len(grain)]
        room += grain[: len(room)]
    start = int(np.argmax(np.abs(out) > 0.02))
    return faded(unit(out[start:]), 0.01)
