"""The pages of a phone: one deck at a time, under tabs of its own. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from liveriff.control.touchosc.colours import WARM
from liveriff.control.touchosc.frame import Frame
from liveriff.control.touchosc.node import Node
from liveriff.control.touchosc.pages_capture import capture_page
from liveriff.control.touchosc.pages_decks import deck_colour, deck_panel
from liveriff.control.touchosc.pages_mixer import crossfader, deck_strip, master_strip
from liveriff.control.touchosc.pages_moves import moves_panel
from liveriff.control.touchosc.pages_pads import pads_page
from liveriff.control.touchosc.pages_prompts import prompts_panel, scenes_grid
from liveriff.control.touchosc.pages_status import queue_panel, readings_panel, time_panel
from liveriff.control.touchosc.plain import page, page_frame, pager
from liveriff.control.touchosc.show import Show
from liveriff.control.touchosc.widgets import Widgets


def phone_pages(widgets: Widgets, show: Show, frame: Frame) -> list[tuple[str, list[Node]]]:
    """Title and controls of each page, in the order of the tabs."""
    upper, lower = frame.rows(1.0, 1.1)
    return [
        ("DECKS", [_by_deck(widgets, "decks", show.decks, frame, partial(deck_panel, widgets))]),
        ("MIXER", _mixer(widgets, show, frame)),
        ("PADS", pads_page(widgets, frame)),
        ("CAPTURE", capture_page(widgets, frame)),
        ("MOVES", [_by_deck(widgets, "moves", show.decks, frame, partial(moves_panel, widgets))]),
        ("PROMPTS", [_prompts(widgets, show, frame)]),
        ("TIME", [time_panel(widgets, frame)]),
        ("STATUS", [queue_panel(widgets, show.decks, upper), readings_panel(widgets, lower)]),
    ]


def _mixer(widgets: Widgets, show: Show, frame: Frame) -> list[Node]:
    strips, fade = frame.rows(1.0, 70)
    inside = page_frame(strips)
    main = page("MAIN", inside, [master_strip(widgets, inside)], WARM)
    decks = _by_deck(widgets, "strips", show.decks, strips, partial(deck_strip, widgets), main)
    return [decks, crossfader(widgets, fade)]


def _prompts(widgets: Widgets, show: Show, frame: Frame) -> Node:
    inside = page_frame(frame)
    scenes = [page("SCENES", inside, [scenes_grid(widgets, show.scenes, inside)], WARM)] if show.scenes else []
    return _by_deck(widgets, "banks", show.decks, frame, partial(_bank, widgets, show), *scenes)


def _bank(widgets: Widgets, show: Show, deck: int, frame: Frame) -> Node:
    return prompts_panel(widgets, deck, show.bank(deck), frame)


def _by_deck(
    widgets: Widgets, name: str, decks: Sequence[int], frame: Frame, make: Callable[[int, Frame], Node], *more: Node
) -> Node:
    """Pages within a page: one a deck."""
    inside = page_frame(frame)
    pages = [page(str(deck), inside, [make(deck, inside)], deck_colour(widgets, deck)) for deck in decks]
    return pager(name, frame, [*pages, *more])
