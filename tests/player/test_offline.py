"""A player without a clock plays what one with a clock played, to the bit, whatever it was told when."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from multiprocessing import Pipe

import numpy as np
import pytest

from liveriff.music.grid import Grid
from liveriff.params.registry import Registry
from liveriff.params.table import panel_names
from liveriff.player.desk import Desk
from liveriff.player.inbox import Inbox
from liveriff.player.meters import Meters
from liveriff.player.mixer import Mixer
from liveriff.player.offline import Offline, Shelf, Taken
from liveriff.player.panel import Panel
from liveriff.player.player import Leave, Player
from liveriff.player.sink import ClockSink
from liveriff.wire import score
from liveriff.wire.cells import Cells
from liveriff.wire.hits import Hits
from liveriff.wire.messages import Load, SetGrid, Swap
from liveriff.wire.score import Note, Score

from .rig import NUMBA, RATE, Sound, noise

BEAT = RATE // 2
SOUNDS = {slot: noise(BEAT, seed=slot, level=0.2) for slot in range(4)}


class Live:
    """A player with everything that is shared, driven block by block: real cells, strokes and score."""

    def __init__(self, limit: int | None = None) -> None:
        tag = f"liveriff-{os.getpid()}-testlive"
        self.cells = Cells(tag + "p", panel_names(), create=True)
        self.hits, self.score = Hits(tag + "h", create=True), Score(tag + "s", create=True)
        panel = Panel(self.cells, Score(tag + "s"))
        self.hears = Hits(tag + "h")
        mixer = Mixer(RATE, NUMBA, lambda _: None, Desk(panel))
        sink, score_end = ClockSink(RATE, 256, "test"), panel._score
        self.player = Player(mixer, Meters(RATE, None), sink, limit, None, self.hears, panel, score_end)
        pipe, self._far = Pipe()
        self.inbox = Inbox(pipe, RATE, self.player.commands, deque())
        shelf = Shelf()
        shelf.put(SOUNDS)
        self.inbox.pools.append(shelf)  # type: ignore[arg-type]
        self.heard: list[Sound] = []
        self.sent: list[object] = []

    def tell(self, message: object) -> None:
        """As if it came by the pipe."""
        self.sent.append(message)
        self.inbox.take(message)

    def play(self, blocks: int, size: int = 256) -> None:
        """So many blocks."""
        for _ in range(blocks):
            out = np.zeros((size, 2), np.float32)
            self.player.fill(out)
            assert not self.player.fault
            self.heard.append(out)

    def close(self) -> None:
        for shared in (self.cells, self.hits, self.hears, self.score):
            shared.close()


@pytest.fixture
def live() -> Iterator[Live]:
    made = Live()
    yield made
    made.close()


def again(live: Live, limit: int | None = None) -> Sound:
    """What an offline player makes of the score, in the blocks in which it was played; from the first downbeat on."""
    player = Offline(RATE, 256, limit, panel_names(), NUMBA)
    notes: dict[int, list[Note]] = {}
    for note in live.score.take():
        notes.setdefault(note.frame, []).append(note)
    told, parts = 0, []
    for block in live.heard:
        here = notes.pop(player.frame, [])
        panel = {panel_names()[int(note.a)]: note.b for note in here if note.kind == score.PANEL}
        until = max([int(note.a) for note in here if note.kind == score.TOLD], default=told)
        messages = [(message, SOUNDS) for message in live.sent[told:until]]
        strokes = [(int(note.a), note.b, note.c) for note in here if note.kind == score.STROKE]
        leave = next((note.a for note in here if note.kind == score.LEAVE), None)
        told = until
        parts.append(player.block(len(block), Taken(panel, messages, strokes, leave)))
    assert not notes, "every note was taken"
    player.close()
    return np.concatenate(parts)


def swap(slot: int, deck: int = 1, at: int | None = None, fade: int = 500) -> Swap:
    beat = None if at is None else Fraction(at)
    return Swap(deck, slot, BEAT, 1, Fraction(0), beat, fade)


def busy(live: Live) -> None:
    """Levels, strokes, swaps and tempi at odd moments, in blocks of several lengths."""
    rng = np.random.default_rng(3)
    for name in panel_names():
        live.cells[name] = Registry().number(name)
    live.tell(Load(1, 3, BEAT))
    live.tell(swap(0, deck=1, at=0))
    live.tell(swap(1, deck=2))
    live.tell(SetGrid(Grid(RATE, 12000, 5000)))
    for turn in range(60):
        live.cells["/deck/1/level"] = -np.inf if turn % 9 == 4 else float(rng.uniform(-30, 0))
        live.cells["/master/crossfader"] = float(rng.uniform(-1, 1))
        live.cells["/deck/2/filter"] = float(rng.uniform(-1, 1)) if turn % 3 else 0.0
        if turn % 4 == 1:
            live.hits.push(1, float(rng.uniform(0.1, 1)), float(rng.uniform(1, 2)))
        if turn % 11 == 5:
            live.tell(swap(turn % 3, deck=2))
        if turn == 30:
            live.tell(SetGrid(Grid(RATE, 13300, live.player.frame + 700, Fraction(7))))
        live.play(int(rng.integers(1, 6)), int(rng.choice([64, 256, 256, 512, 1500])))


def test_the_same_samples_come_again(live: Live) -> None:
    busy(live)
    played = np.concatenate(live.heard)[5000 - 0 :]
    made = again(live)
    assert np.abs(played).max() > 0.05
    np.testing.assert_array_equal(made, played[-len(made) :])
    assert len(made) >= len(played) - 256


def test_a_fade_out_comes_again(live: Live) -> None:
    busy(live)
    live.player.commands.append(Leave(0.05))
    live.play(20)
    made = again(live)
    played = np.concatenate(live.heard)
    np.testing.assert_array_equal(made, played[-len(made) :])
    assert not made[-256:].any()
    assert live.player.left


def test_a_value_that_changes_between_blocks_is_noted_with_its_block(live: Live) -> None:
    live.play(3)
    list(live.score.take())
    live.cells["/deck/3/level"] = -np.inf
    live.play(2)
    live.cells["/deck/3/level"] = -6.0
    live.play(1)
    at = panel_names().index("/deck/3/level")
    assert list(live.score.take()) == [
        Note(score.PANEL, 3 * 256, float(at), -np.inf),
        Note(score.PANEL, 5 * 256, float(at), -6.0),
    ]


def test_what_one_message_asks_is_taken_by_one_block(live: Live) -> None:
    live.tell(swap(0))
    live.play(2)
    live.tell(swap(1))
    live.tell(SetGrid(None))
    live.play(1)
    told = [(note.frame, note.a) for note in live.score.take() if note.kind == score.TOLD]
    assert told == [(0, 1.0), (512, 2.0), (512, 3.0)]
