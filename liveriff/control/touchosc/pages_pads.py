"""The pads, bank by bank under tabs, as on an MPC: pad 1 is bottom left; the higher a pad is hit, the harder. Pure."""

from __future__ import annotations

from liveriff.control.touchosc import binding
from liveriff.control.touchosc.colours import CATEGORIES, GO, WARM
from liveriff.control.touchosc.frame import Frame
from liveriff.control.touchosc.node import Node
from liveriff.control.touchosc.plain import LEFT, RIGHT, group, label, page, page_frame, pager
from liveriff.control.touchosc.widgets import Widgets
from liveriff.params.words import BANKS, PER_BANK

ACROSS = 4
SOFTEST = 0.25
"""Velocity at a pad's lower edge: a hit there is soft, and still a hit."""
SEEDS = 127
"""Highest seed of a kit that a finger reaches."""


def pads_page(widgets: Widgets, frame: Frame) -> list[Node]:
    """Tabs that turn the bank, here and everywhere, and the grid of each; below them what all pads have."""
    upper, foot = frame.rows(1.0, 44)
    inside = page_frame(upper)
    banks = [page(str(bank), inside, [pad_grid(widgets, inside, bank)], WARM) for bank in range(1, BANKS + 1)]
    level, kit, seed = foot.columns(1.2, 0.9, 1.0)
    return [
        pager("banks", upper, banks, binding.turn(widgets.spec("/pad/bank"))),
        *widgets.fader("/pads/level", level, WARM, "PADS"),
        *widgets.button("/pad/kit/make", kit, GO, "NEW KIT"),
        *widgets.fader("/pad/kit/seed", seed, WARM, "KIT", bound=binding.near(widgets.spec("/pad/kit/seed"), SEEDS)),
    ]


def pad_grid(widgets: Widgets, frame: Frame, bank: int) -> Node:
    """The pads of a bank (from 1), rows upwards."""
    cells = frame.at_origin().grid(ACROSS, PER_BANK // ACROSS, gap=8)
    first = (bank - 1) * PER_BANK
    pads = [node for number in range(PER_BANK) for node in _pad(widgets, first + number + 1, cells[place(number)])]
    return group("pads", frame, pads)


def place(number: int) -> int:
    """Index, row by row from the top left, of a pad counted from 0, row by row from the bottom left."""
    row, column = divmod(number, ACROSS)
    return (PER_BANK // ACROSS - 1 - row) * ACROSS + column


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
