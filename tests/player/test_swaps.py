"""Swaps: on the beat, bit-exact on both sides, level during the crossfade, never a click, slots always given back."""

from __future__ import annotations

import numpy as np
import pytest

from liveriff.player.layers import SHORTEST_FADE
from liveriff.wire.messages import Released, SetGrid, Swapped

from .rig import Rig, Sound, decibels, loop_at, noise, sine, steps

BEAT = 24000  # frames, at 120 BPM and 48 kHz


def _playing(chunk: Sound, **swap: int) -> Rig:
    rig = Rig()
    rig.swap(chunk, at=0, **swap)
    rig.grid()
    rig.play(1)
    return rig


def test_a_swap_on_a_beat_is_exact_before_the_fade_and_from_the_beat_on() -> None:
    old, new = noise(BEAT, 1), noise(2 * BEAT, 2)
    rig = _playing(old)
    rig.play(1000)
    rig.swap(new, slot=1, beats=2, at=2, fade=1200)
    heard = rig.play(6 * BEAT)
    np.testing.assert_array_equal(heard[: 2 * BEAT - 1200], np.tile(old, (2, 1))[: 2 * BEAT - 1200])
    np.testing.assert_array_equal(heard[2 * BEAT : 6 * BEAT], np.tile(new, (2, 1)))
    fade = heard[2 * BEAT - 1200 : 2 * BEAT]
    tail = new[-1200:]  # a circular loop comes in from its end, so its first attack is whole
    assert np.corrcoef(fade[-200:, 0], tail[-200:, 0])[0, 1] > 0.95
    assert rig.said == [Swapped(1, 0, 0), Swapped(1, 1, 2 * BEAT), Released(0)]


def test_without_a_fade_the_swap_is_a_cut_on_the_beat() -> None:
    old, new = noise(BEAT, 1), noise(BEAT, 2)
    rig = _playing(old)
    rig.swap(new, slot=1, at=1)
    np.testing.assert_array_equal(rig.play(2 * BEAT)[: 2 * BEAT], np.concatenate([old, new]))


def test_a_patch_comes_at_once_and_in_time() -> None:
    old, new = noise(BEAT, 1), noise(4 * BEAT, 2)
    rig = _playing(old)
    rig.play(5000)
    now = rig.mixer.frame
    rig.swap(new, slot=1, beats=4, fade=480)
    heard = rig.play(3 * BEAT)
    np.testing.assert_array_equal(heard[:now], old[:now])
    np.testing.assert_array_equal(heard[now + 480 : 3 * BEAT], new[now + 480 : 3 * BEAT])
    assert rig.said[1:] == [Swapped(1, 1, now + 480), Released(0)]


def test_a_late_swap_comes_at_once_and_in_time() -> None:
    rig, new = _playing(noise(BEAT, 1)), noise(BEAT, 2)
    rig.play(BEAT + 3000)
    now = rig.mixer.frame
    rig.swap(new, slot=1, at=1, fade=480)
    heard = rig.play(3 * BEAT)
    np.testing.assert_array_equal(heard[now + 480 : 2 * BEAT], new[now + 480 - BEAT :])


@pytest.mark.parametrize(("left", "length"), [(300, 300), (20, SHORTEST_FADE)])
def test_a_swap_with_little_time_left_fades_faster(left: int, length: int) -> None:
    old, new = noise(BEAT, 1), noise(BEAT, 2)
    rig = _playing(old)
    rig.block = 1
    rig.play(BEAT - left - rig.mixer.limiter.depth)
    rig.swap(new, slot=1, at=1, fade=480)
    rig.block = 256
    heard = rig.play(2 * BEAT)
    np.testing.assert_array_equal(heard[: BEAT - left], old[: BEAT - left])
    np.testing.assert_array_equal(heard[BEAT - left + length : 2 * BEAT], new[length - left :])


def test_the_newest_swap_wins_and_the_other_slot_comes_back_at_once() -> None:
    rig, new = _playing(noise(BEAT, 1)), noise(BEAT, 3)
    rig.play(1000)
    rig.swap(noise(BEAT, 2), slot=1, at=2, fade=100)
    rig.swap(new, slot=2, at=1, fade=100)
    assert rig.said[-1] == Released(1)
    np.testing.assert_array_equal(rig.play(3 * BEAT)[BEAT : 3 * BEAT], np.tile(new, (2, 1)))
    assert rig.said[1:] == [Released(1), Swapped(1, 2, BEAT), Released(0)]


def test_a_swap_to_nothing_fades_to_silence() -> None:
    rig = _playing(noise(BEAT, 1))
    rig.swap(None, at=1, fade=2000)
    heard = rig.play(2 * BEAT)
    assert heard[BEAT - 2000 : BEAT - 1000].any()
    assert not heard[BEAT:].any()
    assert rig.said[1:] == [Swapped(1, None, BEAT), Released(0)]
    assert rig.mixer.decks[0].loop is None


def test_swaps_before_the_start_wait_for_it() -> None:
    rig, new = Rig(), noise(BEAT, 2)
    rig.swap(noise(BEAT, 1), slot=0)
    rig.swap(new, slot=1)
    rig.play(1000)
    assert rig.said == [Released(0)]
    rig.grid(frame=2000)
    np.testing.assert_array_equal(rig.play(2000 + BEAT)[2000 : 2000 + BEAT], new)
    assert rig.said[1:] == [Swapped(1, 1, 2000)]


def test_a_slot_shared_by_two_decks_comes_back_when_both_are_done() -> None:
    chunk, rig = noise(BEAT), Rig()
    rig.swap(chunk, deck=1, at=0)
    rig.swap(chunk, deck=2, at=0)
    rig.grid()
    rig.swap(None, deck=1, at=1)
    rig.play(BEAT + 1000)
    assert Released(0) not in rig.said
    rig.swap(None, deck=2)
    rig.play(BEAT + 2000)
    assert rig.said.count(Released(0)) == 1


def test_the_swap_waits_for_its_beat_through_a_change_of_tempo() -> None:
    old, new = noise(BEAT, 1), noise(BEAT // 2, 2)
    rig = _playing(old)
    grid = rig.mixer.transport
    rig.swap(new, slot=1, at=4, fade=500)
    rig.play(BEAT)
    assert grid.grid is not None
    fast = grid.grid.retimed(2 * BEAT, 24000)
    rig.mixer.apply(SetGrid(fast))
    heard = rig.play(5 * BEAT)
    at = fast.frame_of(4)
    assert rig.said[1] == Swapped(1, 1, at)
    np.testing.assert_array_equal(heard[at : 5 * BEAT], loop_at(new, fast, 1, np.arange(at, 5 * BEAT)))


# --- levels and clicks ------------------------------------------------------------------------------------------------


def _fade_level(old: Sound, new: Sound, frames: int) -> float:
    rig = _playing(old)
    rig.swap(new, slot=1, at=2, fade=frames)
    heard = rig.play(3 * BEAT)
    return decibels(heard[2 * BEAT - frames : 2 * BEAT])


def test_uncorrelated_loops_cross_at_equal_power() -> None:
    old, new = noise(BEAT, 1), noise(BEAT, 2)
    assert _fade_level(old, new, 4800) == pytest.approx(decibels(old), abs=0.5)


def test_the_same_loop_crosses_at_equal_gain_exactly() -> None:
    chunk = noise(BEAT, 1)
    rig = _playing(chunk)
    rig.swap(chunk.copy(), slot=1, at=2, fade=4800)
    np.testing.assert_allclose(rig.play(3 * BEAT)[: 3 * BEAT], np.tile(chunk, (3, 1)), atol=1e-7)


def test_half_correlated_loops_cross_level() -> None:
    a, b = noise(BEAT, 1), noise(BEAT, 2)
    new = ((a + b * 3**0.5) / 2).astype(np.float32)
    assert _fade_level(a, new, 4800) == pytest.approx(decibels(a), abs=0.5)


def test_opposite_loops_do_not_get_louder() -> None:
    chunk = sine(BEAT, 200)
    rig = _playing(chunk)
    rig.swap(-chunk, slot=1, at=2, fade=4800)
    assert np.abs(rig.play(3 * BEAT)).max() <= 0.3 + 1e-6


def _interior(*chunks: Sound) -> float:
    return max(float(np.percentile(steps(chunk), 99.9)) for chunk in chunks)


def test_swaps_do_not_click() -> None:
    one, two = sine(BEAT, 80), sine(BEAT, 131)
    rig = _playing(one)
    rig.swap(two, slot=1, at=1, fade=480)
    rig.play(BEAT + 5000)
    rig.swap(one, slot=2, fade=480)
    heard = rig.play(3 * BEAT)
    assert steps(heard[1:]).max() <= 1.2 * _interior(one, two)


def test_swaps_during_a_fade_do_not_click() -> None:
    chunks = [sine(BEAT, cycles) for cycles in (80, 131, 57, 99, 120, 75)]
    rig = _playing(chunks[0])
    for i in range(1, 40):
        rig.swap(chunks[i % 6], slot=i % 6, fade=1500)
        rig.play(5000 + 300 * i)
    heard = rig.play(2 * BEAT)
    # Two sines at equal power add up to 1.41 times the slope of one; a cut would make a step of 30 times.
    assert steps(heard[1:]).max() <= 1.6 * _interior(*chunks)
    assert np.abs(heard).max() < 0.7
    np.testing.assert_array_equal(heard[BEAT : 2 * BEAT], chunks[39 % 6])
    assert all(len(deck.layers) <= 1 for deck in rig.mixer.decks)


def test_every_slot_is_given_back_once() -> None:
    """Whatever is done to a deck: a slot that was handed over is either still in use or came back exactly once."""
    rng, rig = np.random.default_rng(7), Rig()
    rig.grid()
    given: list[int] = []
    for slot in range(300):
        at = None if rng.random() < 0.5 else int(rig.frame / BEAT + rng.integers(-1, 3))
        if rng.random() < 0.1:
            rig.swap(None, deck=1 + slot % 4, at=at, fade=int(rng.integers(0, 3000)))
        else:
            rig.swap(sine(2400, 8), slot=slot, deck=1 + slot % 4, at=at, fade=int(rng.integers(0, 3000)))
            given.append(slot)
        rig.play(rig.frame + int(rng.integers(0, 6000)))
    released = [m.slot for m in rig.said if isinstance(m, Released)]
    used = {slot for deck in rig.mixer.decks for slot in deck.slots()}
    assert sorted([*released, *used]) == given


def test_what_is_not_finite_is_never_heard() -> None:
    chunk = noise(BEAT, 1)
    chunk[100], chunk[200, 0], chunk[300, 1] = np.nan, np.inf, -np.inf
    rig = _playing(chunk)
    rig.swap(chunk.copy(), slot=1, at=2, fade=BEAT)
    heard = rig.play(3 * BEAT)
    assert np.isfinite(heard).all()
    clean = np.where(np.isfinite(chunk), chunk, 0)
    np.testing.assert_array_equal(heard[:BEAT], clean)
    assert rig.mixer.bad_samples >= 4 * 3
