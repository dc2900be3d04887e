"""What a hand does with a deck by the beat, and what its chunks start from. Pure."""

from __future__ import annotations

from liveriff.control.touchosc.colours import FAINT, GO, HOLD, WARM
from liveriff.control.touchosc.frame import Frame
from liveriff.control.touchosc.node import Node
from liveriff.control.touchosc.pages_decks import deck_colour, heading
from liveriff.control.touchosc.plain import LEFT, RIGHT, group, label
from liveriff.control.touchosc.widgets import Widgets
from liveriff.params.words import REPEATED

OFF = REPEATED[0]
LOOPS = (OFF, "1", "2", "4", "8")
HELD = REPEATED[1:]
"""Slices of a beat repeat: as long as the finger is down."""


def moves_panel(widgets: Widgets, deck: int, frame: Frame) -> Node:
    """Fill, back and swap; the loop and the repeat with their lengths; evolution, source and strength."""
    at, colour = f"/deck/{deck}", deck_colour(widgets, deck)
    inner = frame.at_origin().inset(6)
    head, struck, told, loops, sizes, name, held, evolve, fill, source, strength = inner.rows(
        36, 1.0, 22, 1.0, 1.0, 22, 1.0, 40, 40, 1.9, 40
    )
    go, back, swap = struck.columns(1.0, 1.0, 1.0)
    half, twice = sizes.columns(1.0, 1.0)
    children = [
        *heading(widgets, deck, head),
        *widgets.button(f"{at}/fill", go, GO),
        *widgets.button(f"{at}/back", back, HOLD),
        *widgets.button(f"{at}/swap", swap, HOLD),
        *told_row(widgets, f"{at}/loop", "LOOP", told),
        *[
            node
            for beats, cell in zip(LOOPS, loops.grid(len(LOOPS), 1, gap=3), strict=True)
            for node in widgets.saying(f"{at}/loop", beats, cell, HOLD, beats.upper())
        ],
        *widgets.button(f"{at}/loop/halve", half, HOLD),
        *widgets.button(f"{at}/loop/double", twice, HOLD),
        *told_row(widgets, f"{at}/repeat", "REPEAT WHILE HELD", name),
        *[
            node
            for beats, cell in zip(HELD, held.grid(len(HELD), 1, gap=3), strict=True)
            for node in widgets.holding(f"{at}/repeat", beats, OFF, cell, WARM, beats)
        ],
        *widgets.fader(f"{at}/evolve", evolve, colour),
        *widgets.radio(f"{at}/fill/beats", fill, colour),
        *widgets.radio(f"{at}/source", source, colour, lying=False),
        *widgets.fader(f"{at}/strength", strength, colour),
    ]
    return group(f"deck {deck} moves", frame, children)


def told_row(widgets: Widgets, path: str, words: str, frame: Frame) -> list[Node]:
    """A name, and how it stands: the buttons below do not stay lit."""
    left, right = frame.columns(0.7, 0.3)
    return [label(words, left, 13, LEFT, FAINT), widgets.reading(path, right, 15, RIGHT)]
