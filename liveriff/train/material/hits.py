"""One-shots from a seed: two seconds, the hit at frame 0, silence at the end. Pure but for caches."""

from __future__ import annotations

import numpy as np

from liveriff.train.material import drums, effects, samples
from liveriff.train.material.captions import Tags
from liveriff.train.material.envelopes import Dice, clock, faded, noise, phase, unit
from liveriff.train.material.instruments import KITS
from liveriff.train.material.kernels import RATE, Sound, lowpass
from liveriff.train.material.loops import Piece
from liveriff.train.material.patterns import chord
from liveriff.train.material.stems import instrument, pick
from liveriff.train.material.styles import STYLES

HITS = ("kick", "snare", "hat", "clap", "perc", "bass", "synth", "fx")
FRAMES = 2 * RATE
_ROLES = {"kick": ("kick",), "snare": ("snare",), "hat": ("hat", "hat", "open", "ride", "shaker"), "clap": ("clap",),
          "perc": ("perc", "tom", "rim", "perc")}  # fmt: skip


def hit(seed: int, category: str | None = None) -> Piece:
    """The one-shot of a seed; peak 0.9."""
    dice = np.random.default_rng(seed)
    drawn = HITS[int(dice.integers(len(HITS)))]
    kind = category or drawn
    style = STYLES[int(dice.integers(len(STYLES)))]
    tonic = -1
    mode = "minor"
    if kind in _ROLES:
        sound, kit, role = _drum(kind, style.kits, dice)
        tags = Tags("" if dice.random() < 0.4 else style.name, kind, (), kit, (role,))
    elif kind == "fx":
        sound, role = _effect(dice)
        tags = Tags("", kind, (), "", (role,))
    else:
        tonic, mode = int(dice.integers(12)), pick(dice, ("minor", "minor", "major"))
        sound, name = _tone(kind, style.basses if kind == "bass" else (*style.keys, *style.leads), tonic, mode, dice)
        tags = Tags(style.name, kind, (name,))
    sound, moods = _treated(sound, kind, dice)
    final = faded(_fitted(sound), 0.25)
    tagged = Tags(tags.style, tags.role, tags.instruments, tags.kit, tags.drums, moods)
    return Piece((unit(final) * 0.9).astype(np.float32), f"hit {kind}", tonic, mode, 120.0, tagged)


def _drum(kind: str, kits: tuple[str, ...], dice: Dice) -> tuple[Sound, str, str]:
    role = pick(dice, _ROLES[kind])
    kit = pick(dice, (*kits, *KITS))
    return KITS[kit][role](dice), kit, role


def _tone(kind: str, names: tuple[str, ...], tonic: int, mode: str, dice: Dice) -> tuple[Sound, str]:
    name = pick(dice, names)
    patch = instrument(name, dice)
    base = 28 if kind == "bass" else 52
    held = float(dice.uniform(0.15, 1.2))
    whole = kind == "synth" and dice.random() < 0.5
    pitches = chord(tonic, mode, 0, 3, base) if whole else [base + (tonic - base) % 12]
    sounds = [_fitted(patch.note(pitch, held)) for pitch in pitches]
    return np.sum(sounds, axis=0, dtype=np.float32), name


def _effect(dice: Dice) -> tuple[Sound, str]:
    role = pick(dice, ("riser", "fall", "impact", "zap", "noise", "drone", "bleep", "sample", "sample"))
    time = clock(FRAMES)
    length = np.float32(dice.uniform(0.8, 1.9))
    if role == "sample":
        return samples.sample(pick(dice, samples.EFFECTS)), role
    if role in ("riser", "fall"):
        place = np.clip(time / length, 0.0, 1.0)
        place = place if role == "riser" else 1.0 - place
        cut = (200.0 * 2.0 ** (place * 6.0)).astype(np.float32)
        loud = place**1.5 * (time < length) if role == "riser" else np.exp(-time * 1.5)
        return (lowpass(noise(dice, FRAMES), cut, 0.6) * loud).astype(np.float32), role
    if role == "impact":
        boom = drums.swept_kick(dice, 35.0, dice.uniform(90, 200), 0.08, 0.4, 0.5)
        return effects.reverb(_fitted(boom), dice, 2.5, 0.8), role
    if role == "zap":
        return drums.zap(dice), role
    if role == "noise":
        cut = np.full(FRAMES, dice.uniform(1500, 12000), np.float32)
        return (lowpass(noise(dice, FRAMES), cut, 0.3) * np.exp(-time / (length * 0.3))).astype(np.float32), role
    if role == "drone":
        hz = dice.uniform(50, 220)
        tone = sum(
            np.sin(phase(np.full(FRAMES, hz * k * dice.uniform(0.99, 1.01), np.float32))) / k for k in range(1, 9)
        )
        return np.asarray(tone * np.minimum(1.0, time * 4) * np.exp(-time * 0.6), np.float32), role
    steps = np.repeat(dice.uniform(200, 4000, 64), FRAMES // 64 + 1)[:FRAMES].astype(np.float32)
    return (np.sin(phase(steps)) * np.exp(-time / (length * 0.3))).astype(np.float32), role


def _treated(sound: Sound, kind: str, dice: Dice) -> tuple[Sound, tuple[str, ...]]:
    moods: list[str] = []
    if dice.random() < 0.15:
        sound = effects.driven(sound, dice.uniform(2.0, 6.0))
        moods.append("drive")
    tone = dice.random()
    if tone < 0.12:
        sound = effects.toned(_fitted(sound), 20.0, dice.uniform(700, 2500))
        moods.append("dull")
    elif tone < 0.24:
        sound = effects.toned(_fitted(sound), 40.0, 18000.0, 2.0)
        moods.append("bright")
    if dice.random() < 0.15 and kind != "kick":
        sound = effects.reverb(_fitted(sound), dice, dice.uniform(0.4, 1.5), dice.uniform(0.15, 0.4))
        moods.append("wet")
    return sound, tuple(moods)


def _fitted(sound: Sound) -> Sound:
    out = np.zeros(FRAMES, np.float32)
    out[: min(FRAMES, len(sound))] = sound[:FRAMES]
    return out
