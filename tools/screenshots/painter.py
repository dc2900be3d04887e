"""Cells of a terminal as a picture: blocks, lines and dots drawn to the pixel, other letters with a monospaced font."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from screenshots.cells import PAPER, RGB, Cell, cells

WIDE = 10
TALL = 20
ADVANCE = 0.602  # of DejaVu Sans Mono, in ems
MARGIN = 12

EIGHTHS = {chr(0x2580 + n): (0, 8 - n, 8, 8) for n in range(1, 9)} | {
    chr(0x2588 + n): (0, 0, 8 - n, 8) for n in range(1, 8)
}
BLOCKS = {**EIGHTHS, "▀": (0, 0, 8, 4), "▐": (4, 0, 8, 8), "▔": (0, 0, 8, 1), "▕": (7, 0, 8, 8)}
"""left, top, right, bottom in eighths of a cell."""
QUADRANTS = {
    "▖": "c",
    "▗": "d",
    "▘": "a",
    "▙": "acd",
    "▚": "ad",
    "▛": "abc",
    "▜": "abd",
    "▝": "b",
    "▞": "bc",
    "▟": "bcd",
}
CORNERS = {"a": (0, 0, 4, 4), "b": (4, 0, 8, 4), "c": (0, 4, 4, 8), "d": (4, 4, 8, 8)}
SHADES = {"░": 0.25, "▒": 0.5, "▓": 0.75}
LINES = {
    "─": "lr", "│": "ud", "┌": "rd", "┐": "ld", "└": "ur", "┘": "ul", "├": "udr", "┤": "udl", "┬": "lrd", "┴": "lru",
    "┼": "lrud", "╭": "rd", "╮": "ld", "╰": "ur", "╯": "ul", "╴": "l", "╵": "u", "╶": "r", "╷": "d",
    "━": "LR", "┃": "UD", "┏": "RD", "┓": "LD", "┗": "UR", "┛": "UL", "╸": "L", "╹": "U", "╺": "R", "╻": "D",
    "╼": "lR", "╾": "Lr", "╽": "uD", "╿": "Ud",
}  # fmt: skip


def painted(screen: str, columns: int, rows: int) -> Image.Image:
    """The picture of what ``tmux capture-pane -e`` told."""
    image = Image.new("RGB", (columns * WIDE + 2 * MARGIN, rows * TALL + 2 * MARGIN), PAPER)
    draw = ImageDraw.Draw(image)
    for row, line in enumerate(screen.split("\n")[:rows]):
        _line(draw, MARGIN + row * TALL, list(cells(line))[:columns])
    return image


def _line(draw: Any, y: int, line: Sequence[Cell]) -> None:
    for at, cell in enumerate(line):
        x, paper = MARGIN + at * WIDE, cell.style.colours[1]
        if paper != PAPER:
            draw.rectangle((x, y, x + WIDE - 1, y + TALL - 1), fill=paper)
    for at, cell in enumerate(line):
        if cell.letter.strip():
            _letter(draw, MARGIN + at * WIDE, y, cell)
        if cell.style.underlined and cell.letter:
            x = MARGIN + at * WIDE
            draw.line((x, y + TALL - 2, x + WIDE - 1, y + TALL - 2), fill=cell.style.colours[0])


def _letter(draw: Any, x: int, y: int, cell: Cell) -> None:
    letter, (ink, paper) = cell.letter, cell.style.colours
    for drawn, by in DRAWERS:
        if drawn(letter):
            by(draw, x, y, letter, ink, paper)
            return
    wide = WIDE * (2 if len(letter.encode()) > 3 else 1)
    draw.text((x + wide / 2, y + TALL * 0.76), letter, font=font(cell.style.bold), fill=ink, anchor="ms")


def _part(draw: Any, x: int, y: int, part: tuple[int, int, int, int], ink: RGB) -> None:
    left, top, right, bottom = part
    box = (x + left * WIDE // 8, y + top * TALL // 8, x + right * WIDE // 8 - 1, y + bottom * TALL // 8 - 1)
    draw.rectangle((box[0], box[1], max(box[2], box[0]), max(box[3], box[1])), fill=ink)


def _block(draw: Any, x: int, y: int, letter: str, ink: RGB, paper: RGB) -> None:
    _part(draw, x, y, BLOCKS[letter], ink)


def _quadrants(draw: Any, x: int, y: int, letter: str, ink: RGB, paper: RGB) -> None:
    for corner in QUADRANTS[letter]:
        _part(draw, x, y, CORNERS[corner], ink)


def _shade(draw: Any, x: int, y: int, letter: str, ink: RGB, paper: RGB) -> None:
    share = SHADES[letter]
    red, green, blue = (round(b + (a - b) * share) for a, b in zip(ink, paper, strict=True))
    _part(draw, x, y, (0, 0, 8, 8), (red, green, blue))


def _lines(draw: Any, x: int, y: int, letter: str, ink: RGB, paper: RGB) -> None:
    middle, centre = x + WIDE // 2, y + TALL // 2
    ends = {"l": (x, centre), "r": (x + WIDE - 1, centre), "u": (middle, y), "d": (middle, y + TALL - 1)}
    for way in LINES[letter]:
        draw.line((middle, centre, *ends[way.lower()]), fill=ink, width=3 if way.isupper() else 1)


def _braille(draw: Any, x: int, y: int, letter: str, ink: RGB, paper: RGB) -> None:
    dots = ord(letter) - 0x2800
    for bit, (column, row) in enumerate(((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))):
        if dots >> bit & 1:
            left, top = x + 2 + column * WIDE // 2, y + 1 + row * TALL // 4
            draw.rectangle((left, top, left + 1, top + 2), fill=ink)


Drawer = Callable[[Any, int, int, str, RGB, RGB], None]
DRAWERS: tuple[tuple[Callable[[str], bool], Drawer], ...] = (
    (BLOCKS.__contains__, _block),
    (QUADRANTS.__contains__, _quadrants),
    (SHADES.__contains__, _shade),
    (LINES.__contains__, _lines),
    (lambda letter: 0x2800 <= ord(letter) <= 0x28FF, _braille),
)


@lru_cache(maxsize=2)
def font(bold: bool) -> Any:
    """DejaVu Sans Mono, wherever it is."""
    wanted = "DejaVu Sans Mono" + (":bold" if bold else "")
    finder = shutil.which("fc-match")
    found = (
        subprocess.run([finder, "-f", "%{family}|%{file}", wanted], capture_output=True, text=True).stdout
        if finder
        else ""
    )
    family, _, file = found.partition("|")
    if "DejaVu Sans Mono" not in family:
        raise SystemExit("screenshots: DejaVu Sans Mono is not installed (apt install fontconfig fonts-dejavu-core).")
    return ImageFont.truetype(file, WIDE / ADVANCE)
