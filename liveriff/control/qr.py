"""An address as a QR code (ISO/IEC 18004), so that a tablet's camera opens it: for a terminal, and for a page. Pure."""

from __future__ import annotations

import segno

Matrix = tuple[tuple[bool, ...], ...]
"""Rows of modules, true is dark; without the quiet zone."""

QUIET = 4  # light modules around, ISO/IEC 18004:2015 section 6.3.8
_HALVES = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
_DARK_GROUND, _PLAIN = "\x1b[38;5;15;48;5;16m", "\x1b[0m"  # white on black, whatever the terminal's own colours are


def encoded(text: str) -> Matrix:
    """The smallest code of a text with correction level M or better; ValueError where none is large enough."""
    try:
        code = segno.make_qr(text, error="m")
    except segno.DataOverflowError as error:
        raise ValueError("too many characters for a QR code") from error
    return tuple(tuple(map(bool, row)) for row in code.matrix)


def blocks(matrix: Matrix, colours: bool = True) -> str:
    """Lines of text, two rows of modules each; light modules are what is written. colours: with escape sequences that
    make them light on any terminal."""
    rows = _surrounded(matrix)
    lines = ["".join(_HALVES[pair] for pair in zip(*rows[at : at + 2], strict=True)) for at in range(0, len(rows), 2)]
    return "\n".join(f"{_DARK_GROUND}{line}{_PLAIN}" if colours else line for line in lines)


def svg(matrix: Matrix) -> str:
    """A picture without a size of its own."""
    size = len(matrix) + 2 * QUIET
    dark = "".join(
        f"M{column + QUIET} {row + QUIET}h1v1h-1z"
        for row, line in enumerate(matrix)
        for column, is_dark in enumerate(line)
        if is_dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{dark}"/></svg>'
    )


def _surrounded(matrix: Matrix) -> list[list[bool]]:
    """With the quiet zone, and an even number of rows."""
    width = len(matrix) + 2 * QUIET
    light = [False] * width
    rows = [[False] * QUIET + list(line) + [False] * QUIET for line in matrix]
    below = QUIET + (len(matrix) + 2 * QUIET) % 2
    return [[*light] for _ in range(QUIET)] + rows + [[*light] for _ in range(below)]
