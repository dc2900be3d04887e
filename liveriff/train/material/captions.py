"""Captions from tags: many phrasings of what is known about a piece of material. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random
from string import Formatter

from liveriff.train.material.words import TABLES

CAPTIONS = 16
HELD = 3
"""Phrasings of an item that training reads, and that it does not."""


@dataclass(frozen=True)
class Tags:
    """What was done, in the keys of ``words.TABLES``. role: of ROLES or HITS; what has no words is not told."""

    style: str
    role: str
    instruments: tuple[str, ...] = ()
    kit: str = ""
    drums: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    place: str = ""
    bpm: int = 0  # of loops; a one-shot has none


Fact = tuple[str, str]
"""A kind of ``words.TABLES`` and its key."""

Slots = dict[str, list[Fact]]
"""Which facts may stand in which gap of a template; "more" and "other" are second ones of "sound" and "mood"."""

TEMPLATES = (
    "{mood} {style} {role}",
    "{mood} {style} {role}",
    "{style} {role}",
    "{style} {sound}",
    "{style} {role}, {sound}",
    "{style} {role}, {sound}, {mood}",
    "{style} {role}, {sound}, {more}, {mood}",
    "{style} {role}, {mood}, {other}",
    "{style}, {sound}, {mood}",
    "{style}, {sound}, {more}, {mood}, {other}",
    "{sound}, {mood}, {other}",
    "{sound}, {more}",
    "{sound}, {mood}",
    "{mood} {sound}",
    "{mood} {sound}",
    "{mood} {other} {sound}",
    "{mood} {role}",
    "{mood}, {other}",
    "{sound} {role}",
    "{sound} {role}, {mood}",
    "{style} {role} with {sound}",
    "{mood} {style} with {sound} and {more}",
    "{sound} and {more}, {style}",
    "{mood} {style}",
    "{mood} and {other} {style}",
    "a {mood} {style} {role}",
    "{role} for {style}",
    "{place} {role}, {mood} {sound}",
    "{place} {style}",
    "{mood} {place} {sound}",
    "{style} {sound} in a {place}",
    "{style} {role}, {bpm} bpm",
    "{bpm} bpm {mood} {style}",
)
"""Gaps and what stands between; what is written twice is twice as likely."""

HELD_TEMPLATES = ("give me some {mood} {style} {role} please", "that {sound} kind of {role}: {style} but {mood}")
"""Never read by training."""

_STYLE_PLAIN = 0.3
"""Chance of a style's plain name instead of any."""


@lru_cache(maxsize=256)
def _gaps(template: str) -> tuple[str, ...]:
    return tuple(name for _, name, _, _ in Formatter().parse(template) if name)


def slots(tags: Tags) -> Slots:
    """The facts of tags by gap, those without words left out."""
    role: Fact = ("role", tags.role) if tags.bpm else ("hit", tags.role)
    if role[1] not in TABLES[role[0]].told:
        role = ("role", "mix") if tags.bpm else ("hit", "fx")
    sounds: list[Fact] = [("instrument", name) for name in tags.instruments]
    sounds += [("kit", tags.kit), *(("drum", name) for name in tags.drums)]
    moods: list[Fact] = [("mood", name) for name in tags.moods]
    found = {"style": [("style", tags.style)], "role": [role], "sound": sounds, "mood": moods}
    found["place"] = [("place", tags.place)]
    known = {name: [fact for fact in facts if fact[1] in TABLES[fact[0]].told] for name, facts in found.items()}
    known["more"] = known["sound"] if len(known["sound"]) > 1 else []
    known["other"] = known["mood"] if len(known["mood"]) > 1 else []
    known["bpm"] = [("bpm", str(tags.bpm))] if tags.bpm else []
    return {name: facts for name, facts in known.items() if facts}


def _told(fact: Fact, dice: Random) -> str:
    kind, key = fact
    if kind == "bpm":
        return key
    words = TABLES[kind].told[key]
    return words[0] if kind == "style" and dice.random() < _STYLE_PLAIN else dice.choice(words)


def _held(fact: Fact, dice: Random) -> str:
    kind, key = fact
    return dice.choice(TABLES[kind].held[key]) if kind in TABLES and TABLES[kind].held[key] else _told(fact, dice)


def _facts(template: str, known: Slots, dice: Random) -> dict[str, Fact]:
    """A fact for each gap, "more" and "other" being others than "sound" and "mood"."""
    drawn: dict[str, Fact] = {}
    for name in _gaps(template):
        drawn[name] = dice.choice([fact for fact in known[name] if fact not in drawn.values()] or known[name])
    return drawn


def _fit(templates: tuple[str, ...], known: Slots) -> list[str]:
    return [template for template in templates if all(name in known for name in _gaps(template))]


def captions(tags: Tags, seed: int, count: int = CAPTIONS) -> tuple[str, ...]:
    """``count`` phrases about one sound, different ones as far as there are; the first two tell one fact each."""
    dice = Random(seed)
    known = slots(tags)
    single = [fact for name in ("style", "role", "sound", "mood") for fact in known.get(name, [])]
    found = dict.fromkeys(_told(dice.choice(single), dice) for _ in range(2))
    templates = _fit(TEMPLATES, known)
    for _ in range(4 * count):
        if len(found) >= count or not templates:
            break
        template = dice.choice(templates)
        told = {name: _told(fact, dice) for name, fact in _facts(template, known, dice).items()}
        found[template.format_map(told)] = None
    phrases = list(found)
    return tuple(phrases[index % len(phrases)] for index in range(count))


def held(tags: Tags, seed: int) -> tuple[str, ...]:
    """Three phrases in words or templates that training never sees.

    The first names the style (of a sound without one: what it is) by a synonym held out, the second is a template held
    out with the style's usual words and other words held out, the third tells something else in words held out.
    """
    dice = Random(seed)
    known = slots(tags)
    role = known["role"][0]
    first = (
        f"{_held(known.get('style', [role])[0], dice)} {_told(role, dice)}" if "style" in known else _held(role, dice)
    )
    templates = _fit(HELD_TEMPLATES, known)
    if templates:
        template = dice.choice(templates)
        facts = _facts(template, known, dice)
        words = {name: (_told if name in ("style", "role") else _held)(fact, dice) for name, fact in facts.items()}
        second = template.format_map(words)
    else:
        second = f"give me some {first} please"
    rest = [fact for name in ("sound", "mood") for fact in known.get(name, [])] or [role]
    third = ", ".join(dict.fromkeys(_held(fact, dice) for fact in dice.sample(rest, min(2, len(rest)))))
    return first, second, third
