"""The room: its time by Schroeder's integral, its density, its level, what it is in mono, and its end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

from liveriff.player.fxpanel import ReverbSetting
from liveriff.player.kernels import Kernels
from liveriff.player.reverb import Reverb, losses, sizes
from liveriff.player.scalar_fx import LINES

from .rig import NUMBA, NUMPY, RATE

Array = NDArray[np.float64]


def _through(reverb: Reverb, send: Array, block: int = 256, first: int = 0) -> Array:
    out = np.zeros_like(send)
    for at in range(0, len(send), block):
        reverb.add(out[at : at + block], send[at : at + block], first + at)
    return out


def _room(setting: ReverbSetting, kernels: Kernels = NUMBA, rate: int = RATE) -> Reverb:
    reverb = Reverb(rate, kernels)
    reverb.set(setting)
    return reverb


def _impulse(seconds: float, rate: int = RATE) -> Array:
    sound = np.zeros((round(seconds * rate), 2))
    sound[0, 0] = 1.0
    return sound


def _rt60(sound: Array, low: float, high: float, rate: int = RATE) -> float:
    """Seconds for 60 dB in a band, from -5 to -35 dB of the backward integral (ISO 3382's T30)."""
    band = sosfiltfilt(butter(3, [low, high], "band", fs=rate, output="sos"), sound, axis=0)
    energy = np.cumsum(np.square(band).sum(axis=1)[::-1])[::-1]
    level = 10 * np.log10(energy / energy[0] + 1e-30)
    first, last = int(np.argmax(level < -5)), int(np.argmax(level < -35))
    return 60 / (level[first] - level[last]) * (last - first) / rate


@pytest.mark.parametrize("seconds", [0.3, 0.5, 1.0, 2.5, 8.0])
@pytest.mark.parametrize("tone", [-0.2, 0.0])
def test_the_time_is_that_in_which_60_db_are_lost(seconds: float, tone: float) -> None:
    heard = _through(_room(ReverbSetting(seconds, tone)), _impulse(max(1.0, 1.2 * seconds)))
    assert _rt60(heard, 500, 1000) == pytest.approx(seconds, rel=0.1)
    assert _rt60(heard, 60, 10000) == pytest.approx(seconds, rel=0.15)


@pytest.mark.parametrize("rate", [44100, 96000])
def test_the_time_does_not_depend_on_the_rate(rate: int) -> None:
    heard = _through(_room(ReverbSetting(1.0), rate=rate), _impulse(1.2, rate))
    assert _rt60(heard, 500, 1000, rate) == pytest.approx(1.0, rel=0.1)


def test_tone_darkens_and_thins() -> None:
    dark, plain, thin = (_through(_room(ReverbSetting(2.0, tone)), _impulse(2.4)) for tone in (-1.0, 0.0, 1.0))
    assert _rt60(dark, 4000, 8000) < 0.5 * _rt60(plain, 4000, 8000)
    assert _rt60(dark, 125, 250) == pytest.approx(2.0, rel=0.1)
    low = [np.square(np.abs(np.fft.rfft(sound[:RATE, 0]))[20:100]).sum() for sound in (plain, thin)]
    assert 10 * np.log10(low[0] / low[1]) > 12  # between 20 and 100 Hz


def test_it_is_dense_soon() -> None:
    """Abel and Huang's echo density (AES 121, 2006): 1 is that of noise."""
    heard = _through(_room(ReverbSetting(2.5)), _impulse(1.0))[:, 0]
    for at_s, least in ((0.05, 0.5), (0.08, 0.75), (0.12, 0.9)):
        window = heard[round((at_s - 0.01) * RATE) : round((at_s + 0.01) * RATE)]
        assert np.mean(np.abs(window) > window.std()) / 0.3173 > least


@pytest.mark.parametrize("seconds", [0.2, 1.0, 10.0])
def test_a_lasting_sound_comes_back_as_loud_as_it_is_and_survives_in_mono(seconds: float) -> None:
    noise = np.repeat(np.random.default_rng(1).uniform(-0.5, 0.5, (8 * RATE, 1)), 2, axis=1)
    heard = _through(_room(ReverbSetting(seconds, 0.0)), noise, 1024)[4 * RATE :]
    power = np.mean(np.square(heard))
    assert 10 * np.log10(power / np.mean(np.square(noise))) == pytest.approx(-3.0, abs=1.5)
    assert abs(np.corrcoef(heard.T)[0, 1]) < 0.1
    assert 10 * np.log10(np.mean(np.square(heard.mean(axis=1))) / power) == pytest.approx(-3.0, abs=0.5)


def test_no_line_gains_at_any_frequency_however_long_the_reverb() -> None:
    """Losses times the interpolation between samples: below 1 everywhere, so it cannot grow."""
    w = np.linspace(0, np.pi, 500)
    interpolation = np.zeros_like(w)
    for f in np.linspace(0, 1, 41):
        taps = [0.5 * (-f + 2 * f**2 - f**3), 1 - 2.5 * f**2 + 1.5 * f**3, 0.5 * (f + 4 * f**2 - 3 * f**3)]
        taps.append(0.5 * (f**3 - f**2))
        gain = np.abs(sum(tap * np.exp(-1j * w * k) for k, tap in enumerate(taps)))
        interpolation = np.maximum(interpolation, gain)
    for tone in (-1.0, 0.0, 1.0):
        rows = losses(ReverbSetting(20.0, tone), RATE)
        for b, p in zip(rows[:LINES], rows[LINES : 2 * LINES], strict=True):
            assert (interpolation * np.abs(b / (1 - p * np.exp(-1j * w)))).max() < 1.0


def test_delays_are_prime_and_different() -> None:
    for rate in (44100, 48000, 96000):
        lines = sizes(rate)[-LINES:].tolist()
        assert len(set(lines)) == LINES
        assert all(line % k for line in lines for k in range(2, 100) if k < line)


@pytest.mark.parametrize("kernels", [NUMBA, NUMPY], ids=lambda k: k.name)
def test_blocks_do_not_matter(kernels: Kernels) -> None:
    noise = np.random.default_rng(2).uniform(-0.5, 0.5, (9000, 2))
    outs = [_through(_room(ReverbSetting(1.0), kernels), noise, block, first=77) for block in (256, 90, 1000)]
    for out in outs[1:]:
        np.testing.assert_allclose(out, outs[0], atol=0 if kernels is NUMBA else 1e-12)


@settings(max_examples=8, deadline=None)
@given(seconds=st.floats(0.2, 2.0), tone=st.floats(-1, 1))
def test_it_ends_and_sleeps(seconds: float, tone: float) -> None:
    reverb = _room(ReverbSetting(seconds, tone))
    _through(reverb, np.random.default_rng(3).uniform(-1, 1, (RATE, 2)), 1024)
    heard = _through(reverb, np.zeros((round((3.5 * seconds + 1) * RATE), 2)), 1024, first=RATE)
    assert not reverb.awake
    assert not heard[-256:].any()


def test_a_cut_empties_the_room() -> None:
    reverb = _room(ReverbSetting(10.0))
    _through(reverb, np.random.default_rng(3).uniform(-1, 1, (RATE, 2)))
    reverb.cut()
    heard = _through(reverb, np.zeros((RATE, 2)), first=RATE)
    assert not heard[: RATE // 10].any()
    assert np.abs(heard).max() < 1e-6
