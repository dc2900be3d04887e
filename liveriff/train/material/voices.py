"""Additive patches: wavetables, organs, sung vowels, struck bars and bells. Pure; about peak 1, 44.1 kHz mono."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.fft import irfft

from liveriff.train.material.envelopes import Dice, adsr, clock, faded, fall, frames_of, hz_of, noise
from liveriff.train.material.kernels import Sound, lowpass, modes, single, table_tone
from liveriff.train.material.tones import bent

_SIZE = 2048
_TOP_HZ = 18000.0
FORMANTS = {
    "a": ((750, 1.0), (1150, 0.6), (2600, 0.25), (3400, 0.12)),
    "e": ((450, 1.0), (1850, 0.4), (2550, 0.25), (3400, 0.12)),
    "i": ((300, 1.0), (2200, 0.3), (2950, 0.25), (3600, 0.12)),
    "o": ((450, 1.0), (800, 0.5), (2700, 0.12), (3300, 0.06)),
    "u": ((320, 1.0), (700, 0.25), (2400, 0.06), (3200, 0.03)),
}
"""Hz and level of the resonances of sung vowels (Peterson and Barney 1952, rounded)."""

Gains = tuple[float, ...]


def saw_like(count: int, power: float = 1.0, odd: bool = False) -> Gains:
    """Harmonics that fall with their number, from ``count`` on ever faster; ``odd`` leaves the even ones out."""
    bend = [k**-power * float(np.exp(-((k / count) ** 2))) for k in range(1, 3 * count + 1)]
    return tuple(0.0 if odd and k % 2 else gain for k, gain in enumerate(bend))


@dataclass(frozen=True)
class Wave:
    """Harmonics that change from one recipe to the next.

    waves: gains of the harmonics 1, 2, 3, ..., one tuple a place; vowels: letters of FORMANTS instead; travel: seconds
    from the first place to the last, or, if below 0, the period of a triangle LFO between them; voices, detune
    (semitones): unison; breath: level of noise; click: of a key's click; chorus of vibrato in semitones.
    """

    waves: tuple[Gains, ...] = ((1.0,),)
    vowels: str = ""
    travel: float = 1.0
    voices: int = 1
    detune: float = 0.08
    attack: float = 0.01
    decay: float = 0.5
    sustain: float = 0.8
    release: float = 0.08
    breath: float = 0.0
    click: float = 0.0
    vibrato: float = 0.0
    seed: int = 0

    def varied(self, dice: Dice) -> Wave:
        """Other speeds, other balance of the harmonics."""
        tilt = dice.uniform(-0.35, 0.35)
        waves = tuple(tuple(gain * (k + 1) ** tilt for k, gain in enumerate(wave)) for wave in self.waves)
        return replace(
            self,
            waves=waves,
            travel=self.travel * float(dice.uniform(0.5, 1.8)),
            attack=self.attack * float(dice.uniform(0.7, 1.4)),
            decay=self.decay * float(dice.uniform(0.6, 1.5)),
            detune=self.detune * float(dice.uniform(0.6, 1.3)),
            seed=int(dice.integers(1 << 30)),
        )

    def note(self, pitch: int, seconds: float) -> Sound:
        """One note."""
        dice = np.random.default_rng(self.seed)
        level = adsr(seconds, self.attack, self.decay, self.sustain, self.release)
        hz = bent(pitch, len(level), 0.0, self.vibrato)
        tables, place = self._tables(hz_of(pitch)), self._place(len(level))
        tone = np.zeros(len(level), np.float32)
        for spread in np.linspace(-1.0, 1.0, self.voices) if self.voices > 1 else np.zeros(1):
            turned = hz * np.float32(2.0 ** (spread * self.detune / 12.0))
            tone += table_tone(turned, tables, place, float(dice.uniform()) if self.voices > 1 else 0.0)
        tone /= np.float32(np.sqrt(self.voices))
        if self.breath:
            cut = np.full(len(level), min(9000.0, 5.0 * hz_of(pitch)), np.float32)
            tone += np.float32(self.breath) * lowpass(noise(dice, len(level)), cut, 0.3)
        if self.click:
            frames = min(len(tone), frames_of(0.02))
            tone[:frames] += np.float32(self.click) * noise(dice, frames) * fall(frames, 0.004)
        return single(tone * level)

    def _place(self, frames: int) -> Sound:
        last = max(len(self.waves), len(self.vowels)) - 1
        if self.travel >= 0:
            return single(last * np.minimum(1.0, clock(frames) / max(self.travel, 1e-3)))
        turn = clock(frames) / -self.travel
        return single(last * (1.0 - np.abs(2.0 * (turn % 1.0) - 1.0)))

    def _tables(self, hz: float) -> Sound:
        """(places, size + 1), each of rms 0.35, without harmonics above 18 kHz."""
        count = max(1, min(_SIZE // 2 - 1, int(_TOP_HZ / hz)))
        recipes = [_sung(letter, hz, count) for letter in self.vowels] or [np.asarray(wave) for wave in self.waves]
        tables = np.zeros((len(recipes), _SIZE + 1), np.float32)
        for row, gains in zip(tables, recipes, strict=True):
            spectrum = np.zeros(_SIZE // 2 + 1, np.complex128)
            used = gains[:count]
            # drawn phases, the same for all places: no spike in each period, and no dip on the way
            spectrum[1 : len(used) + 1] = used * np.exp(2j * np.pi * np.random.default_rng(5).uniform(size=len(used)))
            row[:-1] = irfft(spectrum)
            row[-1] = row[0]
            row *= 0.35 / max(1e-9, float(np.sqrt(np.mean(row**2))))
        return tables


def _sung(letter: str, hz: float, count: int) -> Sound:
    at = hz * np.arange(1, count + 1)
    shape = sum(level * np.exp(-(((at - centre) / (60.0 + 0.08 * centre)) ** 2)) for centre, level in FORMANTS[letter])
    return single(np.asarray(shape) + 0.02 * (at[0] / at))


@dataclass(frozen=True)
class Modal:
    """Something struck: damped modes.

    ratios, gains, decays: of the modes, to the pitch; decays in s at A4, longer below; knock: level of the stroke's
    noise, knock_hz its brightness; ring: seconds it rings on when the note is over.
    """

    ratios: Gains = (1.0, 4.0, 10.0)
    gains: Gains = (1.0, 0.3, 0.1)
    decays: Gains = (0.4, 0.15, 0.05)
    knock: float = 0.1
    knock_hz: float = 3000.0
    ring: float = 0.6
    seed: int = 0

    def varied(self, dice: Dice) -> Modal:
        """A harder or softer mallet, another damping."""
        hard, damping = dice.uniform(-0.5, 0.5), float(dice.uniform(0.6, 1.5))
        return replace(
            self,
            gains=tuple(gain * (k + 1) ** hard for k, gain in enumerate(self.gains)),
            decays=tuple(decay * damping for decay in self.decays),
            knock=self.knock * float(dice.uniform(0.3, 1.8)),
            seed=int(dice.integers(1 << 30)),
        )

    def note(self, pitch: int, seconds: float) -> Sound:
        """One note."""
        hz = hz_of(pitch)
        frames = frames_of(min(seconds, 3.0) + self.ring)
        decays = single(self.decays) * np.float32((440.0 / hz) ** 0.5)
        tone = modes(single(self.ratios) * np.float32(hz), single(self.gains), decays, frames)
        short = min(frames, frames_of(0.05))
        burst = noise(np.random.default_rng(self.seed), short) * fall(short, 0.008)
        tone[:short] += np.float32(self.knock) * lowpass(burst, np.full(short, self.knock_hz, np.float32), 0.2)
        return faded(tone * np.float32(0.8), min(0.3, self.ring))
