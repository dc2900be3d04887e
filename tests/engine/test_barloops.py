"""The last bars of the input: which they are, and where they lie in a deck's loop."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.engine.barloops import bars, fitted, laid
from liveriff.music.grid import Grid, frames_of

RATE = 8000
GRID = Grid(RATE, 12000, 1000)  # a beat is 4000 frames
SEAM = 40


def ramp(first: int, frames: int) -> np.ndarray:
    return np.repeat(np.arange(first, first + frames, dtype=np.float32)[:, None], 2, axis=1)


@pytest.mark.parametrize(
    ("beat", "beats", "first"),
    [(8.0, 8, 0), (11.0, 8, 0), (11.4, 4, 4), (11.5, 4, 8), (12.2, 4, 8), (15.6, 8, 8), (35.0, 16, 16)],
)
def test_the_bars_that_have_just_ended_or_are_about_to(beat: float, beats: int, first: int) -> None:
    found = bars(GRID, GRID.frame_of(Fraction(beat)), beats)
    assert found is not None
    assert found.first == GRID.frame_of(first)
    assert (found.frames, found.lead) == (beats * 4000, SEAM)


@pytest.mark.parametrize(("beat", "beats"), [(3.0, 4), (7.4, 8), (15.0, 16)])
def test_bars_that_were_not_played_are_not_there(beat: float, beats: int) -> None:
    assert bars(GRID, GRID.frame_of(Fraction(beat)), beats) is None


@given(beat=st.integers(16, 300), beats=st.sampled_from((4, 8, 16)), cents=st.integers(6000, 20000))
def test_every_beat_lies_where_loops_have_it(beat: int, beats: int, cents: int) -> None:
    grid = Grid(RATE, cents, 1000)
    wanted = bars(grid, grid.frame_of(beat), beats)
    assert wanted is not None
    frames = frames_of(beats, cents, RATE)
    loop = laid(ramp(wanted.first - wanted.lead, wanted.lead + wanted.frames), wanted, frames)
    assert loop.shape == (frames, 2)
    at = round(grid.beat_at(wanted.first)) + 1  # a beat inside, away from the seam
    place = grid.frame_of(at) - grid.frame_of(at - at % beats)
    if loop[place, 0] < wanted.first + wanted.frames - 2 * SEAM:
        assert abs(loop[place, 0] - grid.frame_of(at)) <= 1


def test_the_loop_is_the_very_samples_but_for_its_seam() -> None:
    wanted = bars(GRID, GRID.frame_of(13), 8)
    assert wanted is not None
    heard = ramp(wanted.first - SEAM, SEAM + wanted.frames)
    loop = laid(heard, wanted, wanted.frames)
    assert wanted.turn == 4 * 4000
    np.testing.assert_array_equal(loop[16000:], heard[SEAM : SEAM + 16000])
    np.testing.assert_array_equal(loop[: 16000 - SEAM], heard[SEAM + 16000 : -SEAM])


def test_what_was_led_by_another_clock_is_pulled_to_length() -> None:
    t = np.arange(4040) / 4040
    piece = np.repeat(np.sin(2 * np.pi * 5 * t)[:, None], 2, axis=1).astype(np.float32)
    pulled = fitted(piece, 4000)
    np.testing.assert_allclose(pulled[:, 0], np.sin(2 * np.pi * 5 * np.arange(4000) / 4000), atol=1e-4)
    assert len(fitted(piece[:3999], 4000)) == 4000
    np.testing.assert_array_equal(fitted(piece, 4039), piece[:4039])
