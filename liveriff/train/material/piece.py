"""A whole piece from a seed: drums, bass, synth and their mix, all of one style, tempo and key. Pure but for caches.

The four stems are 8 beats long and circular, and every onset lies on a sixteenth or its swung place. The mix is made
of the same stems before they get their own tone, so that it costs no further synthesis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from liveriff.train.material import effects, parts
from liveriff.train.material.beats import LEVELS, Beat, beat
from liveriff.train.material.captions import Tags
from liveriff.train.material.envelopes import Dice
from liveriff.train.material.instruments import INSTRUMENTS
from liveriff.train.material.kernels import Sound, single
from liveriff.train.material.loops import Piece, level, loudness
from liveriff.train.material.parts import Part
from liveriff.train.material.patterns import settled
from liveriff.train.material.recorded import Gm
from liveriff.train.material.stems import Setting
from liveriff.train.material.style import MAJOR
from liveriff.train.material.styles import STYLES
from liveriff.train.material.styles_breaks import BREAKS
from liveriff.train.material.styles_club import CLUB
from liveriff.train.material.treatment import finished, spaced

_LEVEL_CHANCE = (0.12, 0.22, 0.38, 0.28)
_PLAYED_KITS = {"acoustic", "power", "jazz", "brush", "orchestral", "latin", "tabla", "afro", "break", "lo-fi"}
_CLUBS = {style.name for style in (*CLUB, *BREAKS)}


@dataclass(frozen=True)
class _Stem:
    """A stem before its tone and level, with what is known of it."""

    sound: Sound
    role: str
    names: tuple[str, ...]
    moods: tuple[str, ...]
    kit: str = ""
    roles: tuple[str, ...] = ()


def piece(seed: int) -> list[Piece]:
    """Drums, bass, synth and mix of a seed; the same ones whatever was made before."""
    dice = [np.random.default_rng([seed, stream]) for stream in range(8)]
    setting = _setting(dice[0])
    plan = _plan(dice[0])
    drummed = beat(setting, dice[1], plan[0])
    low = parts.bass(setting, dice[2], plan[1])
    first, second = (parts.harmony(setting, dice[stream], plan[2]) for stream in (3, 4))
    stems = {
        "drums": _drums(drummed, setting, dice[1]),
        "bass": _bass(low, drummed, setting, dice[2]),
        "synth": _synth([first, second] if dice[0].random() < 0.25 else [first], setting, dice[3]),
    }
    extra = second if dice[0].random() < (0.6 if plan[3] == "dense" else 0.25) else None
    stems["mix"] = _mix(stems, drummed, extra, setting, plan[3], dice[5])
    return [_piece(category, stem, setting, dice[6]) for category, stem in stems.items()]


def _setting(dice: Dice) -> Setting:
    style = STYLES[int(dice.integers(len(STYLES)))]
    mode = "major" if dice.random() < style.major else "minor"
    known = MAJOR if mode == "major" and dice.random() < 0.4 else style.progressions
    return Setting(
        style=style,
        bpm=round(float(dice.uniform(*style.bpm)), 2),
        tonic=int(dice.integers(12)),
        mode=mode,
        swing=float(dice.uniform(*style.swing)),
        progression=settled(known[int(dice.integers(len(known)))], mode),
    )


def _plan(dice: Dice) -> list[str]:
    """Levels of drums, bass, harmony and mix: the stems mostly agree with the whole."""
    whole = str(dice.choice(LEVELS, p=_LEVEL_CHANCE))
    own = [str(dice.choice(LEVELS, p=_LEVEL_CHANCE)) for _ in range(3)]
    return [*(each if dice.random() < 0.5 else whole for each in own), whole]


def _drums(drummed: Beat, setting: Setting, dice: Dice) -> _Stem:
    sound, moods = drummed.sound, list(drummed.moods)
    if dice.random() < setting.style.wet * 0.5:
        sound = effects.reverb(sound, dice, dice.uniform(0.4, 1.6), dice.uniform(0.1, 0.3))
        moods.append("wet")
    else:
        moods.append("dry")
    return _Stem(sound, "drums", (), tuple(moods), drummed.kit, drummed.roles)


def _bass(low: Part, drummed: Beat, setting: Setting, dice: Dice) -> _Stem:
    if dice.random() >= setting.style.pump:
        return _Stem(low.sound, low.role, (low.name,), low.moods)
    hits = drummed.kicks or [setting.frame(step) for step in range(0, 32, 4)]
    return _Stem(effects.ducked(low.sound, hits, 0.8, 45.0 / setting.bpm), low.role, (low.name,), (*low.moods, "pump"))


def _synth(players: Sequence[Part], setting: Setting, dice: Dice) -> _Stem:
    sound = _blended([player.sound for player in players], (1.0, 0.6))
    sound, moods = spaced(sound, setting.style, dice)
    if dice.random() < setting.style.pump * 0.5:
        sound = effects.ducked(sound, [setting.frame(step) for step in range(0, 32, 4)], 0.85, 50.0 / setting.bpm)
        moods.append("pump")
    known = [*players[0].moods, *moods] if len(players) == 1 else moods
    return _Stem(sound, players[0].role, tuple(dict.fromkeys(player.name for player in players)), tuple(known))


def _blended(sounds: Sequence[Sound], gains: Sequence[float]) -> Sound:
    total = np.zeros(len(sounds[0]), np.float32)
    for sound, gain in zip(sounds, gains, strict=False):
        total += sound * np.float32(gain / loudness(sound))
    return single(total)


def _mix(stems: dict[str, _Stem], drummed: Beat, extra: Part | None, setting: Setting, plan: str, dice: Dice) -> _Stem:
    """The stems together; some mixes leave out the drums, the bass or the harmony."""
    style, draw = setting.style, dice.random()
    out = "drums" if draw < style.beatless else "bass" if draw < style.beatless + 0.1 else ""
    out = "synth" if not out and draw > 0.92 else out
    layers = {category: stem for category, stem in stems.items() if category != out}
    tonal = {"bass": 0.8 * dice.uniform(0.75, 1.2), "synth": 0.55 * dice.uniform(0.7, 1.4)}
    sounds = [layers[category].sound for category in tonal if category in layers]
    gains = [gain for category, gain in tonal.items() if category in layers]
    names = [name for category in tonal if category in layers for name in layers[category].names]
    if extra and out != "synth" and extra.name not in names:
        sounds, gains, names = [*sounds, extra.sound], [*gains, 0.35], [*names, extra.name]
    sound, moods = _blended(sounds, gains), []
    drums = "drums" in layers
    if drums and drummed.kicks and dice.random() < max(style.pump, 0.1):
        sound = effects.ducked(sound, drummed.kicks, dice.uniform(0.6, 0.9), 40.0 / setting.bpm)
        moods.append("pump")
    if drums:
        sound = single(sound + _blended([stems["drums"].sound], [dice.uniform(0.85, 1.25)]))
    moods += _arranged(out, bool(drummed.kicks), plan, len(names), drummed.moods, stems["synth"].moods)
    kit, roles = (drummed.kit, drummed.roles) if drums else ("", ())
    return _Stem(sound, "mix", tuple(names), tuple(moods), kit, roles if out == "synth" else ())


def _arranged(out: str, kicks: bool, plan: str, players: int, drums: Sequence[str], synth: Sequence[str]) -> list[str]:
    """What is true of the whole: which stems there are, the drums' feel, the harmony's."""
    moods = {"drums": ["no drums", "breakdown"], "synth": ["drums and bass only"]}.get(out, [])
    if out != "drums":
        told = ("four", "half time", "broken", "two step", "dembow", "one drop", "laid back", "triplet")
        moods = moods + [mood for mood in drums if mood in told] + ([] if kicks else ["breakdown"])
    if out != "synth":
        moods = moods + [mood for mood in synth if mood in ("jazzy", "one chord", "four chords", "wet", "echo")]
    few = plan == "bare" or (plan == "sparse" and players <= 2)
    energy = "peak" if plan == "dense" and not out and players >= 3 else "warm up" if few else ""
    return moods + ([energy] if energy else [])


def _piece(category: str, stem: _Stem, setting: Setting, dice: Dice) -> Piece:
    sound, treated = finished(stem.sound, category, setting, dice)
    moods = [*stem.moods, *treated, *_general(setting, category != "drums"), *_era(stem, setting.style.era)]
    place = "hall" if "wet" in moods else "club" if setting.style.name in _CLUBS else "room"
    tags = Tags(setting.style.name, stem.role, stem.names, stem.kit, stem.roles, tuple(dict.fromkeys(moods)), place,
                round(setting.bpm))  # fmt: skip
    tonic = setting.tonic if category != "drums" else -1
    return Piece(level(sound, category), category, tonic, setting.mode, setting.bpm, tags)


def _general(setting: Setting, tonal: bool) -> list[str]:
    moods = [setting.mode] if tonal else []
    moods += ["swing"] if setting.swing > 0.1 else ["straight"] if setting.swing < 0.02 else []
    return moods + (["slow"] if setting.bpm < 92 else ["fast"] if setting.bpm > 145 else [])


def _era(stem: _Stem, told: Sequence[str]) -> list[str]:
    """The style's words that hold of this stem: no drum machine is acoustic, no piano electronic."""
    played = [isinstance(INSTRUMENTS[name], Gm) for name in stem.names]
    played += [stem.kit in _PLAYED_KITS] if stem.kit else []
    denied = {"acoustic" if not all(played) else "", "electronic" if all(played) else ""}
    return [word for word in told if word not in denied]
