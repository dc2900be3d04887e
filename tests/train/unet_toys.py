"""A generator that is quick to train, and material for it that needs no files. Used by the tests of its training."""

from __future__ import annotations

from typing import Any

import torch

from liveriff.render.embedded.conditions import Conditions, collate
from liveriff.render.embedded.text import TextEncoder
from liveriff.render.embedded.unet import Unet
from liveriff.train.latents import Store


def store(items: int, columns: int, category: str = "synth") -> Store:
    """Latents that differ by channel only, with simple facts."""
    rows = [Conditions(category, place % 12, "minor", 0.5, 0.2, 120.0) for place in range(items)]
    dice = torch.Generator().manual_seed(items)
    values = torch.randn(items, 16, 1, 1, generator=dice).expand(-1, -1, 32, columns).half()
    ids = TextEncoder().ids([f"dark techno {place}" for place in range(2 * items)]).int()
    return Store(values, collate(rows), ids.unflatten(0, (items, 2)), [{}] * items)


SIZES: dict[str, Any] = {"widths": (16, 24, 32), "blocks": (1, 1, 1, 1, 1), "inner": 64, "head": 8}


def small(**settings: Any) -> Unet:
    """A generator that is quick to train."""
    made: Unet = Unet(**{**SIZES, **settings})
    return made
