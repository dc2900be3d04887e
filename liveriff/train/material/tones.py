"""Synthesiser patches: a frozen patch renders one note. Pure; about peak 1, 44.1 kHz mono."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from liveriff.train.material import soundfont
from liveriff.train.material.envelopes import Dice, adsr, clock, faded, frames_of, hz_of, noise
from liveriff.train.material.kernels import Sound, fm, lowpass, pulse, saw, single, string


class Patch(Protocol):
    """What plays notes."""

    def note(self, pitch: int, seconds: float) -> Sound:
        """The note's sound with its release."""

    def varied(self, dice: Dice) -> Patch:
        """A neighbour of the patch: another cutoff, another decay."""


@dataclass(frozen=True)
class Subtractive:
    """Detuned saws, pulses or sines through a low-pass with an envelope.

    wave: saw, square or sine; voices, detune (semitones): unison; cutoff in Hz at rest; sweep: octaves the envelope
    opens it; fall: its time in s; resonance 0..1; sub: level of a sine an octave below; drive: saturation, 0 is none;
    wobble: sixteenth-note-free LFO on the cutoff in Hz, 0 is none; glide: semitones the note falls from.
    """

    wave: str = "saw"
    voices: int = 1
    detune: float = 0.12
    cutoff: float = 1200.0
    sweep: float = 2.0
    fall: float = 0.2
    resonance: float = 0.2
    attack: float = 0.003
    decay: float = 0.3
    sustain: float = 0.6
    release: float = 0.05
    sub: float = 0.0
    drive: float = 0.0
    wobble: float = 0.0
    glide: float = 0.0
    seed: int = 0

    def varied(self, dice: Dice) -> Patch:
        """Cutoff within half an octave, times within 40 %."""
        return replace(
            self,
            cutoff=self.cutoff * 2.0 ** dice.uniform(-0.7, 0.7),
            sweep=self.sweep * dice.uniform(0.6, 1.3),
            fall=self.fall * dice.uniform(0.6, 1.6),
            decay=self.decay * dice.uniform(0.6, 1.6),
            resonance=min(0.9, self.resonance * dice.uniform(0.6, 1.5)),
            seed=int(dice.integers(1 << 30)),
        )

    def note(self, pitch: int, seconds: float) -> Sound:
        """One note."""
        level = adsr(seconds, self.attack, self.decay, self.sustain, self.release)
        frames = len(level)
        bend = self.glide * np.exp(-clock(frames) / np.float32(0.03))
        hz = (hz_of(pitch) * 2.0 ** (bend / 12.0)).astype(np.float32)
        tone = self._oscillators(hz) + self.sub * np.sin(np.cumsum(hz / 2) * np.float32(2 * np.pi / 44100))
        if self.wave != "sine":
            tone = lowpass(tone.astype(np.float32), self._cutoffs(frames), self.resonance)
        if self.drive:
            tone = np.tanh(tone * np.float32(1.0 + self.drive)) / np.float32(1.0 + 0.3 * self.drive)
        sound: Sound = (tone * level).astype(np.float32)
        return sound

    def _oscillators(self, hz: Sound) -> Sound:
        dice = np.random.default_rng(self.seed)
        spread = np.linspace(-1.0, 1.0, self.voices) if self.voices > 1 else np.zeros(1)
        total = np.zeros(len(hz), np.float32)
        for place in spread:
            total += self._one((hz * 2.0 ** (place * self.detune / 12.0)).astype(np.float32), float(dice.uniform()))
        return single(total / np.float32(np.sqrt(self.voices)))

    def _one(self, hz: Sound, start: float) -> Sound:
        if self.wave == "saw":
            return np.asarray(saw(hz, start), np.float32)
        if self.wave == "square":
            return np.asarray(pulse(hz, start, 0.45), np.float32)
        turns = np.cumsum(hz, dtype=np.float64) * (2.0 * np.pi / 44100.0)
        return np.sin(turns).astype(np.float32)

    def _cutoffs(self, frames: int) -> Sound:
        time = clock(frames)
        octaves = self.sweep * np.exp(-time / np.float32(self.fall))
        if self.wobble:
            octaves = octaves + 1.6 * np.sin(2.0 * np.pi * self.wobble * time - np.pi / 2)
        return single(self.cutoff * 2.0**octaves)


@dataclass(frozen=True)
class Fm:
    """Two-operator frequency modulation: bells, electric pianos, hollow basses."""

    ratio: float = 2.0
    index: float = 3.0
    fall: float = 0.3
    floor: float = 0.1
    feedback: float = 0.0
    attack: float = 0.002
    decay: float = 0.8
    sustain: float = 0.2
    release: float = 0.1

    def varied(self, dice: Dice) -> Patch:
        """Another brightness and decay."""
        return replace(self, index=self.index * dice.uniform(0.5, 1.5), fall=self.fall * dice.uniform(0.5, 2.0))

    def note(self, pitch: int, seconds: float) -> Sound:
        """One note."""
        level = adsr(seconds, self.attack, self.decay, self.sustain, self.release)
        index = self.index * (self.floor + (1.0 - self.floor) * np.exp(-clock(len(level)) / np.float32(self.fall)))
        tone = fm(hz_of(pitch), self.ratio, index.astype(np.float32), self.feedback)
        sound: Sound = (tone * level).astype(np.float32)
        return sound


@dataclass(frozen=True)
class String:
    """A plucked string."""

    damping: float = 0.995
    blend: float = 0.3
    seed: int = 0

    def varied(self, dice: Dice) -> Patch:
        """Another pick and damping."""
        return replace(self, blend=dice.uniform(0.1, 0.8), seed=int(dice.integers(1 << 30)))

    def note(self, pitch: int, seconds: float) -> Sound:
        """One note; it is damped when released."""
        hz = hz_of(pitch)
        burst = noise(np.random.default_rng(self.seed), max(2, int(44100 / hz)))
        frames = frames_of(seconds + 0.08)
        return faded(np.asarray(string(burst, hz, frames, self.damping, self.blend), np.float32), 0.08)


@dataclass(frozen=True)
class Gm:
    """An instrument of the General MIDI soundfont."""

    program: int

    def varied(self, dice: Dice) -> Patch:
        """It is as it is."""
        return self

    def note(self, pitch: int, seconds: float) -> Sound:
        """One note."""
        return single(soundfont.note(self.program, pitch, seconds) * np.float32(3.0))
