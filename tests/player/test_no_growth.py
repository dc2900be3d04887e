"""The player takes no more memory however long it plays: it runs without a collector, so nothing may be left."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from fractions import Fraction

import pytest

from liveriff.music.grid import Grid
from liveriff.params.registry import Registry
from liveriff.params.table import panel_names
from liveriff.player.offline import Offline, Taken
from liveriff.wire.messages import Fill, Load, Point, SetGrid, Strip, Swap

from .rig import NUMBA, noise

RATE, BLOCK = 8000, 512  # ten minutes of a slow machine: what counts is the number of blocks
BEAT = RATE // 2
SOUNDS = {slot: noise(BEAT * 4, seed=slot, level=0.2) for slot in range(8)}
ROUND_BLOCKS = 160
ROUNDS, WARM = 60, 8
SPARE = 40  # allocated blocks; fewer than one a round


@pytest.fixture
def no_collector() -> Iterator[None]:
    """As the player's program runs."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def play_round(player: Offline, number: int, grid: Grid) -> Grid:
    """Some ten seconds with everything: controls that move, pads, loops that change, strips, fills and tempi."""
    at = {
        0: _swaps(number), 20: _strip(number), 50: _fill(grid, player.frame), 80: [Load(3, 4 + number % 3, BEAT)],
        100: [Swap(2, None, 0, 0, Fraction(0), None, 300)],
    }  # fmt: skip
    for block in range(ROUND_BLOCKS):
        messages = [(message, SOUNDS) for message in at.get(block, [])]
        if block == 120:
            grid = grid.retimed(player.frame + 3 * BLOCK, 11000 + number % 7 * 500)
            messages.append((SetGrid(grid), {}))
        strokes = [(1 + block % 3, 0.8, float(player.frame))] if block % 6 == 0 else []
        panel = {"/deck/1/filter": (block % 50) / 50 - 0.5, "/deck/1/alpha": (block % 80) / 80,
                 "/master/crossfader": (block % 30) / 15 - 1.0, "/deck/2/eq/low": -float(block % 40),
                 "/deck/1/send/delay": -12.0, "/deck/1/send/reverb": -12.0}  # fmt: skip
        player.block(BLOCK, Taken(panel, messages, strokes))
    return grid


def _swaps(number: int) -> list[object]:
    return [Swap(deck, (number + deck) % 4, BEAT * 4, 4, Fraction(0), None, 500) for deck in (1, 2)]


def _strip(number: int) -> list[object]:
    lead = (number + 1) % 4
    points = (Point(0.0, lead), Point(1.0, 4 + lead))
    return [Strip(1, lead, BEAT * 4, 4, Fraction(0), points, (4 + lead,))]


def _fill(grid: Grid, frame: int) -> list[object]:
    begin = Fraction(int(grid.beat_at(frame)) + 5)
    return [Fill(1, 7, BEAT * 4, 4, Fraction(0), begin, begin + 2, 200)]


def player_at_home() -> tuple[Offline, Grid]:
    """A player with its panel set, a pad loaded and beats counted."""
    player = Offline(RATE, BLOCK, None, panel_names(), NUMBA)
    grid = Grid(RATE, 12000, 2000)
    values = {name: Registry().number(name) for name in panel_names()}
    loads = [(Load(pad, 3 + pad, BEAT), SOUNDS) for pad in (1, 2, 3)]
    player.block(BLOCK, Taken(values, [*loads, (SetGrid(grid), {})]))
    return player, grid


def growth(player: Offline, grid: Grid, rounds: int, keep: list[object] | None = None) -> tuple[int, int]:
    """Blocks of memory that so many rounds leave behind, after some to settle in, and objects in rings, which only a
    collector would find. Python's own lists of free objects, which are bounded, are emptied by it first."""
    for number in range(WARM):
        grid = play_round(player, number, grid)
    gc.collect()
    before = sys.getallocatedblocks()
    for number in range(WARM, WARM + rounds):
        grid = play_round(player, number, grid)
        if keep is not None:
            keep.append([number])
            keep[-1].append(keep[-1])  # type: ignore[attr-defined]
    rings = gc.collect()
    return sys.getallocatedblocks() - before, rings


def test_ten_minutes_of_everything_leave_nothing_behind(no_collector: None) -> None:
    player, grid = player_at_home()
    blocks, rings = growth(player, grid, ROUNDS)
    assert blocks < SPARE
    assert rings < SPARE
    assert player.frame > 600 * RATE
    player.close()


def test_a_single_object_a_round_would_be_seen(no_collector: None) -> None:
    player, grid = player_at_home()
    kept: list[object] = []
    blocks, _ = growth(player, grid, 12, kept)
    assert blocks >= 12
    kept.clear()
    assert gc.collect() >= 12, "rings are found"
    player.close()
