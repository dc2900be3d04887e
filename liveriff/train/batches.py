"""Batches for the generator: latents, captions and conditions drawn from the material. Pure but for its dice."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from liveriff.render.embedded.conditions import Conditions
from liveriff.train.latents import Store

BAR = 16
"""Latent columns of a bar."""

_SHOTS, _BARS = 0.18, 0.12
_UNTOLD, _UNSPECIFIED, _WORDLESS = 0.12, 0.5, 0.08
Dice = np.random.Generator
Batch = tuple[Tensor, list[str], list[Conditions]]


def kind_of(step: int, shots: bool) -> str:
    """What a step trains on, the same in every process: "loops", "bars" (half a loop, as a circle) or "shots"."""
    drawn = np.random.default_rng([step, 99]).random()
    if drawn < _SHOTS and shots:
        return "shots"
    return "bars" if _SHOTS <= drawn < _SHOTS + _BARS else "loops"


def draw(store: Store, kind: str, dice: Dice, size: int) -> Batch:
    """Latents (size, ...), captions, conditions; what is half as wide comes twice as often.

    Loops are turned by a bar half of the time.
    """
    size = size if kind == "loops" else 2 * size
    rows = [int(row) for row in dice.integers(0, len(store.facts), size)]
    data = store.latents[rows].float()
    if kind != "shots":
        turned = torch.from_numpy(dice.random(size) < 0.5)
        data = torch.where(turned[:, None, None, None], data.roll(BAR, dims=-1), data)
    if kind == "bars":
        data = data[..., :BAR].contiguous()
    facts = [store.facts[row] for row in rows]
    return data, [_caption(row, dice) for row in facts], [_conditions(row, dice) for row in facts]


def _caption(facts: dict[str, Any], dice: Dice) -> str:
    captions: list[str] = facts["captions"]
    return "" if not captions or dice.random() < _WORDLESS else captions[int(dice.integers(len(captions)))]


def _conditions(facts: dict[str, Any], dice: Dice) -> Conditions:
    """What is told of an item; each thing is kept back now and then, so that it need not be told."""
    told = dice.random(5)
    category: str = facts["category"]
    return Conditions(
        category=category,
        tonic=facts["tonic"] if told[0] > _UNTOLD else None,
        mode=facts["mode"] if told[1] > _UNTOLD else None,
        density=facts["density"] if told[2] > _UNSPECIFIED else None,
        brightness=facts["brightness"] if told[3] > _UNSPECIFIED else None,
        bpm=None if category.startswith("hit ") or told[4] < _UNTOLD else facts["bpm"],
    )
