"""Beats against audio frames, exactly.

Tempo is held as an integer number of hundredths of a BPM and positions as rationals, so a grid never drifts:
a frame at tempo c/100 BPM and rate r is the beat c / (6000 r), so every beat that falls on a frame is a multiple of
1 / (6000 r), whatever tempo changes came before. Pure; any thread may call it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor

BEATS_PER_BAR = 4


def round_half_up(value: Fraction) -> int:
    """Nearest integer, halves upward (Python's own round goes to even, which would shift every other tie)."""
    return floor(value + Fraction(1, 2))


def bpm_to_cents(bpm: float) -> int:
    """Tempo in hundredths of a BPM, the unit in which it is exact."""
    return round(bpm * 100)


def frames_of(beats: int | Fraction, bpm_cents: int, rate: int) -> int:
    """Whole frames that ``beats`` last at a tempo: round(beats * 60 / bpm * rate)."""
    return round_half_up(Fraction(beats) * Fraction(6000 * rate, bpm_cents))


@dataclass(frozen=True)
class Grid:
    """One tempo from one anchor on: ``beat`` sounds at ``frame``.

    rate: frames a second; bpm_cents: hundredths of a BPM; frame: the anchor; beat: what falls on it.
    """

    rate: int
    bpm_cents: int
    frame: int = 0
    beat: Fraction = Fraction(0)

    @property
    def frames_per_beat(self) -> Fraction:
        """Length of a beat in frames, exactly."""
        return Fraction(6000 * self.rate, self.bpm_cents)

    @property
    def bpm(self) -> float:
        """Tempo in beats per minute."""
        return self.bpm_cents / 100

    def frame_of(self, beat: int | Fraction) -> int:
        """The frame nearest to a beat."""
        return round_half_up(self.frame + (Fraction(beat) - self.beat) * self.frames_per_beat)

    def beat_at(self, frame: int) -> Fraction:
        """The exact beat at a frame."""
        return self.beat + Fraction(frame - self.frame) / self.frames_per_beat

    def retimed(self, frame: int, bpm_cents: int) -> Grid:
        """The grid from ``frame`` on at another tempo; the beat under ``frame`` stays where it is."""
        return Grid(self.rate, bpm_cents, frame, self.beat_at(frame))

    def shifted(self, beats: Fraction) -> Grid:
        """The same tempo with all beats ``beats`` later (a nudge)."""
        return Grid(self.rate, self.bpm_cents, self.frame, self.beat - beats)


def boundary(beat: Fraction, step: Fraction) -> Fraction:
    """The first multiple of ``step`` beats that is not before ``beat``."""
    return -(-beat // step) * step
