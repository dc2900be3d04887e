"""Fills: another chunk between two beats, to the sample, and then the deck as if nothing had been."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveriff.music.grid import Grid
from liveriff.player.cutaway import Cut
from liveriff.player.kernels import Kernels
from liveriff.player.loop import Source
from liveriff.wire.messages import Released, SetGrid

from .rig import NUMBA, NUMPY, RATE, Rig, Sound, noise, sine, steps

BEAT = 24000  # frames, at 120 BPM and 48 kHz
LOOP = 4 * BEAT
FADE = 480


def rigged(chunk: Sound, block: int = 256, kernels: Kernels = NUMBA) -> Rig:
    """A deck that plays a loop of four beats."""
    rig = Rig(block=block, kernels=kernels)
    rig.swap(chunk, beats=4, at=0)
    rig.grid()
    rig.play(1)
    return rig


def fill(rig: Rig, chunk: Sound, begin: float, end: float, slot: int = 7) -> None:
    """Tell deck 1 to play it."""
    source = Source(slot, chunk, len(chunk), 4, Fraction(0))
    rig.mixer.apply(Cut(1, source, Fraction(begin), Fraction(end), FADE))


def test_a_fill_is_heard_between_its_beats_and_the_loop_around_it_is_untouched() -> None:
    chunk, other = noise(LOOP, 1), noise(LOOP, 2)
    rig = rigged(chunk)
    fill(rig, other, 7, 8)
    heard, loop, made = rig.play(4 * LOOP), np.tile(chunk, (4, 1)), np.tile(other, (4, 1))
    np.testing.assert_array_equal(heard[: 7 * BEAT - FADE], loop[: 7 * BEAT - FADE])
    np.testing.assert_array_equal(heard[7 * BEAT : 8 * BEAT - FADE], made[7 * BEAT : 8 * BEAT - FADE])
    np.testing.assert_array_equal(heard[8 * BEAT : 4 * LOOP], loop[8 * BEAT :])
    assert Released(7) in rig.said


def test_its_edges_do_not_click_and_keep_their_level() -> None:
    chunk, other = sine(LOOP, 220), sine(LOOP, 331)
    rig = rigged(chunk)
    fill(rig, other, 2, 4)
    heard = rig.play(LOOP + BEAT)
    assert float(steps(heard).max()) < 1.6 * float(steps(other).max())
    same = rigged(chunk)
    fill(same, chunk.copy(), 2, 4)
    np.testing.assert_allclose(same.play(LOOP + BEAT)[: LOOP + BEAT], np.tile(chunk, (2, 1))[: LOOP + BEAT], atol=2e-6)


def test_one_that_comes_too_late_to_begin_in_time_still_ends_in_time() -> None:
    chunk, other = noise(LOOP, 1), noise(LOOP, 2)
    rig = rigged(chunk)
    rig.play(2 * BEAT + 5000)
    now = rig.mixer.frame
    fill(rig, other, 2, 4)
    heard = rig.play(2 * LOOP)
    np.testing.assert_array_equal(heard[:now], chunk[:now])
    np.testing.assert_array_equal(heard[now + FADE : 4 * BEAT - FADE], other[now + FADE : 4 * BEAT - FADE])
    np.testing.assert_array_equal(heard[4 * BEAT : 2 * LOOP], chunk)


def test_one_whose_time_has_passed_is_given_back() -> None:
    rig = rigged(noise(LOOP, 1))
    rig.play(LOOP)
    fill(rig, noise(LOOP, 2), 1, 2)
    heard = rig.play(2 * LOOP)
    np.testing.assert_array_equal(heard[LOOP : 2 * LOOP], heard[:LOOP])
    assert Released(7) in rig.said


def test_another_takes_the_place_of_one_that_waits_but_not_of_one_that_sounds() -> None:
    rig = rigged(noise(LOOP, 1))
    fill(rig, noise(LOOP, 2), 6, 8, slot=7)
    fill(rig, noise(LOOP, 3), 6, 8, slot=8)
    assert rig.said[-1] == Released(7)
    rig.play(7 * BEAT)
    fill(rig, noise(LOOP, 4), 11, 12, slot=9)
    assert rig.said[-1] == Released(9)
    rig.play(9 * BEAT)
    assert rig.said[-1] == Released(8)


def test_a_swap_beneath_is_what_is_heard_afterwards() -> None:
    chunk, new = noise(LOOP, 1), noise(LOOP, 2)
    rig = rigged(chunk)
    fill(rig, noise(LOOP, 3), 6, 8)
    rig.swap(new, slot=3, beats=4, at=8, fade=FADE)
    heard = rig.play(12 * BEAT)
    np.testing.assert_array_equal(heard[8 * BEAT : 12 * BEAT], new)


def test_stopping_gives_it_back() -> None:
    rig = rigged(noise(LOOP, 1))
    fill(rig, noise(LOOP, 3), 6, 8)
    rig.play(BEAT)
    rig.mixer.apply(SetGrid(None))
    rig.play(3 * BEAT)
    rig.mixer.apply(SetGrid(Grid(RATE, 12000, rig.mixer.frame + 512)))
    rig.play(4 * BEAT)
    assert Released(7) in rig.said


@settings(max_examples=15, deadline=None)
@given(begin=st.sampled_from([1, 2, 3]), length=st.sampled_from([1, 2]), bpm=st.sampled_from([97.37, 133.3]))
def test_blocks_of_any_size_and_both_kernels_give_the_same(begin: int, length: int, bpm: float) -> None:
    frames = Grid(RATE, round(bpm * 100)).frame_of(4)
    chunk, other = noise(frames, 1), noise(frames, 2)

    def take(block: int, kernels: Kernels) -> Sound:
        rig = Rig(block=block, kernels=kernels)
        rig.swap(chunk, beats=4, at=0)
        rig.grid(bpm)
        fill(rig, other, begin, begin + length)
        return rig.play(2 * frames)[: 2 * frames]

    whole = take(1024, NUMBA)
    np.testing.assert_array_equal(whole, take(64, NUMBA))
    np.testing.assert_allclose(whole, take(1000, NUMPY), atol=1e-6)


@pytest.mark.parametrize("gain", [0.5, 1.0])
def test_it_is_multiplied_by_its_gain(gain: float) -> None:
    from liveriff.player.inbox import _at_gain
    from liveriff.player.loop import Loop

    chunk = noise(LOOP, 2)
    source = _at_gain(Source(1, chunk, LOOP, 4, Fraction(0)), gain)
    out = np.zeros((512, 2))
    Loop(source, Grid(RATE, 12000), 0).add(out, 0, np.ones(512), np.zeros(512), NUMBA)
    np.testing.assert_allclose(out, chunk[:512] * gain, atol=1e-7)
