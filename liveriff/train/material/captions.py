"""Captions from tags: many phrasings of what is known about a piece of material. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from liveriff.train.material import words
from liveriff.train.material.envelopes import Dice


@dataclass(frozen=True)
class Tags:
    """What was done, in the keys of ``words``. role: of ROLES or HITS; moods: keys of MOODS; drums: of DRUM_NAMES."""

    style: str
    role: str
    instruments: tuple[str, ...] = ()
    kit: str = ""
    drums: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    place: str = ""
    bpm: int = 0


def _one(dice: Dice, options: tuple[str, ...]) -> str:
    return options[int(dice.integers(len(options)))]


def caption(tags: Tags, dice: Dice) -> str:
    """A phrase; which facts it tells, in which order and words, is drawn."""
    subject = _one(dice, words.ROLES.get(tags.role) or words.HITS[tags.role])
    adjectives = [_one(dice, words.MOODS[key]) for key in tags.moods if dice.random() < 0.35][:3]
    sounds = _sounds(tags, dice)
    style = _style(tags, dice)
    shape = dice.random()
    if shape < 0.2 and style:
        core = f"{style} {subject}"
    elif shape < 0.4:
        core = " ".join(word for word in (style, sounds[0] if sounds else subject) if word)
    else:
        core = " ".join(word for word in (style, *sounds[:1], subject) if word)
    phrase = _arranged([" ".join(adjectives), core], sounds[1:], dice)
    if tags.place and dice.random() < 0.2:
        phrase += f" in a {_one(dice, words.PLACES[tags.place])}"
    if tags.bpm and dice.random() < 0.07:
        phrase += f", {tags.bpm} bpm"
    return phrase.strip().strip(",").strip()


def _style(tags: Tags, dice: Dice) -> str:
    known = words.STYLES.get(tags.style)
    return _one(dice, known) if known and dice.random() < 0.85 else ""


def _sounds(tags: Tags, dice: Dice) -> list[str]:
    """Instruments, kits and drums as words, in drawn order."""
    named = [_one(dice, words.INSTRUMENTS[name]) for name in tags.instruments if dice.random() < 0.8]
    if tags.kit and dice.random() < 0.4:
        named.append(_one(dice, words.KITS[tags.kit]))
    named += [_one(dice, words.DRUM_NAMES[name]) for name in tags.drums if dice.random() < 0.25]
    return [named[index] for index in dice.permutation(len(named))]


def _arranged(parts: list[str], more: list[str], dice: Dice) -> str:
    adjectives, core = parts
    tail = " and ".join(more[:2])
    shape = dice.random()
    if not adjectives and not tail:
        return core
    if shape < 0.5:
        return f"{adjectives} {core}" + (f" with {tail}" if tail and shape < 0.3 else "")
    if shape < 0.75:
        return ", ".join(part for part in (core, adjectives, tail) if part)
    return ", ".join(part for part in (adjectives, tail, core) if part)
