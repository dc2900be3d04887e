"""Levels as gains, and values of the panel kept in their range. Pure."""

from __future__ import annotations

from math import isnan

SILENT_DB = -60.0  # this level and less is silence

Row = tuple[float, float, float]
"""What is read of the panel: the value it has when the panel does not say, and the range it is kept in."""


def decibels(level: float) -> float:
    """Gain of a level in dB."""
    return 0.0 if level <= SILENT_DB else float(10.0 ** (level / 20.0))


def sane(value: float, row: Row) -> float:
    """A value of the panel within its range; a level's floor is minus infinity there."""
    default, low, high = row
    return default if isnan(value) else min(max(value, low), high)
