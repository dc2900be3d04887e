"""Pads: every stroke on its frame, and what holding, choking, pitch and the grid mean."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.player.desk import Desk
from liveriff.player.loop import Source
from liveriff.player.pads import MOST_IN_NUMPY, PadSound
from liveriff.player.padset import GATE, LOOP, PadSetting
from liveriff.wire.hits import ALL_PADS, CUT
from liveriff.wire.messages import Released

from .rig import NUMPY, RATE, Rig, Sound, noise

BLOCK = 256


class Table(Desk):
    """A desk whose pads the test sets by hand."""

    def read(self) -> None:
        """There is no panel behind it."""


def rig(**setting: object) -> Rig:
    """A mixer with pad 1 loaded; ``setting`` is how it plays."""
    desk = Table()
    made = Rig(block=BLOCK, desk=desk, kernels=NUMPY)
    desk.pads[1] = PadSetting(**setting)  # type: ignore[arg-type]
    load(made, 1, noise(3000))
    return made


def load(bench: Rig, pad: int, sound: Sound | None, slot: int = 7) -> None:
    source = None if sound is None else Source(slot, sound, len(sound), 0, Fraction(0))
    bench.mixer.apply(PadSound(pad, source))


def strike(bench: Rig, at: float, velocity: float = 1.0, pad: int = 1) -> None:
    """A stroke that shall sound at frame ``at``."""
    bench.mixer.strike(pad, velocity, at - BLOCK - bench.mixer.limiter.depth, BLOCK)


@given(at=st.integers(0, 2000), block=st.sampled_from([64, 100, 256, 1024]))
def test_a_stroke_sounds_on_its_frame_sample_for_sample(at: int, block: int) -> None:
    bench = rig()
    bench.block = block
    strike(bench, at)
    heard = bench.play(6000)
    assert not heard[:at].any()
    np.testing.assert_array_equal(heard[at : at + 3000], noise(3000))
    assert not heard[at + 3000 :].any()


def test_velocity_is_squared_and_nothing_sounds_at_zero() -> None:
    bench = rig()
    strike(bench, 500, 0.5)
    np.testing.assert_allclose(bench.play(2000)[500:1500], noise(3000)[:1000] / 4, atol=1e-7)
    silent = rig()
    strike(silent, 500, 0.0)
    assert not silent.play(2000).any()


def test_a_late_stroke_sounds_at_once_and_is_counted() -> None:
    bench = rig()
    bench.play(2048)
    strike(bench, 1000)
    heard = bench.play(6000)
    first = int(np.flatnonzero(np.abs(heard).max(axis=1))[0])
    assert first == 2048 + bench.mixer.limiter.depth  # the next frame that was not mixed yet
    assert bench.mixer.pads.late == 1


def test_pitch_reads_faster() -> None:
    bench = rig(step=2.0)
    strike(bench, 0)
    heard = bench.play(3000)
    assert np.flatnonzero(np.abs(heard).max(axis=1))[-1] in range(1490, 1501)
    np.testing.assert_array_equal(heard[1:1400], noise(3000)[2:2800:2])


def test_a_gate_ends_when_it_is_let_go_without_a_click() -> None:
    ones = np.full((30000, 2), 0.5, np.float32)
    bench = rig(mode=GATE)
    load(bench, 1, ones)
    strike(bench, 100)
    strike(bench, 5000, 0.0)
    heard = bench.play(8000)
    assert (heard[100:5000] == 0.5).all()
    assert not heard[5000 + 400 :].any()
    assert np.abs(np.diff(heard[101:, 0])).max() < 0.01


def test_a_one_shot_rings_on_when_it_is_let_go_but_not_when_it_is_cut() -> None:
    bench = rig()
    strike(bench, 0)
    strike(bench, 500, 0.0)
    np.testing.assert_array_equal(bench.play(3000)[:3000], noise(3000)[:3000])
    cut = rig()
    strike(cut, 0)
    strike(cut, 500, CUT, ALL_PADS)
    assert not cut.play(3000)[1000:].any()


def test_a_loop_goes_round_until_it_is_struck_again() -> None:
    bench = rig(mode=LOOP)
    strike(bench, 0)
    strike(bench, 7000)
    heard = bench.play(9000)
    np.testing.assert_allclose(heard[3000:6000], noise(3000), atol=1e-6)
    assert not heard[7400:].any()


def test_a_loop_ends_at_the_next_stroke_in_any_mode() -> None:
    """A scene, or a hand, has made the pad a one-shot meanwhile."""
    bench = rig(mode=LOOP)
    strike(bench, 0)
    bench.play(3000)
    bench.mixer.desk.pads[1] = PadSetting()
    strike(bench, 7000)
    heard = bench.play(15000)
    np.testing.assert_array_equal(heard[7400:10000], noise(3000)[400:])
    assert not heard[10000:].any()
    assert not bench.mixer.pads.busy


def test_a_loop_ends_where_its_pad_is_emptied_but_not_where_it_gets_another_sound() -> None:
    bench = rig(mode=LOOP)
    strike(bench, 0)
    bench.play(3000)
    load(bench, 1, noise(500), slot=8)
    assert bench.play(6000).any(axis=1)[-1000:].all()
    assert Released(7) not in bench.said
    load(bench, 1, None)
    assert not bench.play(12000)[8000:].any()
    assert Released(7) in bench.said


def test_pads_of_one_group_cut_each_other() -> None:
    bench = rig(choke=1)
    bench.mixer.desk.pads[2] = PadSetting(choke=1)
    load(bench, 1, np.full((30000, 2), 0.5, np.float32))
    load(bench, 2, np.zeros((100, 2), np.float32), slot=8)
    strike(bench, 0)
    strike(bench, 1000, pad=2)
    heard = bench.play(3000)
    assert (heard[:1000] == 0.5).all()
    assert not heard[1400:].any()


@pytest.mark.parametrize(("late", "expected"), [(-9000, 24000), (0, 24000), (1000, 25000), (5000, 48000)])
def test_a_quantised_stroke_waits_for_the_line_unless_it_just_missed_it(late: int, expected: int) -> None:
    bench = rig(quantum=Fraction(1))
    bench.grid(120.0)
    bench.play(12800)
    strike(bench, 24000 + late)
    heard = bench.play(60000)
    assert int(np.flatnonzero(np.abs(heard).max(axis=1))[0]) == expected


@pytest.mark.parametrize("pad", [1, ALL_PADS])
def test_what_waits_for_its_line_is_silenced_too(pad: int) -> None:
    bench = rig(quantum=Fraction(1))
    bench.grid(120.0)
    bench.play(12800)
    strike(bench, 15000)
    strike(bench, 16000, CUT, pad)
    assert not bench.play(40000).any()
    strike(bench, 45000)  # one that is felt later is meant
    assert bench.play(52000)[48000:51000].any()


def test_another_pads_end_leaves_what_waits() -> None:
    bench = rig(quantum=Fraction(1))
    bench.grid(120.0)
    bench.play(12800)
    strike(bench, 15000)
    strike(bench, 16000, CUT, 2)
    assert bench.play(30000)[24000:27000].any()


def test_a_gate_that_waits_for_its_line_is_held_as_long_as_the_finger_held_it() -> None:
    bench = rig(mode=GATE, quantum=Fraction(1))
    load(bench, 1, np.full((30000, 2), 0.5, np.float32))
    bench.grid(120.0)
    bench.play(12800)
    strike(bench, 15000)
    strike(bench, 17000, 0.0)
    heard = bench.play(40000)
    assert not heard[:24000].any()
    assert (heard[24000:26000] == 0.5).all()
    assert not heard[26000 + 400 :].any()


def test_a_pad_that_gets_another_sound_gives_the_old_slot_back_when_it_has_rung_out() -> None:
    bench = rig()
    strike(bench, 0)
    bench.play(512)
    load(bench, 1, noise(1000, seed=2), slot=8)
    assert Released(7) not in bench.said
    bench.play(4000)
    assert Released(7) in bench.said
    strike(bench, 5000)
    np.testing.assert_array_equal(bench.play(6500)[5000:6000], noise(1000, seed=2))


def test_the_oldest_voice_makes_room() -> None:
    bench = rig(mode=LOOP)
    bench.mixer.desk.pads = {n: PadSetting() for n in bench.mixer.desk.pads}
    load(bench, 1, np.full((96000, 2), 0.001, np.float32))
    for n in range(MOST_IN_NUMPY + 10):
        strike(bench, n)
    bench.play(4000)
    assert sum(bench.mixer.pads.sounding().values()) == MOST_IN_NUMPY
    assert len(bench.mixer.pads.voices) == MOST_IN_NUMPY


def test_pads_play_while_the_transport_stands_and_fade_out_when_the_player_leaves() -> None:
    bench = rig(mode=LOOP)
    strike(bench, 0)
    assert bench.play(3000).any()
    bench.mixer.leave(RATE // 20)
    bench.play(3000 + RATE // 10)
    assert bench.mixer.silent
    strike(bench, bench.frame + 1000)
    assert not bench.play(bench.frame + 3000)[-2500:].any()
