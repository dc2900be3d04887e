"""The desk: what the panel says becomes gains, smoothed without zipper noise and exact at rest."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from liveriff.player.desk import READS, Desk, ceiling, crossfader_gain, matrix
from liveriff.player.gains import decibels
from liveriff.wire.cells import Cells

from .rig import Rig, noise, sine, steps


@pytest.fixture
def panel() -> Iterator[Cells]:
    """A panel as the engine makes it, with a name in it that the player does not know."""
    cells = Cells(f"liveriff-{os.getpid()}-testpanel", ["/nobody/knows", *READS], create=True)
    for name, (default, _, _) in READS.items():
        cells[name] = default
    yield cells
    cells.close()


def test_a_panel_at_its_defaults_changes_nothing(panel: Cells) -> None:
    with_panel, without = Desk(panel), Desk()
    with_panel.read()
    np.testing.assert_array_equal(with_panel.decks, without.decks)
    np.testing.assert_array_equal(without.decks, np.tile([1.0, 0.0, 0.0, 1.0], (4, 1)))
    np.testing.assert_array_equal(without.master, [1.0, 0.0, 0.0, 1.0])


def test_names_that_are_missing_keep_their_defaults() -> None:
    cells = Cells(f"liveriff-{os.getpid()}-testpart", ["/deck/2/level"], create=True)
    cells["/deck/2/level"] = -20.0
    desk = Desk(cells)
    desk.read()
    assert desk.decks[1, 0] == pytest.approx(0.1)
    assert desk.decks[0, 0] == 1.0
    cells.close()


def test_levels() -> None:
    assert decibels(0.0) == 1.0
    assert decibels(-6.0206) == pytest.approx(0.5, abs=1e-5)
    assert decibels(-60.0) == decibels(-np.inf) == 0.0


def test_floor_nonsense_and_out_of_range_values(panel: Cells) -> None:
    desk = Desk(panel)
    panel["/deck/1/level"], panel["/deck/2/level"], panel["/deck/3/level"] = -np.inf, np.nan, 900.0
    desk.read()
    assert desk.decks[0, 0] == 0.0
    assert desk.decks[1, 0] == 1.0
    assert desk.decks[2, 0] == pytest.approx(10 ** (12 / 20))


def test_mute_pan_and_width(panel: Cells) -> None:
    desk = Desk(panel)
    panel["/deck/1/mute"], panel["/deck/2/pan"], panel["/deck/3/width"], panel["/deck/4/width"] = 1, -1, 0, 2
    desk.read()
    assert not desk.decks[0].any()
    np.testing.assert_allclose(desk.decks[1], [1, 0, 0, 0], atol=1e-12)
    np.testing.assert_allclose(desk.decks[2], [0.5, 0.5, 0.5, 0.5])
    np.testing.assert_allclose(desk.decks[3], [1.5, -0.5, -0.5, 1.5])


def test_the_crossfader_has_equal_power_and_both_sides_in_the_middle() -> None:
    for position in np.linspace(-1, 1, 21):
        a, b = crossfader_gain(0, position), crossfader_gain(2, position)
        assert crossfader_gain(1, position) == 1.0
        assert max(a, b) == 1.0
        assert min(a, b) == pytest.approx(np.cos(abs(position) * np.pi / 2))
    assert crossfader_gain(0, 1.0) == pytest.approx(0, abs=1e-12)


def test_the_cut_curve_lets_go_of_a_side_at_the_very_end(panel: Cells) -> None:
    desk = Desk(panel)
    panel["/deck/1/side"], panel["/deck/2/side"], panel["/master/crossfader/curve"] = 0, 2, 1
    for position, heard in ((0.9, 1.0), (0.97, 0.5), (1.0, 0.0)):
        for sign, deck, other in ((1, 0, 1), (-1, 1, 0)):
            panel["/master/crossfader"] = sign * position
            desk.read()
            assert desk.decks[deck, 0] == pytest.approx(heard)
            assert desk.decks[other, 0] == desk.decks[2, 0] == 1.0


def test_the_ceiling_is_a_float32_that_is_not_above_the_level() -> None:
    for level in np.linspace(-12, 0, 101):
        assert float(np.float32(ceiling(level))) == ceiling(level) <= 10 ** (level / 20)
    assert ceiling(0.0) == 1.0


def test_width_keeps_the_middle_and_pan_the_other_side() -> None:
    for gain, pan, width in product((0.5, 1.0), (-0.4, 0.0, 0.7), (0.0, 0.6, 2.0)):
        ll, rl, lr, rr = matrix(gain, pan, width)
        assert max(ll + rl, lr + rr) == pytest.approx(gain)  # of a mono deck


def test_a_jump_of_a_fader_is_smooth_and_ends_exactly(panel: Cells) -> None:
    chunk = sine(24000, 60)
    rig = Rig(desk=Desk(panel))
    rig.swap(chunk, at=0)
    rig.grid()
    rig.play(24000)
    for value in (-120.0, 0.0, -6.0, 0.0):
        panel["/deck/1/level"] = value
        rig.play(rig.frame + 24000)
    heard = rig.heard
    assert steps(heard[1:]).max() < 1.7 * steps(chunk).max()
    last = rig.frame - 2000
    np.testing.assert_array_equal(heard[last:], np.tile(chunk, (6, 1))[last : rig.frame])


def test_a_fader_is_heard_within_two_blocks(panel: Cells) -> None:
    rig = Rig(desk=Desk(panel))
    rig.swap(np.full((24000, 2), 0.5, np.float32), at=0)
    rig.grid()
    now = len(rig.play(10000))
    panel["/master/level"] = -60.0
    heard = rig.play(now + 48000)[:, 0]
    assert heard[now + 2 * 256] < 0.4
    assert heard[now + 2400] < 0.01
    assert heard[-1] == 0.0


def test_a_slow_sweep_has_no_zipper(panel: Cells) -> None:
    rig = Rig(desk=Desk(panel))
    rig.swap(np.full((24000, 2), 0.5, np.float32), at=0)
    rig.grid()
    rig.play(2560)
    for i in range(100):
        panel["/deck/1/level"] = -0.4 * i
        rig.play(rig.frame + 256)
    step = np.diff(rig.heard[3000:, 0].astype(np.float64))
    assert np.abs(step).max() < 0.5 * 0.046 / 64  # the change of a block, spread over its frames
    assert (step <= 1e-7).all()


def test_the_limiter_follows_its_ceiling(panel: Cells) -> None:
    rig = Rig(desk=Desk(panel))
    rig.swap(noise(24000, level=3.0) * 4, at=0)
    rig.grid()
    rig.play(24000)
    panel["/master/limiter"] = -12.0
    heard = rig.play(48000)
    depth = rig.mixer.limiter.depth
    assert 0.4 < np.abs(heard[:24000]).max() <= ceiling(-0.3)  # noise has its peaks between the samples
    assert np.abs(heard[24064 + depth :]).max() <= ceiling(-12.0)
