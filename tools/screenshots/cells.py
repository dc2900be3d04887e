"""What a terminal shows, as cells: read from the text with colour sequences in which tmux tells it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

RGB = tuple[int, int, int]
INK, PAPER = (230, 233, 240), (11, 13, 18)
SEQUENCE = re.compile(r"\x1b\[([\d;:]*)m|\x1b[^m]*?[A-Za-z\\]|[\x0e\x0f]")
BASIC = (
    (0, 0, 0), (205, 49, 49), (13, 188, 121), (229, 229, 16), (36, 114, 200), (188, 63, 188), (17, 168, 205),
    (229, 229, 229), (102, 102, 102), (241, 76, 76), (35, 209, 139), (245, 245, 67), (59, 142, 234),
    (214, 112, 214), (41, 184, 219), (255, 255, 255),
)  # fmt: skip


class Style(NamedTuple):
    """Of a cell."""

    ink: RGB | None = None
    paper: RGB | None = None
    bold: bool = False
    dim: bool = False
    underlined: bool = False
    turned: bool = False

    @property
    def colours(self) -> tuple[RGB, RGB]:
        """Ink and paper as they are seen."""
        ink, paper = self.ink or INK, self.paper or PAPER
        ink, paper = (paper, ink) if self.turned else (ink, paper)
        if self.dim:
            red, green, blue = ((a + b) // 2 for a, b in zip(ink, paper, strict=True))
            ink = (red, green, blue)
        return ink, paper


class Cell(NamedTuple):
    """One place of the screen; wide letters are followed by a cell with ""."""

    letter: str
    style: Style


def cells(line: str) -> Iterator[Cell]:
    """Of one line."""
    style, at = Style(), 0
    for found in SEQUENCE.finditer(line):
        yield from _letters(line[at : found.start()], style)
        style = styled(style, found[1]) if found[1] is not None else style
        at = found.end()
    yield from _letters(line[at:], style)


def _letters(text: str, style: Style) -> Iterator[Cell]:
    for letter in text:
        if not unicodedata.combining(letter) and letter.isprintable():
            yield Cell(letter, style)
            if unicodedata.east_asian_width(letter) in "WF":
                yield Cell("", style)


def styled(style: Style, codes: str) -> Style:
    """A style after a sequence that selects another (ECMA-48, SGR)."""
    numbers = [int(number or 0) for number in re.split("[;:]", codes or "0")]
    while numbers:
        code = numbers.pop(0)
        if code in (38, 48):
            style = style._replace(**{"ink" if code == 38 else "paper": _colour(numbers)})
        else:
            style = _simple(style, code)
    return style


def _simple(style: Style, code: int) -> Style:
    if code == 0:
        return Style()
    flags = {1: {"bold": True}, 2: {"dim": True}, 4: {"underlined": True}, 7: {"turned": True},
             22: {"bold": False, "dim": False}, 24: {"underlined": False}, 27: {"turned": False},
             39: {"ink": None}, 49: {"paper": None}}  # fmt: skip
    if code in flags:
        return style._replace(**flags[code])
    for first, bright, field in ((30, 90, "ink"), (40, 100, "paper")):
        if first <= code < first + 8:
            return style._replace(**{field: BASIC[code - first]})
        if bright <= code < bright + 8:
            return style._replace(**{field: BASIC[code - bright + 8]})
    return style


def _colour(numbers: list[int]) -> RGB:
    """The colour that 38 or 48 is followed by; takes its numbers away."""
    if numbers.pop(0) == 2:
        red, green, blue = numbers[:3]
        del numbers[:3]
        return red, green, blue
    index = numbers.pop(0)
    if index < 16:
        return BASIC[index]
    if index >= 232:
        return (8 + 10 * (index - 232),) * 3  # type: ignore[return-value]
    steps = (0, 95, 135, 175, 215, 255)
    index -= 16
    return steps[index // 36], steps[index // 6 % 6], steps[index % 6]


# --- and back --------------------------------------------------------------------------------------------------------


def blank(columns: int) -> list[Cell]:
    """An empty line."""
    return [Cell(" ", Style())] * columns


def changes(row: int, before: list[Cell], now: list[Cell]) -> str:
    """What to send to a terminal so that a line becomes another: only cells that differ. row: counted from 0."""
    text, at, style = "", -1, None
    for column, (was, cell) in enumerate(zip(before, now, strict=True)):
        if was == cell or not cell.letter:
            continue
        if column != at:
            text += f"\x1b[{row + 1};{column + 1}H"
        if cell.style != style:
            text, style = text + selected(cell.style), cell.style
        text, at = text + cell.letter, column + 1
    return text


def selected(style: Style) -> str:
    """The sequence that selects a style; ``styled`` is the reverse."""
    flags = zip((1, 2, 4, 7), (style.bold, style.dim, style.underlined, style.turned), strict=True)
    codes = ["0", *(str(code) for code, on in flags if on)]
    codes += [f"38;2;{red};{green};{blue}" for red, green, blue in filter(None, (style.ink,))]
    codes += [f"48;2;{red};{green};{blue}" for red, green, blue in filter(None, (style.paper,))]
    return f"\x1b[{';'.join(codes)}m"
