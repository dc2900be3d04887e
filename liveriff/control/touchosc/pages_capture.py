"""Resampling: one press takes what was just heard into a pad. Pads lie as on the page that plays them. Pure."""

from __future__ import annotations

from liveriff.control.touchosc import binding
from liveriff.control.touchosc.colours import HOLD, WARM
from liveriff.control.touchosc.frame import Frame
from liveriff.control.touchosc.node import Node
from liveriff.control.touchosc.pages_pads import ACROSS, place
from liveriff.control.touchosc.plain import group, page, page_frame, pager
from liveriff.control.touchosc.widgets import Widgets
from liveriff.params.words import BANKS, PER_BANK


def capture_page(widgets: Widgets, frame: Frame) -> list[Node]:
    """What is taken and how much of it, and a button a pad."""
    source, beats, lower = frame.rows(44, 44, 1.0)
    inside = page_frame(lower)
    banks = [page(str(bank), inside, [_takes(widgets, inside, bank)], WARM) for bank in range(1, BANKS + 1)]
    return [
        *widgets.radio("/pads/capture/from", source, WARM),
        *widgets.radio("/pads/capture/beats", beats, WARM),
        pager("captures", lower, banks, binding.turn(widgets.spec("/pad/bank"))),
    ]


def _takes(widgets: Widgets, frame: Frame, bank: int) -> Node:
    cells = frame.at_origin().grid(ACROSS, PER_BANK // ACROSS, gap=8)
    first = (bank - 1) * PER_BANK
    pads = [
        node
        for number in range(PER_BANK)
        for node in widgets.button(
            f"/pad/{first + number + 1}/capture", cells[place(number)], HOLD, str(first + number + 1)
        )
    ]
    return group("captures", frame, pads)
