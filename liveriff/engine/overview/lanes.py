"""The lanes that are nobody's deck: rulers, scenes, tempo, keys, pads, the mix, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from liveriff.engine.overview.deck import CATEGORIES, OTHER
from liveriff.engine.overview.paper import (
    BACKGROUND,
    DIM,
    FAINT,
    LANE,
    LINE,
    NORMAL,
    RGB,
    SMALL,
    TEXT,
    Box,
    Paper,
    length,
    mixed,
)
from liveriff.engine.overview.scale import Scale
from liveriff.engine.overview.story import Span, Story, Stroke

RULER, RIBBON, TEMPO, PADS, MASTER, MARKS = 40, 20, 30, 68, 46, 22
NOTICE: RGB = (108, 182, 255)
FAULTS: Mapping[str, RGB] = {"late chunk": (255, 177, 74), "underrun": (255, 122, 122), "panic": (255, 122, 122)}
RECORDING: RGB = (255, 90, 90)
CLIPPING_DB = -0.1
DRUM_LIKE = ("kick", "snare", "hat", "clap", "perc", "tom")


def rulers(paper: Paper, scale: Scale, story: Story, top: int, bottom: int) -> None:
    """Minutes and bars, and faint lines through all lanes."""
    paper.text(16, top + 10, "time", FAINT, SMALL)
    for x, name in scale.ticks():
        paper.box(Box(x, top + 18, x + 1, bottom), LINE)
        half = round(length(name, NORMAL) / 2)
        paper.text(min(max(x, scale.left + half), paper.width - half - 4), top + 10, name, DIM, NORMAL, "mm")
    paper.text(16, top + 29, "bar", FAINT, SMALL)
    for x, name in scale.bars(story):
        paper.box(Box(x, top + 34, x + 1, top + RULER), FAINT)
        if x + length(name, SMALL) + 4 <= scale.right:
            paper.text(x + 3, top + 29, name, FAINT, SMALL)


def ribbon(
    paper: Paper,
    scale: Scale,
    top: int,
    name: str,
    spans: Iterable[Span],
    colour: RGB,
    short: Callable[[str], str] = str,
) -> None:
    """A row of spans with their words; short: what to say where there is less room."""
    paper.text(16, top + RIBBON // 2, name, DIM, SMALL + 1)
    for at, span in enumerate(spans):
        box = Box(scale.x(span.start), top + 1, max(scale.x(span.end), scale.x(span.start) + 1), top + RIBBON - 1)
        paper.box(box, mixed(LANE, colour, 0.30 if at % 2 else 0.20))
        paper.box(box._replace(right=box.left + 1), colour)
        whole = length(span.text, SMALL + 1) <= box.width - 8
        paper.label(box, span.text if whole else short(span.text), TEXT, SMALL + 1)


def short_key(key: str) -> str:
    """F# minor as F#m, F# major as F#."""
    tonic, _, mode = key.partition(" ")
    return tonic + ("m" if mode == "minor" else "")


def tempo(paper: Paper, scale: Scale, story: Story, top: int) -> None:
    """A curve, with numbers where it changes and there is room."""
    paper.text(16, top + TEMPO // 2, "BPM", DIM, SMALL + 1)
    paper.box(Box(scale.left, top, scale.right, top + TEMPO), LANE)
    if not len(story.tempos):
        return
    low, high = float(story.tempos[:, 1].min()), float(story.tempos[:, 1].max())
    tall, reach = TEMPO - 8, max(high - low, 1.0)
    points = [(scale.x(s), top + TEMPO - 4 - round((bpm - low) / reach * tall)) for s, bpm in story.tempos.tolist()]
    points[0] = (scale.left, points[0][1])
    paper.steps(points, scale.right, mixed(LANE, TEXT, 0.55))
    free = scale.left
    for (x, y), (_, bpm) in zip(points, story.tempos.tolist(), strict=True):
        words = f"{bpm:.4g}"
        wide = round(length(words, SMALL)) + 6
        if x >= free and x + wide <= scale.right:
            middle = y - 8 if y - top > TEMPO // 2 else y + 8
            paper.box(Box(x + 2, middle - 6, x + wide, middle + 6), LANE)
            paper.text(x + 4, middle, words, TEXT, SMALL)
            free = x + wide + 4


def pads(paper: Paper, scale: Scale, strokes: Iterable[Stroke], top: int) -> None:
    """A dash a stroke: pad 1 at the bottom, as taller as it was harder."""
    paper.text(16, top + 10, "Pads", TEXT, NORMAL + 2)
    paper.text(scale.left - 8, top + 7, "16", FAINT, SMALL, "rm")
    paper.text(scale.left - 8, top + PADS - 7, "1", FAINT, SMALL, "rm")
    paper.box(Box(scale.left, top, scale.right, top + PADS), LANE)
    for stroke in strokes:
        y = top + PADS - 2 - 4 * stroke.pad
        x = min(scale.x(stroke.s), scale.right - 2)
        tall = 1 + round(3 * min(stroke.velocity, 1.0))
        paper.box(Box(x, y + 3 - tall, x + 2, y + 3), stroke_colour(stroke))


def stroke_colour(stroke: Stroke) -> RGB:
    """Of the loops' category that sounds like it."""
    return CATEGORIES["drums"] if stroke.category in DRUM_LIKE else CATEGORIES.get(stroke.category, OTHER)


def master(paper: Paper, scale: Scale, story: Story, top: int) -> None:
    """Peaks of the mix, where it was recorded, and where the transport stood."""
    box = Box(scale.left, top, scale.right, top + MASTER)
    paper.text(16, top + 10, "Mix", TEXT, NORMAL + 2)
    paper.text(scale.left - 8, top + 7, "0 dB", FAINT, SMALL, "rm")
    paper.text(scale.left - 8, top + MASTER - 7, "-48", FAINT, SMALL, "rm")
    paper.box(box, LANE)
    paper.columns(box, scale.columns(story.master), mixed(LANE, TEXT, 0.3), mixed(LANE, TEXT, 0.75))
    for s in story.master[story.master[:, 1] > CLIPPING_DB, 0].tolist():
        x = min(scale.x(s), scale.right - 1)
        paper.box(Box(x, top, x + 1, top + 3), FAULTS["underrun"])
    for span in story.recordings:
        paper.box(Box(scale.x(span.start), box.bottom - 3, scale.x(span.end), box.bottom), RECORDING)
    for span in story.stops:
        paper.hatch(box._replace(left=scale.x(span.start), right=scale.x(span.end)), FAINT)


def marks(paper: Paper, scale: Scale, story: Story, top: int) -> list[int]:
    """Faults as wedges, notices as numbered dots; the numbers that found room."""
    paper.text(16, top + MARKS // 2, "events", DIM, SMALL + 1)
    for mark in story.marks:
        if mark.kind != "notice":
            paper.wedge(scale.x(mark.s), top + 4, 3, FAULTS.get(mark.kind, OTHER))
    return _numbered(paper, scale, [mark.s for mark in story.marks if mark.kind == "notice"], top + 14)


def _numbered(paper: Paper, scale: Scale, moments: list[float], y: int) -> list[int]:
    shown, free = [], float("-inf")
    for number, s in enumerate(moments, 1):
        x = int(np.clip(scale.x(s), scale.left + 7, scale.right - 8))
        if x - 8 < free:
            paper.box(Box(scale.x(s), y - 3, scale.x(s) + 1, y + 4), NOTICE)
            continue
        paper.dot(x, y, 7, NOTICE)
        paper.text(x, y, str(number), BACKGROUND, SMALL if number < 10 else SMALL - 2, "mm")
        shown.append(number)
        free = x + 9
    return shown
