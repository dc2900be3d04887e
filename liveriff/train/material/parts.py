"""What a bassist and the harmony's players do in a piece, with what is true of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from liveriff.train.material import patterns, stems
from liveriff.train.material.envelopes import Dice
from liveriff.train.material.kernels import Sound
from liveriff.train.material.patterns import Note, pick
from liveriff.train.material.stems import Setting

_LOW_BASS, _HIGH_BASS = 34.0, 44.0
_LOW_PART, _HIGH_PART = 54.0, 72.0
_STRUMMED = ("guitar", "harp", "ukulele", "mandolin", "banjo")
_CLEAR, _DEEP = (53, 65), (46, 52)  # chords lower than that are heard as mud: few are


@dataclass(frozen=True)
class Part:
    """One player's stem. role: of ``words.ROLES``; name: the instrument; moods: keys of ``words.MOODS``."""

    sound: Sound
    role: str
    name: str
    moods: tuple[str, ...]


def bass(setting: Setting, dice: Dice, level: str) -> Part:
    """A bass line from one of the style's figures, thinner or fuller by the level."""
    style = setting.style
    name = pick(dice, style.basses)
    rows = patterns.notes(patterns.bars(style.figures, dice))
    if level == "bare":
        rows = [
            replace(note, length=max(8, note.length)) for note in patterns.thinned(rows, int(dice.choice((1, 2, 2))))
        ]
    elif level == "sparse":
        rows = patterns.thinned(rows, max(2, len(rows) // 2))
    elif level == "dense" and len(rows) >= 6 and dice.random() < 0.6:
        rows = patterns.filled(rows, dice)
    gate = float(dice.uniform(0.45, 1.0))
    base = int(dice.choice(style.low))
    played = stems.line(setting, stems.instrument(name, dice), rows, base, gate, dice)
    moods = _manner(rows, gate, played.pitches) + _register(played.pitches, _LOW_BASS, _HIGH_BASS)
    values = [note.value for note in rows]
    moods += ["octaves"] if values.count(7) * 4 >= len(values) > 3 else []
    walks = level != "bare" and len(rows) in range(7, 13) and all(note.step % 4 == 0 for note in rows)
    moods += ["walking"] if walks and len(set(values)) >= 3 else []
    return Part(played.sound, "bass", name, tuple(moods))


def harmony(setting: Setting, dice: Dice, level: str) -> Part:
    """A pad, a comping instrument, a melody or an arpeggio."""
    role = pick(dice, setting.style.parts)
    return _chords(setting, dice, level, role) if role in ("pad", "keys") else _line(setting, dice, level, role)


def _chords(setting: Setting, dice: Dice, level: str, role: str) -> Part:
    style = setting.style
    pad = role == "pad"
    name = pick(dice, style.pads if pad else style.keys)
    rhythms = ("x---------------", "x-------x-------", "x" + "-" * 31) if pad else style.comps
    rows = patterns.notes(patterns.bars(rhythms, dice))
    if not pad and level in ("bare", "sparse"):
        rows = patterns.thinned(rows, 2 if level == "bare" else max(2, len(rows) // 2))
    gate = float(dice.uniform(0.95, 1.05) if pad else dice.uniform(0.5, 1.0))
    base = int(dice.integers(*(_DEEP if dice.random() < 0.12 else _CLEAR)))
    strum_s = float(dice.uniform(0.003, 0.01)) if name.endswith(_STRUMMED) else 0.0
    played = stems.harmony(setting, stems.instrument(name, dice), rows, base, dice, gate, strum_s)
    changes = len({patterns.degree_at(setting.progression, note.step) for note in rows})
    moods = _manner(rows, gate, ()) + _register(played.pitches, _LOW_PART, 65.0)
    moods += ["one chord"] if changes == 1 else ["two chords"] if changes == 2 else ["four chords"]
    moods += ["jazzy"] if style.chords >= 4 else ["power chords"] if style.chords == 2 and "guitar" in name else []
    return Part(played.sound, role, name, tuple(moods))


def _line(setting: Setting, dice: Dice, level: str, role: str) -> Part:
    style = setting.style
    name = pick(dice, style.leads)
    rows = patterns.notes(patterns.bars(style.runs, dice))
    if level in ("bare", "sparse"):
        rows = patterns.thinned(rows, int(dice.integers(2, 4)) if level == "bare" else max(3, len(rows) // 2))
    elif level == "dense" and role == "arp" and dice.random() < 0.5:
        rows = [Note(step, 1, 0) for step in range(patterns.STEPS)]
    play = stems.tune if role == "lead" else stems.arpeggio
    base = int(dice.choice(style.high))
    played = play(setting, stems.instrument(name, dice), rows, base, dice)
    moods = _manner(rows, 0.8, played.pitches) + _register(played.pitches, _LOW_PART, _HIGH_PART)
    return Part(played.sound, role, name, tuple(moods))


def _manner(rows: Sequence[Note], gate: float, pitches: Sequence[int]) -> list[str]:
    """How the notes are played: long or short, on or off the beat, moving or not."""
    length = float(np.mean([note.length for note in rows])) * gate
    off, beats = (sum(note.step % 4 == place for note in rows) for place in (2, 0))
    found = {
        "held": len(rows) <= 4 and length >= 6.0,
        "legato": length >= 2.5,
        "staccato": length <= 0.85 and len(rows) >= 4,
        "offbeat": not beats and off * 2 >= len(rows),
        "syncopated": sum(note.step % 2 for note in rows) * 3 >= len(rows) >= 4,
        "repeated": len(pitches) >= 6 and len(set(pitches)) == 1,
        "rolling": len(rows) >= 20,
    }
    return [name for name, true in found.items() if true]


def _register(pitches: Sequence[int], low: float, high: float) -> list[str]:
    mean = float(np.mean(pitches))
    return ["low"] if mean <= low else ["high"] if mean >= high else []
