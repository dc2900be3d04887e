"""Beats are added up in whole numbers; a grid or a loop that is a frame off is seen."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from liveriff.drill.soak_drift import Drift, Ledger, Looping, of_log, off_frames, worst
from liveriff.engine import journal
from liveriff.engine.journal_score import plain
from liveriff.music.grid import Grid
from liveriff.wire.messages import SetGrid

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


def logged(grids: list[Grid | None], lives: int = 1) -> list[str]:
    """The lines of a performance whose player was told these, and started again so often."""
    head = journal.Header(journal.FORMAT, "1", "house", RATE, "2026-01-01T00:00:00+00:00", {}, {})
    lines = [journal.line(head)]
    for _ in range(lives):
        lines += [journal.line(journal.Life(0.0, 0, 0.0, 256, None)), journal.line(journal.Notice(0.0, 0, 0.0, "Go."))]
        for grid in grids:
            told = {"type": "SetGrid", **dict(plain(SetGrid(grid)))}  # type: ignore[call-overload]
            lines.append(journal.line(journal.Sent(0.0, 0, 0.0, 1, told, ())))
    return lines


def test_beats_are_added_up_from_a_log() -> None:
    grids: list[Grid | None] = [*tempi(50)]
    assert of_log(logged(grids)) == Drift(50, 49, 0.0, grids[-1].frame - grids[0].frame)  # type: ignore[union-attr]
    assert of_log(logged(grids, lives=2)).tempi == 98, "a new player counts its frames from 0"
    assert of_log([*logged([grids[0], None, grids[1]]), '{"kind":"sent","SetGrid']).worst_frames == 0.0
    assert of_log([]) == Drift(0, 0, 0.0, 0)


def test_a_grid_of_a_log_that_is_off_is_seen() -> None:
    one, two, three = tempi(3)
    off = replace(three, beat=three.beat + Fraction(2) / three.frames_per_beat)
    assert of_log(logged([one, two, off])).worst_frames == pytest.approx(2.0)


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
