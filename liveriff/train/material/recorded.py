"""Recorded instruments: General MIDI programs of the soundfont, each with a tone and a touch of its own. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from liveriff.train.material import soundfont
from liveriff.train.material.envelopes import Dice, frames_of
from liveriff.train.material.kernels import Sound, shelf, single

BASS, KEYS, LEAD, WIDE = (26, 56), (43, 88), (50, 95), (33, 93)
"""Lowest and highest pitches that a bank keeps of a program."""


@dataclass(frozen=True)
class Gm:
    """A General MIDI program.

    span: pitches it is played at; attack: seconds it swells over; tone: treble above 1 kHz in dB; drive: saturation,
    0 is none; release: seconds it fades within, once let go.
    """

    program: int
    span: tuple[int, int] = KEYS
    bank: int = 0
    attack: float = 0.0
    tone: float = 0.0
    drive: float = 0.0
    release: float = 0.08

    def varied(self, dice: Dice) -> Gm:
        """Another microphone: within 4 dB of treble, now and then a softer start or some grit."""
        return replace(
            self,
            tone=self.tone + dice.uniform(-4.0, 4.0),
            attack=self.attack + (dice.uniform(0.0, 0.02) if dice.random() < 0.2 else 0.0),
            drive=self.drive + (dice.uniform(0.3, 1.2) if dice.random() < 0.12 else 0.0),
        )

    def note(self, pitch: int, seconds: float) -> Sound:
        """One note."""
        sound = soundfont.note(self.program, pitch, seconds, self.bank, self.release) * np.float32(3.0)
        if self.tone:
            sound = shelf(sound, 1000.0, self.tone)
        if self.attack:
            rise = min(len(sound), frames_of(self.attack))
            sound[:rise] *= np.sin(np.linspace(0.0, np.pi / 2, rise, dtype=np.float32)) ** 2
        if self.drive:
            sound = np.tanh(sound * np.float32(1.0 + 2.0 * self.drive)) / np.float32(1.0 + self.drive)
        return single(sound)
