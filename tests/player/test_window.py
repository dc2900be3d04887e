"""Loop and beat repeat: on the grid to the sample, in phase afterwards, without a click, in blocks of any size."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveriff.music.grid import Grid
from liveriff.params.table import TABLE, panel_names
from liveriff.params.words import LOOPED, REPEATED
from liveriff.player.kernels import Kernels
from liveriff.player.moves import Moves
from liveriff.player.window import FADE, Cycle, Slice

from .rig import LOOPS, NUMBA, NUMPY, RATE, Rig, Sound, noise, sine, steps

BEAT = 24000  # frames, at 120 BPM and 48 kHz
LOOP = 8 * BEAT
Lengths = tuple[str, str]


def ask(rig: Rig, loop: str = "off", repeat: str = "off") -> None:
    """Turn the knobs of deck 1."""
    lengths = [None if word == "off" else Fraction(word) for word in (loop, repeat)]
    rig.mixer.desk.moves.wanted[0] = (lengths[0], lengths[1])


def played(
    chunk: Sound, moves: list[tuple[int, Lengths]], frames: int, block: int = 256, kernels: Kernels = NUMBA
) -> Sound:
    """What is heard of a loop of 8 beats while knobs are turned at certain frames (multiples of the block)."""
    rig = Rig(kernels=kernels, block=block)
    rig.swap(chunk, beats=8, at=0)
    rig.grid()
    rig.play(1)
    for frame, lengths in moves:
        rig.play(frame)
        ask(rig, *lengths)
    return rig.play(frames)[:frames]


def expected(chunk: Sound, start: int, length: int, frames: np.ndarray) -> Sound:  # type: ignore[type-arg]
    """A slice repeated, by the definition."""
    return chunk[(start + (frames - start) % length) % len(chunk)]


@pytest.mark.parametrize(("word", "length"), [("1/16", BEAT // 16), ("1/4", BEAT // 4), ("1", BEAT), ("2", 2 * BEAT)])
@pytest.mark.parametrize("knob", [0, 1])
def test_the_slice_under_the_playhead_is_repeated_to_the_sample(word: str, length: int, knob: int) -> None:
    if knob and word not in REPEATED:
        return
    chunk = noise(LOOP)
    at = 5 * BEAT // 2 + 512 - (5 * BEAT // 2 + 512) % 256
    heard = played(chunk, [(at, (word, "off") if not knob else ("off", word))], 6 * BEAT)
    begin = at // length * length  # the mixer is less than a block ahead of what is heard
    frames = np.arange(6 * BEAT)
    cycle = (frames - begin) % length
    settled = (frames >= at + 1024) & (cycle < length - min(FADE, length // 2))
    assert settled.sum() > BEAT
    np.testing.assert_array_equal(heard[settled], expected(chunk, begin, length, frames)[settled])
    np.testing.assert_array_equal(heard[:at], chunk[:at])


def test_letting_go_goes_on_where_the_deck_would_have_been() -> None:
    chunk = noise(LOOP)
    on, off = 256 * 190, 256 * 500
    heard = played(chunk, [(on, ("1/2", "off")), (off, ("off", "off"))], 2 * LOOP)
    after = off + 256 + FADE + 128
    np.testing.assert_array_equal(heard[after:], np.tile(chunk, (2, 1))[after:])


def test_the_whole_loop_repeated_is_the_loop_itself() -> None:
    chunk = noise(LOOP)
    heard = played(chunk, [(256 * 40, ("8", "off"))], 2 * LOOP + 4096)
    np.testing.assert_array_equal(heard, np.tile(chunk, (3, 1))[: 2 * LOOP + 4096])


def test_half_and_double_keep_the_beginning_of_the_slice() -> None:
    chunk = noise(LOOP)
    moves = [(256 * 200, ("1", "off")), (256 * 400, ("1/2", "off")), (256 * 600, ("2", "off"))]
    heard = played(chunk, moves, 12 * BEAT)
    begin = 2 * BEAT
    for first, last, length in ((400, 600, BEAT // 2), (600, 1000, 2 * BEAT)):
        frames = np.arange(256 * first + 1024, 256 * last)
        frames = frames[(frames - begin) % length < length - FADE]
        np.testing.assert_array_equal(heard[frames], expected(chunk, begin, length, frames))


def test_a_repeat_hides_the_loop_and_gives_it_back_in_phase() -> None:
    chunk = noise(LOOP)
    moves = [(256 * 100, ("1", "off")), (256 * 300, ("1", "1/8")), (256 * 450, ("1", "off"))]
    heard = played(chunk, moves, 10 * BEAT)
    frames = np.arange(256 * 450 + 1024, 10 * BEAT)
    begin = BEAT
    frames = frames[(frames - begin) % BEAT < BEAT - FADE]
    np.testing.assert_array_equal(heard[frames], expected(chunk, begin, BEAT, frames))
    held = np.arange(256 * 300 + 1024, 256 * 450)
    eighth = BEAT // 8
    under = begin + (256 * 300 - begin) % BEAT // eighth * eighth  # the eighth that was heard, not the one beneath
    held = held[(held - under) % eighth < eighth - FADE]
    np.testing.assert_array_equal(heard[held], expected(chunk, under, eighth, held))


@pytest.mark.parametrize("word", LOOPED[1:])
def test_nothing_clicks(word: str) -> None:
    chunk = sine(LOOP, 8 * 55)  # 110 Hz: the slices do not close by themselves
    quiet = float(steps(chunk).max())
    heard = played(chunk, [(256 * 111, (word, "off")), (256 * 700, ("off", "1/8")), (256 * 821, ("off", "off"))], LOOP)
    assert float(steps(heard).max()) < 2.5 * quiet  # a cut would be hundreds of times as steep
    assert float(np.abs(heard).max()) < 0.3 * 1.42


def test_a_repeat_of_sound_that_is_alike_is_no_louder() -> None:
    chunk = sine(LOOP, 8 * 64)  # every slice of a beat is the same
    heard = played(chunk, [(256 * 111, ("1", "off"))], LOOP)
    assert float(np.abs(heard).max()) < 0.3 * 1.001


MOVES = st.lists(
    st.tuples(st.integers(1, 40), st.tuples(st.sampled_from(LOOPED), st.sampled_from(REPEATED))), min_size=1, max_size=5
)


@settings(max_examples=25, deadline=None)
@given(moves=MOVES, bpm=st.sampled_from([97.37, 120.0, 174.0]))
def test_blocks_of_any_size_and_all_kernels_give_the_same(moves: list[tuple[int, Lengths]], bpm: float) -> None:
    grid = Grid(RATE, round(bpm * 100))
    chunk = noise(grid.frame_of(4), 3)

    def take(block: int, kernels: Kernels) -> Sound:
        rig = Rig(kernels=kernels, block=block)
        rig.swap(chunk, beats=4, at=0)
        rig.grid(bpm)
        at = 0
        for blocks, lengths in moves:
            at += blocks * 1024
            rig.play(at)
            ask(rig, *lengths)
        return rig.play(at + 8192)[: at + 8192]

    whole = take(1024, NUMBA)
    np.testing.assert_array_equal(whole, take(256, NUMBA))
    np.testing.assert_allclose(whole, take(1024, NUMPY), atol=1e-6)
    assert np.isfinite(whole).all()


def test_the_loops_kernels_too() -> None:
    chunk = noise(LOOP)
    moves = [(1024, ("1/16", "off"))]
    np.testing.assert_allclose(played(chunk, moves, 6144), played(chunk, moves, 6144, kernels=LOOPS), atol=1e-6)


def test_a_new_tempo_moves_the_slice_along() -> None:
    rig = Rig()
    chunk = noise(LOOP)
    rig.swap(chunk, beats=8, at=0)
    rig.grid()
    rig.play(256 * 150)
    ask(rig, "1")
    rig.play(256 * 300)
    rig.mixer.apply(_set(rig.mixer.transport.grid.retimed(256 * 310, 15000)))  # type: ignore[union-attr]
    heard = rig.play(256 * 700)
    cycle = 19200  # a beat at 150
    first = rig.mixer.transport.grid.frame_of(5)  # type: ignore[union-attr]
    a, b = heard[first : first + cycle - FADE], heard[first + cycle : first + 2 * cycle - FADE]
    np.testing.assert_allclose(a, b, atol=1e-3)


def _set(grid: Grid) -> object:
    from liveriff.wire.messages import SetGrid

    return SetGrid(grid)


def test_stopping_ends_what_was_repeated() -> None:
    rig = Rig()
    chunk = noise(LOOP)
    rig.swap(chunk, beats=8, at=0)
    rig.grid()
    ask(rig, "1/4")
    rig.play(BEAT)
    assert not rig.mixer.decks[0].window.idle
    from liveriff.wire.messages import SetGrid

    rig.mixer.apply(SetGrid(None))
    rig.play(2 * BEAT)
    ask(rig)
    start = rig.mixer.frame + 512
    rig.mixer.apply(SetGrid(Grid(RATE, 12000, start)))
    heard = rig.play(start + BEAT)
    np.testing.assert_array_equal(heard[start : start + BEAT], chunk[:BEAT])


@given(
    beat=st.fractions(0, 64, max_denominator=1000),
    beats=st.sampled_from([Fraction(word) for word in LOOPED[1:]]),
)
def test_a_slice_lies_on_its_grid_and_under_the_playhead(beat: Fraction, beats: Fraction) -> None:
    piece = Slice.under(beat, beats)
    assert piece.start % beats == 0
    assert piece.start <= beat < piece.start + beats
    assert piece.heard(beat) == beat
    assert piece.heard(beat + 7 * beats) == beat


@given(frame=st.integers(0, 10**7), bpm=st.integers(4000, 24000), beats=st.sampled_from(LOOPED[1:]))
def test_cycles_follow_each_other_without_a_gap(frame: int, bpm: int, beats: str) -> None:
    grid, piece = Grid(RATE, bpm), Slice(Fraction(4), Fraction(beats))
    cycle = Cycle.at(piece, grid, frame)
    after = Cycle.of(piece, grid, cycle.number + 1)
    assert cycle.begin <= frame < cycle.end == after.begin
    assert cycle.number > 0 or cycle.shift == 0


def test_the_panel_says_what_is_wanted() -> None:
    class Panel:
        def __init__(self) -> None:
            self.index = {name: i for i, name in enumerate(panel_names())}
            self.values = np.zeros(len(panel_names()))

    panel = Panel()
    moves = Moves(panel)
    panel.values[panel.index["/deck/2/loop"]] = TABLE["/deck/2/loop"].kind.number("1/4")
    panel.values[panel.index["/deck/3/repeat"]] = TABLE["/deck/3/repeat"].kind.number("1")
    moves.read()
    assert moves.wanted == [(None, None), (Fraction(1, 4), None), (None, Fraction(1)), (None, None)]
    panel.values[panel.index["/deck/2/loop"]] = np.nan
    moves.read()
    assert moves.wanted[1] == (None, None)
    assert Moves(None).wanted == [(None, None)] * 4
