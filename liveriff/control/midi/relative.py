"""How endless encoders say "two clicks left", in the encodings that controllers use. Pure.

Sources: the tables of the Ableton Live manual (twos-complement, binary offset, signed bit and its inverse) and of the
Arturia MiniLab mk2 manual ("Relative 3": an offset of 16).
"""

from __future__ import annotations

from collections.abc import Callable


def twos_complement(value: int) -> int:
    """1..64 right, 127..65 left."""
    return value if value <= 64 else value - 128


def binary_offset(value: int) -> int:
    """65 is one right, 63 one left."""
    return value - 64


def signed_bit(value: int) -> int:
    """1..63 right, 65..127 left (Mackie)."""
    return value if value < 64 else 64 - value


def signed_bit_2(value: int) -> int:
    """As signed_bit with the directions exchanged."""
    return -signed_bit(value)


def offset_16(value: int) -> int:
    """17 is one right, 15 one left."""
    return value - 16


ENCODINGS: dict[str, Callable[[int], int]] = {
    "twos-complement": twos_complement,
    "binary-offset": binary_offset,
    "signed-bit": signed_bit,
    "signed-bit-2": signed_bit_2,
    "offset-16": offset_16,
}
"""Clicks from a 7-bit value; 0 is no move. ``inc-dec``, two messages, one a direction, needs no formula."""
