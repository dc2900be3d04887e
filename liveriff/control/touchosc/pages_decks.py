"""A deck: what it plays, the morph under one finger, what it is doing and when the next chunk lands. Pure."""

from __future__ import annotations

from liveriff.control.touchosc import binding
from liveriff.control.touchosc.colours import CATEGORIES, FAINT, GO, HOLD, INK, STOP, WARM, WELL, mixed
from liveriff.control.touchosc.frame import Frame
from liveriff.control.touchosc.node import Colour, Node
from liveriff.control.touchosc.plain import LEFT, RIGHT, group, label, tile
from liveriff.control.touchosc.widgets import Widgets

SEEDS = 127
"""Highest seed that the seed fader reaches: a finger can find 128 places again, not two thousand million."""


def deck_colour(widgets: Widgets, deck: int) -> Colour:
    """The colour of the category that the deck starts with."""
    return CATEGORIES[str(widgets.value(f"/deck/{deck}/category"))]


def heading(widgets: Widgets, deck: int, frame: Frame) -> list[Node]:
    """Number and category on the deck's colour, and its state in words."""
    colour = deck_colour(widgets, deck)
    number, category, state = frame.inset(6).columns(26, 0.4, 0.6)
    return [
        tile(f"deck {deck} heading", frame, mixed(colour, WELL, 0.35)),
        label(str(deck), number, 22),
        widgets.reading(f"/deck/{deck}/category", category, 16, LEFT),
        widgets.reading(f"/deck/{deck}/state", state, 13, RIGHT),
    ]


def deck_panel(widgets: Widgets, deck: int, frame: Frame) -> Node:
    """Everything of one deck that is not mixing."""
    at, colour = f"/deck/{deck}", deck_colour(widgets, deck)
    inner = frame.at_origin().inset(6)
    head, first, second, field, category, seed, drift, buttons, level, queue = inner.rows(
        36, 62, 62, 1.0, 42, 38, 38, 52, 46, 30
    )
    across, up = f"{at}/alpha", second_axis(widgets, at)
    go, freeze, mute = buttons.columns(1.0, 1.0, 1.0)
    children = [
        *heading(widgets, deck, head),
        *prompt(widgets, f"{at}/prompt/a", first, "A"),
        *prompt(widgets, f"{at}/prompt/b", second, "B"),
        *widgets.xy(across, up, field, colour),
        *widgets.radio(f"{at}/category", category, colour),
        *widgets.fader(f"{at}/seed", seed, colour, bound=binding.near(widgets.spec(f"{at}/seed"), SEEDS)),
        *widgets.fader(f"{at}/seed/drift", drift, colour),
        *widgets.button(f"{at}/next", go, GO),
        *widgets.toggle(f"{at}/freeze", freeze, HOLD),
        *widgets.toggle(f"{at}/mute", mute, STOP),
        *widgets.fader(f"{at}/level", level, WARM),
        *progress(widgets, deck, queue, colour),
    ]
    return group(f"deck {deck}", frame, children)


def second_axis(widgets: Widgets, at: str) -> str:
    """What the finger moves up and down: strength, or density while no model honours strength."""
    strength = f"{at}/strength"
    return strength if widgets.spec(strength).audible else f"{at}/density"


def prompt(widgets: Widgets, path: str, frame: Frame, letter: str) -> list[Node]:
    """A prompt as it stands, wrapped, after its letter."""
    side, words = frame.inset(4).columns(22, 1.0)
    return [
        tile(f"{path} tile", frame),
        label(letter, side, 20, colour=FAINT),
        widgets.reading(path, words, 14, LEFT, wraps=True),
    ]


def progress(widgets: Widgets, deck: int, frame: Frame, colour: Colour) -> list[Node]:
    """How much of the next chunk is made, when it lands, and where the loop is."""
    at = f"/deck/{deck}"
    made, loop = frame.rows(1.0, 4, gap=2)
    left, right = made.inset(4).columns(0.5, 0.5, gap=2)
    return [
        tile(f"deck {deck} progress tile", frame),
        widgets.bar(f"{at}/progress", made, mixed(colour, WELL, 0.4)),
        label("NEXT IN", left, 12, LEFT, INK),
        widgets.reading(f"{at}/queue", right, 13, RIGHT),
        widgets.bar(f"{at}/position", loop, INK),
    ]
