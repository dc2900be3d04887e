"""Synthesiser patches: a frozen patch renders one note. Pure; about peak 1, 44.1 kHz mono."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from liveriff.train.material.envelopes import Dice, adsr, clock, faded, frames_of, hz_of, noise, phase
from liveriff.train.material.kernels import Sound, fm, lowpass, pulse, saw, shelf, single, string, synced


class Patch(Protocol):
    """What plays notes."""

    def note(self, pitch: int, seconds: float) -> Sound:
        """The note's sound with its release."""

    def varied(self, dice: Dice) -> Patch:
        """A neighbour of the patch: another cutoff, another decay."""


def bent(pitch: float, frames: int, glide: float, vibrato: float) -> Sound:
    """Hz of a note that falls from ``glide`` semitones and then swings by ``vibrato`` semitones, 5.2 times a second."""
    if not glide and not vibrato:
        return single(np.full(frames, hz_of(pitch)))
    time = clock(frames)
    bend = glide * np.exp(-time / np.float32(0.03))
    bend = bend + vibrato * np.minimum(1.0, time / 0.4) * np.sin(np.float32(2 * np.pi * 5.2) * time)
    return single(hz_of(pitch) * 2.0 ** (bend / 12.0))


@dataclass(frozen=True)
class Subtractive:
    """Detuned oscillators through a low-pass with an envelope.

    wave: saw, square, triangle, steps (a triangle of 16 levels), sync or sine; voices, detune (semitones): unison;
    cutoff in Hz at rest; sweep: octaves the envelope opens it; fall: its time in s; resonance 0..1; sub: level of a
    sine an octave below; drive: saturation, 0 is none; wobble: LFO on the cutoff in Hz, 0 is none; glide: semitones
    the note falls from; width: of the square, 0..1; pwm: how far an LFO moves it; vibrato in semitones; breath: level
    of noise before the filter; interval, second: another oscillator so many semitones above, and its level.
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
    width: float = 0.45
    pwm: float = 0.0
    vibrato: float = 0.0
    breath: float = 0.0
    interval: float = 0.0
    second: float = 0.0

    def varied(self, dice: Dice) -> Subtractive:
        """Cutoff within two thirds of an octave, times within 60 %."""
        return replace(
            self,
            cutoff=self.cutoff * 2.0 ** dice.uniform(-0.7, 0.7),
            sweep=self.sweep * dice.uniform(0.6, 1.3),
            fall=self.fall * dice.uniform(0.6, 1.6),
            decay=self.decay * dice.uniform(0.6, 1.6),
            resonance=min(0.9, self.resonance * dice.uniform(0.6, 1.5)),
            detune=self.detune * dice.uniform(0.6, 1.2),
            width=min(0.9, self.width * dice.uniform(0.7, 1.15)),
            seed=int(dice.integers(1 << 30)),
        )

    def note(self, pitch: int, seconds: float) -> Sound:
        """One note."""
        level = adsr(seconds, self.attack, self.decay, self.sustain, self.release)
        frames = len(level)
        hz = bent(pitch, frames, self.glide, self.vibrato)
        tone = self._oscillators(hz, np.random.default_rng(self.seed))
        if self.sub:
            tone = tone + np.float32(self.sub) * np.sin(phase(single(hz / 2)))
        if self.wave != "sine":
            tone = lowpass(single(tone), self._cutoffs(frames), self.resonance)
        if self.drive:
            tone = np.tanh(tone * np.float32(1.0 + self.drive)) / np.float32(1.0 + 0.3 * self.drive)
        return single(tone * level)

    def _oscillators(self, hz: Sound, dice: Dice) -> Sound:
        spread = np.linspace(-1.0, 1.0, self.voices) if self.voices > 1 else np.zeros(1)
        total = np.zeros(len(hz), np.float32)
        for place in spread:
            total += self._one(hz * np.float32(2.0 ** (place * self.detune / 12.0)), float(dice.uniform()))
        if self.second:
            total += np.float32(self.second) * self._one(hz * np.float32(2.0 ** (self.interval / 12.0)), 0.3)
        if self.breath:
            total += np.float32(self.breath) * noise(dice, len(hz))
        return single(total / np.float32(np.sqrt(self.voices)))

    def _one(self, hz: Sound, start: float) -> Sound:
        if self.wave == "saw":
            return saw(hz, start)
        if self.wave == "square":
            return pulse(hz, start, self.width) if not self.pwm else self._moved(hz, start)
        if self.wave == "sync":
            time = clock(len(hz))
            return synced(hz, single(1.5 + 1.2 * self.sweep * np.exp(-time / np.float32(self.fall))), start)
        turn = np.sin(phase(hz))
        if self.wave == "sine":
            return turn
        triangle = np.arcsin(turn) * np.float32(2 / np.pi)
        return triangle if self.wave == "triangle" else single(np.round(triangle * 7.5) / 7.5)

    def _moved(self, hz: Sound, start: float) -> Sound:
        """Pulse-width modulation: the difference of two saws, one of them a little out of step."""
        swing = self.pwm * np.sin(np.float32(2 * np.pi * 0.7) * clock(len(hz)) + start * 6.0)
        rate = np.diff(swing, prepend=swing[:1]) * np.float32(44100.0)
        return single(saw(hz, start) - saw(single(hz + rate), (start + self.width) % 1.0))

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

    def varied(self, dice: Dice) -> Fm:
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

    def varied(self, dice: Dice) -> String:
        """Another pick and damping."""
        return replace(self, blend=dice.uniform(0.1, 0.8), seed=int(dice.integers(1 << 30)))

    def note(self, pitch: int, seconds: float) -> Sound:
        """One note; it is damped when released."""
        hz = hz_of(pitch)
        burst = noise(np.random.default_rng(self.seed), max(2, int(44100 / hz)))
        frames = frames_of(seconds + 0.08)
        return faded(np.asarray(string(burst, hz, frames, self.damping, self.blend), np.float32), 0.08)


@dataclass(frozen=True)
class Layer:
    """Two patches together; shift: semitones the second lies above; gain: its level."""

    first: Patch
    second: Patch
    gain: float = 0.5
    shift: int = 0

    def varied(self, dice: Dice) -> Layer:
        """Both varied, and balanced anew."""
        return Layer(
            self.first.varied(dice), self.second.varied(dice), self.gain * float(dice.uniform(0.5, 1.5)), self.shift
        )

    def note(self, pitch: int, seconds: float) -> Sound:
        """One note."""
        one, other = self.first.note(pitch, seconds), self.second.note(pitch + self.shift, seconds)
        out = np.zeros(max(len(one), len(other)), np.float32)
        out[: len(one)] += one
        out[: len(other)] += np.float32(self.gain) * other
        return single(out / np.float32(1.0 + 0.5 * self.gain))


@dataclass(frozen=True)
class Toned:
    """A patch with more or less treble above 1 kHz, in dB."""

    patch: Patch
    treble_db: float

    def varied(self, dice: Dice) -> Toned:
        """Within 3 dB."""
        return Toned(self.patch.varied(dice), self.treble_db + float(dice.uniform(-3.0, 3.0)))

    def note(self, pitch: int, seconds: float) -> Sound:
        """One note."""
        return shelf(self.patch.note(pitch, seconds), 1000.0, self.treble_db)
