"""One-shots from a seed: the hit at frame 0, 0.1 to 2 s long, silence at the end. Pure but for caches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from liveriff.train.material import effects, fx
from liveriff.train.material import instruments as table
from liveriff.train.material.captions import Tags
from liveriff.train.material.envelopes import Dice, faded, frames_of, unit
from liveriff.train.material.fx import FRAMES, padded
from liveriff.train.material.kernels import Sound, shelf, single
from liveriff.train.material.kits import KITS, PERCUSSION
from liveriff.train.material.loops import Piece
from liveriff.train.material.patterns import chord
from liveriff.train.material.reading import repitched
from liveriff.train.material.styles import STYLES

HITS = ("kick", "snare", "hat", "clap", "perc", "bass", "synth", "fx", "tom")
SHORTEST_S = 0.1
_ROLES = {"kick": ("kick",), "snare": ("snare", "snare", "snare", "rim"), "clap": ("clap",), "tom": ("tom",),
          "hat": ("hat", "hat", "hat", "open", "ride", "shaker", "crash")}  # fmt: skip
_TUNED = {"kick": 3.0, "snare": 3.0, "tom": 6.0, "perc": 5.0, "clap": 2.0, "hat": 2.0}
"""Semitones that a drum is tuned up or down at most."""
_WITHOUT_HATS = {"tabla", "orchestral", "industrial", "glitch"}
"""Kits in which something else plays the hat's part."""
_SYNTHS = (*table.KEYS, *table.PLUCKS, *table.LEADS, *table.BELLS, *table.GUITARS, *table.ORCHESTRA, *table.PADS)


def hit(seed: int, category: str | None = None) -> Piece:
    """The one-shot of a seed; peak 0.9. category: of HITS, else drawn."""
    dice = np.random.default_rng(seed)
    drawn = HITS[int(dice.integers(len(HITS)))]
    kind = category or drawn
    style = STYLES[int(dice.integers(len(STYLES)))]
    tonic, mode = int(dice.integers(12)), "major" if dice.random() < 0.4 else "minor"
    if kind in ("bass", "synth"):
        named = style.basses if kind == "bass" else (*style.keys, *style.leads)
        sound, name, likely = _tone(kind, named, tonic, mode, dice)
        tags = Tags(style.name if likely else "", kind, (name,))
    else:
        tonic = -1
        sound, kit, role = _drum(kind, style.kits, dice) if kind != "fx" else (*_effect(dice),)
        of_style = kit in style.kits and dice.random() < 0.6
        tags = Tags(style.name if of_style else "", kind, (), kit, (role,))
    sound, moods = _treated(sound, kind, dice)
    final = _final(sound, kind)
    told = Tags(tags.style, tags.role, tags.instruments, tags.kit, tags.drums, (*moods, *_length_moods(final, kind)))
    return Piece(single(unit(final) * 0.9), f"hit {kind}", tonic, mode, 120.0, told)


def _one(dice: Dice, options: Sequence[str]) -> str:
    return options[int(dice.integers(len(options)))]


def _drum(kind: str, kits: Sequence[str], dice: Dice) -> tuple[Sound, str, str]:
    """Sound, kit and role; percussion is half of the time an instrument of its own."""
    kit = _one(dice, (*kits, *KITS)) if dice.random() < 0.5 else _one(dice, tuple(KITS))
    if kind == "hat" and kit in _WITHOUT_HATS:
        kit = "samples"
    if kind == "perc" and dice.random() < 0.75:
        name = _one(dice, tuple(PERCUSSION))
        return PERCUSSION[name](dice), "", name
    role = "perc" if kind == "perc" else _one(dice, _ROLES[kind])
    return KITS[kit][role](dice), kit, role


def _effect(dice: Dice) -> tuple[Sound, str, str]:
    name = _one(dice, (*fx.FX, "sample", "riser", "impact", "noise"))
    return fx.effect(name, dice), "", name


def _tone(kind: str, named: Sequence[str], tonic: int, mode: str, dice: Dice) -> tuple[Sound, str, bool]:
    """Sound, the instrument, and whether the style calls for it; synths are single notes or chords."""
    likely = bool(dice.random() < 0.45)
    name = _one(dice, named if likely else tuple(table.BASSES) if kind == "bass" else _SYNTHS)
    patch = table.INSTRUMENTS[name].varied(dice)
    held = float(np.exp(dice.uniform(np.log(0.08), np.log(1.4))))
    if kind == "bass":
        pitches = [28 + (tonic - 28) % 12]
    else:
        base = 48 + 12 * int(dice.integers(3))
        whole = dice.random() < (0.5 if name in table.KEYS or name in table.PADS else 0.2)
        pitches = chord(tonic, mode, 0, int(dice.integers(3, 5)), base) if whole else [base + (tonic - base) % 12]
    return single(np.sum([padded(patch.note(pitch, held)) for pitch in pitches], axis=0)), name, likely


def _treated(sound: Sound, kind: str, dice: Dice) -> tuple[Sound, tuple[str, ...]]:
    """Another tuning, saturation, crushing, tone and room, each now and then."""
    moods: list[str] = []
    shift = float(dice.uniform(-1.0, 1.0)) * _TUNED.get(kind, 0.0)
    if dice.random() < 0.5 and shift:
        sound = repitched(sound, shift)
        moods += ["high"] if shift > 2.0 else ["low"] if shift < -2.0 else []
    if dice.random() < 0.15:
        sound = effects.driven(sound, dice.uniform(2.0, 6.0))
        moods.append("drive")
    elif dice.random() < 0.06:
        sound = effects.crushed(sound, int(dice.integers(2, 6)), int(dice.integers(5, 9)))
        moods.append("crush")
    tone = dice.random()
    if tone < 0.12 and kind != "hat":
        sound = effects.toned(padded(sound), 20.0, dice.uniform(700, 2500))
        moods.append("dull")
    elif tone < 0.24:
        sound = shelf(sound, 2000.0, float(dice.uniform(3.0, 7.0)))
        moods.append("bright")
    if dice.random() < 0.15 and kind != "kick":
        sound = effects.reverb(padded(sound), dice, dice.uniform(0.4, 1.2), dice.uniform(0.15, 0.4))
        moods.append("wet")
    return single(sound), tuple(moods)


def _final(sound: Sound, kind: str) -> Sound:
    """From its attack to where it is 60 dB below its peak; only effects may swell."""
    loud = np.abs(sound) / max(1e-6, float(np.abs(sound).max(initial=0.0)))
    over = loud > (0.01 if kind == "fx" else 0.08)
    start = max(0, int(np.argmax(over)) - 20)
    heard = np.flatnonzero(loud > 1e-3)
    end = int(heard[-1]) + 1 if len(heard) else len(sound)
    end = min(max(end, start + frames_of(SHORTEST_S)), start + FRAMES)
    out = sound[start:end].copy()
    rise = min(len(out), 20)
    out[:rise] *= np.linspace(0.0 if start else 1.0, 1.0, rise, dtype=np.float32)  # what was cut off may not click
    return padded(faded(out, 0.25 if end == start + FRAMES else 0.02), max(len(out), frames_of(SHORTEST_S)))


def _length_moods(sound: Sound, kind: str) -> tuple[str, ...]:
    """Short or long, by the time to -30 dB."""
    heard = np.flatnonzero(np.abs(sound) > 0.03 * float(np.abs(sound).max(initial=1e-6)))
    seconds = (int(heard[-1]) if len(heard) else 0) / 44100.0
    short, long = (0.04, 0.3) if kind == "hat" else (0.12, 0.7) if kind != "fx" else (0.3, 1.4)
    return ("short",) if seconds < short else ("long",) if seconds > long else ()
