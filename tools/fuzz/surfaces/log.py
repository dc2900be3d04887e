"""Logs of performances: read, drawn, and played again."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import numpy as np

from fuzz import jsons
from fuzz.stage import folder
from fuzz.surface import Surface, Target, must
from liveriff.engine import journal
from liveriff.engine.journal_score import plain
from liveriff.engine.overview.page import draw
from liveriff.engine.overview.paper import Paper
from liveriff.engine.overview.story import told
from liveriff.engine.replay import play
from liveriff.engine.replay_sounds import LogSounds
from liveriff.errors import ModelError
from liveriff.music.grid import Grid
from liveriff.wire.chunks import ChunkCache
from liveriff.wire.job import Job
from liveriff.wire.messages import Fill, Load, Point, SetGrid, Strip, Swap

RATE, BLOCK, FRAMES = 8000, 64, 4000
JOB = Job(prompt_a="tone", beats=1, bpm_cents=12000, rate=RATE)
SWAP = Swap(1, 5, FRAMES, 1, Fraction(0), None, 40)
MESSAGES: tuple[Any, ...] = (
    SetGrid(Grid(RATE, 12000, 0)),
    SWAP,
    Load(3, 6, FRAMES),
    Strip(1, 5, FRAMES, 1, Fraction(0), (Point(0.0, 5), Point(1.0, 7, 0.5)), (7,)),
    Fill(1, 8, FRAMES, 1, Fraction(0), Fraction(1), Fraction(2), 10),
    SetGrid(None),
)
PIECES = 40  # blocks that are played of a score: more of it tells nothing more
WORDS = (
    *(
        b'"kind":"header"',
        b'"kind":"set"',
        b'"kind":"landed"',
        b'"kind":"sent"',
        b'"kind":"block"',
        b'"kind":"end"',
        b"\n",
    ),
    *(
        b'"s":',
        b'"frame":',
        b'"beat":',
        b'"job":null',
        b'"type":"Swap"',
        b'"slot":',
        b'"panel":{',
        b'"told":1',
        b"{",
        b"}",
        b",",
    ),
)


def events() -> list[journal.Header | journal.Event]:
    """A performance of a second with one of everything."""
    header = journal.Header(
        2, "0.1.0", "house", RATE, "2026-11-22T20:00:00+01:00", {"/key/tonic": "A"}, {"embedded": "x"}
    )
    sounds = tuple(journal.Sound(slot, FRAMES, f"{slot:032x}", JOB) for slot in (5, 6, 7, 8))
    sent = [
        journal.Sent(0.1, 0, 0.0, number, {"type": type(each).__name__, **dict(plain(each))}, sounds)  # type: ignore[call-overload]
        for number, each in enumerate(MESSAGES, 1)
    ]
    return [
        header,
        journal.Life(0.0, 0, 0.0, BLOCK, 2048),
        *sent,
        journal.Block(0.1, BLOCK, 0.0, 0, {"/master/level": -3.0}, 2, ((3, 0.8, 70.0),), None),
        journal.Block(0.2, 4 * BLOCK, 0.5, 0, {}, len(MESSAGES), (), 0.1),
        journal.Grid(0.1, 10, 0.0, 12000, 0, (0, 1)),
        journal.Landed(0.2, 20, 0.1, 1, JOB),
        journal.Loaded(0.2, 20, 0.1, 3, JOB),
        journal.Hit(0.3, 30, 0.2, 3, 0.8),
        journal.Levels(0.4, 40, 0.8, (-3.0, -6.0, -90.0, -90.0), -2.0),
        journal.Set(0.5, 50, 1.0, "/deck/1/mute", True, "ui"),
        journal.Notice(0.6, 60, 1.5, "hello"),
        journal.Fault(0.6, 60, 1.5, "late chunk", 2),
        journal.Block(0.9, 8 * BLOCK, 2.0, 0, {}, 0, (), None),
        journal.End(1.0, 4000, 2.0),
    ]


def text(told_: list[journal.Header | journal.Event]) -> bytes:
    """The lines of a log."""
    return "".join(map(journal.line, told_)).encode()


def _file(name: str) -> Path:
    return folder(name) / "set.log"


def read() -> Target:
    """Read, and told as a story."""
    path = _file("log")
    known: dict[str, object] = {}  # lines as they are read: most are those of the seeds

    def target(data: bytes) -> bool:
        path.write_bytes(data)
        log = journal.read(path)
        for event in (log.header, *log.events):
            line = journal.line(event)
            if line not in known:
                known[line] = journal.parse(line)
            must(known[line] == event, "an event comes back otherwise")
        story = told(log)
        must(story.bars >= 0 and bool(np.isfinite(story.beats).all()), "the story has no beats")
        return True

    return target


def drawn() -> Target:
    """Drawn as a page, which is packed in haste: to pack it well takes ten times as long as all else."""
    path = _file("page")

    def target(data: bytes) -> bool:
        path.write_bytes(data)
        with patch.object(Paper, "png", _packed):
            must(draw(journal.read(path), 800).startswith(b"\x89PNG"), "no picture")
        return True

    return target


def _packed(paper: Paper) -> bytes:
    buffer = io.BytesIO()
    paper._image.save(buffer, "PNG", compress_level=0)
    return buffer.getvalue()


def _missing(job: Job) -> Any:
    if job.frames == FRAMES:
        return np.zeros((FRAMES, 2), np.float32)
    raise ModelError("there is no model")


def replayed() -> Target:
    """Played again by the real mixer."""
    path = _file("replay")
    cache = ChunkCache(folder("chunks"))

    def target(data: bytes) -> bool:
        path.write_bytes(data)
        log = journal.read(path)
        sounds = LogSounds(path, cache, _missing)
        for number, piece in enumerate(play(log, path, sounds)):
            must(piece.shape[1:] == (2,) and piece.dtype == np.float32, f"a piece {piece.shape}")
            must(bool(np.isfinite(piece).all()), "what is played holds what are no numbers")
            if number == PIECES:
                break
        return True

    target(text(events()))  # the mixer is compiled
    return target


@cache
def _plain() -> tuple[Any, ...]:
    """``events`` as JSON takes them; nobody may change them in place."""
    return tuple({"kind": type(event).__name__.lower(), **asdict(event)} for event in events())


def made(random: Random) -> bytes:
    """A performance in which something is other than it was."""
    lines = list(_plain())
    for _ in range(random.randrange(1, 4)):
        at = random.randrange(len(lines))
        what = random.random()
        if what < 0.1:
            del lines[at]
        elif what < 0.2:
            lines.insert(random.randrange(len(lines) + 1), lines[at])
        else:
            lines[at] = jsons.changed(random, lines[at], 1)
        if not lines:
            break
    return b"".join(json.dumps(line, default=list).encode() + b"\n" for line in lines)


def _seeds() -> list[bytes]:
    return [text(events()), text(events()[:3]), text([events()[0]])]


SURFACES = (
    Surface("log", "logs of performances: read, told as a story", read, _seeds, made, WORDS, longest=16384),
    Surface("log-page", "the same drawn", drawn, _seeds, made, WORDS, longest=16384, slow_s=3.0),
    Surface(
        "log-replay", "the same played again by the mixer", replayed, _seeds, made, WORDS, longest=16384, grows_mb=128
    ),
)
