"""What happens to a stem after it was played: space, dirt, age and tone. Pure."""

from __future__ import annotations

import numpy as np

from liveriff.train.material import effects
from liveriff.train.material.envelopes import Dice
from liveriff.train.material.kernels import Sound, single
from liveriff.train.material.loops import loudness
from liveriff.train.material.stems import Setting
from liveriff.train.material.style import Style

_DULL_HZ = {"drums": (400.0, 3000.0), "bass": (130.0, 600.0), "synth": (350.0, 2000.0), "mix": (400.0, 3000.0)}
_DULL, _BRIGHT, _THIN = 0.2, 0.16, 0.04


def spaced(sound: Sound, style: Style, dice: Dice) -> tuple[Sound, list[str]]:
    """Echo and reverb, as much as the style likes, and what may be said of it."""
    moods = []
    if dice.random() < 0.15 + 0.4 * style.wet:
        sixteenths = int(dice.choice((2, 3, 3, 4, 6)))
        sound = effects.echo(sound, sixteenths, 32, dice.uniform(0.3, 0.6), dice.uniform(0.2, 0.5))
        moods.append("echo")
    if dice.random() < 0.2 + 0.7 * style.wet:
        sound = effects.reverb(sound, dice, dice.uniform(0.8, 4.0), dice.uniform(0.15, 0.35) + 0.3 * style.wet)
        moods.append("wet")
    elif not moods:
        moods.append("dry")
    return sound, moods


def finished(sound: Sound, category: str, setting: Setting, dice: Dice) -> tuple[Sound, list[str]]:
    """Saturation, or what belongs to old records, then a tone control."""
    moods: list[str] = []
    if dice.random() < setting.style.dirt * (0.6 if category in ("drums", "bass") else 0.25):
        sound = effects.driven(sound, dice.uniform(1.2, 3.5))
        moods.append("drive")
    sound = _aged(sound, setting.style, dice, moods)
    return _toned(sound, category, dice, moods), moods


def _aged(sound: Sound, style: Style, dice: Dice, moods: list[str]) -> Sound:
    if dice.random() < (0.7 if style.name == "lo-fi" else 0.15 * style.dirt):
        sound = effects.toned(sound, 40.0, dice.uniform(2500, 6000))
        moods.append("vinyl")
        return single(sound / np.float32(loudness(sound)) * np.float32(0.15) + effects.crackle(dice, len(sound)))
    if dice.random() < 0.04:
        moods.append("crush")
        return effects.crushed(sound, int(dice.integers(2, 5)), int(dice.integers(5, 8)))
    return sound


def _toned(sound: Sound, category: str, dice: Dice, moods: list[str]) -> Sound:
    draw = dice.random()
    if draw < _DULL:
        low, high = _DULL_HZ[category]
        moods.append("dull")
        return effects.toned(sound, 15.0, low * (high / low) ** dice.uniform())
    if draw < _DULL + _BRIGHT:
        moods.append("bright")
        return effects.toned(sound, 20.0, 20000.0, dice.uniform(0.8, 2.5))
    if draw < _DULL + _BRIGHT + _THIN and category != "bass":
        moods.append("thin")
        return effects.toned(sound, dice.uniform(200.0, 600.0), 20000.0)
    return sound
