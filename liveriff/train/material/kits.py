"""The drum kits that styles name, and percussion by name: who plays which role. Data; words are in ``words``.

Every kit has the roles kick, snare, clap, hat, open, ride, crash, perc, rim, tom and shaker.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from liveriff.train.material import drums as d
from liveriff.train.material import percussion as p
from liveriff.train.material import samples, soundfont
from liveriff.train.material.effects import crushed
from liveriff.train.material.envelopes import Dice, faded, fall, frames_of, unit
from liveriff.train.material.kernels import Sound, lowpass, shelf, single
from liveriff.train.material.reading import repitched

Role = Callable[[Dice], Sound]


def _tuned(sound: Sound, dice: Dice, semitones: float) -> Sound:
    """Another tuning, another damping, another treble: no two drummers have the same drum.

    What comes before its attack is cut off: the grid would be missed.
    """
    sound = sound[max(0, int(np.argmax(np.abs(sound) > 0.2)) - 60) :]
    out = repitched(sound, float(dice.uniform(-semitones, semitones))) if dice.random() < 0.8 else sound
    if dice.random() < 0.3:
        out = out * fall(len(out), float(dice.uniform(0.06, 0.3)))
    if dice.random() < 0.4:
        out = shelf(single(out), 2000.0, float(dice.uniform(-5.0, 4.0)))
    return faded(unit(out), 0.01)


def _pick(*names: str, semitones: float = 2.0) -> Role:
    return lambda dice: _tuned(samples.sample(names[int(dice.integers(len(names)))]), dice, semitones)


def _gm(*pitches: int, kits: tuple[int, ...] = (0,), semitones: float = 1.0) -> Role:
    def role(dice: Dice) -> Sound:
        kit = kits[int(dice.integers(len(kits)))]
        return _tuned(soundfont.drum(pitches[int(dice.integers(len(pitches)))], kit), dice, semitones)

    return role


def _any(*roles: Role) -> Role:
    return lambda dice: roles[int(dice.integers(len(roles)))](dice)


def dusty(role: Role) -> Role:
    """Through a 12-bit sampler and a worn record."""

    def played(dice: Dice) -> Sound:
        sound = role(dice)
        if dice.random() < 0.5:
            sound = crushed(sound, 2, 9)
        dark = lowpass(single(sound), d.steady(len(sound), float(dice.uniform(3500, 9000))), 0.1)
        return faded(unit(np.tanh(dark * np.float32(dice.uniform(1.0, 2.5)))), 0.01)

    return played


def rough(role: Role) -> Role:
    """Overdriven."""
    return lambda dice: d.driven(role(dice), float(dice.uniform(3.0, 9.0)))


def gated(role: Role, longest_s: float) -> Role:
    """Cut off within ``longest_s``."""

    def played(dice: Dice) -> Sound:
        sound = role(dice)
        return faded(sound[: frames_of(float(dice.uniform(0.4, 1.0)) * longest_s)], 0.008)

    return played


_MACHINE: dict[str, Role] = {
    "kick": d.kick_909, "snare": d.snare_909, "clap": d.clap, "hat": p.hat, "open": p.open_hat, "ride": p.ride,
    "crash": p.crash, "perc": p.cowbell, "rim": p.rim, "tom": d.tom, "shaker": p.shaker,
}  # fmt: skip


def _acoustic(*kits: int) -> dict[str, Role]:
    return {
        "kick": _gm(35, 36, kits=kits), "snare": _gm(38, 40, kits=kits), "clap": _gm(39), "hat": _gm(42, 44, kits=kits),
        "open": _gm(46, kits=kits), "ride": _gm(51, 53, 59, kits=kits), "crash": _gm(49, 57, 55, kits=kits),
        "perc": _gm(56, 54, 62, 64, 76), "rim": _gm(37, kits=kits), "tom": _gm(41, 43, 45, 47, 48, 50, kits=kits),
        "shaker": _gm(70, 82),
    }  # fmt: skip


_LIVE = _acoustic(0)

KITS: dict[str, dict[str, Role]] = {
    "808": {**_MACHINE, "kick": d.kick_808, "snare": d.snare_808, "tom": _any(d.tom, d.conga),
            "perc": _any(p.cowbell, p.clave, d.conga)},
    "909": {**_MACHINE, "perc": _any(p.block, p.cowbell)},
    "606": {**_MACHINE, "kick": d.kick_606, "snare": d.snare_606, "clap": d.snap, "hat": p.hat_tight,
            "perc": _any(p.rim, p.block), "tom": gated(d.tom, 0.25)},
    "707": {**_MACHINE, "kick": _any(d.kick_linn, d.kick_909), "snare": gated(d.snare_909, 0.25), "hat": p.hat_noise,
            "open": p.open_noise, "perc": _any(p.cowbell, p.tambourine), "tom": gated(_LIVE["tom"], 0.4)},
    "linn": {**_MACHINE, "kick": d.kick_linn, "snare": d.snare_linn, "hat": _any(p.hat_noise, gated(_LIVE["hat"], 0.1)),
             "open": gated(_LIVE["open"], 0.4), "perc": _any(p.tambourine, p.cowbell, d.conga),
             "tom": _any(d.tom_electronic, gated(_LIVE["tom"], 0.5)), "shaker": _any(p.shaker, p.tambourine)},
    "electronic": {**_MACHINE, "kick": _any(d.kick_linn, _gm(36, kits=(24,))),
                   "snare": _any(d.snare_linn, _gm(38, 40, kits=(24,))), "tom": d.tom_electronic,
                   "perc": _any(p.zap, p.cowbell), "crash": p.splash},
    "hard": {**_MACHINE, "kick": d.kick_hard, "perc": p.zap, "rim": p.block, "tom": p.zap},
    "gabber": {**_MACHINE, "kick": d.kick_gabber, "snare": d.snare_hard, "clap": rough(d.clap), "hat": rough(p.hat),
               "perc": rough(p.zap), "tom": rough(d.tom)},
    "industrial": {**_MACHINE, "kick": _any(d.kick_hard, rough(_LIVE["kick"])), "snare": _any(d.snare_hard, p.anvil),
                   "hat": _any(p.hat, p.anvil), "ride": p.anvil, "perc": _any(p.anvil, p.burst), "rim": p.anvil,
                   "tom": rough(_LIVE["tom"]), "clap": rough(d.clap)},
    "trap": {**_MACHINE, "kick": d.kick_trap, "snare": _any(d.snare_trap, d.snare_808), "clap": _any(d.clap, d.snap),
             "hat": p.hat_tight, "perc": _any(p.clave, d.snap, p.bleep), "tom": d.kick_trap},
    "minimal": {**_MACHINE, "kick": _any(d.kick_click, d.kick_808), "snare": d.snare_click, "clap": d.snap,
                "hat": _any(p.hat_tight, p.click), "open": gated(p.open_noise, 0.2),
                "perc": _any(p.click, p.block, p.rim), "rim": p.click, "tom": gated(d.conga, 0.2)},
    "chip": {"kick": d.kick_chip, "snare": d.snare_chip, "clap": d.snare_chip, "hat": p.hat_chip,
             "open": gated(d.snare_chip, 0.2), "ride": p.hat_chip, "crash": d.snare_chip, "perc": p.bleep,
             "rim": p.bleep, "tom": d.kick_chip, "shaker": p.hat_chip},
    "glitch": {"kick": _any(d.kick_click, d.kick_chip), "snare": _any(d.snare_click, p.burst),
               "clap": _any(d.snap, p.burst), "hat": _any(p.click, p.hat_tight, p.hat_chip),
               "open": p.burst, "ride": p.bleep, "crash": p.burst,
               "perc": _any(p.burst, p.bleep, _pick(*samples.BLIPS, semitones=7.0)), "rim": p.click,
               "tom": _any(p.zap, gated(d.tom, 0.15)), "shaker": p.click},
    "acoustic": _acoustic(0, 1, 2, 3, 4),
    "power": {**_acoustic(16), "kick": _gm(35, 36, kits=(16, 8, 9)), "snare": _gm(38, 40, kits=(16, 17, 10))},
    "jazz": {**_acoustic(32), "kick": _gm(35, 36, kits=(32, 33)), "perc": _gm(56, 75)},
    "brush": {**_acoustic(40), "snare": _gm(38, 39, 40, kits=(40, 41)), "clap": _gm(39, kits=(40,)),
              "perc": _gm(75, 76)},
    "orchestral": {"kick": _gm(35, 36, kits=(48,)), "snare": _gm(38, 40, kits=(48,)), "clap": _gm(39, kits=(48,)),
                   "hat": gated(_any(p.triangle, p.tambourine), 0.2), "open": p.triangle, "ride": _gm(59, kits=(48, 0)),
                   "crash": _gm(57, 59, kits=(48,)), "perc": _gm(75, 81, 85), "rim": _gm(37, kits=(48,)),
                   "tom": _gm(41, 43, 45, 48, 50, kits=(48,)), "shaker": p.tambourine},
    "samples": {
        "kick": _pick(*samples.KICKS), "snare": _pick(*samples.SNARES), "clap": d.clap,
        "hat": _pick(*samples.HATS), "open": _pick(*samples.OPEN), "ride": _gm(51), "crash": _pick(*samples.CRASHES),
        "perc": _pick(*samples.PERCS, semitones=4.0), "rim": _pick("elec_pop", "elec_blip", "elec_wood"),
        "tom": _pick(*samples.TOMS), "shaker": p.shaker,
    },
    "break": {
        "kick": _pick("drum_bass_hard", "drum_bass_soft", "drum_heavy_kick"),
        "snare": _pick("drum_snare_hard", "drum_snare_soft"), "clap": d.clap,
        "hat": _any(_pick("drum_cymbal_closed"), _LIVE["hat"]), "open": _pick("drum_cymbal_open", "drum_cymbal_soft"),
        "ride": _gm(51), "crash": _pick(*samples.CRASHES), "perc": _pick("drum_cowbell"), "rim": _gm(37),
        "tom": _pick("drum_tom_mid_hard", "drum_tom_hi_hard"), "shaker": _gm(70),
    },
    "lo-fi": {
        "kick": dusty(_any(_LIVE["kick"], d.kick_linn, _pick("bd_fat", "bd_zome", "drum_bass_soft"))),
        "snare": dusty(_any(_LIVE["snare"], _pick("sn_dub", "drum_snare_soft"), d.snare_linn)),
        "clap": dusty(_any(d.clap, d.snap)), "hat": dusty(_any(_LIVE["hat"], p.hat)), "open": dusty(_LIVE["open"]),
        "ride": dusty(_LIVE["ride"]), "crash": dusty(_LIVE["crash"]), "perc": dusty(_any(p.block, d.conga, p.cowbell)),
        "rim": dusty(_any(_LIVE["rim"], p.rim)), "tom": dusty(_LIVE["tom"]), "shaker": dusty(p.shaker),
    },
    "latin": {
        "kick": _any(_gm(86, 87), _LIVE["kick"]), "snare": _gm(65, 66), "clap": _gm(39),
        "hat": _gm(69, 70, 82), "open": _gm(80, 81), "ride": _gm(56), "crash": _gm(55, 57),
        "perc": _gm(60, 61, 67, 68, 73), "rim": _gm(75, 76),
        "tom": _any(_gm(62, 63, 64), d.conga), "shaker": _gm(69, 82),
    },
    "tabla": {
        "kick": _pick(*samples.TABLA_LOW), "snare": _pick(*samples.TABLA_HIGH), "clap": _any(d.snap, _gm(39)),
        "hat": _pick(*samples.TABLA_DRY), "open": _gm(81, 54), "ride": _gm(83, 81), "crash": _gm(55),
        "perc": _pick(*samples.TABLA_HIGH, *samples.TABLA_DRY), "rim": _pick(*samples.TABLA_DRY),
        "tom": _pick(*samples.TABLA_LOW), "shaker": _gm(83, 70),
    },
    "afro": {
        "kick": _any(_gm(86, 87), d.kick_808), "snare": _any(_gm(60, 62), d.conga), "clap": _any(_gm(39), d.clap),
        "hat": _any(_gm(70, 82), p.shaker), "open": _gm(69, 81), "ride": _gm(67, 68), "crash": _gm(55),
        "perc": _any(_gm(60, 61, 67, 68), p.block), "rim": _any(_gm(75, 76), p.clave),
        "tom": _any(_gm(63, 64), d.conga), "shaker": _any(_gm(69, 82), p.shaker),
    },
}  # fmt: skip

PERCUSSION: dict[str, Role] = {
    "conga": _any(_gm(62, 63, 64), d.conga), "bongo": _gm(60, 61), "djembe": _any(d.conga, _gm(63)),
    "cowbell": _any(p.cowbell, _gm(56)), "clave": _any(p.clave, _gm(75)), "block": _any(p.block, _gm(76, 77)),
    "tambourine": _any(p.tambourine, _gm(54)), "triangle": _any(p.triangle, _gm(80, 81)), "agogo": _gm(67, 68),
    "timbale": _gm(65, 66), "tabla": _pick(*samples.TABLA_LOW, *samples.TABLA_HIGH, *samples.TABLA_DRY),
    "snap": _any(d.snap, _pick(*samples.SNAPS)), "maracas": _any(_gm(70), p.shaker), "cabasa": _gm(69),
    "guiro": _gm(73, 74), "vibraslap": _gm(58), "bell": _pick(*samples.BELLS, semitones=5.0), "click": p.click,
    "anvil": p.anvil, "bleep": _any(p.bleep, _pick(*samples.BLIPS, semitones=5.0)),
}  # fmt: skip
"""Percussion by name."""
