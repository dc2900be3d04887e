"""What the training reads of a piece: a line of facts and captions to go with its picture. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import numpy as np

from liveriff.train.material import words
from liveriff.train.material.captions import Tags, caption
from liveriff.train.material.envelopes import Dice
from liveriff.train.material.measure import Pictures, brightness, density

CAPTIONS = 6
_LOW, _HIGH = 0.25, 0.75


@dataclass(frozen=True)
class Item:
    """tonic: 0 is C, None where there is no key; density, brightness: 0..1; captions: all true, most first."""

    category: str
    style: str
    tonic: int | None
    mode: str
    bpm: float
    density: float
    brightness: float
    captions: tuple[str, ...]
    seed: int

    def line(self) -> dict[str, object]:
        """The item as JSON takes it."""
        return {**asdict(self), "captions": list(self.captions)}


def item(category: str, tonic: int, mode: str, bpm: float, tags: Tags, picture: Pictures, seed: int) -> Item:
    """The facts of a picture; ``tonic`` below 0 means none, and a one-shot's category may begin with "hit "."""
    kind = category.removeprefix("hit ")
    dense, bright = density(picture, kind), brightness(picture, kind)
    known = _measured(tags, dense, bright, category == kind)
    return Item(
        category=kind,
        style=tags.style or "any",
        tonic=tonic if tonic >= 0 else None,
        mode=mode,
        bpm=bpm,
        density=round(dense, 3),
        brightness=round(bright, 3),
        captions=phrasings(known, np.random.default_rng([seed, 7])),
        seed=seed,
    )


def _measured(tags: Tags, dense: float, bright: float, loop: bool) -> Tags:
    """Tags with what was measured; a treatment that the measurement denies is not told."""
    denied = "bright" if bright < 0.4 else "dull" if bright > 0.6 else ""
    moods = [mood for mood in tags.moods if mood != denied]
    if loop and not _LOW <= dense <= _HIGH:
        moods.append("busy" if dense > _HIGH else "sparse")
    if not _LOW <= bright <= _HIGH:
        moods.append("bright" if bright > _HIGH else "dull")
    return replace(tags, moods=tuple(dict.fromkeys(moods)))


def phrasings(tags: Tags, dice: Dice) -> tuple[str, ...]:
    """Different phrases about the same sound: whole ones, a list of words, and one fact alone."""
    found = [_alone(tags, dice), _list(tags, dice)]
    for _ in range(30):
        if len(set(found)) >= CAPTIONS:
            break
        found.append(caption(tags, dice))
    return tuple(dict.fromkeys(phrase for phrase in found if phrase))


def _facts(tags: Tags) -> list[tuple[str, ...]]:
    """The word lists that hold of the sound."""
    facts = [words.INSTRUMENTS[name] for name in tags.instruments]
    facts += [words.STYLES[tags.style]] * 2 if tags.style in words.STYLES else []
    facts += [words.KITS[tags.kit]] if tags.kit else []
    facts += [words.MOODS[mood] for mood in tags.moods if mood != "fill"]
    facts += [words.HITS[tags.role]] * 2 if tags.role in words.HITS else [words.ROLES[tags.role]]
    return [tuple(word for word in options if word) for options in facts]


def _drawn(options: tuple[str, ...], dice: Dice) -> str:
    return options[int(dice.integers(len(options)))]


def _alone(tags: Tags, dice: Dice) -> str:
    """One fact: only a style, only an instrument, only a mood."""
    facts = _facts(tags)
    return _drawn(facts[int(dice.integers(len(facts)))], dice)


def _list(tags: Tags, dice: Dice) -> str:
    """Two to four facts in any order, as people type them."""
    facts = _facts(tags)
    count = min(len(facts), int(dice.integers(2, 5)))
    chosen = [_drawn(facts[int(index)], dice) for index in dice.permutation(len(facts))[:count]]
    return (", " if dice.random() < 0.5 else " ").join(dict.fromkeys(chosen))
