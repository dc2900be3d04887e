"""Decks whose prompts have changed places: told otherwise, the same sound. Reads the registry, changes nothing.

Jobs and the panel count such a deck's alpha from the other end, as before the change, so nothing has to be rendered and
the player's strips stay as they are.
"""

from __future__ import annotations

from collections.abc import Container

from liveriff.params.registry import Registry


def ends(registry: Registry, deck: int) -> tuple[str, str, float]:
    """A deck's two prompts, and where its hand is between them."""
    first, second = (str(registry.get(f"/deck/{deck}/prompt/{name}")) for name in "ab")
    return first, second, registry.number(f"/deck/{deck}/alpha")


def swapped(before: tuple[str, str, float], after: tuple[str, str, float]) -> bool:
    """Whether the prompts have changed places and the hand with them."""
    first, second, alpha = before
    return first != second and after[:2] == (second, first) and abs(after[2] - (1.0 - alpha)) < 1e-3


def hand(registry: Registry, path: str, turned: Container[int]) -> float:
    """A value as the panel carries it; the alpha of a turned deck is counted from the other end."""
    value = registry.number(path)
    parts = path.split("/")
    if parts[1] == "deck" and parts[3:] == ["alpha"] and int(parts[2]) in turned:
        return round(1.0 - value, 6)
    return value
