"""The whole layout for a screen: a bar that is always there, and pages under tabs. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from liveriff.control.touchosc import binding
from liveriff.control.touchosc.colours import GO, HOLD, STAGE, STOP
from liveriff.control.touchosc.frame import Frame
from liveriff.control.touchosc.node import Binding, Look, Node
from liveriff.control.touchosc.phone import phone_pages
from liveriff.control.touchosc.plain import LEFT, group, page, page_frame, pager
from liveriff.control.touchosc.show import TABLET, Show, Size
from liveriff.control.touchosc.tablet import tablet_pages
from liveriff.control.touchosc.widgets import Widgets
from liveriff.params.spec import Spec
from liveriff.params.table import TABLE

MARGIN = 6


def layout(show: Show, size: Size = TABLET, table: Mapping[str, Spec] = TABLE) -> Node:
    """The root of a layout."""
    widgets = Widgets(table, show.values)
    whole = Frame(0, 0, size.w, size.h)
    top, rest = whole.rows(94 if size.portrait else 54, 1.0, gap=0)
    inside = page_frame(rest).inset(MARGIN)
    made = phone_pages(widgets, show, inside) if size.portrait else tablet_pages(widgets, show, inside)
    pages = [page(title, page_frame(rest), children) for title, children in made]
    hello = binding.hello(show.port)
    looks: dict[str, Look] = {"color": STAGE, "outline": False, "script": _script(hello)}
    body = pager("pages", rest, pages, hello)
    return Node("GROUP", show.title, whole, looks, {}, (), (_bar(widgets, top, size), body))


def _script(hello: Binding) -> str:
    """The layout's only script: it says hello when it is opened, as its pager does when a page is turned."""
    words = f"'{hello.path}'" if hello.constant is None else f"'{hello.path}', {hello.constant}"
    return f"function init() sendOSC({words}) end"


def _bar(widgets: Widgets, frame: Frame, size: Size) -> Node:
    """What must be in reach whatever page is open: the beat, what went wrong, undo, stop everything."""
    inner = frame.at_origin().inset(MARGIN)
    if size.portrait:
        upper, message = inner.rows(1.0, 24)
        play, beat, bpm, undo, panic = upper.columns(66, 1.0, 1.0, 66, 82)
    else:
        play, beat, bpm, message, undo, panic = inner.columns(96, 120, 130, 1.0, 96, 120)
    children = [
        *widgets.toggle("/play", play, GO),
        widgets.reading("/status/bar", beat, 26),
        widgets.reading("/tempo/bpm", bpm, 20),
        widgets.reading("/status/message", message, 15, LEFT),
        *widgets.button("/undo", undo, HOLD),
        *widgets.button("/panic", panic, STOP),
    ]
    return group("bar", frame, children, STAGE)
