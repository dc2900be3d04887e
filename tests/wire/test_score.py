"""The score: notes come back in order and as they were; what is lost is counted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.wire import score
from liveriff.wire.score import PANEL, PLACES, STROKE, TOLD, Note, Score

_names = count()


def _name() -> str:
    return f"liveriff-{os.getpid()}-testscore{next(_names)}"


@pytest.fixture
def ends() -> Iterator[tuple[Score, Score]]:
    """The engine's end, which owns it, and the player's."""
    name = _name()
    reader = Score(name, create=True)
    writer = Score(name)
    yield reader, writer
    writer.close()
    reader.close()


def test_notes_come_back_as_they_were(ends: tuple[Score, Score]) -> None:
    reader, writer = ends
    writer.note(score.BLOCK, 0, 256)
    writer.panel(256, np.array([3, 70]), np.array([-np.inf, 0.1]))
    writer.note(STROKE, 512, 16, 0.7, 511.25)
    assert list(reader.take()) == [
        Note(score.BLOCK, 0, 256.0),
        Note(PANEL, 256, 3.0, -np.inf),
        Note(PANEL, 256, 70.0, 0.1),
        Note(STROKE, 512, 16.0, 0.7, 511.25),
    ]
    assert list(reader.take()) == []


@given(st.lists(st.integers(1, 400), min_size=1, max_size=60))
def test_all_of_it_comes_once_wherever_the_ring_turns(sizes: list[int]) -> None:
    name = _name()
    reader = Score(name, create=True)
    writer = Score(name)
    writer._next = reader._next = PLACES - 150  # near the turn
    told: list[tuple[int, float]] = []
    heard: list[tuple[int, float]] = []
    try:
        for frame, size in enumerate(sizes):
            values = np.arange(size) / 7
            writer.panel(frame, np.arange(size), values)
            told += [(frame, float(value)) for value in values]
            if frame % 3:
                heard += [(note.frame, note.b) for note in reader.take()]
        heard += [(note.frame, note.b) for note in reader.take()]
        assert heard == told
        assert reader.lost == 0
    finally:
        writer.close()
        reader.close()


def test_an_engine_that_stood_still_is_told_what_it_has_lost(ends: tuple[Score, Score]) -> None:
    reader, writer = ends
    for frame in range(PLACES + 1000):
        writer.note(TOLD, frame, 1)
    found = list(reader.take())
    assert [note.frame for note in found] == list(range(found[0].frame, PLACES + 1000))
    assert len(found) + reader.lost == PLACES + 1000
    assert reader.lost > 0


def test_a_torn_note_waits(ends: tuple[Score, Score]) -> None:
    reader, writer = ends
    writer.note(TOLD, 5, 1)
    assert writer._ring is not None
    whole = writer._ring[1].copy()
    writer._ring[1, 3] = 7.0
    assert list(reader.take()) == []
    writer._ring[1] = whole
    assert [note.a for note in reader.take()] == [1.0]


def test_a_new_player_begins_anew(ends: tuple[Score, Score]) -> None:
    reader, writer = ends
    for frame in range(10):
        writer.note(TOLD, frame, 1)
    list(reader.take())
    reader.begin()
    writer._next = 1
    writer.note(TOLD, 0, 9)
    assert [note.a for note in reader.take()] == [9.0]
