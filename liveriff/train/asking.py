"""What a student is asked for while it is aligned: prompts and conditions as a performer would give them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

import torch
from torch import Tensor
from torch.nn import functional

from liveriff.render.embedded.conditions import CATEGORIES, NO_MODE, NO_TONIC, Batch
from liveriff.render.embedded.text import TextEncoder
from liveriff.train.batches import given, thinned
from liveriff.train.listener import Facts, Lessons
from liveriff.train.material.words import ROLES, STYLES

_NAMED = 0.75  # share of the prompts that name the style; the others are captions, of which the words count
_WEAK, _STRONG = 1.5, 6.0  # guidance
_SHAPES = ("{style} {role}", "{style} {role}", "{style}", "{role} for {style}", "a {style} {role}", "{style}, {role}")


@dataclass(frozen=True, eq=False)
class Asked:
    """What is to be made. ids: prompts; told: conditions, some left out; known: as ``Unet.forward`` takes it;
    guidance: (B,)."""

    ids: Tensor
    told: Batch
    known: Tensor
    guidance: Tensor


def asked(lessons: Lessons, text: TextEncoder, size: int) -> tuple[Asked, Facts]:
    """What loops of the material would be asked for with, their style by one of its names or a caption; and what is to
    be heard of that, which is what was told."""
    data, facts = lessons.draw(size)
    device = data.device
    named = (torch.rand(size, device=device) < _NAMED) & (facts.style >= 0)
    prompts = _prompts([lessons.styles[place] if place >= 0 else "" for place in facts.style.tolist()], facts.told)
    ids = _either(named, text.ids(prompts).to(device), facts.ids)
    told = thinned(facts.told)
    keyed = (told.tonic != NO_TONIC) & (told.mode != NO_MODE)
    heard = Facts(
        torch.where(named, facts.style, -1), replace(told, category=facts.told.category),
        facts.notes * keyed[:, None], ids,
    )  # fmt: skip
    guidance = _WEAK + (_STRONG - _WEAK) * torch.rand(size, device=device)
    return Asked(ids, told, given(data, "loops"), guidance), heard


def _prompts(styles: list[str], told: Batch) -> list[str]:
    """A phrase for each, of any of the style's names that training may read and any of the category's."""
    dice = Random(int(torch.randint(1 << 30, (1,))))
    roles = [CATEGORIES[place] for place in told.category.tolist()]
    words = [
        (dice.choice(STYLES.get(style, (style,))), dice.choice(ROLES.get(role, (role,))))
        for style, role in zip(styles, roles, strict=True)
    ]
    return [dice.choice(_SHAPES).format(style=style, role=role) for style, role in words]


def _either(chosen: Tensor, these: Tensor, those: Tensor) -> Tensor:
    """Rows of one or the other, 0 padded to the same length."""
    longest = max(these.shape[1], those.shape[1])
    one, other = (functional.pad(ids, (0, longest - ids.shape[1])) for ids in (these, those))
    return torch.where(chosen[:, None], one, other)
