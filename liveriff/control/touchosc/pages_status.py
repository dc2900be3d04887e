"""Time, tempo and key; what every deck waits for; how the machine is doing. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from liveriff.control.touchosc.colours import FAINT, GO, HOLD, WARM, WELL, mixed
from liveriff.control.touchosc.frame import Frame
from liveriff.control.touchosc.lettering import caption
from liveriff.control.touchosc.node import Node
from liveriff.control.touchosc.pages_decks import deck_colour, progress
from liveriff.control.touchosc.plain import LEFT, RIGHT, group, label, tile
from liveriff.control.touchosc.widgets import RELATIVE, Widgets
from liveriff.params.kinds_worded import Text

NUDGE_BEATS = "0.03125"  # 1/32 beat, 15 ms at 124 BPM: about what the ear notices between two kicks
FINE = 25  # per cent of the finger's way that the tempo fader follows, since its range is 200 BPM
BIG = ("/status/bar", "/status/message")
LOWEST = 24  # points of a row with a reading
UNREAD = ("/status/frame",)  # too fast and too long to read


def time_panel(widgets: Widgets, frame: Frame) -> Node:
    """The beat, the tempo and ways to bend it, the key and the grid."""
    bar, bpm, source, fader, tap, key, first, second, mode, quantum = (
        frame.at_origin().inset(6).rows(1.5, 1.0, 44, 52, 84, 26, 44, 44, 44, 44)
    )
    earlier, beat, later = tap.columns(1.0, 2.0, 1.0)
    children = [
        widgets.reading("/status/bar", bar, 64),
        widgets.reading("/tempo/bpm", bpm, 40),
        *widgets.radio("/tempo/source", source, WARM),
        *widgets.fader("/tempo/bpm", fader, WARM, response=RELATIVE, responseFactor=FINE),
        *widgets.saying("/tempo/nudge", f"-{NUDGE_BEATS}", earlier, HOLD, "<"),
        *widgets.button("/tempo/tap", beat, GO),
        *widgets.saying("/tempo/nudge", NUDGE_BEATS, later, HOLD, ">"),
        *key_heading(widgets, key),
        *tonics(widgets, first, second),
        *widgets.radio("/key/mode", mode, HOLD),
        *widgets.radio("/quantum", quantum, WARM),
    ]
    return group("time", frame, children)


def key_heading(widgets: Widgets, frame: Frame) -> list[Node]:
    """The key as it stands: the buttons below do not stay lit."""
    word, tonic, mode = frame.columns(1.0, 1.0, 1.0)
    return [
        label("KEY", word, 15, LEFT, FAINT),
        widgets.reading("/key/tonic", tonic, 18),
        widgets.reading("/key/mode", mode, 18, RIGHT),
    ]


def tonics(widgets: Widgets, first: Frame, second: Frame) -> list[Node]:
    """A button for each key note, in two rows."""
    notes = [str(note) for note in widgets.spec("/key/tonic").kind.options]
    half = -(-len(notes) // 2)
    cells = (*first.grid(half, 1, gap=4), *second.grid(half, 1, gap=4))
    return [
        node
        for note, cell in zip(notes, cells, strict=False)
        for node in widgets.saying("/key/tonic", note, cell, HOLD, note)
    ]


def queue_panel(widgets: Widgets, decks: Sequence[int], frame: Frame) -> Node:
    """A row a deck: what it is doing, and when the next chunk lands."""
    children = []
    for deck, row in zip(decks, frame.at_origin().inset(6).rows(*[1.0] * len(decks)), strict=True):
        children += queue_row(widgets, deck, row)
    return group("queue", frame, children)


def queue_row(widgets: Widgets, deck: int, frame: Frame) -> list[Node]:
    """One deck's."""
    colour = deck_colour(widgets, deck)
    upper, lower = frame.inset(8).rows(1.0, 32)
    number, words = upper.columns(44, 1.0)
    state, heard = words.rows(1.0, 1.0, gap=2)
    return [
        tile(f"deck {deck} tile", frame, mixed(colour, WELL, 0.72)),
        label(str(deck), number, 34),
        widgets.reading(f"/deck/{deck}/state", state, 18, LEFT),
        widgets.reading(f"/deck/{deck}/heard/prompt/a", heard, 13, LEFT, wraps=True),
        *progress(widgets, deck, lower, colour),
    ]


def readings_panel(widgets: Widgets, frame: Frame) -> Node:
    """Everything that the table has under /status, by name."""
    paths = [path for path in widgets.paths("/status") if path not in (*BIG, *UNREAD)]
    children = []
    for path, cell in zip(paths, frame.at_origin().inset(6).cells(len(paths), LOWEST, gap=3), strict=True):
        spec = widgets.spec(path)
        name, value = cell.inset(4).columns(0.52, 0.48)
        children += [
            tile(f"{path} tile", cell),
            label(caption(spec), name, 15, LEFT, FAINT),
            widgets.reading(path, value, 12 if isinstance(spec.kind, Text) else 17, RIGHT),
        ]
    return group("readings", frame, children)
