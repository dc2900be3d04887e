"""Shapes between a hand and a value: travel of knobs and faders, force of pads. Pure; any thread may call it.

Travel curves are one-to-one from 0..1 onto 0..1, so that a value always has one place under the hand: takeover,
ghosts and motor faders need the way back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

Shape = Callable[[float], float]

VELOCITY_FLOOR = 1 / 127  # the softest hit is a hit: velocity 0 means that the pad is let go


def _s(x: float) -> float:
    return 2 * x * x if x < 0.5 else 1 - 2 * (1 - x) ** 2


def _s_back(y: float) -> float:
    return math.sqrt(y / 2) if y < 0.5 else 1 - math.sqrt((1 - y) / 2)


TRAVEL: Mapping[str, tuple[Shape, Shape]] = {
    "linear": (lambda x: x, lambda y: y),
    "exp": (lambda x: x * x, math.sqrt),
    "log": (math.sqrt, lambda y: y * y),
    "s": (_s, _s_back),
}
"""By name: there and back. exp is fine at the low end, log at the high end, s at both ends."""

VELOCITY: Mapping[str, Shape] = {
    "linear": lambda velocity: velocity,
    "soft": math.sqrt,
    "hard": lambda velocity: velocity * velocity,
    "fixed": lambda velocity: 1.0,
}
"""By name: soft answers to light fingers, hard asks for force, fixed is always full."""


def velocity(name: str, force: float) -> float:
    """The velocity above 0 that a hit of some force 0..1 has on a curve."""
    return max(VELOCITY_FLOOR, VELOCITY[name](min(1.0, max(0.0, force))))
