"""What a student is asked for while it is aligned: prompts and conditions as a performer would give them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import torch
from torch import Tensor
from torch.nn import functional

from liveriff.render.embedded.conditions import CATEGORIES, NO_MODE, NO_TONIC, Batch
from liveriff.render.embedded.text import TextEncoder
from liveriff.train.batches import BAR, given, thinned
from liveriff.train.listener import Facts, Lessons
from liveriff.train.material.words import ROLES, STYLES
from liveriff.train.material.words_names import NAMES

_NAMED = 0.75  # share of the prompts that name the style; the others are captions, of which the words count
_WEAK, _STRONG, _USUAL, _USUALLY = 1.5, 6.0, 3.0, 0.4  # guidance; share of what is asked for with the usual one
_SHARES = {"drums": 0.25, "bass": 0.2, "synth": 0.2, "mix": 0.35}
"""Most of style is in mixes, and there the generator begins farthest from what the codec leaves of it."""
_SHAPES = ("{style} {role}", "{style} {role}", "{style}", "{role} for {style}", "a {style} {role}", "{style}, {role}")


@dataclass(frozen=True, eq=False)
class Asked:
    """What is to be made. ids: prompts; told: conditions, some left out; known: as ``Unet.forward`` takes it;
    guidance: (B,)."""

    ids: Tensor
    told: Batch
    known: Tensor
    guidance: Tensor


@dataclass(frozen=True, eq=False)
class Like:
    """The material that is asked for. latents: as wide as what is asked; style: (B,), told or not."""

    latents: Tensor
    style: Tensor


def asked(lessons: Lessons, text: TextEncoder, size: int, kind: str = "loops") -> tuple[Asked, Facts, Like]:
    """What loops of the material would be asked for with, their style by one of its names or a caption; what is to be
    heard of that, which is what was told; and those loops. kind: "bars" are half as wide and twice as many."""
    data, facts = lessons.draw(size if kind == "loops" else 2 * size, _SHARES)
    data = data if kind == "loops" else data[..., :BAR].contiguous()
    named = (torch.rand(len(data), device=data.device) < _NAMED) & (facts.style >= 0)
    prompts = _prompts([lessons.styles[place] if place >= 0 else "" for place in facts.style.tolist()], facts.told)
    ids = _either(named, text.ids(prompts).to(data.device), facts.ids)
    told = thinned(facts.told)
    keyed = (told.tonic != NO_TONIC) & (told.mode != NO_MODE)
    heard = Facts(torch.where(named, facts.style, -1), told, facts.notes * keyed[:, None], ids)
    return Asked(ids, told, given(data, kind), _guidance(data)), heard, Like(data, facts.style)


def _guidance(like: Tensor) -> Tensor:
    strong = _WEAK + (_STRONG - _WEAK) * torch.rand(len(like), device=like.device)
    return torch.where(torch.rand_like(strong) < _USUALLY, _USUAL, strong)


def _prompts(styles: list[str], told: Batch) -> list[str]:
    """A phrase for each."""
    dice = Random(int(torch.randint(1 << 30, (1,))))
    kinds = [CATEGORIES[place] for place in told.category.tolist()]
    return [phrase(style, kind, dice) for style, kind in zip(styles, kinds, strict=True)]


def phrase(style: str, kind: str, dice: Random, further: float = 0.0) -> str:
    """A prompt of any of a style's names that training may read and any of a category's. further: share of names that
    no caption has."""
    usual = STYLES.get(style, (style,))
    names = NAMES.get(style, usual) if dice.random() < further else usual
    return dice.choice(_SHAPES).format(style=dice.choice(names), role=dice.choice(ROLES.get(kind, (kind,))))


def _either(chosen: Tensor, these: Tensor, those: Tensor) -> Tensor:
    """Rows of one or the other, 0 padded to the same length."""
    longest = max(these.shape[1], those.shape[1])
    one, other = (functional.pad(ids, (0, longest - ids.shape[1])) for ids in (these, those))
    return torch.where(chosen[:, None], one, other)
