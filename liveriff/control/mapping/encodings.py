"""Encoders in disguise: clicks from the 7-bit values that an unknown device sends as positions. Pure; any thread."""

from __future__ import annotations

from liveriff.control.midi.relative import ENCODINGS

__all__ = ["ENCODINGS", "clicks", "seven_bits"]


def seven_bits(value: float) -> int:
    """The 7-bit value that 0..1 came from."""
    return min(127, max(0, round(value * 127)))


def clicks(encoding: str, value: float) -> int:
    """The clicks (below 0: left) in a position 0..1 that came from 7 bits."""
    return ENCODINGS[encoding](seven_bits(value))
