"""Whole loops from a seed: stems, effects, levels and what is known about them. Pure but for the soundfont's cache."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liveriff.train.material import effects, stems
from liveriff.train.material.captions import Tags
from liveriff.train.material.envelopes import Dice
from liveriff.train.material.kernels import Sound, single
from liveriff.train.material.stems import Setting, pick
from liveriff.train.material.styles import STYLES

CATEGORIES = ("drums", "bass", "synth", "mix")
_CHANCE = (0.27, 0.17, 0.28, 0.28)
_RMS = {"drums": 0.15, "bass": 0.19, "synth": 0.13, "mix": 0.17}
PEAK = 0.9


@dataclass(frozen=True)
class Piece:
    """Material: mono sound at 44.1 kHz and what is known of it. tonic: 0..11, or -1 where there is no key."""

    sound: Sound
    category: str
    tonic: int
    mode: str
    bpm: float
    tags: Tags


def loop(seed: int, category: str | None = None) -> Piece:
    """The loop of a seed: 8 beats, circular, every onset on a sixteenth (or its swung place)."""
    dice = np.random.default_rng(seed)
    drawn = CATEGORIES[int(dice.choice(len(CATEGORIES), p=_CHANCE))]
    kind = category or drawn
    setting = _setting(dice)
    moods: list[str] = []
    if kind == "drums":
        sound, parts = _drums(setting, dice, moods)
    elif kind == "bass":
        sound, parts = _bass(setting, dice, moods)
    elif kind == "synth":
        sound, parts = _synth(setting, dice, moods)
    else:
        sound, parts = _mix(setting, dice, moods)
    levelled = level(sound, _RMS[kind])
    tonal = kind != "drums"
    moods += _general_moods(setting, tonal)
    role, names, kit, roles = parts
    place = "hall" if "wet" in moods else pick(dice, ("club", "room"))
    tags = Tags(setting.style.name, role, names, kit, roles, tuple(dict.fromkeys(moods)), place, round(setting.bpm))
    return Piece(levelled, kind, setting.tonic if tonal else -1, setting.mode, setting.bpm, tags)


Parts = tuple[str, tuple[str, ...], str, tuple[str, ...]]
"""role, instruments, kit, drum roles."""


def _setting(dice: Dice) -> Setting:
    style = STYLES[int(dice.integers(len(STYLES)))]
    mode = "major" if dice.random() < style.major else "minor"
    progression = style.progressions[int(dice.integers(len(style.progressions)))]
    return Setting(
        style=style,
        bpm=round(float(dice.uniform(*style.bpm)), 2),
        tonic=int(dice.integers(12)),
        mode=mode,
        swing=float(dice.uniform(*style.swing)),
        progression=progression,
    )


def _drums(setting: Setting, dice: Dice, moods: list[str]) -> tuple[Sound, Parts]:
    beat = stems.beat(setting, dice)
    sound = _dirtied(beat.sound, setting, dice, moods)
    if dice.random() < setting.style.wet * 0.5:
        sound = effects.reverb(sound, dice, dice.uniform(0.4, 1.6), dice.uniform(0.1, 0.3))
        moods.append("wet")
    else:
        moods.append("dry")
    if beat.fill:
        moods.append("fill")
    return sound, ("drums", (), beat.kit, beat.roles)


def _bass(setting: Setting, dice: Dice, moods: list[str]) -> tuple[Sound, Parts]:
    name = pick(dice, setting.style.basses)
    sound = _bass_line(setting, name, dice)
    sound = _dirtied(sound, setting, dice, moods)
    if dice.random() < setting.style.pump:
        sound = effects.ducked(sound, [setting.frame(step) for step in range(0, 32, 4)], 0.8, 45.0 / setting.bpm)
        moods.append("pump")
    return sound, ("bass", (name,), "", ())


def _bass_line(setting: Setting, name: str, dice: Dice) -> Sound:
    base = int(dice.choice((24, 28, 28, 33)))
    return stems.line(
        setting, stems.instrument(name, dice), pick(dice, setting.style.figures), base, dice.uniform(0.6, 1.0)
    )


def _synth(setting: Setting, dice: Dice, moods: list[str]) -> tuple[Sound, Parts]:
    role, name, sound = _part(setting, dice)
    sound = _spaced(_dirtied(sound, setting, dice, moods), setting, dice, moods)
    names: tuple[str, ...] = (name,)
    if dice.random() < 0.2:
        _, other, second = _part(setting, dice)
        sound = single(sound / _loudness(sound) + 0.6 * second / _loudness(second))
        names = (name, other)
    if dice.random() < setting.style.pump * 0.6:
        sound = effects.ducked(sound, [setting.frame(step) for step in range(0, 32, 4)], 0.85, 50.0 / setting.bpm)
        moods.append("pump")
    return sound, (role, names, "", ())


def _part(setting: Setting, dice: Dice) -> tuple[str, str, Sound]:
    """A pad, a comping instrument, a melody or an arpeggio: its role, its instrument, its sound."""
    style = setting.style
    role = pick(dice, ("pad", "keys", "keys", "lead", "arp"))
    if role == "pad":
        name = pick(dice, style.pads)
        rhythm = pick(dice, ("x---------------", "x-------x-------", "x" + "-" * 31))
        return (
            role,
            name,
            stems.harmony(setting, stems.instrument(name, dice), rhythm, 48 + int(dice.integers(8)), dice, 1.0),
        )
    if role == "keys":
        name = pick(dice, style.keys)
        gate = dice.uniform(0.5, 1.0)
        sound = stems.harmony(
            setting, stems.instrument(name, dice), pick(dice, style.comps), 50 + int(dice.integers(8)), dice, gate
        )
        return role, name, sound
    name = pick(dice, style.leads)
    play = stems.tune if role == "lead" else stems.arpeggio
    return (
        role,
        name,
        play(setting, stems.instrument(name, dice), pick(dice, style.runs), 55 + int(dice.integers(12)), dice),
    )


def _mix(setting: Setting, dice: Dice, moods: list[str]) -> tuple[Sound, Parts]:
    beat = stems.beat(setting, dice)
    low_name = pick(dice, setting.style.basses)
    low = _bass_line(setting, low_name, dice)
    _, name, part = _part(setting, dice)
    names = [low_name, name]
    upper = single(0.5 * part / _loudness(part))
    if dice.random() < 0.35:
        _, other, more = _part(setting, dice)
        names.append(other)
        upper = single(upper + 0.35 * more / _loudness(more))
    upper = _spaced(upper, setting, dice, moods)
    tonal = single(upper * dice.uniform(0.6, 1.1) + 0.8 * low / _loudness(low))
    if beat.kicks and dice.random() < max(setting.style.pump, 0.1):
        tonal = effects.ducked(tonal, beat.kicks, dice.uniform(0.6, 0.9), 40.0 / setting.bpm)
        moods.append("pump")
    drums = beat.sound / _loudness(beat.sound) * dice.uniform(0.8, 1.3)
    whole = _dirtied(single(drums + tonal), setting, dice, moods)
    return whole, ("mix", tuple(names), beat.kit, ())


def _dirtied(sound: Sound, setting: Setting, dice: Dice, moods: list[str]) -> Sound:
    """Saturation, or what belongs to old records, or a tone control."""
    if dice.random() < setting.style.dirt * 0.6:
        sound = effects.driven(sound, dice.uniform(1.5, 5.0))
        moods.append("drive")
    if setting.style.name == "lo-fi" or dice.random() < setting.style.dirt * 0.25:
        sound = effects.toned(sound, 40.0, dice.uniform(2500, 6000))
        sound = sound / np.float32(_loudness(sound)) * np.float32(0.15) + effects.crackle(dice, len(sound))
        moods.append("vinyl")
    elif dice.random() < 0.08:
        sound = effects.crushed(sound, int(dice.integers(2, 5)), int(dice.integers(5, 8)))
        moods.append("crush")
    tone = dice.random()
    if tone < 0.15:
        sound = effects.toned(sound, 20.0, dice.uniform(800, 2500))
        moods.append("dull")
    elif tone < 0.3:
        sound = effects.toned(sound, 30.0, 18000.0, dice.uniform(1.0, 2.5))
        moods.append("bright")
    return sound


def _spaced(sound: Sound, setting: Setting, dice: Dice, moods: list[str]) -> Sound:
    """Echo and reverb."""
    style = setting.style
    if dice.random() < 0.2 + 0.4 * style.wet:
        sound = effects.echo(
            sound, int(dice.choice((2, 3, 3, 4, 6))), 32, dice.uniform(0.3, 0.65), dice.uniform(0.2, 0.5)
        )
        moods.append("echo")
    if dice.random() < 0.2 + 0.7 * style.wet:
        sound = effects.reverb(sound, dice, dice.uniform(0.8, 4.0), dice.uniform(0.15, 0.35) + 0.3 * style.wet)
        moods.append("wet")
    elif dice.random() < 0.5:
        moods.append("dry")
    return sound


def _general_moods(setting: Setting, tonal: bool) -> list[str]:
    moods = [setting.mode] if tonal else []
    moods += ["swing"] if setting.swing > 0.1 else ["straight"] if setting.swing < 0.02 else []
    return moods + (["slow"] if setting.bpm < 92 else ["fast"] if setting.bpm > 145 else [])


def _loudness(sound: Sound) -> float:
    return max(1e-4, float(np.sqrt(np.mean(sound**2))))


def level(sound: Sound, rms: float) -> Sound:
    """The sound at a loudness; peaks above 0.9 are bent, not scaled, so that loudness stays the same."""
    scaled = sound * np.float32(rms / float(_loudness(sound)))
    peak = float(np.abs(scaled).max(initial=0.0))
    if peak <= PEAK:
        return single(scaled)
    knee = 0.5
    over = np.maximum(np.abs(scaled) - knee, 0.0)
    bent = np.sign(scaled) * (knee + (PEAK - knee) * np.tanh(over / (PEAK - knee)))
    return single(np.where(over > 0, bent, scaled))
