"""Keys, diatonic chords and their voicings. Pitches are MIDI numbers; a degree is 0..6 in the key's scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SCALES: dict[str, tuple[int, ...]] = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
PENTATONIC: dict[str, tuple[int, ...]] = {"major": (0, 1, 2, 4, 5), "minor": (0, 2, 3, 4, 6)}  # as degrees


@dataclass(frozen=True)
class Key:
    """tonic: 0 is C; mode: major or minor."""

    tonic: int
    mode: str

    def pitch(self, degree: int, near: int) -> int:
        """MIDI pitch of a scale degree (any integer) with the tonic in the octave from ``near``."""
        scale = SCALES[self.mode]
        root = near + (self.tonic - near) % 12
        return root + scale[degree % 7] + 12 * (degree // 7)


def chord(key: Key, degree: int, size: int) -> list[int]:
    """Degrees of a chord of ``size`` notes in thirds (3: triad, 4: seventh, 5: ninth)."""
    del key
    return [degree + 2 * k for k in range(size)]


def voicing(key: Key, degree: int, size: int, near: Sequence[int] | None, low: int) -> list[int]:
    """Pitches of a chord; each voice moves as little as it can from ``near``, or stacks up from ``low``."""
    classes = sorted({key.pitch(step, 48) % 12 for step in chord(key, degree, size)})
    centre = sum(near) / len(near) if near else low + 7
    best: list[int] = []
    lowest_cost = 1e9
    for turn in range(len(classes)):
        for base in (low - 12, low, low + 12):
            notes = _stack(classes[turn:] + classes[:turn], base)
            cost = abs(sum(notes) / len(notes) - centre)
            if near and len(near) == len(notes):
                cost = sum(abs(a - b) for a, b in zip(notes, near, strict=True)) + 0.3 * abs(cost)
            if notes[0] < low - 7 or notes[-1] > low + 26:
                cost += 50
            if cost < lowest_cost:
                best, lowest_cost = notes, cost
    return best


def _stack(classes: Sequence[int], base: int) -> list[int]:
    """Close position: each pitch class above the last, from ``base``."""
    notes: list[int] = []
    floor = base
    for pitch_class in classes:
        notes.append(floor + (pitch_class - floor) % 12)
        floor = notes[-1] + 1
    return notes
