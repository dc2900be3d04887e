"""A layout's pages as SVG, to look at without a tablet. Pure.

Near to what TouchOSC draws, not the same: a control's colour is shaded as the app shades it (dark at rest, bright where
the value is), text is wrapped by ``lettering``'s widths, and pages within a page show the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from liveriff.control.touchosc.colours import INK, STAGE, mixed
from liveriff.control.touchosc.frame import Frame
from liveriff.control.touchosc.lettering import LINE, wrapped
from liveriff.control.touchosc.node import Colour, Node
from liveriff.control.touchosc.plain import TABS
from liveriff.control.touchosc.readings import EAST

REST, LIT = 0.72, 0.12  # share of black in a control at rest, and where its value is
BLACK: Colour = (0.0, 0.0, 0.0, 1.0)
FONT = "Roboto, 'DejaVu Sans Condensed', 'DejaVu Sans', sans-serif"


def pictures(root: Node) -> dict[str, str]:
    """An SVG for each page of the first pager, by the page's title."""
    found = next(node for node in root.walk() if node.kind == "PAGER")
    return {page.name: _svg(root, page) for page in found.children}


def _svg(root: Node, page: Node) -> str:
    w, h = root.frame.w, root.frame.h
    body = "".join(_draw(root, 0, 0, page.name))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}"'
    return f'{head} font-family="{FONT}"><rect width="{w}" height="{h}" fill="{_hex(STAGE)}"/>{body}</svg>\n'


def _draw(node: Node, x: int, y: int, open_page: str) -> Iterator[str]:
    at = Frame(x + node.frame.x, y + node.frame.y, node.frame.w, node.frame.h)
    yield from _PAINT.get(node.kind, _nothing)(node, at)
    children = node.children
    if node.kind == "PAGER":
        shown = next((index for index, page in enumerate(children) if page.name == open_page), 0)
        yield from _tabs(node, at, shown)
        children = children[shown : shown + 1]
    for child in children:
        yield from _draw(child, at.x, at.y, open_page)


def _nothing(node: Node, at: Frame) -> Iterator[str]:
    yield from ()


def _panel(node: Node, at: Frame) -> Iterator[str]:
    yield _rect(at, _colour(node), 4)


def _button(node: Node, at: Frame) -> Iterator[str]:
    yield _rect(at, mixed(_colour(node), BLACK, REST - (REST - LIT) * _value(node, "x")), 4, _colour(node))


def _fader(node: Node, at: Frame) -> Iterator[str]:
    colour, x = _colour(node), _value(node, "x")
    yield _rect(at, mixed(colour, BLACK, REST + 0.06), 4, mixed(colour, BLACK, 0.35) if node.interactive else None)
    start, end = sorted((0.5 if node.looks.get("centered") else 0.0, x))
    lying = node.looks.get("orientation") == EAST
    if lying:
        bar = Frame(at.x + round(at.w * start), at.y, round(at.w * (end - start)), at.h)
        cursor = Frame(at.x + round((at.w - 4) * x), at.y, 4, at.h)
    else:
        bar = Frame(at.x, at.y + round(at.h * (1 - end)), at.w, round(at.h * (end - start)))
        cursor = Frame(at.x, at.y + round((at.h - 4) * (1 - x)), at.w, 4)
    yield _rect(bar, mixed(colour, BLACK, 0.45), 3)
    if node.looks.get("cursor", True):
        yield _rect(cursor, colour, 2)


def _radio(node: Node, at: Frame) -> Iterator[str]:
    count, colour = int(str(node.looks["steps"])), _colour(node)
    lying = node.looks.get("orientation") == EAST
    cells = at.grid(count, 1, gap=0) if lying else at.grid(1, count, gap=0)
    for index, cell in enumerate(cells):
        yield _rect(cell.inset(1), mixed(colour, BLACK, LIT + 0.2 if index == _value(node, "x") else REST + 0.06), 3)


def _xy(node: Node, at: Frame) -> Iterator[str]:
    colour = _colour(node)
    x, y = at.x + at.w * _value(node, "x"), at.y + at.h * (1 - _value(node, "y"))
    line = f'stroke="{_hex(mixed(colour, BLACK, 0.3))}"'
    yield _rect(at, mixed(colour, BLACK, REST + 0.06), 4, mixed(colour, BLACK, 0.35))
    yield f'<path d="M{at.x} {y:g}h{at.w}M{x:g} {at.y}v{at.h}" {line}/>'
    yield f'<circle cx="{x:g}" cy="{y:g}" r="9" fill="{_hex(colour)}"/>'


def _words(node: Node, at: Frame) -> Iterator[str]:
    size, align = int(str(node.looks["textSize"])), node.looks.get("textAlignH", 2)
    text = str(node.start["text"])
    rows = wrapped(text, size, at.w) if node.kind == "TEXT" else [text]
    x, anchor = {1: (at.x, "start"), 2: (at.x + at.w // 2, "middle")}.get(int(str(align)), (at.x + at.w, "end"))
    first = at.y + at.h / 2 - (len(rows) - 1) * size * LINE / 2 + size * 0.35
    style = f'text-anchor="{anchor}" font-size="{size}" fill="{_hex(_colour(node, "textColor"))}"'
    for number, row in enumerate(rows):
        yield f'<text x="{x}" y="{first + number * size * LINE:g}" {style}>{escape(row)}</text>'


def _tabs(node: Node, at: Frame, shown: int) -> Iterator[str]:
    bar = Frame(at.x, at.y, at.w, TABS)
    for index, (page, cell) in enumerate(zip(node.children, bar.grid(len(node.children), 1, gap=1), strict=True)):
        state = "On" if index == shown else "Off"
        yield _rect(cell, _colour(page, f"tabColor{state}"), 0)
        ink = _hex(_colour(page, f"textColor{state}"))
        size = node.looks["textSizeOn"]
        place = f'x="{cell.x + cell.w // 2}" y="{cell.y + 26}" text-anchor="middle" font-size="{size}"'
        yield f'<text {place} fill="{ink}">{escape(str(page.looks["tabLabel"]))}</text>'


def _rect(at: Frame, fill: Colour, radius: int, edge: Colour | None = None) -> str:
    stroke = f' stroke="{_hex(edge)}"' if edge else ""
    return f'<rect x="{at.x}" y="{at.y}" width="{at.w}" height="{at.h}" rx="{radius}" fill="{_hex(fill)}"{stroke}/>'


def _colour(node: Node, key: str = "color") -> Colour:
    found = node.looks.get(key, INK)
    return found if isinstance(found, tuple) else INK


def _value(node: Node, key: str) -> float:
    return float(node.start.get(key, 0.0))


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour[:3])


_PAINT = {
    "BOX": _panel,
    "BUTTON": _button,
    "FADER": _fader,
    "GROUP": _panel,
    "LABEL": _words,
    "RADIO": _radio,
    "TEXT": _words,
    "XY": _xy,
}
