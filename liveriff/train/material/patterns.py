"""Reading the notation of ``style``: steps to hits and notes, scale degrees to pitches; thinner and fuller. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from liveriff.train.material.envelopes import Dice

STEPS = 32
"""Sixteenths of a loop: 2 bars."""

LOUDNESS = {"X": 1.0, "x": 0.8, "o": 0.5, "g": 0.25}
_ROLLS = {"r": (0.0, 0.5), "t": (0.0, 1 / 3, 2 / 3)}
SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
_WEAK = {"major": {6: 4}, "minor": {1: 3}}

Hits = list[tuple[float, float]]
"""(sixteenth, loudness 0..1) of a drum."""


@dataclass(frozen=True)
class Note:
    """A note of a loop. step: sixteenth it begins on; length: sixteenths; value: what the notation said there."""

    step: int
    length: int
    value: int


def pick(dice: Dice, options: Sequence[str]) -> str:
    """One of the options."""
    return options[int(dice.integers(len(options)))]


def bars(options: Sequence[str], dice: Dice) -> str:
    """A pattern of two bars: one option twice, or now and then another one in the second bar."""
    first = pick(dice, options)
    if len(first) == STEPS:
        return first
    second = pick(dice, options) if dice.random() < 0.3 else first
    return first + second if len(second) == len(first) else two_bars(first)


def two_bars(pattern: str) -> str:
    """A pattern of one bar twice."""
    return pattern * (STEPS // len(pattern))


def hits(pattern: str) -> Hits:
    """(step, loudness) of a drum pattern; rolls are split up."""
    found: Hits = []
    for step, mark in enumerate(two_bars(pattern)):
        if mark in LOUDNESS:
            found.append((float(step), LOUDNESS[mark]))
        found += [(step + part, 0.7 if part == 0 else 0.5) for part in _ROLLS.get(mark, ())]
    return found


def notes(pattern: str) -> list[Note]:
    """Notes of a figure or rhythm: a digit or x begins one, every dash makes it longer."""
    text = two_bars(pattern)
    found = []
    for step, mark in enumerate(text):
        if mark in ".-":
            continue
        length = 1
        while step + length < len(text) and text[step + length] == "-":
            length += 1
        found.append(Note(step, length, int(mark) if mark.isdigit() else 0))
    return found


def weight(step: float) -> int:
    """How strong a sixteenth is in the bar: 5 on one, 0 off the sixteenths."""
    return next((5 - rank for rank, grid in enumerate((16, 8, 4, 2, 1)) if step % grid == 0), 0)


def thinned(rows: list[Note], count: int) -> list[Note]:
    """The ``count`` notes on the strongest places."""
    kept = sorted(rows, key=lambda note: (-weight(note.step), note.step))[:count]
    return sorted(kept, key=lambda note: note.step)


def filled(rows: list[Note], dice: Dice) -> list[Note]:
    """More notes: long ones struck again, rests filled with the note before or its octave."""
    out: list[Note] = []
    for index, note in enumerate(rows):
        after = rows[index + 1].step if index + 1 < len(rows) else STEPS
        out.append(replace(note, length=1))
        for step in range(note.step + 1, after):
            if dice.random() < 0.65:
                out.append(Note(step, 1, 7 if note.value == 0 and dice.random() < 0.15 else note.value))
    return out


def pitch(tonic: int, mode: str, degree: int, base: int) -> int:
    """MIDI note of a scale degree (any integer; 7 is an octave) above the tonic at or above ``base``."""
    octave, step = divmod(degree, 7)
    return base + (tonic - base) % 12 + 12 * octave + SCALES[mode][step]


def chord(tonic: int, mode: str, degree: int, size: int, base: int, inversion: int = 0) -> list[int]:
    """Stacked thirds on a degree; ``size`` 2 is root and fifth; inversions move low notes up an octave."""
    found = [pitch(tonic, mode, degree + step, base) for step in _tones(size)]
    for index in range(min(inversion, len(found) - 1)):
        found[index] += 12
    while min(found) > base + 9:
        found = [note - 12 for note in found]
    return sorted(found)


def close_chord(tonic: int, mode: str, degree: int, size: int, base: int) -> list[int]:
    """The same notes within the octave above ``base``: neighbouring chords move by steps."""
    return sorted({base + (pitch(tonic, mode, degree + step, 0) - base) % 12 for step in _tones(size)})


def _tones(size: int) -> tuple[int, ...]:
    return (0, 4) if size == 2 else tuple(range(0, 2 * size, 2))


def settled(progression: tuple[int, ...], mode: str) -> tuple[int, ...]:
    """The progression without the mode's diminished triad, which blurs the key."""
    return tuple(_WEAK[mode].get(degree, degree) for degree in progression)


def degree_at(progression: tuple[int, ...], step: int) -> int:
    """The degree that sounds at a sixteenth: one each half bar."""
    return progression[step * len(progression) // STEPS]
