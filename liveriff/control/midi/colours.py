"""Colours as people write them, and the nearest one that a controller can show. Pure."""

from __future__ import annotations

import colorsys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

RGB = tuple[int, int, int]
"""0..255 each."""

NAMED = {
    "grey": "#7f7f7f", "white": "#ffffff", "red": "#ff0000", "orange": "#ff7f00", "amber": "#ffbf00",
    "yellow": "#ffff00", "lime": "#bfff00", "green": "#00ff00", "celeste": "#b2ffff", "cyan": "#00ffff",
    "blue": "#0000ff", "purple": "#7f00ff", "magenta": "#ff00ff", "pink": "#ff0080",
}  # fmt: skip
NEAR = 0.05
"""Two colours nearer than this (see ``distance``) are taken for the same."""


@dataclass(frozen=True)
class HSV:
    """Hue in degrees 0..360, saturation and brightness 0..1."""

    hue: float
    saturation: float
    brightness: float


@lru_cache(maxsize=1024)
def parse_colour(text: str) -> RGB:
    """``red``, ``#ff0000`` or ``ff0000`` to numbers; ValueError for anything else."""
    digits = NAMED.get(text.casefold(), text).removeprefix("#")
    try:
        if len(digits) == 6 and digits.isalnum():
            return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
    except ValueError:
        pass
    raise ValueError(f"{text!r} is no colour such as red or ff7f00")


def scale(colour: RGB, level: float) -> RGB:
    """Dimmed; level 0..1."""
    red, green, blue = (round(part * level) for part in colour)
    return red, green, blue


def as_hsv(colour: RGB) -> HSV:
    """The same colour as hue, saturation, brightness."""
    hue, saturation, brightness = colorsys.rgb_to_hsv(*(part / 255 for part in colour))
    return HSV(hue * 360, saturation, brightness)


def distance(one: RGB, other: RGB) -> float:
    """How different two lights look: mostly their hue, a little their brightness; 0 for the same."""
    bright, brighter = max(one) or 1, max(other) or 1
    hue = sum((a / bright - b / brighter) ** 2 for a, b in zip(one, other, strict=True))
    return hue + 0.25 * ((bright - brighter) / 255) ** 2


def nearest(colour: RGB, options: Iterable[RGB]) -> RGB:
    """The option that looks most like it; the first of several."""
    return min(options, key=lambda option: distance(colour, option))
