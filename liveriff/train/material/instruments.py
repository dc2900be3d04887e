"""The instruments and drum kits that styles name: one table each. Data; what each is called is in ``words``."""

from __future__ import annotations

from collections.abc import Callable

from liveriff.train.material import drums, samples, soundfont
from liveriff.train.material.envelopes import Dice
from liveriff.train.material.kernels import Sound
from liveriff.train.material.tones import Fm, Gm, Patch, String, Subtractive

S = Subtractive

INSTRUMENTS: dict[str, Patch] = {
    # basses
    "sub": S("sine", drive=0.6, decay=1.0, sustain=0.9),
    "808": S("sine", drive=1.5, decay=0.9, sustain=0.35, release=0.12, glide=7.0),
    "acid": S("saw", cutoff=280, sweep=3.2, fall=0.12, resonance=0.85, decay=0.25, sustain=0.4, drive=1.0),
    "reese": S("saw", voices=3, detune=0.28, cutoff=420, sweep=0.8, resonance=0.2, sustain=0.95, sub=0.6, drive=0.8),
    "wobble": S("saw", 2, detune=0.15, cutoff=420, sweep=0.2, resonance=0.55, sustain=1.0, drive=2.5, wobble=4.0),
    "growl": S("square", 2, detune=0.1, cutoff=520, sweep=1.5, resonance=0.6, drive=4.0, wobble=8.0, sustain=1.0),
    "saw bass": S("saw", cutoff=500, sweep=2.2, fall=0.15, sub=0.4, decay=0.25, sustain=0.5),
    "square bass": S("square", cutoff=700, sweep=1.6, fall=0.12, sub=0.3, decay=0.2, sustain=0.5),
    "fm bass": Fm(1.0, 3.5, 0.12, 0.2, 0.3, decay=0.4, sustain=0.4, release=0.05),
    "organ bass": Fm(2.0, 1.2, 0.3, 0.5, decay=0.5, sustain=0.6, release=0.05),
    "offbeat bass": S("saw", voices=2, detune=0.08, cutoff=900, sweep=1.8, fall=0.1, sub=0.7, decay=0.2, sustain=0.3),
    "finger bass": Gm(33),
    "slap bass": Gm(36),
    "upright bass": Gm(32),
    "picked bass": Gm(34),
    "synth bass": Gm(38),
    # chords, pads, stabs
    "saw pad": S("saw", 4, 0.2, 900, 1.0, 1.5, 0.1, 0.5, 2.0, 0.8, 0.5),
    "square pad": S("square", 2, 0.14, 700, 0.8, 2.0, 0.1, 0.6, 2.0, 0.8, 0.5),
    "glass pad": Fm(3.0, 0.8, 2.0, 0.4, attack=0.5, decay=3.0, sustain=0.8, release=0.6),
    "dark pad": S("saw", 3, 0.18, 300, 0.7, 2.0, 0.2, 0.7, 2.0, 0.9, 0.6),
    "supersaw": S("saw", 7, 0.35, 3500, 1.2, 0.5, 0.1, 0.01, 0.8, 0.8, 0.12),
    "stab": S("saw", 3, 0.15, 800, 2.6, 0.1, 0.35, 0.002, 0.14, 0.1, 0.08),
    "dub chord": S("saw", 2, 0.1, 450, 2.2, 0.09, 0.4, 0.003, 0.16, 0.05, 0.1),
    "hoover": S("saw", 5, 0.5, 2200, 0.6, 0.3, 0.2, 0.02, 0.5, 0.8, 0.1, glide=-5.0),
    "rhodes": Gm(4),
    "fm piano": Fm(1.0, 1.8, 0.25, 0.15, decay=1.2, sustain=0.1, release=0.2),
    "piano": Gm(0),
    "honky piano": Gm(3),
    "organ": Gm(16),
    "rock organ": Gm(18),
    "clavinet": Gm(7),
    "strings": Gm(48),
    "slow strings": Gm(49),
    "choir": Gm(52),
    "brass": Gm(61),
    "clean guitar": Gm(27),
    "muted guitar": Gm(28),
    "overdriven guitar": Gm(29),
    "distorted guitar": Gm(30),
    "nylon guitar": Gm(24),
    "jazz guitar": Gm(26),
    "harp": Gm(46),
    # leads, bells, plucks
    "saw lead": S("saw", 2, 0.1, 2500, 1.2, 0.3, 0.25, 0.005, 0.4, 0.7, 0.1),
    "square lead": S("square", 1, 0.0, 3000, 0.6, 0.3, 0.1, 0.005, 0.4, 0.7, 0.08),
    "chip": S("square", 1, 0.0, 9000, 0.0, 0.3, 0.0, 0.001, 0.2, 0.6, 0.03),
    "sine lead": S("sine", attack=0.01, decay=0.5, sustain=0.6, release=0.1),
    "acid lead": S("saw", cutoff=500, sweep=3.0, fall=0.15, resonance=0.88, decay=0.2, sustain=0.4, drive=2.0),
    "pluck": S("saw", 2, 0.08, 700, 3.0, 0.08, 0.3, 0.002, 0.18, 0.0, 0.12),
    "soft pluck": S("square", 1, 0.0, 500, 2.4, 0.07, 0.2, 0.002, 0.2, 0.0, 0.12),
    "string pluck": String(),
    "bell": Fm(3.5, 2.5, 0.5, 0.05, decay=1.0, sustain=0.0, release=0.4),
    "glass bell": Fm(7.0, 1.2, 0.3, 0.05, decay=0.7, sustain=0.0, release=0.4),
    "vibraphone": Gm(11),
    "marimba": Gm(12),
    "kalimba": Gm(108),
    "music box": Gm(10),
    "flute": Gm(73),
    "saxophone": Gm(65),
    "trumpet": Gm(56),
    "muted trumpet": Gm(59),
    "sitar": Gm(104),
    "steel drum": Gm(114),
}  # fmt: skip

Role = Callable[[Dice], Sound]


def _pick(*names: str) -> Role:
    return lambda dice: samples.sample(names[int(dice.integers(len(names)))])


def _gm(*pitches: int, kit: int = 0) -> Role:
    return lambda dice: soundfont.drum(pitches[int(dice.integers(len(pitches)))], kit)


KITS: dict[str, dict[str, Role]] = {
    "808": {
        "kick": drums.kick_808, "snare": drums.snare_808, "clap": drums.clap, "hat": drums.hat,
        "open": drums.open_hat, "ride": drums.ride, "perc": drums.cowbell, "rim": drums.rim, "tom": drums.tom,
        "shaker": drums.shaker,
    },
    "909": {
        "kick": drums.kick_909, "snare": drums.snare_909, "clap": drums.clap, "hat": drums.hat,
        "open": drums.open_hat, "ride": drums.ride, "perc": drums.block, "rim": drums.rim, "tom": drums.tom,
        "shaker": drums.shaker,
    },
    "hard": {
        "kick": drums.kick_hard, "snare": drums.snare_909, "clap": drums.clap, "hat": drums.hat,
        "open": drums.open_hat, "ride": drums.ride, "perc": drums.zap, "rim": drums.block, "tom": drums.zap,
        "shaker": drums.shaker,
    },
    "acoustic": {
        "kick": _gm(35, 36), "snare": _gm(38, 40), "clap": _gm(39), "hat": _gm(42, 44), "open": _gm(46),
        "ride": _gm(51, 53), "perc": _gm(56, 54, 62, 64, 76), "rim": _gm(37), "tom": _gm(41, 45, 48, 50),
        "shaker": _gm(70, 82),
    },
    "jazz": {
        "kick": _gm(35, 36, kit=32), "snare": _gm(38, 40, kit=32), "clap": _gm(39), "hat": _gm(42, 44, kit=32),
        "open": _gm(46, kit=32), "ride": _gm(51, 59, kit=32), "perc": _gm(56, 75), "rim": _gm(37, kit=32),
        "tom": _gm(41, 45, 48, kit=32), "shaker": _gm(70),
    },
    "samples": {
        "kick": _pick(*samples.KICKS), "snare": _pick(*samples.SNARES), "clap": drums.clap,
        "hat": _pick(*samples.HATS), "open": _pick(*samples.OPEN), "ride": _gm(51), "perc": _pick(*samples.PERCS),
        "rim": _pick("elec_pop", "elec_blip", "elec_wood"), "tom": _pick(*samples.TOMS), "shaker": drums.shaker,
    },
    "break": {
        "kick": _pick("drum_bass_hard", "drum_bass_soft", "drum_heavy_kick"),
        "snare": _pick("drum_snare_hard", "drum_snare_soft"), "clap": drums.clap,
        "hat": _pick("drum_cymbal_closed"), "open": _pick("drum_cymbal_open", "drum_cymbal_soft"),
        "ride": _gm(51), "perc": _pick("drum_cowbell"), "rim": _gm(37),
        "tom": _pick("drum_tom_mid_hard", "drum_tom_hi_hard"), "shaker": _gm(70),
    },
}  # fmt: skip
