"""The page: a title, rulers, lanes one under the other, what the performer was told, and a legend."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from liveriff.engine.journal import Log
from liveriff.engine.overview import lanes
from liveriff.engine.overview.deck import HEIGHT, draw_deck
from liveriff.engine.overview.legend import draw_legend
from liveriff.engine.overview.paper import (
    BACKGROUND,
    DIM,
    FAINT,
    LARGE,
    NORMAL,
    SMALL,
    TEXT,
    Box,
    Paper,
    length,
)
from liveriff.engine.overview.scale import Scale, clock
from liveriff.engine.overview.story import Mark, Story, told

WIDTH, NARROWEST, WIDEST = 1600, 800, 8000
LEFT, RIGHT, GAP, TITLE = 104, 20, 8, 64
NOTICE_ROW, NOTICE_WIDE, MOST_NOTICES = 18, 720, 16
SCENE, KEY = (108, 182, 255), (111, 220, 140)
SHORTEST_S = 1.0


class Places(NamedTuple):
    """Tops of what is on the page, and its height."""

    rulers: int
    ribbons: int
    decks: tuple[int, ...]
    pads: int
    master: int
    marks: int
    notices: int
    legend: int
    height: int


def draw(log: Log, width: int = WIDTH) -> bytes:
    """The set as a PNG so many pixels wide; the height follows from what happened in it."""
    story = told(log)
    notices = [mark for mark in story.marks if mark.kind == "notice"]
    places = _places(story, _rows(len(notices), width))
    paper = Paper(width, places.height)
    scale = Scale(LEFT, width - RIGHT, max(story.seconds, SHORTEST_S))
    _title(paper, story)
    lanes.rulers(paper, scale, story, places.rulers, places.marks + lanes.MARKS)
    lanes.ribbon(paper, scale, places.ribbons, "scene", story.scenes, SCENE)
    lanes.ribbon(paper, scale, places.ribbons + lanes.RIBBON, "key", story.keys, KEY, lanes.short_key)
    lanes.tempo(paper, scale, story, places.ribbons + 2 * lanes.RIBBON)
    for top, (number, deck) in zip(places.decks, story.decks.items(), strict=True):
        draw_deck(paper, scale, top, number, deck)
    if story.strokes:
        lanes.pads(paper, scale, story.strokes, places.pads)
    lanes.master(paper, scale, story, places.master)
    lanes.marks(paper, scale, story, places.marks)
    _notices(paper, notices, places.notices, places.legend)
    draw_legend(paper, story, Box(LEFT, places.legend, width - RIGHT, places.legend + 24))
    return paper.png()


def _places(story: Story, rows: int) -> Places:
    ribbons = TITLE + lanes.RULER
    first = ribbons + 2 * lanes.RIBBON + lanes.TEMPO + GAP
    decks = tuple(first + at * (HEIGHT + GAP) for at in range(len(story.decks)))
    pads = first + len(decks) * (HEIGHT + GAP)
    master = pads + (lanes.PADS + GAP if story.strokes else 0)
    marks = master + lanes.MASTER + 4
    notices = marks + lanes.MARKS + GAP
    legend = notices + rows * NOTICE_ROW + (GAP if rows else 0)
    return Places(TITLE, ribbons, decks, pads, master, marks, notices, legend, legend + 34)


def _title(paper: Paper, story: Story) -> None:
    header = story.log.header
    paper.text(16, 30, header.scene or "a set", TEXT, LARGE)
    facts = [_date(header.time), clock(story.seconds), f"{story.bars} bars", f"liveriff {header.version}"]
    if not story.log.whole:
        facts.append("interrupted")
    left = 16 + length(header.scene or "a set", LARGE) + 24
    box = Box(round(left), 20, paper.width - RIGHT, 44)
    paper.label(box, " · ".join(facts), DIM, NORMAL)


def _date(time: str) -> str:
    try:
        return datetime.fromisoformat(time).strftime("%d %B %Y, %H:%M").lstrip("0")
    except ValueError:
        return time[:40]


# --- what the performer was told -------------------------------------------------------------------------------------


def _columns(width: int) -> int:
    return max(1, (width - LEFT - RIGHT) // NOTICE_WIDE)


def _rows(count: int, width: int) -> int:
    return -(-min(count, MOST_NOTICES + 1) // _columns(width))


def _notices(paper: Paper, notices: list[Mark], top: int, bottom: int) -> None:
    rows = max(1, (bottom - top) // NOTICE_ROW)
    wide = (paper.width - LEFT - RIGHT) // _columns(paper.width)
    for at, mark in enumerate(notices[:MOST_NOTICES]):
        left, y = LEFT + wide * (at // rows), top + NOTICE_ROW * (at % rows) + NOTICE_ROW // 2
        paper.dot(left + 7, y, 7, lanes.NOTICE)
        paper.text(left + 7, y, str(at + 1), BACKGROUND, SMALL if at < 9 else SMALL - 2, "mm")
        paper.text(left + 22, y, clock(mark.s), FAINT, SMALL + 1)
        paper.label(Box(left + 64, y - 9, left + wide - 8, y + 9), mark.text, DIM, SMALL + 1)
    if len(notices) > MOST_NOTICES:
        left, y = LEFT + wide * (MOST_NOTICES // rows), top + NOTICE_ROW * (MOST_NOTICES % rows) + NOTICE_ROW // 2
        paper.text(left + 22, y, f"and {len(notices) - MOST_NOTICES} more", FAINT, SMALL + 1)
