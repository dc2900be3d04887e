"""What the sink's thread runs: it never raises, counts, and cuts at the frame."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import pytest

from liveriff.music.grid import Grid
from liveriff.player.loop import Loop
from liveriff.player.meters import Meters
from liveriff.player.mixer import Mixer
from liveriff.player.player import Leave, Player
from liveriff.player.sink import ClockSink
from liveriff.wire.cells import GAUGES, Cells
from liveriff.wire.messages import SetGrid

from .rig import NUMBA, RATE, Rig, noise


@pytest.fixture
def gauges() -> Iterator[Cells]:
    """Gauges as the engine makes them."""
    cells = Cells(f"liveriff-{os.getpid()}-testgauges", GAUGES, create=True)
    yield cells
    cells.close()


def _player(gauges: Cells, limit: int | None = None) -> tuple[Player, Rig]:
    rig = Rig()  # for its swap and its grid
    rig.mixer = Mixer(RATE, NUMBA, rig.said.append)
    return Player(rig.mixer, Meters(RATE, gauges), ClockSink(RATE, 256, "test"), limit, None), rig


def _block(player: Player) -> np.ndarray:
    out = np.full((256, 2), np.nan, np.float32)
    player.fill(out)
    return out


def test_a_mixer_that_raises_is_silence_and_a_fault(gauges: Cells, monkeypatch: pytest.MonkeyPatch) -> None:
    player, rig = _player(gauges)
    rig.swap(noise(24000))
    rig.grid(frame=1000)

    def fail(*_: object) -> int:
        raise ZeroDivisionError("by design")

    monkeypatch.setattr(Loop, "add", fail)
    for _ in range(6):
        assert not _block(player).any()
    assert player.fault == "ZeroDivisionError: by design"
    assert gauges["blocks"] == 6
    assert gauges["frame"] == player.frame == 6 * 256


def test_the_gauges_tell_what_plays(gauges: Cells) -> None:
    player, rig = _player(gauges)
    rig.swap(noise(24000, level=0.2), deck=2, slot=7)
    rig.grid(frame=512)
    for _ in range(49):
        _block(player)
    shown = gauges.snapshot()
    assert (shown["deck2_slot"], shown["deck1_slot"]) == (7.0, -1.0)
    assert shown["deck2_loop"] == pytest.approx((49 * 256 - 512) / 24000, abs=0.01)
    assert shown["deck2_peak"] == pytest.approx(max(shown["peak_left"], shown["peak_right"]), rel=0.1)
    assert 0 < shown["rms"] < shown["peak_left"] <= 0.5
    assert shown["reduction_db"] == 0.0
    assert shown["clock_s"] > 0


def test_the_end_is_cut_at_its_frame(gauges: Cells) -> None:
    player, rig = _player(gauges, limit=1000)
    rig.swap(np.full((24000, 2), 0.5, np.float32))
    player.commands.append(SetGrid(Grid(RATE, 12000, 300)))
    heard = np.concatenate([_block(player) for _ in range(8)])[:, 0]
    np.testing.assert_array_equal(np.flatnonzero(heard), np.arange(300, 1300))
    assert player.ended


def test_leaving_is_done_when_the_limiter_is_empty_and_nothing_brings_it_back(gauges: Cells) -> None:
    player, rig = _player(gauges)
    rig.swap(np.full((24000, 2), 0.5, np.float32))
    rig.grid(frame=300)
    for _ in range(10):
        _block(player)
    player.commands.append(Leave(0.05))
    player.commands.append(SetGrid(Grid(RATE, 12000, 4000)))
    heard = [_block(player)]
    while not player.left:
        heard.append(_block(player))
    assert 10 <= len(heard) <= 11  # 50 ms and the look-ahead
    assert heard[0][0, 0] == 0.5
    assert not heard[-1][-1].any()
    assert not _block(player).any()
