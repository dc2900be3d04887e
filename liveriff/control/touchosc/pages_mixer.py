"""The mixer: a strip a deck, the master's, and the crossfader. Pure."""

from __future__ import annotations

from liveriff.control.touchosc.colours import GREY, HOLD, STOP, WARM
from liveriff.control.touchosc.frame import FINGER, Frame
from liveriff.control.touchosc.node import Colour, Node
from liveriff.control.touchosc.pages_decks import deck_colour, heading
from liveriff.control.touchosc.plain import group, label, tile
from liveriff.control.touchosc.readings import NORTH
from liveriff.control.touchosc.widgets import Widgets

QUIETEST = -60.0  # dBFS at the foot of a meter; 0 at its head
KNOBS = ("eq/high", "eq/mid", "eq/low", "filter", "send/delay", "send/reverb", "pan", "width")
MASTER = "/master/level"
CROSSFADER = "/master/crossfader"
LEFT_OUT = (MASTER, CROSSFADER, f"{CROSSFADER}/curve", "/master/autogain")  # elsewhere on the page, or set once


def deck_strip(widgets: Widgets, deck: int, frame: Frame) -> Node:
    """One deck's channel, equaliser above as on every mixer."""
    at, colour = f"/deck/{deck}", deck_colour(widgets, deck)
    head, body, side, foot = frame.at_origin().inset(6).rows(36, 1.0, 44, 50)
    fader, knobs = body.columns(70, 1.0)
    mute, solo, cue = foot.columns(1.0, 1.0, 1.0)
    rows = knobs.rows(*[1.0] * len(KNOBS))
    children = [
        *heading(widgets, deck, head),
        *fader_and_meter(widgets, f"{at}/level", f"{at}/peak", fader, WARM),
        *[node for row, knob in zip(rows, KNOBS, strict=True) for node in widgets.fader(f"{at}/{knob}", row, colour)],
        *widgets.radio(f"{at}/side", side, HOLD),
        *widgets.toggle(f"{at}/mute", mute, STOP),
        *widgets.toggle(f"{at}/solo", solo, HOLD),
        *widgets.toggle(f"{at}/cue", cue, HOLD),
    ]
    return group(f"deck {deck} strip", frame, children)


def master_strip(widgets: Widgets, frame: Frame) -> Node:
    """The mix, and what the sends go to: what the table has under /master, /delay and /reverb to be turned on stage."""
    head, body = frame.at_origin().inset(6).rows(36, 1.0)
    fader, knobs = body.columns(70, 1.0)
    paths = [path for path in widgets.paths("/master", "/delay", "/reverb") if path not in LEFT_OUT]
    rows = knobs.cells(len(paths), FINGER)
    children = [
        tile("master heading", head),
        label("MASTER", head.inset(6), 16),
        *fader_and_meter(widgets, MASTER, "/status/peak", fader, WARM),
        *[node for row, path in zip(rows, paths, strict=True) for node in widgets.fader(path, row, GREY, effect(path))],
    ]
    return group("master strip", frame, children)


def crossfader(widgets: Widgets, frame: Frame) -> Node:
    """Between its two letters."""
    a, middle, b = frame.at_origin().inset(6).columns(44, 1.0, 44)
    children = [label("A", a, 26), *widgets.fader(CROSSFADER, middle, WARM), label("B", b, 26)]
    return group("crossfader", frame, children)


def fader_and_meter(widgets: Widgets, level: str, peak: str, frame: Frame, colour: Colour) -> list[Node]:
    """A standing fader, and beside it what comes out."""
    fader, meter = frame.columns(1.0, 10, gap=4)
    return [
        *widgets.upright(level, fader, colour),
        widgets.bar(peak, meter, colour, QUIETEST, 0.0, NORTH),
    ]


def effect(path: str) -> str:
    """ "/delay/time" is DELAY TIME; what belongs to the master alone needs no first word."""
    return path.removeprefix("/master/").strip("/").replace("/", " ").upper()
