"""Drums, bass and harmony of a loop from a style's row. Pure; circular mono at 44.1 kHz."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from liveriff.train.material import patterns
from liveriff.train.material.envelopes import Dice
from liveriff.train.material.instruments import INSTRUMENTS, KITS
from liveriff.train.material.kernels import RATE, Sound, add_circular, single
from liveriff.train.material.styles import Style
from liveriff.train.material.tones import Patch

BEATS = 8


@dataclass(frozen=True)
class Setting:
    """What the stems of one loop share. swing: how late every second sixteenth is, in sixteenths."""

    style: Style
    bpm: float
    tonic: int
    mode: str
    swing: float
    progression: tuple[int, ...]

    @property
    def frames(self) -> int:
        """Length of the loop."""
        return round(BEATS * 60.0 / self.bpm * RATE)

    def frame(self, step: float) -> int:
        """Where a sixteenth lies."""
        late = self.swing if int(step) % 2 else 0.0
        return round((step + late) * self.frames / patterns.STEPS)

    @property
    def step_s(self) -> float:
        """Seconds of a sixteenth."""
        return 15.0 / self.bpm


def pick(dice: Dice, options: Sequence[str]) -> str:
    """One of the options."""
    return options[int(dice.integers(len(options)))]


@dataclass(frozen=True)
class Beat:
    """A drum stem, the frames its kick falls on, and the roles that play."""

    sound: Sound
    kicks: list[int]
    kit: str
    roles: tuple[str, ...]
    fill: bool


_GAINS = {"kick": 1.0, "snare": 0.75, "clap": 0.7, "rim": 0.5, "hat": 0.3, "open": 0.3, "ride": 0.25, "perc": 0.4,
          "shaker": 0.25, "tom": 0.6}  # fmt: skip


def beat(setting: Setting, dice: Dice) -> Beat:
    """A drum stem: every role's pattern is drawn, some roles are left out, some ends have a fill."""
    style = setting.style
    kit = pick(dice, style.kits)
    rows = {
        "kick": pick(dice, style.kick), pick(dice, style.backbeat): pick(dice, style.snare),
        pick(dice, ("hat", "hat", "hat", "shaker")): pick(dice, style.hat), "open": pick(dice, style.open),
        pick(dice, ("perc", "perc", "tom", "rim")): pick(dice, style.perc), "ride": pick(dice, style.ride),
    }  # fmt: skip
    rows = {role: row for role, row in rows.items() if dice.random() < (0.95 if role == "kick" else 0.85)} or rows
    played = {role: _varied(patterns.hits(row), dice) for role, row in rows.items()}
    fill = bool(dice.random() < 0.15)
    if fill:
        _add_fill(played, dice)
    loop = np.zeros(setting.frames, np.float32)
    for role, row in played.items():
        drum = KITS[kit][role](dice)
        gain = _GAINS[role] * dice.uniform(0.75, 1.25)
        for step, loudness in row:
            add_circular(loop, drum, setting.frame(step), gain * loudness * dice.uniform(0.93, 1.0))
    kicks = [setting.frame(step) for step, loudness in played.get("kick", []) if loudness > 0.4]
    return Beat(loop, kicks, kit, tuple(role for role, row in played.items() if row), fill)


def _varied(row: list[tuple[int, float]], dice: Dice) -> list[tuple[int, float]]:
    """Now and then a hit less, and a soft one more in the second bar."""
    kept = [hit for hit in row if hit[1] > 0.7 or dice.random() > 0.06]
    if row and dice.random() < 0.15:
        kept.append((int(dice.integers(16, 32)), 0.35))
    return kept


def _add_fill(played: dict[str, list[tuple[int, float]]], dice: Dice) -> None:
    """Snare or tom hits in the last beat, rising."""
    role = pick(dice, ("snare", "tom", "clap"))
    start = int(dice.integers(26, 30))
    row = played.setdefault(role, [])
    taken = {step for step, _ in row}
    row += [(step, 0.4 + 0.1 * (step - start)) for step in range(start, 32) if step not in taken]


def line(setting: Setting, patch: Patch, figure: str, base: int, gate: float) -> Sound:
    """A bass line: steps of a figure above the chord's root."""
    loop = np.zeros(setting.frames, np.float32)
    kept: dict[tuple[int, int], Sound] = {}
    for note in patterns.notes(figure):
        degree = patterns.degree_at(setting.progression, note.step) + note.value
        place = (patterns.pitch(setting.tonic, setting.mode, degree, base), note.length)
        place = (place[0] - 12 if place[0] > base + 16 else place[0], place[1])
        if place not in kept:
            kept[place] = patch.note(place[0], note.length * setting.step_s * gate)
        add_circular(loop, kept[place], setting.frame(note.step), 1.0)
    return loop


def harmony(setting: Setting, patch: Patch, rhythm: str, base: int, dice: Dice, gate: float = 0.9) -> Sound:
    """Chords on a rhythm."""
    loop = np.zeros(setting.frames, np.float32)
    kept: dict[tuple[int, int], Sound] = {}
    inversion = int(dice.integers(3))
    for note in patterns.notes(rhythm):
        degree = patterns.degree_at(setting.progression, note.step)
        if (degree, note.length) not in kept:
            pitches = patterns.chord(setting.tonic, setting.mode, degree, setting.style.chords, base, inversion)
            kept[degree, note.length] = _together(
                [patch.note(each, note.length * setting.step_s * gate) for each in pitches]
            )
        add_circular(loop, kept[degree, note.length], setting.frame(note.step), 1.0)
    return loop


def _together(sounds: list[Sound]) -> Sound:
    out = np.zeros(max(len(sound) for sound in sounds), np.float32)
    for sound in sounds:
        out[: len(sound)] += sound
    return single(out / np.float32(np.sqrt(len(sounds))))


def arpeggio(setting: Setting, patch: Patch, rhythm: str, base: int, dice: Dice) -> Sound:
    """Chord tones one after the other: up, down, both ways, or in drawn order."""
    shape = pick(dice, ("up", "down", "both", "drawn"))
    span = int(dice.integers(3, 7))
    order = {
        "up": list(range(span)), "down": list(range(span))[::-1],
        "both": [*range(span), *range(span - 2, 0, -1)], "drawn": [int(k) for k in dice.integers(0, span, 8)],
    }[shape]  # fmt: skip
    degrees = []
    for index, note in enumerate(patterns.notes(rhythm)):
        octave, third = divmod(order[index % len(order)], 3)
        degrees.append(patterns.degree_at(setting.progression, note.step) + 7 * octave + 2 * third)
    return _melody(setting, patch, rhythm, degrees, base, 0.8)


def tune(setting: Setting, patch: Patch, rhythm: str, base: int, dice: Dice) -> Sound:
    """A walk on the scale that rests on chord tones and comes again in the second bar, perhaps with another end."""
    rows = patterns.notes(rhythm)
    half = [note for note in rows if note.step < 16]
    walk, place = [], int(dice.integers(0, 5))
    for note in half:
        place = int(np.clip(place + dice.integers(-2, 3), -1, 8))
        on_beat = note.step % 4 == 0
        walk.append(place + (place % 2 if on_beat else 0))
    last = [int(np.clip(degree + dice.integers(-2, 3), -1, 9)) for degree in walk] if dice.random() < 0.4 else walk
    degrees = [patterns.degree_at(setting.progression, note.step) // 2 * 2 % 7 + degree
               for note, degree in zip(rows, walk + last, strict=False)]  # fmt: skip
    return _melody(setting, patch, rhythm, degrees, base, dice.uniform(0.7, 1.1))


def _melody(setting: Setting, patch: Patch, rhythm: str, degrees: list[int], base: int, gate: float) -> Sound:
    loop = np.zeros(setting.frames, np.float32)
    kept: dict[tuple[int, int], Sound] = {}
    rows = patterns.notes(rhythm)
    for index, (note, degree) in enumerate(zip(rows, degrees, strict=False)):
        after = rows[index + 1].step if index + 1 < len(rows) else 32
        length = max(note.length, min(2, after - note.step))
        place = (patterns.pitch(setting.tonic, setting.mode, degree, base), length)
        if place not in kept:
            kept[place] = patch.note(place[0], length * setting.step_s * gate)
        add_circular(loop, kept[place], setting.frame(note.step), 1.0)
    return loop


def instrument(name: str, dice: Dice) -> Patch:
    """A neighbour of the named instrument's patch."""
    return INSTRUMENTS[name].varied(dice)
