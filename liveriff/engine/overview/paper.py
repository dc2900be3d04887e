"""Paper to draw on in whole pixels: boxes, steps, hatching, curves, and words that stay in their box. Pillow.

Everything is opaque and upright, so that nothing needs smoothing; the font is the one that pillow brings.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

RGB = tuple[int, int, int]
BACKGROUND, LANE, LINE = (11, 13, 18), (20, 24, 33), (37, 43, 56)
TEXT, DIM, FAINT = (230, 233, 240), (150, 158, 174), (92, 100, 118)
ELLIPSIS = "…"
_NO_LETTER = "\U0010ffff"
SMALL, NORMAL, LARGE = 11, 13, 24


class Box(NamedTuple):
    """left and top belong to it, right and bottom do not."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.bottom - self.top


class Paper:
    """A picture in the making."""

    def __init__(self, width: int, height: int) -> None:
        """Dark and empty."""
        from PIL import Image, ImageDraw

        self._image: Any = Image.new("RGB", (width, height), BACKGROUND)
        self._draw: Any = ImageDraw.Draw(self._image)
        self.width, self.height = width, height

    def box(self, box: Box, colour: RGB) -> None:
        """A filled box; nothing where it is empty."""
        if box.width > 0 and box.height > 0:
            self._draw.rectangle((box.left, box.top, box.right - 1, box.bottom - 1), fill=colour)

    def hatch(self, box: Box, colour: RGB, every: int = 6) -> None:
        """Slanted lines over what is there."""
        if box.width <= 0 or box.height <= 0:
            return
        from PIL import ImageDraw

        part = self._image.crop(tuple(box))
        draw = ImageDraw.Draw(part)
        for x in range(-box.height - box.left % every, box.width, every):
            draw.line((x, box.height, x + box.height, 0), fill=colour)
        self._image.paste(part, (box.left, box.top))

    def columns(self, box: Box, heights: NDArray[np.float64], colour: RGB, top: RGB) -> None:
        """Filled from the bottom of the box, a column a pixel; heights: share of the box, 0 to 1."""
        tall = np.rint(heights.clip(0.0, 1.0) * box.height).astype(int)
        for x, height in enumerate(tall.tolist(), box.left):
            if height:
                self._draw.line((x, box.bottom - height, x, box.bottom - 1), fill=colour)
                self._draw.point((x, box.bottom - height), fill=top)

    def steps(self, points: Sequence[tuple[int, int]], right: int, colour: RGB) -> None:
        """A line that stands at each point's height until the next."""
        for (x, y), (then, after) in zip(points, [*points[1:], (right, points[-1][1])], strict=True) if points else ():
            self._draw.line((x, y, then, y, then, after), fill=colour)

    def dot(self, x: int, y: int, radius: int, colour: RGB) -> None:
        """A disc."""
        self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)

    def wedge(self, x: int, y: int, radius: int, colour: RGB) -> None:
        """A triangle that points down."""
        self._draw.polygon(((x - radius, y - radius), (x + radius, y - radius), (x, y + radius)), fill=colour)

    def text(self, x: int, y: int, words: str, colour: RGB = TEXT, size: int = NORMAL, anchor: str = "lm") -> None:
        """Words at a point; anchor as pillow has it (lm: left, middle)."""
        self._draw.text((x, y), printable(words), font=font(size), fill=colour, anchor=anchor)

    def label(self, box: Box, words: str, colour: RGB = TEXT, size: int = NORMAL, least: int = 26) -> bool:
        """Words in a box, with an ellipsis where they are too long; False, and nothing, where not even so."""
        fitting = fitted(words, box.width - 8, size)
        if len(fitting) < min(4, len(words)) or (fitting != printable(words) and box.width < least):
            return False
        self.text(box.left + 4, (box.top + box.bottom) // 2, fitting, colour, size)
        return bool(fitting)

    def paragraph(self, box: Box, words: str, colour: RGB = TEXT, size: int = NORMAL, lines: int = 2) -> bool:
        """The same on several lines, broken between words."""
        broken = list(wrapped(words, box.width - 8, size, lines))
        if not broken or len(broken[0]) < min(5, len(words)):
            return False
        tall = box.height // lines
        for at, line in enumerate(broken):
            self.text(box.left + 4, box.top + tall * at + tall // 2, line, colour, size)
        return True

    def png(self) -> bytes:
        """The picture as a file."""
        buffer = io.BytesIO()
        self._image.save(buffer, "PNG", optimize=True)
        return buffer.getvalue()


def mixed(one: RGB, other: RGB, share: float) -> RGB:
    """``share`` of the other over the one."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


@lru_cache(maxsize=8)
def font(size: int) -> Any:
    """Pillow's own, in pixels."""
    from PIL import ImageFont

    return ImageFont.load_default(size)


def length(words: str, size: int) -> float:
    """Of printable words in pixels."""
    return float(font(size).getlength(words))


def printable(words: str) -> str:
    """On one line, in letters that the font has: without their accents where it has none."""
    return " ".join("".join(map(_drawable, words)).split())


@lru_cache(maxsize=4096)
def _drawable(letter: str) -> str:
    if not letter.isprintable():
        return " "
    if letter.isascii() or _has(letter):
        return letter
    plain = "".join(each for each in unicodedata.normalize("NFKD", letter) if each.isascii() and each.isprintable())
    return plain or "?"


def _has(letter: str) -> bool:
    """Whether the font draws anything else than for a letter that no font has."""
    mask, none = font(NORMAL).getmask(letter), font(NORMAL).getmask(_NO_LETTER)
    return (mask.size, bytes(mask)) != (none.size, bytes(none))


def fitted(words: str, width: float, size: int) -> str:
    """As many of the words as fit, then an ellipsis; "" where nothing does."""
    words = printable(words)[:400]
    if length(words, size) <= width:
        return words
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if length(words[:middle].rstrip() + ELLIPSIS, size) <= width else (low, middle - 1)
    return words[:low].rstrip(" ,.>") + ELLIPSIS if low else ""


def wrapped(words: str, width: float, size: int, lines: int) -> Iterator[str]:
    """Lines of words; the last has the ellipsis when there are more."""
    rest = printable(words)[:400].split(" ")
    for at in range(lines):
        taken = 1
        while taken < len(rest) and length(" ".join(rest[: taken + 1]), size) <= width:
            taken += 1
        last = at == lines - 1
        line = fitted(" ".join(rest if last else rest[:taken]), width, size)
        rest = rest[taken:]
        if line:
            yield line
        if not rest or not line or (not last and line.endswith(ELLIPSIS)):
            return
