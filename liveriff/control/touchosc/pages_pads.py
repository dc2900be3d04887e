"""Sixteen pads as on an MPC: pad 1 is bottom left; the higher a pad is hit, the harder it sounds. Pure."""

from __future__ import annotations

from liveriff.control.touchosc.colours import CATEGORIES, WARM
from liveriff.control.touchosc.frame import Frame
from liveriff.control.touchosc.lettering import caption
from liveriff.control.touchosc.node import Node
from liveriff.control.touchosc.plain import LEFT, RIGHT, group, label
from liveriff.control.touchosc.widgets import Widgets
from liveriff.params.words import PADS

ACROSS = 4
SOFTEST = 0.25
"""Velocity at a pad's lower edge: a hit there is soft, and still a hit."""


def pads_page(widgets: Widgets, frame: Frame, portrait: bool) -> list[Node]:
    """The grid, and beside it (above it where the page is narrow) the bank of pads that it plays."""
    if portrait:
        bank, grid = frame.rows(54, 1.0)
        return [pad_grid(widgets, grid), *widgets.radio("/pad/bank", bank, WARM)]
    grid, side = frame.columns(1.0, 110)
    head, bank = side.rows(28, 1.0)
    spec = widgets.spec("/pad/bank")
    return [
        pad_grid(widgets, grid),
        label(caption(spec), head, 16, colour=widgets.ink(spec)),
        *widgets.radio("/pad/bank", bank, WARM, lying=False),
    ]


def pad_grid(widgets: Widgets, frame: Frame) -> Node:
    """The pads, rows upwards."""
    cells = frame.at_origin().grid(ACROSS, len(PADS) // ACROSS, gap=8)
    return group("pads", frame, [node for pad in PADS for node in _pad(widgets, pad, cells[_place(pad)])])


def _place(pad: int) -> int:
    """Index, row by row from the top left, of a pad counted row by row from the bottom left."""
    row, column = divmod(pad - 1, ACROSS)
    return (len(PADS) // ACROSS - 1 - row) * ACROSS + column


def _pad(widgets: Widgets, pad: int, frame: Frame) -> list[Node]:
    at = f"/pad/{pad}"
    colour = CATEGORIES[str(widgets.value(f"{at}/category"))]
    head, _, foot = frame.inset(8).rows(22, 1.0, 18)
    number, category = head.columns(30, 1.0)
    return [
        widgets.pad(f"{at}/trigger", frame, colour, SOFTEST),
        label(str(pad), number, 18, LEFT),
        widgets.reading(f"{at}/category", category, 15, RIGHT),
        widgets.reading(f"{at}/prompt", foot, 11, LEFT),
    ]
