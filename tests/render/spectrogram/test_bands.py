"""What bands demand of a sound: nothing of the one they were pictured from, much of others."""

from __future__ import annotations

import math

import pytest
import torch

from liveriff.render.spectrogram import EMBEDDED, RIFFUSION, analyse, decode
from liveriff.render.spectrogram.analysis import hann
from liveriff.render.spectrogram.bands import Bands
from liveriff.render.spectrogram.decoding import inverse_at, ring_of
from liveriff.render.spectrogram.layout import Layout

FRAMES, RATE = 88200, 44100


def gated() -> torch.Tensor:
    """Tones that are cut off at once, (1, frames)."""
    seconds = torch.arange(FRAMES) / RATE
    tones = sum((torch.sin(2 * math.pi * hz * seconds) / 8 for hz in (55.0, 440.0, 1234.5, 7000.0)), seconds * 0.0)
    return (tones * ((seconds % 1.0) < 0.55))[None]


def bands_and_magnitudes(layout: Layout) -> tuple[Bands, torch.Tensor]:
    """Bands of white noise, and its own magnitudes (columns, bins) at the windows of the phase search."""
    ring = ring_of(layout, 200, 2.0)
    frames = ring.columns * ring.hop
    noise = torch.randn(1, frames, generator=torch.Generator().manual_seed(0)) * 0.1
    mel = analyse(noise, frames // 2, layout, 200)
    around = noise[0].roll(ring.window // 2).repeat(2)[: frames + ring.window]
    views = around.unfold(0, ring.window, ring.hop)[: ring.columns] * hann(ring.window)
    magnitudes = torch.fft.rfft(views, n=ring.fft).abs()
    bins = len(inverse_at(layout, frames / 2, ring.fft))
    return Bands(mel[0], layout, frames / 2, ring.fft, ring.window), magnitudes[:, :bins]


@pytest.mark.parametrize("layout", [EMBEDDED, RIFFUSION])
def test_the_sound_itself_is_left_nearly_as_it_is(layout: Layout) -> None:
    bands, magnitudes = bands_and_magnitudes(layout)
    gain = bands.gain(magnitudes, slice(0, 200))
    assert gain.shape == magnitudes.shape
    inner = gain[:, 8:-8]
    assert float(inner.median()) == pytest.approx(1.0, abs=0.05)
    assert float((inner - 1.0).abs().mean()) < 0.1


def test_what_is_too_quiet_gets_louder_and_what_is_too_loud_quieter() -> None:
    bands, magnitudes = bands_and_magnitudes(EMBEDDED)
    columns = slice(32, 64)
    inner = slice(40, -8)  # farther out some gains are held already
    plain = bands.gain(magnitudes[columns], columns)[:, inner]
    for change in (0.5, 2.0):
        turned = bands.gain(magnitudes[columns] * change, columns)[:, inner]
        torch.testing.assert_close(turned * change, plain, rtol=1e-3, atol=1e-3)
    assert float(bands.gain(magnitudes[columns] * 1e-3, columns).max()) <= 4.0 + 1e-4


def test_silence_demands_silence() -> None:
    bands = Bands(torch.zeros(512, 8), EMBEDDED, 38400.0, 3840, 3840)
    gain = bands.gain(torch.ones(8, 1802), slice(0, 8))
    assert float(gain.max()) < 1e-6


@pytest.mark.parametrize(("layout", "passes"), [(RIFFUSION, 32), (RIFFUSION, 16), (EMBEDDED, 10)])
def test_tones_that_are_cut_off_are_nearer_their_picture(layout: Layout, passes: int) -> None:
    sound = gated()
    mel = analyse(sound, RATE, layout, 200)

    def error(to_bands: bool) -> float:
        again = analyse(decode(mel, layout, RATE, FRAMES, passes, to_bands=to_bands), RATE, layout, 200)
        return float((again - mel).norm() / mel.norm())

    assert error(True) < 0.75 * error(False)
