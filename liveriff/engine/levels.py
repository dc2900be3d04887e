"""Levels for people: dBFS. Pure."""

from __future__ import annotations

import math

QUIETEST_DB = -120.0


def decibels(linear: float) -> float:
    """Level in dBFS to 0.1, -120 for silence: rounded, so that a needle that stands is not told again."""
    return max(round(20 * math.log10(linear), 1), QUIETEST_DB) if linear > 1e-6 else QUIETEST_DB
