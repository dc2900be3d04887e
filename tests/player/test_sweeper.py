"""The one-knob filter: slopes, cutoffs, dead centre, sweeps without zipper; measured on its impulse response."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from liveriff.player.kernels import Kernels
from liveriff.player.scalar_fx import BOTTOM_HZ, CLOSED_HIGH, CLOSED_LOW, STEP, TOP_HZ
from liveriff.player.sweeper import Sweeper, turned

from .rig import NUMBA, NUMPY, RATE, steps

FRAMES = 1 << 16
Array = NDArray[np.float64]


def _through(sweeper: Sweeper, sound: Array, knobs: list[float], block: int = 256) -> Array:
    """The sound, with the knob at the next of ``knobs`` at each block; the last one stays."""
    out = sound.copy()
    for n, at in enumerate(range(0, len(out), block)):
        sweeper.run(out[at : at + block], np.array(turned(knobs[min(n, len(knobs) - 1)])), at % STEP)
    return out


def _levels(knob: float) -> tuple[Array, Array]:
    sound = np.zeros((FRAMES, 2))
    sound[8192] = 1.0
    spectrum = np.abs(np.fft.rfft(_through(Sweeper(RATE, NUMBA), sound, [knob])[:, 0]))
    return np.fft.rfftfreq(FRAMES, 1 / RATE), 20 * np.log10(spectrum + 1e-15)


def _at(hz: Array, level: Array, where: float) -> float:
    return float(level[np.argmin(np.abs(hz - where))])


@pytest.mark.parametrize("knob", [-1.0, -0.8, -0.6, 0.2, 0.5, 0.8])
def test_cutoff_slope_and_resonance(knob: float) -> None:
    hz, level = _levels(knob)
    low, high = turned(knob)
    cutoff = TOP_HZ * np.exp(-low * CLOSED_LOW) if low else BOTTOM_HZ * np.exp(high * CLOSED_HIGH)
    peak = 20 * np.log10(1 + low + high)
    assert _at(hz, level, cutoff) == pytest.approx(-3.0 + peak, abs=0.5)
    far, farther = (4 * cutoff, 8 * cutoff) if knob < 0 else (cutoff / 4, cutoff / 8)
    warp = np.tan(np.pi * farther / RATE) / np.tan(np.pi * far / RATE)
    fall = _at(hz, level, far) - _at(hz, level, farther)
    if min(far, farther) > 15:  # the spectrum's lines are 0.7 Hz apart
        assert fall == pytest.approx(80 * abs(np.log10(warp)), abs=2.0)
    assert level[(hz > 10) & (hz < 20000)].max() < 4.5  # gentle


def test_the_dead_centre_takes_in_the_steps_of_a_controller() -> None:
    assert [turned(2 * step / 127 - 1) for step in (63, 64)] == [(0.0, 0.0)] * 2
    assert turned(-1.0) == (1.0, 0.0)
    assert turned(1.0) == (0.0, 1.0)
    assert turned(0.51) == (0.0, pytest.approx(0.5))


@pytest.mark.parametrize("kernels", [NUMBA, NUMPY], ids=lambda k: k.name)
def test_the_middle_is_the_deck_itself_before_and_after(kernels: Kernels) -> None:
    sound = np.random.default_rng(1).uniform(-0.5, 0.5, (24000, 2))
    heard = _through(Sweeper(RATE, kernels), sound, [0.0] * 8 + [-1.0] * 8 + [1.0] * 8 + [0.0])
    np.testing.assert_array_equal(heard[: 8 * 256], sound[: 8 * 256])
    np.testing.assert_array_equal(heard[48 * 256 :], sound[48 * 256 :])
    assert np.abs(heard - sound)[10 * 256 : 24 * 256].max() > 0.3


def test_a_sweep_from_end_to_end_has_no_zipper_and_no_click() -> None:
    """A low sine: a sweep of a second only lifts its steps by the resonance; a jump from end to end chirps, but a click
    would be a step seventy times as large."""
    t = np.arange(3 * RATE) / RATE
    wave = 0.3 * np.sin(2 * np.pi * 110 * t)
    sound = np.stack([wave, wave], axis=1)
    slow = np.linspace(-1, 1, 188).tolist()
    jumps = [value for value in (-1.0, 1.0, 0.0, -0.5, 0.5, 0.0) for _ in range(40)]
    own = np.percentile(steps(sound.astype(np.float32)), 99.9)
    for knobs, bound in ((slow, 10 ** (4.5 / 20)), (slow[::-1], 10 ** (4.5 / 20)), (jumps, 4.0)):
        heard = _through(Sweeper(RATE, NUMBA), sound, knobs)
        assert steps(heard.astype(np.float32)).max() <= bound * own


@settings(max_examples=30, deadline=None)
@given(
    knobs=st.lists(st.floats(-1, 1), min_size=1, max_size=20), seed=st.integers(0, 9), loud=st.sampled_from([1, 1e38])
)
def test_it_stays_finite_and_calm_wherever_the_knob_goes(knobs: list[float], seed: int, loud: float) -> None:
    sound = np.random.default_rng(seed).uniform(-loud, loud, (5120, 2))
    heard = _through(Sweeper(RATE, NUMBA), sound, knobs)
    assert np.isfinite(heard).all()
    assert np.abs(heard).max() < 8 * loud


def test_silence_after_sound_becomes_silence_and_never_denormal() -> None:
    sweeper = Sweeper(RATE, NUMBA)
    _through(sweeper, np.random.default_rng(3).uniform(-0.5, 0.5, (4800, 2)), [-0.9])
    _through(sweeper, np.zeros((RATE, 2)), [-0.9])
    assert not sweeper._memory.any()
