"""Reading the notation of ``styles``: steps to hits and notes, scale degrees to pitches. Pure."""

from __future__ import annotations

from dataclasses import dataclass

STEPS = 32
"""Sixteenths of a loop: 2 bars."""

LOUDNESS = {"X": 1.0, "x": 0.8, "o": 0.5, "g": 0.25}
SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}


@dataclass(frozen=True)
class Note:
    """A note of a loop. step: sixteenth it begins on; length: sixteenths; value: what the notation said there."""

    step: int
    length: int
    value: int


def two_bars(pattern: str) -> str:
    """A pattern of one bar twice."""
    return pattern * (STEPS // len(pattern))


def hits(pattern: str) -> list[tuple[int, float]]:
    """(step, loudness) of a drum pattern."""
    return [(step, LOUDNESS[mark]) for step, mark in enumerate(two_bars(pattern)) if mark in LOUDNESS]


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


def pitch(tonic: int, mode: str, degree: int, base: int) -> int:
    """MIDI note of a scale degree (any integer; 7 is an octave) above the tonic at or above ``base``."""
    octave, step = divmod(degree, 7)
    return base + (tonic - base) % 12 + 12 * octave + SCALES[mode][step]


def chord(tonic: int, mode: str, degree: int, size: int, base: int, inversion: int = 0) -> list[int]:
    """Stacked thirds on a degree; ``size`` 2 is root and fifth; inversions move low notes up an octave."""
    steps = (0, 4) if size == 2 else tuple(range(0, 2 * size, 2))
    found = [pitch(tonic, mode, degree + step, base) for step in steps]
    for index in range(min(inversion, len(found) - 1)):
        found[index] += 12
    while min(found) > base + 9:
        found = [note - 12 for note in found]
    return sorted(found)


def degree_at(progression: tuple[int, ...], step: int) -> int:
    """The degree that sounds at a sixteenth: one each half bar."""
    return progression[step * len(progression) // STEPS]
