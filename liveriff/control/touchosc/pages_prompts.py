"""The scene's prompts as buttons: one press and a deck has new words on side a or side b. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from liveriff.control.touchosc.colours import FAINT, HOLD, WARM
from liveriff.control.touchosc.frame import FINGER, GAP, Frame
from liveriff.control.touchosc.lettering import shortened
from liveriff.control.touchosc.node import Node
from liveriff.control.touchosc.pages_decks import heading
from liveriff.control.touchosc.plain import LEFT, group, label, tile
from liveriff.control.touchosc.widgets import Widgets

SHOWN = 8
"""Prompts that one deck's column has room for."""

TALLEST = 116
NOTHING = "The scene has no prompts for this deck."
ROWS, TALL = 3, 50  # of scene buttons at the foot of a page
PAGE_ACROSS, PAGE_ROWS = 2, 12  # of those that have a page of their own


def prompts_panel(widgets: Widgets, deck: int, prompts: Sequence[str], frame: Frame) -> Node:
    """One deck's bank."""
    head, body = frame.at_origin().inset(6).rows(36, 1.0)
    spec = widgets.spec(f"/deck/{deck}/prompt/a")
    shown = [str(spec.coerce(prompt)) for prompt in prompts[:SHOWN]]
    children = heading(widgets, deck, head)
    if not shown:
        children.append(label(NOTHING, body.rows(60, 1.0)[0], 14, colour=FAINT, wraps=True))
    height = min(TALLEST, body.h // max(1, len(shown)) - GAP)
    for prompt, row in zip(shown, body.rows(*[height] * len(shown), gap=GAP), strict=True):
        children += _row(widgets, deck, prompt, row)
    return group(f"deck {deck} prompts", frame, children)


def _row(widgets: Widgets, deck: int, prompt: str, frame: Frame) -> list[Node]:
    low = frame.h < 2 * FINGER + GAP
    words, buttons = frame.columns(1.0, 2 * FINGER + GAP if low else 58)
    space = words.inset(6)
    a, b = buttons.columns(1.0, 1.0) if low else buttons.rows(1.0, 1.0)
    return [
        tile(f"{prompt} tile", words),
        label(shortened(prompt, space.w, space.h, wraps=True), space, 16, LEFT, wraps=True),
        *widgets.saying(f"/deck/{deck}/prompt/a", prompt, a, HOLD, "A"),
        *widgets.saying(f"/deck/{deck}/prompt/b", prompt, b, WARM, "B"),
    ]


def scenes_row(widgets: Widgets, scenes: Sequence[str], frame: Frame, across: int) -> tuple[Frame, list[Node]]:
    """Buttons that load scenes by name, at the foot of a page; what is left of the page above, and the row."""
    shown = scenes[: across * ROWS]
    if not shown:
        return frame, []
    across = min(across, len(shown))
    down = -(-len(shown) // across)
    left, row = frame.rows(1.0, 2 * GAP + down * (TALL + GAP) - GAP)
    return left, [_scenes(widgets, shown, row, row.at_origin().inset(GAP).grid(across, down))]


def scenes_grid(widgets: Widgets, scenes: Sequence[str], frame: Frame) -> Node:
    """A page of such buttons."""
    cells = frame.at_origin().inset(GAP).grid(PAGE_ACROSS, PAGE_ROWS)
    return _scenes(widgets, scenes[: len(cells)], frame, cells)


def _scenes(widgets: Widgets, scenes: Sequence[str], frame: Frame, cells: Sequence[Frame]) -> Node:
    buttons = [
        node
        for scene, cell in zip(scenes, cells, strict=False)
        for node in widgets.saying("/scene", scene, cell, HOLD, _title(scene, cell))
    ]
    return group("scenes", frame, buttons)


def _title(scene: str, button: Frame) -> str:
    return shortened(scene.replace("-", " ").upper(), button.w - 2 * GAP, button.h)
