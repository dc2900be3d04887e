"""Riffusion's pictures against an implementation in numpy that shares no code."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from liveriff.render.spectrogram import RIFFUSION, RIFFUSION_20K, decode, widen
from liveriff.render.spectrogram.riffusion import (
    classic,
    mel_of_pixels,
    mel_of_sound,
    pixels_of_mel,
    sound_of_pixels,
)
from liveriff.render.spectrogram.width import rounded_off


def reference(audio: NDArray[np.float64], low: float, high: float) -> NDArray[np.uint8]:
    """Step by step as Riffusion's description has it: (512, columns) greys of each channel, top row first."""
    samples = np.pad(audio * 32768.0, ((0, 0), (8820, 8820)), mode="reflect")
    taper = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(4410) / 4410)
    points = 700 * (10 ** (np.linspace(*(2595 * np.log10(1 + np.array([low, high]) / 700)), 514) / 2595) - 1)
    bins = np.linspace(0, 22050, 8821)
    bank = np.stack([np.interp(bins, points[m : m + 3], [0, 1, 0], left=0, right=0) for m in range(512)])
    columns = []
    for i in range(1 + audio.shape[1] // 441):
        frame = np.zeros((len(audio), 17640))
        frame[:, 6615:11025] = samples[:, i * 441 + 6615 : i * 441 + 11025] * taper
        columns.append(np.abs(np.fft.rfft(frame)) @ bank.T)
    mel = np.stack(columns, axis=2)
    return np.flip((255 - 255 * (mel / mel.max()) ** 0.25).astype(np.uint8), axis=1)


def music(channels: int, frames: int = 30000) -> torch.Tensor:
    time = torch.arange(frames) / 44100
    dice = torch.Generator().manual_seed(2)
    chord = sum(torch.sin(2 * torch.pi * hz * time) for hz in (82.4, 440.0, 1234.5, 6000.0)) * 0.15
    return torch.stack([chord * (1 - 0.3 * c) + 0.02 * torch.randn(frames, generator=dice) for c in range(channels)])


@pytest.mark.parametrize("layout", [RIFFUSION, RIFFUSION_20K], ids=["mono", "20 kHz stereo"])
def test_pixels_equal_the_reference(layout: object) -> None:
    assert layout in (RIFFUSION, RIFFUSION_20K)
    sound = music(layout.channels)  # type: ignore[attr-defined]
    pixels, top = pixels_of_mel(mel_of_sound(sound, 44100, layout), layout)  # type: ignore[arg-type]
    wanted = reference(sound.double().numpy(), layout.low_hz, layout.high_hz)  # type: ignore[attr-defined]
    assert pixels.shape == (512, 1 + 30000 // 441, 3)
    assert top > 1e5
    if len(sound) == 1:
        assert all(np.abs(pixels[..., k].numpy().astype(int) - wanted[0]).max() <= 1 for k in range(3))
        assert (pixels[..., 0].numpy() == wanted[0]).mean() > 0.99
    else:
        assert int(pixels[..., 0].max()) == 0
        assert (pixels[..., 1].numpy() == wanted[0]).mean() > 0.99
        assert (pixels[..., 2].numpy() == wanted[1]).mean() > 0.99


def test_pixels_to_mel_takes_red_or_green_and_blue() -> None:
    pixels = torch.zeros(512, 4, 3, dtype=torch.uint8)
    pixels[..., 0], pixels[..., 1], pixels[..., 2] = 255, 155, 55
    assert float(mel_of_pixels(pixels).abs().max()) == 0.0
    left, right = mel_of_pixels(pixels, RIFFUSION_20K)
    assert float(left[0, 0]) == pytest.approx((100 / 255) ** 4 * 30e6, rel=1e-5)
    assert float(right[0, 0]) == pytest.approx((200 / 255) ** 4 * 30e6, rel=1e-5)
    pixels[0, 0, 0] = 0
    assert float(mel_of_pixels(pixels)[0, -1, 0]) == pytest.approx(30e6), "the top row is the highest band"


def test_a_picture_sounds_like_what_it_was_made_of() -> None:
    mel = mel_of_sound(music(1, 44100), 44100)
    pixels, _ = pixels_of_mel(mel)
    for exact_loop, columns in ((True, 101), (False, 100)):
        sound = sound_of_pixels(pixels, exact_loop=exact_loop)
        assert sound.shape == (1, columns * 441)
        assert float(sound.abs().max()) == pytest.approx(1.0)
        again = mel_of_sound(sound, 44100)[..., 5:95]
        wanted = mel_of_pixels(pixels)[..., 5:95]
        scaled = again * float((again * wanted).sum() / again.square().sum())
        assert float((scaled - wanted).norm() / wanted.norm()) < 0.2


def test_the_fast_decoder_is_as_loud_as_the_classic_one() -> None:
    mel = mel_of_sound(music(1, 44100), 44100)
    one, other = classic(mel, passes=8), decode(mel, RIFFUSION, 44100, 44541, circular=False)
    assert float(other.std()) == pytest.approx(float(one.std()), rel=0.1)


@pytest.mark.parametrize("frames", [44100, 30011])
@pytest.mark.parametrize("amount", [0.0, 0.4, 1.0])
def test_width_folds_back_to_mono(frames: int, amount: float) -> None:
    mono = torch.randn(1, frames, generator=torch.Generator().manual_seed(1)) * 0.2
    wide = widen(mono, amount)
    assert torch.allclose(wide.sum(0), 2 * mono[0], atol=1e-6)
    likeness = float(torch.corrcoef(wide)[0, 1])
    assert likeness == pytest.approx((1 - amount**2) / (1 + amount**2), abs=0.06)
    assert torch.equal(wide, widen(mono, amount))


def test_width_leaves_the_bass_in_the_middle_and_attacks_short() -> None:
    bass = torch.sin(2 * torch.pi * 60 * torch.arange(44100) / 44100)[None]
    left, right = widen(bass, 1.0)
    assert float((left - right).abs().max()) < 1e-3
    click = torch.zeros(1, 44100)
    click[0, 1000] = 1.0
    side = widen(click, 1.0)[0] - click[0]
    assert float(side[1000 - 44 : 1000 + 530 + 44].square().sum() / side.square().sum()) > 0.99


def test_width_is_circular() -> None:
    mono = torch.randn(1, 20000, generator=torch.Generator().manual_seed(1))
    assert torch.allclose(widen(mono.roll(777, 1), 0.7), widen(mono, 0.7).roll(777, 1), atol=1e-5)


def test_the_ceiling_bends_only_what_is_loud() -> None:
    sound = torch.tensor([0.0, 0.5, -0.8, 0.9, 4.0, -100.0, float("nan"), float("inf")])
    held = rounded_off(sound)
    assert torch.equal(held[:3], sound[:3])
    assert float(held.abs().max()) < 1.0
    assert float(held[3]) < float(held[4])
    assert held[6:].tolist() == [0.0, 0.0]
