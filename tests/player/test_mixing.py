"""The way of a deck through the mixer: equaliser, filter, sends, cue, solo, tone; what is off changes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveriff.player import desk as desk_module
from liveriff.player import fxpanel
from liveriff.player.desk import Desk, ceiling, crossfader_gain
from liveriff.player.kernels import Kernels
from liveriff.player.layers import Change
from liveriff.player.loop import Source
from liveriff.player.pads import PadSound
from liveriff.wire.cells import Cells
from liveriff.wire.hits import ALL_PADS, CUT
from liveriff.wire.messages import SetGrid

from .rig import NUMBA, NUMPY, RATE, Rig, decibels, noise, steps

READS = {**desk_module.READS, **fxpanel.READS}
OFF = -120.0


@pytest.fixture
def panel() -> Iterator[Cells]:
    """All that the mixer reads, at what it takes where the panel is silent."""
    cells = _panel(f"liveriff-{os.getpid()}-testmixing")
    yield cells
    cells.close()


def _panel(name: str) -> Cells:
    cells = Cells(name, list(READS), create=True)
    for path, (default, _, _) in READS.items():
        cells[path] = default
    return cells


def _rig(panel: Cells, chunk: np.ndarray, kernels: Kernels = NUMBA, block: int = 256) -> Rig:
    """Deck 1 plays ``chunk``, a beat long, from frame 0 on."""
    rig = Rig(desk=Desk(panel), kernels=kernels, block=block)
    rig.swap(chunk, at=0)
    rig.grid()
    return rig


def test_a_deck_at_rest_passes_bit_for_bit_with_the_effects_idle(panel: Cells) -> None:
    chunk = noise(24000)
    rig = _rig(panel, chunk)
    np.testing.assert_array_equal(rig.play(48000)[:48000], np.tile(chunk, (2, 1)))
    assert not rig.mixer.effects.awake


@pytest.mark.parametrize("path", ["/deck/1/eq/mid", "/deck/1/filter", "/deck/1/send/delay", "/master/tone"])
def test_what_was_moved_and_put_back_leaves_no_trace(panel: Cells, path: str) -> None:
    chunk = noise(24000)
    panel["/delay/feedback"] = 0.0
    rig = _rig(panel, chunk)
    rig.play(24000)
    before, panel[path] = panel[path], -0.5
    moved = rig.play(48000)[24000:48000]
    assert not np.array_equal(moved, chunk)
    panel[path] = before
    rig.play(24000 * 7)
    last = rig.play(24000 * 8)[24000 * 7 : 24000 * 8]
    np.testing.assert_array_equal(last, chunk)


@pytest.mark.parametrize("kernels", [NUMBA, NUMPY], ids=lambda k: k.name)
def test_blocks_do_not_matter_with_everything_on(panel: Cells, kernels: Kernels) -> None:
    for path, value in (("eq/low", OFF), ("filter", -0.4), ("send/delay", -6.0), ("send/reverb", -6.0), ("pan", 0.3)):
        panel[f"/deck/1/{path}"] = value
    panel["/master/tone"] = 0.4
    heard = [_rig(panel, noise(24000), kernels, block).play(30000)[:30000] for block in (256, 1000)]
    np.testing.assert_allclose(heard[0], heard[1], atol=0 if kernels is NUMBA else 1e-6)


def test_sends_are_past_the_fader_and_the_cue_is_before_it(panel: Cells) -> None:
    panel["/deck/1/send/delay"], panel["/deck/1/level"], panel["/deck/1/cue"] = 0.0, OFF, 1.0
    rig = _rig(panel, noise(24000))
    out, cue = np.zeros((2, 4800, 2), np.float32)
    rig.mixer.next_block(out, cue)
    assert not out.any()
    assert not rig.mixer.effects.awake
    assert cue.any()


def test_the_headphones_hear_what_is_cued_or_the_mix(panel: Cells) -> None:
    chunk = noise(24000)
    rig = _rig(panel, chunk)
    rig.swap(noise(24000, seed=2), deck=2, slot=1, at=0)
    panel["/deck/2/cue"] = 1.0
    out, cue = np.zeros((2, 24000 + rig.mixer.limiter.depth, 2), np.float32)
    rig.mixer.next_block(out, cue)
    late = rig.mixer.limiter.depth
    np.testing.assert_allclose(cue[late + 4800 :], noise(24000, seed=2)[4800:], atol=1e-7)
    panel["/cue/mix"], panel["/cue/level"] = 1.0, -6.0206
    rig.mixer.next_block(np.zeros((4800, 2), np.float32), np.zeros((4800, 2), np.float32))
    out, cue = np.zeros((2, 4800, 2), np.float32)
    rig.mixer.next_block(out, cue)
    np.testing.assert_allclose(cue, out / 2, atol=1e-5)


def test_solo_silences_the_others_and_mute_is_stronger(panel: Cells) -> None:
    desk = Desk(panel)
    panel["/deck/2/solo"] = 1.0
    desk.read()
    assert [bool(row.any()) for row in desk.decks] == [False, True, False, False]
    panel["/deck/3/solo"], panel["/deck/2/mute"] = 1.0, 1.0
    desk.read()
    assert [bool(row.any()) for row in desk.decks] == [False, False, True, False]


def test_the_cut_curve_stays_open_to_the_end() -> None:
    for position in np.linspace(-1, 0.94, 40):
        assert crossfader_gain(0, position, cut=True) == pytest.approx(1.0)
    assert crossfader_gain(0, 0.97, cut=True) == pytest.approx(0.5)
    assert crossfader_gain(0, 1.0, cut=True) == 0.0
    assert crossfader_gain(2, -1.0, cut=True) == 0.0
    assert crossfader_gain(1, 1.0, cut=True) == 1.0


def test_echoes_outlast_a_stop_and_not_a_panic(panel: Cells) -> None:
    panel["/deck/1/send/delay"], panel["/deck/1/send/reverb"] = 0.0, 0.0
    for panics in (False, True):
        rig = _rig(panel, noise(24000))
        rig.play(RATE)
        rig.mixer.apply(SetGrid(None))
        if panics:
            rig.mixer.strike(ALL_PADS, CUT, rig.frame, rig.block)
        after = rig.play(2 * RATE)[RATE + RATE // 2 :]
        assert (decibels(after) < -200) if panics else (decibels(after) > -50)
        assert steps(rig.heard).max() < 1.0


def test_leaving_silences_the_effects_too(panel: Cells) -> None:
    panel["/deck/1/send/reverb"], panel["/reverb/time"] = 0.0, 20.0
    rig = _rig(panel, noise(24000))
    rig.play(RATE)
    rig.mixer.leave(2400)
    rig.play(RATE + 4800)
    assert rig.mixer.silent
    assert not rig.heard[-1000:].any()


def test_pads_reach_the_effects(panel: Cells) -> None:
    rig = Rig(desk=Desk(panel))
    rig.mixer.desk.pads[1] = type(rig.mixer.desk.pads[1])(reverb=1.0)
    rig.mixer.desk.read = lambda: None  # type: ignore[method-assign]
    rig.mixer.apply(PadSound(1, Source(0, noise(1000), 1000, 0, Fraction(0))))
    rig.mixer.strike(1, 1.0, 0, 256)
    assert decibels(rig.play(RATE)[6000:20000]) > -70


def test_what_is_tapped_adds_up_to_the_mix(panel: Cells) -> None:
    for path, value in (("eq/low", -12.0), ("send/delay", -6.0), ("send/reverb", -6.0)):
        panel[f"/deck/1/{path}"] = value
    rig, sums = _rig(panel, noise(24000)), []
    rig.mixer.tap = lambda n: sums.append(
        np.abs(rig.mixer.posts.sum(axis=0) + rig.mixer.pad_bus + rig.mixer.effects.returns - rig.mixer.master).max()
    )
    rig.play(RATE)
    assert max(sums) < 1e-12


def test_the_tone_tilts_about_its_pivot(panel: Cells) -> None:
    click = np.zeros((24000, 2), np.float32)
    click[12000] = 0.4
    for tone in (-1.0, 0.5, 1.0):
        panel["/master/tone"] = tone
        rig = _rig(panel, click)
        rig.play(24000)
        spectrum = np.abs(np.fft.rfft(rig.play(48000)[24000:48000, 0])) / 0.4  # lines 2 Hz apart
        level = 20 * np.log10(spectrum)
        assert level[20] == pytest.approx(-6.0 * tone, abs=0.2)
        assert level[8000] == pytest.approx(6.0 * tone, abs=0.3)
        assert level[400] == pytest.approx(0.0, abs=0.1)


VALUES = {path: row for path, row in READS.items() if "pad" not in path}


@settings(max_examples=25, deadline=None)
@given(
    moves=st.lists(st.tuples(st.sampled_from(sorted(VALUES)), st.floats(0, 1)), max_size=40), seed=st.integers(0, 99)
)
def test_whatever_is_turned_and_played_stays_finite_and_under_the_ceiling(
    moves: list[tuple[str, float]], seed: int
) -> None:
    """With samples that are not finite or absurdly loud among those of the chunk."""
    rng = np.random.default_rng(seed)
    chunk = rng.standard_normal((24000, 2)).astype(np.float32)
    chunk[rng.integers(0, 24000, 50)] = rng.choice(np.array([np.nan, np.inf, -np.inf, 3e38], np.float32), (50, 1))
    panel = _panel(f"liveriff-{os.getpid()}-testany{seed}")
    try:
        rig = _rig(panel, chunk)
        rig.mixer.apply(Change(2, Source(1, noise(24000), 24000, 1, Fraction(0)), Fraction(0), 0))
        for path, share in moves:
            _, low, high = VALUES[path]
            panel[path] = low + share * (high - low)
            rig.play(rig.frame + 512)
        heard = rig.play(rig.frame + 24000)
        assert np.isfinite(heard).all()
        assert np.abs(heard).max() <= ceiling(0.0)
        assert np.isfinite(rig.mixer.effects.returns).all()
    finally:
        panel.close()
