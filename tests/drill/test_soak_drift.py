"""Beats are added up in whole numbers; a grid or a loop that is a frame off is seen."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from liveriff.drill.soak_drift import Ledger, Looping, off_frames, worst
from liveriff.music.grid import Grid

RATE = 48000


def tempi(count: int, seed: int = 1) -> list[Grid]:
    """Grids of a set with so many tempi, ten hours long."""
    dice, grid, grids = Random(seed), Grid(RATE, 12000, 1234), []
    for _ in range(count):
        grid = grid.retimed(grid.frame + dice.randrange(1, 2 * 36000 * RATE // count), dice.randrange(4000, 24000))
        grids.append(grid)
    return grids


def test_ten_hours_of_tempi_are_exact() -> None:
    ledger = Ledger(RATE)
    for grid in tempi(3000):
        ledger.told(grid)
    assert ledger.worst_frames == 0.0
    assert ledger.changes == 2999
    assert ledger.frames > 9 * 3600 * RATE


def test_a_grid_that_is_a_hundredth_of_a_frame_off_is_seen_for_ever_after() -> None:
    ledger = Ledger(RATE)
    for i, grid in enumerate(tempi(100)):
        off = grid.beat + Fraction(1, 100) / grid.frames_per_beat
        ledger.told(replace(grid, beat=off) if i >= 50 else grid)
    assert ledger.worst_frames == pytest.approx(0.01, rel=0.9)
    assert ledger.worst_frames > 0.0


def test_a_stop_and_a_hand_that_moves_the_beats_begin_anew() -> None:
    one, *others = tempi(4)
    ledger = Ledger(RATE)
    ledger.told(one)
    ledger.moved()
    ledger.told(others[0].shifted(Fraction(1, 3)))
    ledger.told(None)
    ledger.told(replace(others[1], beat=Fraction(512)))
    assert ledger.worst_frames == 0.0


def looping(grid: Grid, frame: int, beats: int = 8, off: float = 0.0) -> Looping:
    frames = round(beats * grid.frames_per_beat)
    place = float(grid.beat_at(frame) % beats / beats) + off / frames
    return Looping(beats, frames, place % 1.0)


@pytest.mark.parametrize("off", [0.0, 0.5, -3.0, 100.0])
def test_a_loop_is_told_by_how_much_it_is_off(off: float) -> None:
    grid = tempi(500)[-1]
    frame = grid.frame + 77_777
    assert off_frames(grid, frame, looping(grid, frame, off=off)) == pytest.approx(abs(off), abs=1e-3)


def test_the_worst_deck_counts_also_across_the_seam() -> None:
    grid = Grid(RATE, 12000)
    loops = {1: Looping(4, 96000, 0.0), 2: Looping(4, 96000, 1.0 - 2 / 96000)}
    assert worst(grid, 96000 * 5, loops) == pytest.approx(2.0, abs=1e-6)
    assert worst(grid, 0, {}) == 0.0
