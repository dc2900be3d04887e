"""Nodes that belong to no parameter: labels, tiles, groups, pages. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from liveriff.control.touchosc.colours import FAINT, GREY, INK, PANEL, STAGE, WELL
from liveriff.control.touchosc.frame import Frame
from liveriff.control.touchosc.lettering import size_for
from liveriff.control.touchosc.node import Binding, Colour, Look, Node

TABS = 40
"""Height of a pager's tabs."""

LEFT, CENTRE, RIGHT = 1, 2, 3


def label(
    text: str,
    frame: Frame,
    size: int,
    align: int = CENTRE,
    colour: Colour = INK,
    *,
    wraps: bool = False,
    longest: str = "",
) -> Node:
    """Text on nothing, made smaller until it (or ``longest``, the widest it will show) fits."""
    looks: dict[str, Look] = {
        "background": False,
        "outline": False,
        "textAlignH": align,
        "textColor": colour,
        "textSize": size_for(longest or text, size, frame.w, frame.h, wraps),
    }
    return Node("TEXT" if wraps else "LABEL", text, frame, looks, {"text": text})


def tile(name: str, frame: Frame, colour: Colour = WELL) -> Node:
    """A plain rectangle to stand on."""
    return Node("BOX", name, frame, {"color": colour, "outline": False, "cornerRadius": 4.0})


def group(name: str, frame: Frame, children: Iterable[Node], colour: Colour = PANEL) -> Node:
    """Controls on a panel; the children's frames are the panel's own, ``frame.at_origin()``."""
    return Node("GROUP", name, frame, {"color": colour, "outline": False}, {}, (), tuple(children))


def page_frame(pager: Frame) -> Frame:
    """What is left for a page under a pager's tabs, as its children see it."""
    return Frame(0, 0, pager.w, pager.h - TABS)


def page(title: str, frame: Frame, children: Iterable[Node], colour: Colour = GREY) -> Node:
    """One page of a pager; its frame is ``page_frame``, moved below the tabs."""
    looks: dict[str, Look] = {
        "color": STAGE,
        "outline": False,
        "tabLabel": title,
        "tabColorOn": colour,
        "tabColorOff": PANEL,
        "textColorOn": INK,
        "textColorOff": FAINT,
    }
    return Node("GROUP", title, Frame(0, TABS, frame.w, frame.h), looks, {}, (), tuple(children))


def pager(name: str, frame: Frame, pages: Sequence[Node], *bindings: Binding) -> Node:
    """Pages under tabs."""
    room = frame.w // len(pages) - 4
    size = min(size_for(str(each.looks["tabLabel"]), 16, room, TABS) for each in pages)
    looks: dict[str, Look] = {
        "color": STAGE,
        "outline": False,
        "tabbarSize": TABS,
        "textSizeOff": size,
        "textSizeOn": size,
    }
    return Node("PAGER", name, frame, looks, {}, bindings, tuple(pages))
