"""Rectangles cut into rows and columns, in whole points, as TouchOSC's frames are. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Share = int | float
"""A whole number is points; a fraction is a share of what the whole numbers and the gaps leave."""

GAP = 6
FINGER = 40
"""Points that a finger needs: 8 mm on a tablet 20 cm wide."""


@dataclass(frozen=True)
class Frame:
    """Place and size within the parent, origin top left."""

    x: int
    y: int
    w: int
    h: int

    def rows(self, *shares: Share, gap: int = GAP) -> tuple[Frame, ...]:
        """Cut from top to bottom; ValueError where it does not fit."""
        return tuple(Frame(self.x, self.y + at, self.w, size) for at, size in cut(self.h, shares, gap))

    def columns(self, *shares: Share, gap: int = GAP) -> tuple[Frame, ...]:
        """Cut from left to right; ValueError where it does not fit."""
        return tuple(Frame(self.x + at, self.y, size, self.h) for at, size in cut(self.w, shares, gap))

    def grid(self, across: int, down: int, gap: int = GAP) -> tuple[Frame, ...]:
        """Equal cells, row by row from the top left."""
        return tuple(
            cell for row in self.rows(*[1.0] * down, gap=gap) for cell in row.columns(*[1.0] * across, gap=gap)
        )

    def cells(self, count: int, lowest: int, gap: int = GAP) -> tuple[Frame, ...]:
        """Places for ``count`` things of at least ``lowest`` points: in one column, or in as few as it takes."""
        across = 1
        while self.h < -(-count // across) * (lowest + gap) - gap:
            across += 1
        return self.grid(across, -(-count // across), gap)[:count]

    def inset(self, by: int) -> Frame:
        """Smaller on every side."""
        return Frame(self.x + by, self.y + by, self.w - 2 * by, self.h - 2 * by)

    def at_origin(self) -> Frame:
        """The same rectangle as its own children see it."""
        return Frame(0, 0, self.w, self.h)

    def holds(self, child: Frame) -> bool:
        """Whether a child's frame lies wholly inside this one, as the child sees it."""
        return child.x >= 0 and child.y >= 0 and child.x + child.w <= self.w and child.y + child.h <= self.h

    def meets(self, other: Frame) -> bool:
        """Whether two frames share any area."""
        apart_x = self.x + self.w <= other.x or other.x + other.w <= self.x
        apart_y = self.y + self.h <= other.y or other.y + other.h <= self.y
        return not (apart_x or apart_y)


def cut(length: int, shares: Sequence[Share], gap: int) -> list[tuple[int, int]]:
    """Start and size of each part of a length; rounding is carried along, so that the last part ends at the end."""
    fixed = sum(share for share in shares if isinstance(share, int))
    spare = length - fixed - gap * (len(shares) - 1)
    fractions = [share for share in shares if isinstance(share, float)]
    weight = sum(fractions)
    if spare < len(fractions):
        raise ValueError(f"{len(shares)} parts do not fit in {length} points")
    parts, place, used = [], 0, 0.0
    for share in shares:
        before = round(used)
        used += 0.0 if isinstance(share, int) else spare * share / weight
        size = share if isinstance(share, int) else round(used) - before
        parts.append((place, size))
        place += size + gap
    return parts
