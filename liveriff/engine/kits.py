"""A whole kit in one action: what sixteen pads of a bank become. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from liveriff.engine.evolve import SEEDS
from liveriff.params.kinds import Value
from liveriff.params.words import KIT, PER_BANK


def kit(bank: int, style: str, seed: int) -> Mapping[str, Value]:
    """The values that make a bank (from 1) a kit: kinds in the usual order, the style's words, seeds of its own."""
    values: dict[str, Value] = {}
    for place, category in enumerate(KIT):
        pad = f"/pad/{(bank - 1) * PER_BANK + place + 1}"
        values[f"{pad}/category"] = category
        values[f"{pad}/prompt"] = f"{style.strip()} {category}" if style.strip() else ""
        values[f"{pad}/seed"] = (seed * len(KIT) + place) % SEEDS
        values[f"{pad}/morph"] = 0.0
        values[f"{pad}/load"] = ""
    return values
