"""Loudness against the reference tones of ITU-R BS.1770-5 and EBU Tech 3341, and the standard's own filters."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import freqz

from liveriff.render.loudness import SILENT, _high_pass, _shelf, integrated

RATES = pytest.mark.parametrize("rate", [44100, 48000, 96000])


def _tone(seconds: float, dbfs: float, rate: int = 48000, hz: float = 1000.0, channels: int = 2) -> NDArray[np.float64]:
    wave = 10 ** (dbfs / 20) * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)
    return np.repeat(wave[:, None], channels, axis=1)


@RATES
def test_a_full_scale_sine_in_one_channel(rate: int) -> None:
    """The reference: 0 dBFS at 997 Hz, one channel, -3.01 LUFS."""
    assert integrated(_tone(20, 0.0, rate, 997.0, 1), rate) == pytest.approx(-3.01, abs=0.02)


@RATES
def test_steady_tones_of_ebu_tech_3341(rate: int) -> None:
    assert integrated(_tone(20, -23.0, rate), rate) == pytest.approx(-23.0, abs=0.1)
    assert integrated(_tone(20, -33.0, rate), rate) == pytest.approx(-33.0, abs=0.1)


def test_gates_of_ebu_tech_3341() -> None:
    """Cases 3 to 5: quiet parts and pauses do not count, parts that are a little quieter do."""
    case3 = [(10, -36.0), (60, -23.0), (10, -36.0)]
    case4 = [(10, -72.0), (10, -36.0), (60, -23.0), (10, -36.0), (10, -72.0)]
    case5 = [(20, -26.0), (20.1, -20.0), (20, -26.0)]
    for case in (case3, case4, case5):
        sound = np.concatenate([_tone(seconds, level) for seconds, level in case])
        assert integrated(sound, 48000) == pytest.approx(-23.0, abs=0.1)


def test_the_filters_are_those_of_the_standard() -> None:
    shelf = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
    high = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
    for ours, theirs in ((_shelf(48000), shelf), (_high_pass(48000), high)):
        w = np.linspace(1e-3, np.pi, 500)
        np.testing.assert_allclose(freqz(*ours, w)[1], freqz(*theirs, w)[1], atol=2e-6, rtol=2e-5)


def test_twice_the_channels_are_three_decibels_and_gain_is_gain() -> None:
    one, both = _tone(2, -20.0, channels=1), _tone(2, -20.0)
    assert integrated(both, 48000) - integrated(one, 48000) == pytest.approx(3.01, abs=0.01)
    assert integrated(both * 0.5, 48000) - integrated(both, 48000) == pytest.approx(-6.02, abs=0.01)


def test_what_is_silent_empty_or_broken_has_none_and_what_is_short_has_some() -> None:
    assert integrated(np.zeros((48000, 2), np.float32), 48000) == SILENT
    assert integrated(np.zeros((0, 2), np.float32), 48000) == SILENT
    assert integrated(np.full((4800, 2), np.nan, np.float32), 48000) == SILENT
    assert integrated(_tone(0.1, -23.0).astype(np.float32), 48000) == pytest.approx(-23.0, abs=0.3)
