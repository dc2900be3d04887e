"""Holes, phases and levels of recordings that were made by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.drill.gaps import BLOCK, Gap, blocks, gaps, level, phase, within

RATE = 48000


def noise(seconds: float, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, (round(seconds * RATE), 2)).astype(np.float32)


@given(first=st.integers(0, 40_000), length=st.integers(0, 20_000))
def test_a_hole_is_found_to_the_frame_if_it_is_a_block_long(first: int, length: int) -> None:
    sound = noise(60_000 / RATE) + np.float32(1.0)
    sound[first : first + length] = 0.0
    found = gaps(sound, RATE)
    if length < BLOCK:
        assert found == []
    else:
        assert found == [Gap(first / RATE, length / RATE)]
        assert blocks(found, RATE) == max(1, round(length / BLOCK))


def test_one_silent_channel_is_no_hole_and_what_was_missed_neither() -> None:
    sound = noise(0.5)
    sound[1000:5000, 0] = 0.0
    sound[9000:14000] = np.nan
    assert gaps(sound, RATE) == []
    assert gaps(np.zeros((0, 2), np.float32), RATE) == []
    assert gaps(np.zeros((BLOCK, 2), np.float32), RATE) == [Gap(0.0, BLOCK / RATE)]


@pytest.mark.parametrize(
    ("span", "left"),
    [
        ((0.0, 9.0), [(1.0, 2.0), (5.0, 1.0)]),
        ((2.0, 5.5), [(2.0, 1.0), (5.0, 0.5)]),
        ((3.0, 5.0), []),
        ((7.0, 6.0), []),
    ],
)
def test_gaps_are_cut_to_a_span(span: tuple[float, float], left: list[tuple[float, float]]) -> None:
    found = within([Gap(1.0, 2.0), Gap(5.0, 1.0)], *span)
    assert [(gap.start_s, gap.length_s) for gap in found] == left


@pytest.mark.parametrize("late", [-4800, -1, 0, 777, 9600])
def test_music_that_comes_back_late_is_found_so_late(late: int) -> None:
    loop = noise(2.0)
    sound = np.concatenate(
        [np.tile(loop, (3, 1)), np.zeros((3000 + max(late, 0), 2), np.float32), np.tile(loop, (3, 1))]
    )
    turn = 3 * len(loop)
    again = np.roll(np.tile(loop, (4, 1)), late, axis=0)
    sound = np.concatenate([sound[:turn], again])
    found = phase(sound, RATE, 1.0, 9.0, 2.0)
    assert found is not None
    assert round(found.late_s * RATE) == late
    assert found.likeness > 0.99


def test_other_music_is_not_alike_and_a_short_recording_says_nothing() -> None:
    sound = np.concatenate([noise(6.0, 1), noise(6.0, 2)])
    found = phase(sound, RATE, 1.0, 8.0, 2.0)
    assert found is not None
    assert found.likeness < 0.3
    assert phase(noise(3.0), RATE, 1.0, 2.0, 2.0) is None


def test_levels_are_the_peaks_of_equal_pieces() -> None:
    sound = np.zeros((1000, 2), np.float32)
    sound[250, 1] = -0.5
    sound[500:750] = np.nan
    assert level(sound, 4)[[0, 1, 3]].tolist() == [0.0, 0.5, 0.0]
    assert np.isnan(level(sound, 4)[2])
    assert level(sound[:0], 3).tolist() == [0.0, 0.0, 0.0]
