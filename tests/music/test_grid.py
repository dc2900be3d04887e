"""Beats against frames: exact at every tempo, for hours, through tempo changes."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.music.grid import Grid, boundary, bpm_to_cents, frames_of, round_half_up

RATES = st.sampled_from([22050, 44100, 48000, 96000])
CENTS = st.integers(4000, 24000)
GRIDS = st.builds(Grid, RATES, CENTS, st.integers(0, 10**10), st.fractions(-1000, 100000, max_denominator=6000 * 96000))
TEN_HOURS_S = 36000


@given(GRIDS, st.integers(0, TEN_HOURS_S * 96000))
def test_a_frame_is_found_again_from_its_beat(grid: Grid, later: int) -> None:
    """frame_of is the exact inverse of beat_at, at any time in ten hours."""
    frame = grid.frame + later
    assert grid.frame_of(grid.beat_at(frame)) == frame


@given(GRIDS, st.fractions(0, 10**6, max_denominator=960))
def test_a_beat_is_found_again_to_half_a_frame(grid: Grid, later: Fraction) -> None:
    """beat_at of the nearest frame is off by at most half a frame."""
    beat = grid.beat + later
    assert abs(grid.beat_at(grid.frame_of(beat)) - beat) * grid.frames_per_beat <= Fraction(1, 2)


@pytest.mark.parametrize("rate", [44100, 48000])
def test_no_tempo_drifts_in_ten_hours(rate: int) -> None:
    """At each of the 20001 tempos, the last beat of ten hours lies within half a frame of where it should."""
    for cents in range(4000, 24001):
        beats = cents * 6  # ten hours of beats: cents / 100 a minute, 600 minutes
        assert Grid(rate, cents).frame_of(beats) == TEN_HOURS_S * rate


@given(RATES, CENTS, st.integers(1, 5000), st.sampled_from([1, 4, 8, 16]))
def test_loops_laid_end_to_end_do_not_drift(rate: int, cents: int, count: int, beats: int) -> None:
    """Loops placed by the grid are each within a frame of the length of the loop, for ever."""
    grid = Grid(rate, cents)
    start, end = grid.frame_of(count * beats), grid.frame_of((count + 1) * beats)
    assert abs((end - start) - frames_of(beats, cents, rate)) <= 1


@given(GRIDS, st.lists(st.tuples(st.integers(0, 10**7), CENTS), max_size=8))
def test_tempo_changes_are_exact(grid: Grid, changes: list[tuple[int, int]]) -> None:
    """The beat under the change stays, and what lies between changes lasts exactly what its tempo says."""
    expected = grid.beat
    for frames, cents in changes:
        expected += Fraction(frames * grid.bpm_cents, 6000 * grid.rate)
        changed = grid.retimed(grid.frame + frames, cents)
        assert changed.beat == grid.beat_at(changed.frame) == changed.beat_at(changed.frame) == expected
        assert changed.frame_of(changed.beat) == changed.frame
        grid = changed


@given(GRIDS, st.integers(0, 10**9), CENTS)
def test_a_tempo_change_and_back_is_nothing(grid: Grid, later: int, cents: int) -> None:
    """Changing the tempo and changing it back on the same frame leaves every beat where it was."""
    frame = grid.frame + later
    back = grid.retimed(frame, cents).retimed(frame, grid.bpm_cents)
    assert back.beat_at(frame + 12345) == grid.beat_at(frame + 12345)


@given(GRIDS, st.fractions(-4, 4, max_denominator=64), st.integers(0, 10**9))
def test_a_nudge_moves_all_beats_alike(grid: Grid, beats: Fraction, later: int) -> None:
    """Later by exactly the nudge, and back again by its opposite."""
    frame = grid.frame + later
    assert grid.shifted(beats).beat_at(frame) == grid.beat_at(frame) - beats
    assert grid.shifted(beats).shifted(-beats) == grid


@given(st.fractions(-1000, 1000), st.sampled_from([Fraction(1, 4), Fraction(1), Fraction(4), Fraction(16)]))
def test_the_boundary_is_the_first_that_is_not_before(beat: Fraction, step: Fraction) -> None:
    """A multiple of the step, at or after the beat, and less than a step away."""
    found = boundary(beat, step)
    assert found % step == 0
    assert 0 <= found - beat < step


@pytest.mark.parametrize(
    ("beats", "cents", "rate", "frames"),
    [
        (1, 12000, 44100, 22050),
        (8, 12000, 44100, 176400),
        (8, 9375, 44100, 225792),
        (4, 17400, 48000, 66207),
        (0, 12000, 44100, 0),
    ],
)
def test_lengths(beats: int, cents: int, rate: int, frames: int) -> None:
    """Known lengths in frames."""
    assert frames_of(beats, cents, rate) == frames


@pytest.mark.parametrize(("value", "whole"), [("1/2", 1), ("-1/2", 0), ("3/2", 2), ("5/2", 3), ("49/100", 0)])
def test_halves_go_up(value: str, whole: int) -> None:
    """Always, also where Python's round would go to even."""
    assert round_half_up(Fraction(value)) == whole


@given(CENTS)
def test_tempo_in_cents_is_exact(cents: int) -> None:
    """Every tempo that can be shown can be held."""
    assert bpm_to_cents(cents / 100) == cents
    assert Grid(44100, cents).bpm == cents / 100
