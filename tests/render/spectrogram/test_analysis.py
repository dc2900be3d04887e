"""Pictures of sound: the filterbanks' numbers, the columns' places, the rates' agreement."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from liveriff.render.spectrogram import EMBEDDED, RIFFUSION, RIFFUSION_20K, analyse, decode_image, encode
from liveriff.render.spectrogram.analysis import centres
from liveriff.render.spectrogram.filterbank import band_edges, inverse, weights
from liveriff.render.spectrogram.layout import fast_size


def tone(hz: float, rate: int, seconds: float = 2.0, level: float = 1.0) -> torch.Tensor:
    time = torch.arange(int(rate * seconds), dtype=torch.float64) / rate
    return (level * torch.sin(2 * torch.pi * hz * time)).float()[None]


def condition(bank: torch.Tensor) -> float:
    """Largest singular value over the smallest, from the small Gram matrix."""
    squares = torch.linalg.eigvalsh(bank.double().T @ bank.double())
    return float((squares[-1] / squares[0]).sqrt())


def test_riffusion_filterbank_has_the_known_numbers() -> None:
    bank = weights(RIFFUSION, 44100, 17640)
    edges = band_edges(RIFFUSION)
    assert edges[1:4].tolist() == pytest.approx([3.7308, 7.4816, 11.2523], abs=5e-5)
    assert edges[-3:-1].tolist() == pytest.approx([9886.85, 9943.27], abs=5e-3)
    used = (bank > 0).any(1).nonzero()[:, 0]
    assert (int(used[0]), int(used[-1])) == (1, 3999)
    a_filter = (bank > 0).sum(0)
    assert (int(a_filter.min()), int(a_filter.max())) == (2, 45)
    tops = bank.max(0).values
    assert float(tops.min()) >= 0.67
    assert float(tops.max()) <= 1.0
    assert condition(bank) == pytest.approx(6.56, abs=0.01), "of full rank too"
    assert condition(weights(RIFFUSION_20K, 44100, 17640)) == pytest.approx(10.0, abs=0.1)


def test_riffusion_filterbank_equals_an_independent_one() -> None:
    def mel(hz: float) -> float:
        return 2595 * np.log10(1 + hz / 700)

    points = 700 * (10 ** (np.linspace(mel(0), mel(10000), 514) / 2595) - 1)
    bins = np.linspace(0, 22050, 8821)
    wanted = np.stack([np.interp(bins, points[m : m + 3], [0, 1, 0], left=0, right=0) for m in range(512)], axis=1)
    ours = weights(RIFFUSION, 44100, 17640).numpy()
    assert np.abs(wanted[: len(ours)] - ours).max() < 1e-6
    assert np.abs(wanted[len(ours) :]).max() < 1e-6


def test_the_closed_form_is_the_minimum_norm_solution() -> None:
    layout = replace(RIFFUSION, bands=64)
    bank = weights(layout, 44100, 4410)
    mel = torch.rand(64, 6, generator=torch.Generator().manual_seed(1))
    ours = inverse(layout, 44100, 4410, ridge=0.0) @ mel
    wanted = torch.linalg.lstsq(bank.T.double(), mel.double(), driver="gelsd").solution
    assert float((ours.double() - wanted).norm() / wanted.norm()) < 1e-5


def test_spread_bands_have_their_areas_at_every_fft_and_none_is_empty() -> None:
    edges = band_edges(EMBEDDED)
    areas = (edges[2:] - edges[:-2]) / 2 / EMBEDDED.reference_bin_hz
    for rate in (38400, 44100, 48000, 96000):
        bank = weights(EMBEDDED, rate, EMBEDDED.fft(rate))
        assert torch.allclose(bank.sum(0), areas.float(), rtol=1e-3)
        assert bool((bank > 0).any(0).all())


@pytest.mark.parametrize("hz", [60.0, 440.0, 3000.0, 12000.0])
def test_magnitudes_do_not_depend_on_the_rate(hz: float) -> None:
    mels = [analyse(tone(hz, rate), rate, EMBEDDED, 64) for rate in (44100, 48000, 96000)]
    for other in mels[1:]:
        assert float((mels[0] - other).norm() / mels[0].norm()) < 0.04
        assert float((encode(mels[0], EMBEDDED) - encode(other, EMBEDDED)).abs().max()) < 0.08


def test_the_loudest_row_is_the_tones_band() -> None:
    mel = analyse(tone(440.0, 44100), 44100, EMBEDDED, 128)
    assert abs(float(band_edges(EMBEDDED)[1 + int(mel[0, :, 40].argmax())]) - 440.0) < 6.0


@given(st.integers(1, 10**6), st.integers(1, 4096))
def test_columns_lie_at_the_nearest_frame(frames: int, columns: int) -> None:
    places = centres(frames, columns)
    for i in (0, columns // 3, columns - 1):
        assert abs(int(places[i]) - i * frames / columns) <= 0.5
    assert int(places[0]) == 0


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 127), st.sampled_from([96_000, 88_320]))
def test_rolling_the_loop_rolls_the_picture(shift: int, frames: int) -> None:
    sound = torch.randn(1, frames, generator=torch.Generator().manual_seed(0))
    here = analyse(sound, 48000, EMBEDDED, 128)
    there = analyse(sound.roll(shift * frames // 128, 1), 48000, EMBEDDED, 128)
    assert torch.allclose(here.roll(shift, 2), there, rtol=1e-3, atol=1e-5)


def test_a_one_shot_has_silence_before_it() -> None:
    sound = torch.zeros(1, 44100)
    sound[0, -10:] = 1.0
    assert float(analyse(sound, 44100, EMBEDDED, 100, circular=False)[..., 0].max()) == 0.0
    assert float(analyse(sound, 44100, EMBEDDED, 100, circular=True)[..., 0].max()) > 0.0


@given(st.floats(0.0, 1.0, width=32))
def test_values_and_magnitudes_are_inverses(value: float) -> None:
    for layout in (EMBEDDED, RIFFUSION):
        there_and_back = encode(decode_image(torch.tensor(value), layout), layout)
        assert float(there_and_back) == pytest.approx(value, abs=1e-6)


def test_what_is_too_loud_is_held_at_the_top() -> None:
    assert encode(torch.tensor([0.0, EMBEDDED.top * 9]), EMBEDDED).tolist() == [0.0, 1.0]
    assert decode_image(torch.tensor([-1.0, 2.0]), EMBEDDED).tolist() == pytest.approx([0.0, EMBEDDED.top])


@pytest.mark.parametrize(("rate", "window", "fft"), [(44100, 4410, 4608), (48000, 4800, 5120), (96000, 9600, 10240)])
def test_fft_sizes_are_fast(rate: int, window: int, fft: int) -> None:
    assert (EMBEDDED.window(rate), EMBEDDED.fft(rate)) == (window, fft)
    assert (RIFFUSION.window(44100), RIFFUSION.fft(44100)) == (4410, 17640)


@given(st.integers(1, 20000))
def test_fast_size_is_fast_and_large_enough(least: int) -> None:
    size = fast_size(least)
    assert size >= least
    assert size % 64 == 0
    for prime in (2, 3, 5):
        while size % prime == 0:
            size //= prime
    assert size == 1
