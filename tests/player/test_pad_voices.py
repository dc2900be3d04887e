"""What a pad makes of its sound: force, windows, direction, sends, strips, and loops that stay on the beat."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveriff.params.kinds import Value
from liveriff.params.registry import Registry
from liveriff.params.table import panel_names
from liveriff.params.words import PADS, VELOCITIES
from liveriff.player.desk import Desk
from liveriff.player.kernels import Kernels
from liveriff.player.loop import Source
from liveriff.player.pads import PadSound, most_voices
from liveriff.player.padset import CURVES, LOOP, OF_PAD, PadSetting
from liveriff.wire.cells import Cells
from liveriff.wire.messages import Released, SetGrid

from .rig import NUMBA, NUMPY, Rig, Sound, noise, sine, steps

BLOCK = 256
ONES = np.full((6000, 2), 0.5, np.float32)


class Table(Desk):
    """A desk whose pads the test sets by hand."""

    def read(self) -> None:
        """There is no panel behind it."""


def rig(sound: Sound, beats: int = 0, block: int = BLOCK, kernels: Kernels = NUMPY, **setting: object) -> Rig:
    """A mixer with pad 20 loaded; ``setting`` is how it plays."""
    desk = Table()
    made = Rig(block=block, desk=desk, kernels=kernels)
    desk.pads[20] = PadSetting(**setting)  # type: ignore[arg-type]
    load(made, sound, beats=beats)
    return made


def load(bench: Rig, sound: Sound, pad: int = 20, slot: int = 7, beats: int = 0, **more: object) -> None:
    source = Source(slot, sound, len(sound), beats, Fraction(0))
    bench.mixer.apply(PadSound(pad, source, **more))  # type: ignore[arg-type]


def strike(bench: Rig, at: float, velocity: float = 1.0, pad: int = 20) -> None:
    bench.mixer.strike(pad, velocity, at - bench.block - bench.mixer.limiter.depth, bench.block)


@pytest.mark.parametrize("curve", range(len(VELOCITIES)))
def test_velocity_curves_meet_at_full_force(curve: int) -> None:
    def level(velocity: float) -> float:
        bench = rig(ONES, power=CURVES[curve])
        strike(bench, 100, velocity)
        return float(bench.play(1000)[500, 0]) / 0.5

    assert level(1.0) == pytest.approx(1.0)
    assert level(0.5) == pytest.approx({"linear": 0.25, "soft": 0.5, "hard": 0.125, "fixed": 1.0}[VELOCITIES[curve]])


@pytest.mark.parametrize("kernels", [NUMPY, NUMBA], ids=lambda k: k.name)
@settings(max_examples=25, deadline=None)
@given(
    start=st.floats(0.05, 0.9), length=st.floats(0.05, 0.9), backwards=st.booleans(), block=st.sampled_from([200, 300])
)
def test_a_window_is_played_without_a_click(
    kernels: Kernels, start: float, length: float, backwards: bool, block: int
) -> None:
    setting = PadSetting(start=start, end=min(0.95, start + length), backwards=backwards)
    bench = rig(ONES, block=block, kernels=kernels)
    bench.mixer.desk.pads[20] = setting
    strike(bench, 200)
    heard = bench.play(8000)
    low, high = setting.window(len(ONES))
    sounding = np.flatnonzero(heard[:, 0])
    assert (sounding[0], sounding[-1]) == (200, 200 + high - low - 1)
    assert steps(heard).max() < 0.5 / 40  # a millisecond's rise is 48 frames
    if high - low > 600:
        assert (heard[200 + 60 : 200 + high - low - 220] == 0.5).all()


def test_a_whole_sound_is_untouched_forwards_and_backwards() -> None:
    sound = noise(3000)
    bench = rig(sound, backwards=True)
    strike(bench, 100)
    np.testing.assert_array_equal(bench.play(4000)[100:3100], sound[::-1])


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 400000))
def test_a_window_is_never_empty_and_never_beyond_the_sound(start: float, end: float, frames: int) -> None:
    low, high = PadSetting(start=start, end=end).window(frames)
    assert 0 <= low < high <= frames


def test_sends_carry_what_the_pad_plays() -> None:
    bench = rig(ONES, delay=0.25, reverb=0.0, gain=0.5)
    strike(bench, 0)
    buses = np.zeros((3, 512, 2))
    pads = bench.mixer.pads
    pads.strike(20, 1.0, 0, 0, None)
    pads.add(buses[0], 0, buses[1], buses[2])
    assert (buses[0][10:] > 0.2).all()
    np.testing.assert_allclose(buses[1], buses[0] * 0.25, atol=1e-12)
    assert not buses[2].any()


def test_all_pads_have_one_level() -> None:
    bench = rig(ONES)
    bench.mixer.desk.pads_gain = 0.5
    strike(bench, 0)
    assert bench.play(1000)[500, 0] == pytest.approx(0.25)


def test_a_stroke_plays_the_point_of_the_strip_that_is_nearest() -> None:
    bench = rig(ONES * 0.2)
    for slot, morph in ((8, 0.5), (9, 1.0)):
        load(bench, ONES * (0.2 + morph), slot=slot, morph=morph, alone=False)
    for at, morph in ((1000, 0.2), (11000, 0.3), (21000, 0.9)):
        bench.mixer.desk.pads[20] = PadSetting(morph=morph)
        strike(bench, at)
        bench.play(at + 8000)
    heard = bench.heard
    assert [round(float(heard[at + 500, 0]), 3) for at in (1000, 11000, 21000)] == [0.1, 0.35, 0.6]
    bench.mixer.apply(PadSound(20, None, 0.5, alone=False))  # one point goes,
    bench.play(bench.frame + 1000)
    assert Released(8) in bench.said
    assert Released(9) not in bench.said
    load(bench, ONES, slot=10)  # and another sound takes the place of all
    bench.play(bench.frame + 1000)
    assert {Released(7), Released(9)} <= set(bench.said)


# --- loops ---------------------------------------------------------------------------------------------------------


def test_a_loop_with_beats_follows_the_tempo_and_stays_on_the_beat() -> None:
    """Two beats at 120: every start of the sound lies on a beat, also after the tempo has changed."""
    click = np.zeros((48000, 2), np.float32)
    click[:20] = 0.5
    bench = rig(click, beats=2, mode=LOOP)
    grid = bench.grid(120.0)
    strike(bench, 24000)
    bench.play(24000 * 6)
    turn = bench.frame + 5000
    faster = grid.retimed(turn, 15000)
    bench.mixer.apply(SetGrid(faster))
    heard = bench.play(24000 * 16)
    found = np.flatnonzero(np.diff(heard[:, 0]) > 0.2) + 1
    wanted = [g.frame_of(beat) for beat in range(1, 40, 2) for g in [grid if grid.frame_of(beat) < turn else faster]]
    assert len(found) > 8
    assert all(min(abs(frame - line) for line in wanted) <= 1 for frame in found.tolist())


def test_a_loop_that_is_moved_by_a_jump_of_the_beat_fades_over() -> None:
    bench = rig(sine(48000, 220), beats=2, mode=LOOP)
    grid = bench.grid(120.0)
    strike(bench, 0)
    bench.play(20000)
    bench.mixer.apply(SetGrid(replace(grid, frame=grid.frame + 7001)))
    heard = bench.play(60000)
    assert steps(heard).max() < 1.5 * steps(sine(48000, 220)).max()
    assert len(bench.mixer.pads.voices) == 1


@pytest.mark.parametrize("block", [100, 300, 1024])
def test_loops_do_not_depend_on_the_block(block: int) -> None:
    def played(size: int) -> Sound:
        bench = rig(noise(9000), block=size, mode=LOOP, step=1.1, start=0.1, end=0.8)
        strike(bench, 1000)
        return bench.play(30000)[:30000]

    np.testing.assert_allclose(played(block), played(256), atol=1e-6)


# --- many ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kernels", [NUMPY, NUMBA], ids=lambda k: k.name)
def test_a_running_loop_is_not_stolen_by_one_shots(kernels: Kernels) -> None:
    most = most_voices(kernels)
    bench = rig(np.full((96000, 2), 0.001, np.float32), kernels=kernels, mode=LOOP)
    load(bench, np.full((96000, 2), 0.001, np.float32), pad=3, slot=8)
    strike(bench, 0)
    for n in range(most + 5):
        strike(bench, 10 + n, pad=3)
    bench.play(4000)
    assert bench.mixer.pads.sounding() == {20: 1, 3: most - 1}


@pytest.mark.parametrize("kernels", [NUMPY, NUMBA], ids=lambda k: k.name)
def test_a_flood_of_strokes_costs_no_more_than_so_many_voices(kernels: Kernels) -> None:
    most = most_voices(kernels)
    bench = rig(np.full((96000, 2), 0.001, np.float32), kernels=kernels)
    for _ in range(600):
        strike(bench, 300)
    bench.play(512)
    assert len(bench.mixer.pads.voices) <= 2 * most
    bench.play(4000)
    assert len(bench.mixer.pads.voices) == most


@pytest.mark.parametrize("kernels", [NUMPY, NUMBA], ids=lambda k: k.name)
def test_stealing_does_not_click(kernels: Kernels) -> None:
    most = most_voices(kernels)
    bench = rig(np.full((96000, 2), 0.002, np.float32), kernels=kernels)
    for n in range(most + 8):
        strike(bench, 400 * n)
    heard = bench.play(400 * (most + 10))
    assert steps(heard).max() < 0.0021  # of a voice that begins; nothing ends by more


def test_only_pads_that_changed_are_news() -> None:
    bench = rig(ONES)
    strike(bench, 0)
    bench.play(512)
    assert bench.mixer.pads.news() == {20: 1}
    assert bench.mixer.pads.news() == {}
    bench.play(8000)
    assert bench.mixer.pads.news() == {20: 0}


# --- what the panel says -------------------------------------------------------------------------------------------


@pytest.fixture
def panel() -> Iterator[tuple[Cells, Registry]]:
    cells, registry = Cells(f"liveriff-{os.getpid()}-padpanel", panel_names(), create=True), Registry()
    for name in cells.names:
        cells[name] = registry.number(name)
    registry.subscribe(lambda change: cells.__setitem__(change.path, registry.number(change.path)))
    yield cells, registry
    cells.close()


VALUES: tuple[tuple[str, Value, str, object], ...] = (
    ("pitch", 12.0, "step", 2.0),
    ("mode", "loop", "mode", LOOP),
    ("quantum", "beat", "quantum", Fraction(1)),
    ("start", 0.25, "start", 0.25),
    ("end", 0.5, "end", 0.5),
    ("reverse", True, "backwards", True),
    ("velocity", "fixed", "power", 0.0),
    ("send/delay", 0.0, "delay", 1.0),
    ("send/reverb", -60.0, "reverb", 0.0),
    ("morph", 0.75, "morph", 0.75),
    ("level", -60.0, "gain", 0.0),
    ("choke", 5, "choke", 5),
)


@pytest.mark.parametrize(("name", "value", "field", "expected"), VALUES, ids=[row[0] for row in VALUES])
def test_every_parameter_reaches_its_pad_alone(
    panel: tuple[Cells, Registry], name: str, value: Value, field: str, expected: object
) -> None:
    cells, registry = panel
    desk = Desk(cells)
    desk.read()
    before = dict(desk.pads)
    registry.set(f"/pad/37/{name}", value)
    desk.read()
    assert getattr(desk.pads[37], field) == expected
    assert {pad: desk.pads[pad] for pad in PADS if pad != 37} == {pad: before[pad] for pad in PADS if pad != 37}


def test_all_of_it_is_in_the_table_and_one_level_is_for_all(panel: tuple[Cells, Registry]) -> None:
    cells, registry = panel
    assert {f"/pad/64/{name}" for name in OF_PAD} <= set(cells.names)
    assert {row[0] for row in VALUES} == set(OF_PAD)
    desk = Desk(cells)
    registry.set("/pads/level", -60.0)
    desk.read()
    assert desk.pads_gain == 0.0
