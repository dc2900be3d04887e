"""Loops lie on the grid to the frame, at any tempo, in blocks of any size, for as long as one likes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from liveriff.music.grid import Grid, frames_of
from liveriff.player.kernels import Kernels
from liveriff.player.loop import Loop, Source
from liveriff.wire.messages import SetGrid

from .rig import NUMBA, NUMPY, RATE, Rig, Sound, loop_at, noise, sine


@pytest.mark.parametrize("kernels", [NUMBA, NUMPY], ids=lambda k: k.name)
def test_a_deck_at_rest_passes_bit_for_bit_from_the_first_beat(kernels: Kernels) -> None:
    chunk, rig = noise(24000), Rig(kernels=kernels)
    rig.swap(chunk, at=0)
    rig.grid(frame=1001)
    heard = rig.play(1001 + 60000)
    assert not heard[:1001].any()
    np.testing.assert_array_equal(heard[1001:61001], np.tile(chunk, (3, 1))[:60000])


@pytest.mark.parametrize("bpm", [61.37, 133.33, 174.01])
@pytest.mark.parametrize("rate", [44100, 48000])
def test_repetitions_start_on_the_frame_nearest_to_their_beat(bpm: float, rate: int) -> None:
    frames = frames_of(1, round(bpm * 100), rate)
    chunk, rig = noise(frames), Rig(rate)
    rig.swap(chunk, at=0)
    grid = rig.grid(bpm, 777)
    heard = rig.play(2000 * 256)
    at = np.arange(777, len(heard))
    np.testing.assert_array_equal(heard[777:], loop_at(chunk, grid, 1, at))


@pytest.mark.parametrize("bpm", [59.99, 120.0, 137.31])
def test_no_drift_in_ten_hours(bpm: float) -> None:
    grid = Grid(44100, round(bpm * 100), 12345)
    chunk = np.zeros((frames_of(8, grid.bpm_cents, 44100), 2), np.float32)
    loop = Loop(Source(0, chunk, len(chunk), 8, Fraction(0)), grid, 12345)
    last = 12345 + 10 * 3600 * 44100
    lengths = set()
    while loop.end <= last:
        exact = grid.frame + loop.number * 8 * grid.frames_per_beat
        assert abs(loop.start - exact) <= Fraction(1, 2)
        lengths.add(loop.end - loop.start)
        before, _ = loop.end, loop.lay(grid, loop.end)
        assert loop.start == before
    assert loop.number == int(10 * 3600 * 44100 / grid.frames_per_beat / 8)
    assert loop.plain
    assert max(lengths) - min(lengths) <= 1


def test_a_loop_laid_anywhere_repeats_around_that_frame() -> None:
    grid = Grid(44100, 13731, 5)
    source = Source(
        0, np.zeros((frames_of(1, 13731, 44100), 2), np.float32), frames_of(1, 13731, 44100), 1, Fraction(0)
    )
    for k in range(-50, 50):
        for frame in range(grid.frame_of(k) - 2, grid.frame_of(k) + 3):
            loop = Loop(source, grid, frame)
            assert loop.start <= frame < loop.end


def test_loops_of_any_anchor_and_a_start_in_the_middle() -> None:
    chunk, rig = noise(4 * 24000), Rig()
    rig.swap(chunk, beats=4, anchor=3, at=0)
    grid = rig.grid(frame=500, beat=6)
    heard = rig.play(200000)
    np.testing.assert_array_equal(heard[500:], loop_at(chunk, grid, 4, np.arange(500, len(heard)), anchor=3))


def _session(block: int) -> Sound:
    """Four decks, gains, swaps with fades, a nudge and two tempi, ordered at frames that all block sizes meet."""
    rig = Rig(44100, block)
    rig.mixer.desk.decks[1] = (0.3, 0.1, -0.1, 0.5)
    rig.mixer.desk.master[:] = (0.9, 0, 0, 0.9)
    for deck in (1, 2, 3, 4):
        rig.swap(noise(19000 + 271 * deck, deck, 0.3), deck=deck, slot=deck, beats=1, at=0)
    grid = rig.grid(137.31, 3001)
    rig.play(32000)
    rig.mixer.desk.decks[0] = (0.0, 0.0, 0.0, 0.0)
    rig.swap(noise(19270, 9), deck=2, slot=9, at=4, fade=1234)
    rig.mixer.apply(SetGrid(grid.retimed(40001, 14111)))
    rig.play(64000)
    rig.mixer.apply(SetGrid(grid.retimed(40001, 14111).shifted(Fraction(1, 10))))
    rig.swap(None, deck=3, at=8, fade=3000)
    return rig.play(160000)


def test_blocks_of_any_size_give_the_same_samples() -> None:
    sessions = [_session(block) for block in (64, 256, 1000, 4000)]
    assert np.abs(sessions[0]).max() > 0.9  # the limiter works, too
    for other in sessions[1:]:
        np.testing.assert_array_equal(sessions[0], other)


def test_another_tempo_is_on_the_beat_at_once_and_an_octave_is_an_octave() -> None:
    chunk, rig = sine(24000, 200), Rig()  # 400 Hz at 120 BPM
    chunk[:40] = 0.9  # and a click on the beat
    rig.swap(chunk, at=0)
    rig.grid(120.0)
    rig.play(48000)
    grid = Grid(RATE, 12000).retimed(60000, 24000)  # at beat 2.5
    rig.mixer.apply(SetGrid(grid))
    heard = rig.play(200000)[:, 0]
    for beat in range(3, 10):  # each click starts on its beat, and lasts half as long
        start = grid.frame_of(beat)
        assert heard[start - 3 : start + 23].max() > 0.85
        assert np.flatnonzero(heard[start - 100 : start + 100] > 0.6)[0] == pytest.approx(100, abs=1)
    quiet = heard[grid.frame_of(5) + 1000 : grid.frame_of(6) - 1000]
    spectrum = np.abs(np.fft.rfft(quiet * np.hanning(len(quiet))))
    assert np.argmax(spectrum) * RATE / len(quiet) == pytest.approx(800, abs=RATE / len(quiet))


def test_a_change_of_tempo_does_not_click() -> None:
    rig = Rig()
    rig.swap(sine(24000, 60), at=0)
    rig.grid()
    rig.play(30000)
    grid = Grid(RATE, 12000).retimed(40000, 12700)
    rig.mixer.apply(SetGrid(grid))
    rig.play(50000)
    rig.mixer.apply(SetGrid(grid.retimed(49000, 11000)))  # one that comes too late
    heard = rig.play(70000)
    assert np.abs(np.diff(heard[:, 0])).max() < 1.15 * np.abs(np.diff(heard[:30000, 0])).max()


def test_a_nudge_moves_the_loop_without_a_click() -> None:
    chunk, rig = sine(24000, 60), Rig()
    rig.swap(chunk, at=0)
    grid = rig.grid()
    rig.play(30000)
    moved = grid.shifted(Fraction(1, 50))
    rig.mixer.apply(SetGrid(moved))
    heard = rig.play(60000)
    assert np.abs(np.diff(heard[:, 0])).max() < 1.5 * np.abs(np.diff(heard[:30000, 0])).max()
    np.testing.assert_array_equal(heard[31000:], loop_at(chunk, moved, 1, np.arange(31000, len(heard))))


def test_many_nudges_in_a_row_end_where_the_last_one_says() -> None:
    chunk, rig = noise(24000), Rig()
    rig.swap(chunk, at=0)
    grid = rig.grid()
    for _ in range(40):
        rig.play(rig.frame + 64)
        grid = grid.shifted(Fraction(1, 30))
        rig.mixer.apply(SetGrid(grid))
    heard = rig.play(60000)
    np.testing.assert_array_equal(heard[40000:], loop_at(chunk, grid, 1, np.arange(40000, len(heard))))


def test_stop_fades_out_and_start_begins_on_its_beat_again() -> None:
    chunk, rig = noise(24000), Rig()
    rig.swap(chunk, at=0)
    rig.grid()
    rig.play(24000)
    rig.mixer.apply(SetGrid(None))
    heard = rig.play(50000)
    assert heard[24100:25000].any()
    assert not heard[24000 + 2400 + 400 :].any()
    grid = rig.grid(frame=60001, beat=8)
    heard = rig.play(120000)
    assert not heard[50000:60001].any()
    np.testing.assert_array_equal(heard[60001:], loop_at(chunk, grid, 1, np.arange(60001, len(heard))))


def test_a_new_grid_cancels_what_was_to_come_after_it() -> None:
    chunk, rig = noise(24000), Rig()
    rig.swap(chunk, at=0)
    grid = rig.grid()
    rig.play(1000)
    rig.mixer.apply(SetGrid(grid.retimed(60000, 9000)))
    rig.mixer.apply(SetGrid(grid.retimed(30000, 12000).shifted(Fraction(1, 7))))
    heard, expected = rig.play(120000), grid.shifted(Fraction(1, 7))
    np.testing.assert_array_equal(heard[31000:], loop_at(chunk, expected, 1, np.arange(31000, len(heard))))


def test_a_start_that_comes_too_late_fades_in_at_the_right_place() -> None:
    chunk, rig = noise(24000) + np.float32(0.3), Rig()
    rig.swap(chunk, at=0)
    rig.play(5000)
    grid = rig.grid(frame=1000)
    heard = rig.play(60000)
    assert not heard[:5000].any()
    begin = np.flatnonzero(heard[:, 0])[0]
    assert np.abs(heard[begin : begin + 20]).max() < 0.1
    np.testing.assert_array_equal(heard[6000:], loop_at(chunk, grid, 1, np.arange(6000, len(heard))))
