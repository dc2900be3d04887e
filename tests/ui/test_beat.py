"""The beat between readings: it glides, never far off, and stands where the music stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.ui.beat import FAR_BEATS, BeatClock

BPM = 120.0


def test_it_runs_on_between_readings() -> None:
    clock = BeatClock()
    clock.look(10.0, 4.0, BPM, True)
    assert clock.look(10.1, 4.0, BPM, True) == pytest.approx(4.2)
    assert clock.look(10.25, 4.0, BPM, True) == pytest.approx(4.5)


def test_a_small_difference_is_made_up_for_gently_and_a_big_one_at_once() -> None:
    clock = BeatClock()
    clock.look(0.0, 4.0, BPM, True)
    assert clock.look(0.1, 4.25, BPM, True) == pytest.approx(4.21)
    assert clock.look(0.2, 64.0, BPM, True) == pytest.approx(64.0)


def test_it_stands_while_the_transport_stands() -> None:
    clock = BeatClock()
    clock.look(0.0, 4.0, BPM, False)
    assert clock.look(9.0, 4.0, BPM, False) == 4.0
    assert clock.look(9.1, 4.1, BPM, False) == pytest.approx(4.1)


def test_it_stands_where_no_reading_comes_and_goes_on_with_the_next() -> None:
    clock = BeatClock()
    for tenth in range(30):  # playing is set, and the music has not begun
        beat = clock.look(tenth / 10, 0.0, BPM, True)
    assert beat == 0.0
    clock.look(3.0, 0.2, BPM, True)
    assert clock.look(3.1, 0.4, BPM, True) == pytest.approx(0.4)


@given(st.lists(st.floats(0.005, 0.2), min_size=5, max_size=60), st.floats(60.0, 200.0))
def test_with_true_readings_it_is_never_far_and_never_goes_back(steps: list[float], bpm: float) -> None:
    clock, now, before = BeatClock(), 0.0, 0.0
    for step in steps:
        now += step
        beat = clock.look(now, now * bpm / 60, bpm, True)
        assert abs(beat - now * bpm / 60) <= FAR_BEATS
        assert beat >= before - 1e-9
        before = beat
