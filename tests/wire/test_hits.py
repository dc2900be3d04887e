"""The ring of pad strokes: all of them, once, in order; a reader that sleeps loses the oldest and knows it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest

from liveriff.wire.hits import PLACES, Hit, Hits


@pytest.fixture
def ends() -> Iterator[tuple[Hits, Hits]]:
    name = f"liveriff-test-hits-{os.getpid()}"
    writer = Hits(name, create=True)
    reader = Hits(name)
    yield writer, reader
    reader.close()
    writer.close()


def test_each_stroke_is_taken_once_and_in_order(ends: tuple[Hits, Hits]) -> None:
    writer, reader = ends
    for n in range(3 * PLACES):
        writer.push(1 + n % 16, n / 2000, float(n))
        if n % 7 == 0:
            before = reader.take()
            assert before == sorted(before, key=lambda hit: hit.time_s)
    assert reader.take()[-1] == Hit(1 + (3 * PLACES - 1) % 16, (3 * PLACES - 1) / 2000, float(3 * PLACES - 1))
    assert reader.take() == []
    assert reader.lost == 0


def test_a_reader_that_slept_goes_on_and_counts(ends: tuple[Hits, Hits]) -> None:
    writer, reader = ends
    for n in range(PLACES + 10):
        writer.push(1, 1.0, float(n))
    taken = reader.take()
    assert taken
    assert taken[-1].time_s == PLACES + 9
    assert reader.lost > 0


def test_a_reader_that_comes_later_hears_nothing_old(ends: tuple[Hits, Hits]) -> None:
    writer, _ = ends
    writer.push(1, 1.0, 0.0)
    late = Hits(f"liveriff-test-hits-{os.getpid()}")
    assert late.take() == []
    writer.push(2, 1.0, 1.0)
    assert [hit.pad for hit in late.take()] == [2]
    late.close()


def test_many_threads_may_strike(ends: tuple[Hits, Hits]) -> None:
    writer, reader = ends
    threads = [
        threading.Thread(target=lambda pad=pad: [writer.push(pad, 1.0, n) for n in range(50)]) for pad in range(1, 9)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = reader.take()
    assert len(taken) == 400
    for pad in range(1, 9):
        assert [hit.time_s for hit in taken if hit.pad == pad] == [float(n) for n in range(50)]


def test_half_written_places_are_not_believed(ends: tuple[Hits, Hits]) -> None:
    writer, reader = ends
    assert writer._ring is not None
    writer._ring[1] = (1.0, 5.0, 3.0, 1.0, 0.0)
    assert reader.take() == []
    writer.push(3, 1.0, 5.0)
    assert reader.take() == [Hit(3, 1.0, 5.0)]
