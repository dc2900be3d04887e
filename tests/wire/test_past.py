"""The rings of what was just heard."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liveriff.params.words import PLAYED
from liveriff.wire.past import PAST_S, Past

RATE = 100


@pytest.fixture
def rings() -> Iterator[tuple[Past, Past]]:
    name = f"liveriff-{os.getpid()}-testpast"
    reader = Past(name, RATE, create=True)
    writer = Past(name, RATE)
    yield writer, reader
    writer.close()
    reader.close()


def ramp(first: int, frames: int) -> np.ndarray:
    return np.repeat(np.arange(first, first + frames, dtype=np.float64)[:, None], 2, axis=1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(blocks=st.lists(st.integers(1, 400), min_size=1, max_size=20), back=st.integers(0, 2500), n=st.integers(1, 1300))
def test_what_is_there_is_what_was_written_and_nothing_else_is_given(
    rings: tuple[Past, Past], blocks: list[int], back: int, n: int
) -> None:
    writer, reader = rings
    writer.forget()
    end = 1000
    for block in blocks:
        writer.write(2, end, ramp(end, block))
        end += block
    first = end - back
    found = reader.read(2, first, n)
    if first + n > end or first < end - PAST_S * RATE:
        assert found is None
    elif first >= 1000:
        assert found is not None
        np.testing.assert_array_equal(found, ramp(first, n))


def test_each_source_has_its_own_and_a_new_player_begins_anew(rings: tuple[Past, Past]) -> None:
    writer, reader = rings
    for source in range(len(PLAYED)):
        writer.write(source, 0, np.full((50, 2), source, np.float32))
    assert [float(reader.read(source, 0, 50).mean()) for source in range(5)] == [0, 1, 2, 3, 4]  # type: ignore[union-attr]
    writer.forget()
    assert reader.read(1, 0, 50) is None


def test_what_is_closed_is_silent(rings: tuple[Past, Past]) -> None:
    writer, reader = rings
    writer.close()
    writer.write(0, 0, ramp(0, 10))
    assert reader.end(0) == 0
