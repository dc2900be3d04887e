"""How Dance Diffusion's own checkpoints name their weights, and how UNet1DModel does. Pure.

The original network is nested: ``net.0 1 2`` and ``net.4 5 6`` are the outermost level, ``net.3`` the level inside it,
whose ``main.7`` is the next one, down to the deepest, which has none. Within a level main.1 3 5 are the convolution
blocks on the way down, main.8 10 12 those on the way up, each followed by its attention where the level has any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_OUTER = re.compile(r"net\.([012456])\.(.+)")
_INNER = re.compile(r"net\.3\.((?:main\.7\.)*)main\.(\d+)\.(.+)")
_CONVOLUTIONS = {
    "skip": "conv_skip",
    "main.0": "conv_1",
    "main.1": "group_norm_1",
    "main.3": "conv_2",
    "main.4": "group_norm_2",
}
_ATTENTIONS = {"norm": ("group_norm",), "qkv_proj": ("query", "key", "value"), "out_proj": ("proj_attn",)}
TIME = "timestep_embed.weight"


@dataclass(frozen=True)
class Place:
    """Where a weight lies: level 0 is the outermost; ``up`` on the way back; index of the block; attention or not."""

    level: int
    up: bool
    index: int
    attention: bool
    rest: str


def place_of(name: str) -> Place | None:
    """The place of an original weight; None for what is no weight of the network's blocks."""
    outer = _OUTER.fullmatch(name)
    if outer:
        number = int(outer.group(1))
        return Place(0, number > 3, number % 4, False, outer.group(2))
    inner = _INNER.fullmatch(name)
    if not inner:
        return None
    number, level = int(inner.group(2)), 1 + inner.group(1).count("main.7.")
    up = number > 7
    step = number - 8 if up else number - 1
    return Place(level, up, step // 2, step % 2 == 1, inner.group(3)) if 0 <= step < 6 else None


def levels_in(names: Iterable[str]) -> int:
    """How many levels a network has whose weights have these names."""
    places = [place for place in map(place_of, names) if place]
    return 1 + max((place.level for place in places), default=-1)


def renamed(name: str, levels: int) -> tuple[str, ...]:
    """The names in UNet1DModel of one original weight: three for queries, keys and values in one; none if unknown."""
    if name == TIME:
        return ("time_proj.weight",)
    place = place_of(name)
    if place is None:
        return ()
    stem, _, leaf = place.rest.rpartition(".")
    found = _ATTENTIONS.get(stem, ()) if place.attention else tuple(filter(None, (_CONVOLUTIONS.get(stem),)))
    return tuple(f"{_block(place, levels)}.{part}.{leaf}" for part in found)


def _block(place: Place, levels: int) -> str:
    kind = "attentions" if place.attention else "resnets"
    if place.level == levels - 1:
        return f"mid_block.{kind}.{place.index + 3 * place.up}"
    if place.up:
        return f"up_blocks.{levels - 2 - place.level}.{kind}.{place.index}"
    return f"down_blocks.{place.level}.{kind}.{place.index}"
