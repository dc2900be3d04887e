"""The pages of a tablet: all decks side by side. Pure."""

from __future__ import annotations

from liveriff.control.touchosc.colours import HOLD
from liveriff.control.touchosc.frame import Frame
from liveriff.control.touchosc.node import Node
from liveriff.control.touchosc.pages_capture import capture_page
from liveriff.control.touchosc.pages_decks import deck_panel
from liveriff.control.touchosc.pages_mixer import crossfader, deck_strip, master_strip
from liveriff.control.touchosc.pages_moves import moves_panel
from liveriff.control.touchosc.pages_pads import pads_page
from liveriff.control.touchosc.pages_prompts import prompts_panel, scenes_row
from liveriff.control.touchosc.pages_status import queue_panel, readings_panel, time_panel
from liveriff.control.touchosc.show import Show
from liveriff.control.touchosc.widgets import Widgets

SCENES_ACROSS = 8


def tablet_pages(widgets: Widgets, show: Show, frame: Frame) -> list[tuple[str, list[Node]]]:
    """Title and controls of each page, in the order of the tabs."""
    return [
        ("DECKS", _decks(widgets, show, frame)),
        ("MIXER", _mixer(widgets, show, frame)),
        ("PADS", pads_page(widgets, frame)),
        ("CAPTURE", capture_page(widgets, frame)),
        ("MOVES", _moves(widgets, show, frame)),
        ("PROMPTS", _prompts(widgets, show, frame)),
        ("STATUS", _status(widgets, show, frame)),
    ]


def _decks(widgets: Widgets, show: Show, frame: Frame) -> list[Node]:
    columns = frame.columns(*[1.0] * len(show.decks))
    return [deck_panel(widgets, deck, at) for deck, at in zip(show.decks, columns, strict=True)]


def _moves(widgets: Widgets, show: Show, frame: Frame) -> list[Node]:
    columns = frame.columns(*[1.0] * len(show.decks))
    return [moves_panel(widgets, deck, at) for deck, at in zip(show.decks, columns, strict=True)]


def _mixer(widgets: Widgets, show: Show, frame: Frame) -> list[Node]:
    upper, fade = frame.rows(1.0, 66)
    between, mix, level = fade.columns(1.0, 152, 160)
    *strips, master = upper.columns(*[1.0] * len(show.decks), 1.15)
    return [
        *[deck_strip(widgets, deck, at) for deck, at in zip(show.decks, strips, strict=True)],
        master_strip(widgets, master),
        crossfader(widgets, between),
        *widgets.fader("/cue/mix", mix, HOLD, "CUE MIX"),
        *widgets.fader("/cue/level", level, HOLD, "CUE LEVEL"),
    ]


def _prompts(widgets: Widgets, show: Show, frame: Frame) -> list[Node]:
    banks, scenes = scenes_row(widgets, show.scenes, frame, SCENES_ACROSS)
    columns = banks.columns(*[1.0] * len(show.decks))
    panels = [prompts_panel(widgets, deck, show.bank(deck), at) for deck, at in zip(show.decks, columns, strict=True)]
    return [*panels, *scenes]


def _status(widgets: Widgets, show: Show, frame: Frame) -> list[Node]:
    clock, queue, readings = frame.columns(1.0, 1.0, 0.9)
    return [
        time_panel(widgets, clock),
        queue_panel(widgets, show.decks, queue),
        readings_panel(widgets, readings),
    ]
