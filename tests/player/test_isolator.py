"""The isolator: kill, flat, exact bypass, no clicks; measured on its impulse response."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from liveriff.player.isolator import FLAT, HIGH_HZ, LOW_HZ, Isolator
from liveriff.player.kernels import Kernels
from liveriff.player.scalar_fx import STEP

from .rig import NUMBA, NUMPY, RATE, steps

FRAMES = 1 << 16
ON = (1.0, 1.0, 1.0, 1.0)
Array = NDArray[np.float64]


def _through(isolator: Isolator, sound: Array, goal: tuple[float, ...], block: int = 256, first: int = 0) -> Array:
    out = sound.copy()
    for at in range(0, len(out), block):
        isolator.run(out[at : at + block], np.array(goal), (first + at) % STEP)
    return out


def _levels(goal: tuple[float, ...], rate: int = RATE) -> tuple[Array, Array]:
    """Frequencies, and the response there in dB."""
    sound = np.zeros((FRAMES, 2))
    sound[8192] = 1.0  # when the crossfade into the filters is over
    spectrum = np.abs(np.fft.rfft(_through(Isolator(rate, NUMBA), sound, goal)[:, 0]))
    return np.fft.rfftfreq(FRAMES, 1 / rate), 20 * np.log10(spectrum + 1e-15)


def _between(hz: Array, low: float, high: float) -> NDArray[np.bool_]:
    return (hz > low) & (hz < high)


@pytest.mark.parametrize("rate", [44100, 48000, 96000])
def test_bands_at_rest_add_up_to_a_flat_level(rate: int) -> None:
    hz, level = _levels(ON, rate)
    assert np.abs(level[_between(hz, 10, 20000)]).max() < 0.002


@pytest.mark.parametrize(
    ("band", "low", "high"), [(0, 10, 0.4 * LOW_HZ), (1, 2.4 * LOW_HZ, 0.42 * HIGH_HZ), (2, 2.4 * HIGH_HZ, 22000)]
)
def test_a_killed_band_is_gone(band: int, low: float, high: float) -> None:
    goal = [1.0, 1.0, 1.0, 1.0]
    goal[band] = 0.0
    hz, level = _levels(tuple(goal))
    assert level[_between(hz, low, high)].max() <= -60.0
    others = ~_between(hz, low / 4 if band else 0, high * 4 if band < 2 else 24001) & (hz < 20000) & (hz > 10)
    assert np.abs(level[others]).max() < 0.5


def test_all_killed_is_silence() -> None:
    assert np.abs(_through(Isolator(RATE, NUMBA), np.ones((9600, 2)), (0.0, 0.0, 0.0, 1.0))[4800:]).max() == 0.0


@pytest.mark.parametrize(("gain", "decibels"), [(0.5, -6.02), (10 ** (6 / 20), 6.0), (0.1, -20.0)])
def test_a_band_has_the_gain_it_is_set_to(gain: float, decibels: float) -> None:
    hz, level = _levels((gain, 1.0, 1.0, 1.0))
    assert np.abs(level[_between(hz, 10, 80)] - decibels).max() < 0.05
    assert np.abs(level[_between(hz, 500, 20000)]).max() < 0.1


def test_the_crossover_is_a_linkwitz_riley_of_the_eighth_order() -> None:
    """|H| = 1 / (1 + (w / w0)^8), w the prewarped frequency: -6.02 dB at the crossover, 48 dB an octave."""
    hz, level = _levels((1.0, 0.0, 0.0, 1.0))
    here = _between(hz, 20, 1200)
    warped = np.tan(np.pi * hz[here] / RATE) / np.tan(np.pi * LOW_HZ / RATE)
    np.testing.assert_allclose(level[here], -20 * np.log10(1 + warped**8), atol=0.05)


@pytest.mark.parametrize("kernels", [NUMBA, NUMPY], ids=lambda k: k.name)
def test_flat_is_the_deck_itself_before_and_after(kernels: Kernels) -> None:
    sound = np.random.default_rng(1).uniform(-0.5, 0.5, (9600, 2))
    isolator = Isolator(RATE, kernels)
    np.testing.assert_array_equal(_through(isolator, sound, FLAT), sound)
    assert np.abs(_through(isolator, sound, (0.0, 1.0, 1.0, 1.0)) - sound).max() > 0.1
    np.testing.assert_array_equal(_through(isolator, sound, FLAT)[4800:], sound[4800:])
    assert not isolator._memory.any()


def test_no_click_when_bands_are_killed_and_brought_back() -> None:
    """A tone in the middle of each band, so that each change of gain is a change of what is heard."""
    t = np.arange(4 * RATE) / RATE
    tone = sum(np.sin(2 * np.pi * f * t) for f in (60.0, 800.0, 6000.0)) * 0.2
    sound, isolator, parts = np.stack([tone, tone], axis=1), Isolator(RATE, NUMBA), []
    goals = [FLAT, (0.0, 1.0, 1.0, 1.0), FLAT, (1.0, 0.0, 1.0, 1.0), (1.0, 1.0, 0.0, 1.0), FLAT]
    for i in range(24):
        part = sound[i * 8000 : (i + 1) * 8000]
        parts.append(_through(isolator, part, goals[i % len(goals)], first=i * 8000))
    heard = np.concatenate(parts)
    assert steps(heard.astype(np.float32)).max() <= 1.02 * np.percentile(steps(sound.astype(np.float32)), 99.9)


@pytest.mark.parametrize("kernels", [NUMBA, NUMPY], ids=lambda k: k.name)
def test_blocks_do_not_matter(kernels: Kernels) -> None:
    sound = np.random.default_rng(2).uniform(-0.5, 0.5, (4096, 2))
    outs = [_through(Isolator(RATE, kernels), sound, (0.3, 1.0, 0.0, 1.0), block) for block in (256, 128, 1000)]
    for out in outs[1:]:
        np.testing.assert_allclose(out, outs[0], atol=0 if kernels is NUMBA else 1e-12)


def test_silence_after_sound_becomes_silence_and_never_denormal() -> None:
    isolator = Isolator(RATE, NUMBA)
    _through(isolator, np.random.default_rng(3).uniform(-0.5, 0.5, (4800, 2)), (0.5, 1.0, 1.0, 1.0))
    _through(isolator, np.zeros((RATE, 2)), (0.5, 1.0, 1.0, 1.0))
    assert not isolator._memory.any()
