"""What the colours and signs of the page mean, in one row."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from liveriff.engine.overview import lanes
from liveriff.engine.overview.deck import ALPHA, CATEGORIES, FROZEN, MUTED
from liveriff.engine.overview.paper import BACKGROUND, DIM, LANE, RGB, SMALL, TEXT, Box, Paper, length, mixed
from liveriff.engine.overview.story import Story

SAMPLE, GAP = 18, 18
Sample = Callable[[Box], None]


def draw_legend(paper: Paper, story: Story, row: Box) -> None:
    """From left to right, as far as there is room."""
    x, y = row.left, (row.top + row.bottom) // 2
    for words, sample in _samples(paper, story):
        wide = SAMPLE + 6 + round(length(words, SMALL + 1))
        if x + wide > row.right:
            return
        sample(Box(x, y - 6, x + SAMPLE, y + 6))
        paper.text(x + SAMPLE + 6, y, words, DIM, SMALL + 1)
        x += wide + GAP


def _samples(paper: Paper, story: Story) -> Iterator[tuple[str, Sample]]:
    def level(box: Box) -> None:
        paper.box(box, LANE)
        heights = 0.5 + 0.4 * np.sin(np.arange(box.width) / 2.5)
        paper.columns(box, heights, mixed(LANE, TEXT, 0.34), mixed(LANE, TEXT, 0.8))

    def morph(box: Box) -> None:
        paper.box(box, LANE)
        paper.steps([(box.left, box.bottom - 3), (box.left + 9, box.top + 2)], box.right - 1, ALPHA)

    def mute(box: Box) -> None:
        paper.box(box, LANE)
        paper.hatch(box, MUTED)

    def freeze(box: Box) -> None:
        paper.box(box, LANE)
        paper.box(box._replace(bottom=box.top + 2), FROZEN)
        paper.box(box._replace(top=box.bottom - 2), FROZEN)

    yield from ((name, _filled(paper, mixed(colour, BACKGROUND, 0.12))) for name, colour in CATEGORIES.items())
    yield "peak of each beat, -48 to 0 dBFS", level
    yield "morph from a (low) to b (high)", morph
    yield "muted", mute
    yield "frozen", freeze
    if story.recordings:
        yield "recorded", _filled(paper, lanes.RECORDING)
    for name, colour in lanes.FAULTS.items():
        if count := sum(mark.times for mark in story.marks if mark.kind == name):
            yield f"{name} ({count})", _wedge(paper, colour)


def _filled(paper: Paper, colour: RGB) -> Sample:
    return lambda box: paper.box(box._replace(top=box.top + 1, bottom=box.bottom - 1), colour)


def _wedge(paper: Paper, colour: RGB) -> Sample:
    return lambda box: paper.wedge(box.left + 9, box.top + 6, 4, colour)
