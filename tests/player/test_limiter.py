"""The limiter's ceiling holds for anything finite, and what is below it passes untouched."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveriff.player.bench import true_peak
from liveriff.player.desk import ceiling
from liveriff.player.kernels import Kernels
from liveriff.player.mixer import Limiter

from .rig import NUMBA, NUMPY, RATE, noise

BOTH = pytest.mark.parametrize("kernels", [NUMBA, NUMPY], ids=lambda k: k.name)
LOUD = st.floats(-1.2e39, 1.2e39) | st.floats(-4, 4) | st.sampled_from([0.0, 1.0, -1.0, 3.4e38, 1e-300])


def _run(limiter: Limiter, bus: np.ndarray, cuts: list[int], level: float) -> np.ndarray:
    """The bus through the limiter in blocks that end at ``cuts``."""
    outs, first = [], 0
    for last in sorted({*(cut % len(bus) for cut in cuts), len(bus)} - {0}):
        outs.append(np.full((last - first, 2), np.nan, np.float32))
        limiter.run(outs[-1], bus[first:last], level)
        first = last
    return np.concatenate(outs)


@BOTH
@settings(max_examples=150, deadline=None)
@given(
    spikes=st.dictionaries(st.integers(0, 999), LOUD, max_size=30),
    floor=st.floats(0, 3),
    cuts=st.lists(st.integers(1, 999), max_size=6),
    level=st.floats(-12, 0),
    seed=st.integers(0, 99),
)
def test_nothing_exceeds_the_ceiling(
    kernels: Kernels, spikes: dict[int, float], floor: float, cuts: list[int], level: float, seed: int
) -> None:
    bus = np.random.default_rng(seed).uniform(-floor, floor, (1000, 2))
    for at, value in spikes.items():
        bus[at, at % 2] = value
    limiter, top = Limiter(RATE, kernels), ceiling(level)
    out = _run(limiter, bus, cuts, top)
    assert np.isfinite(out).all()
    assert np.abs(out).max() <= top <= 10 ** (level / 20)


@settings(max_examples=100, deadline=None)
@given(spikes=st.dictionaries(st.integers(0, 999), st.floats(0.1, 1e6), max_size=30))
def test_the_gain_alone_keeps_it_not_the_clamp(spikes: dict[int, float]) -> None:
    """What leaves is the delayed sound times a gain that is nowhere above its need."""
    limiter, bus = Limiter(RATE, NUMPY), np.zeros((1000, 2))
    for at, value in spikes.items():
        bus[at, 0] = value
    limiter.run(np.zeros((1000, 2), np.float32), bus, 0.9)
    need = np.where(bus[:, 0] > 0.9, 0.9 / np.maximum(bus[:, 0], 1e-9), 1.0)
    gain = limiter._gain[limiter.depth : 1000]
    assert (gain <= need[: len(gain)] * (1 + 1e-12)).all()


@BOTH
def test_below_the_ceiling_it_is_a_delay(kernels: Kernels) -> None:
    limiter, sound = Limiter(RATE, kernels), noise(5000, level=0.2)
    out = _run(limiter, sound.astype(np.float64), [256, 1000, 1023, 2000, 3000, 4000], 0.9)
    np.testing.assert_array_equal(out[limiter.depth :], sound[: -limiter.depth])
    assert limiter.meters[3] == 1.0


@BOTH
def test_after_a_peak_the_gain_comes_back_to_exactly_one(kernels: Kernels) -> None:
    limiter = Limiter(RATE, kernels)
    sound = np.full((2 * RATE, 2), 0.1)
    sound[1000] = 2.0
    out = _run(limiter, sound, list(range(0, 2 * RATE, 1000)), 0.5)
    gain = out[:, 0] / np.float32(0.1)
    depth = limiter.depth
    assert (gain[depth:1000] == 1.0).all()  # not touched before the look-ahead sees the peak
    assert gain[1000 + depth + 1] == pytest.approx(0.25, abs=0.01)
    assert gain[1000 + depth + round(0.08 * RATE)] == pytest.approx(1 - 0.75 / np.e, abs=0.02)
    assert gain[-1] == 1.0


def test_the_attack_is_a_ramp_and_not_a_step() -> None:
    limiter = Limiter(RATE, NUMBA)
    sound = np.full((3000, 2), 0.4)
    sound[1000] = 8.0
    out = _run(limiter, sound, [1000, 2000], 0.5)[:, 0]
    around = np.abs(np.diff(np.delete(out, 1000 + limiter.depth)[limiter.depth :]))
    assert around.max() < 2.5 * 0.4 / limiter.depth


def _over_db(sound: np.ndarray, top: float) -> float:
    """How far the highest value between the samples is above the ceiling; cut ends would ring, so they fade."""
    fade = np.minimum(1.0, np.minimum(np.arange(len(sound)), np.arange(len(sound))[::-1]) / 2000)
    return float(20 * np.log10(true_peak((sound * fade[:, None]).astype(np.float32)) / top))


@pytest.mark.parametrize("step", [4, 4.2, 5, 7, 16])
def test_a_sine_is_held_between_its_samples_too(step: float) -> None:
    """Four samples a turn, an eighth of a turn off: the samples miss its peaks by 3 dB."""
    top = ceiling(-0.3)
    wave = 2.0 * np.sin(2 * np.pi * (np.arange(20000) / step + 1 / 8))
    limiter = Limiter(RATE, NUMBA)
    out = _run(limiter, np.stack([wave, -wave], axis=1), list(range(0, 20000, 1000)), top)
    assert np.abs(out).max() <= top
    assert _over_db(out, top) == pytest.approx(0.0, abs=0.15)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 999), drive=st.floats(0.2, 8.0), hits=st.integers(0, 30))
def test_peaks_between_samples_are_held(seed: int, drive: float, hits: int) -> None:
    """Noise and clicks up to 20 kHz, far too loud. What is above can hide more from 16 taps, and is not music."""
    rng, top = np.random.default_rng(seed), ceiling(-0.3)
    sound = rng.normal(0, drive, (12000, 2))
    sound[rng.integers(0, 12000, hits)] *= 10.0
    spectrum = np.fft.rfft(sound, axis=0)
    spectrum[round(20000 / RATE * 12000) :] = 0
    out = _run(Limiter(RATE, NUMBA), np.fft.irfft(spectrum, axis=0), list(range(0, 12000, 1000)), top)
    assert np.abs(out).max() <= top
    assert _over_db(out, top) < 0.1
