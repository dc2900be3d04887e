"""How far a sound is from another, by magnitudes at several resolutions. Pure; the vocoder's training and its check.

Sounds are circles (B, frames) at ``liveriff.render.embedded.draft.RATE``. Multi-resolution STFT distance after
Yamamoto et al., "Parallel WaveGAN" (2020).
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import torch
from torch import Tensor

from liveriff.render.embedded.draft import RATE
from liveriff.render.spectrogram import EMBEDDED
from liveriff.render.spectrogram.filterbank import weights

WINDOWS = (64, 128, 256, 512, 1024, 2048, 4096)
"""Frames: from 1.7 ms, which sees attacks, to 107 ms, which sees single harmonics."""

MELS = ((256, 40), (1024, 80), (2048, 160))
"""Windows and bands of the distance between mel spectra."""

_FLOOR = 3e-5
"""Of a full-scale sine; what is quieter need not be right."""


@lru_cache(maxsize=64)
def _window(length: int, device: torch.device) -> Tensor:
    """Hann window whose spectrum measures 1.0 of a full-scale sine."""
    with torch.inference_mode(False):  # what is kept serves training too
        return torch.hann_window(length, device=device) * (4.0 / length)


@lru_cache(maxsize=64)
def _bank(length: int, bands: int, device: torch.device) -> Tensor:
    with torch.inference_mode(False):
        bank = weights(replace(EMBEDDED, bands=bands), RATE, length)
        return (bank / bank.sum(0, keepdim=True).clamp(min=1e-6)).to(device)


def spectrum(sound: Tensor, length: int) -> Tensor:
    """Complex STFT (B, frames, bins) of circles, a quarter of a window apart."""
    around = torch.cat((sound, sound[:, :length]), dim=1)
    made: Tensor = torch.fft.rfft(around.unfold(-1, length, length // 4) * _window(length, sound.device))
    return made


def magnitude(sound: Tensor, length: int) -> Tensor:
    """Magnitudes of ``spectrum``, differentiable at silence."""
    return (torch.view_as_real(spectrum(sound, length)).square().sum(-1) + 1e-12).sqrt()


def logarithm(made: Tensor, wanted: Tensor) -> Tensor:
    """Mean difference of the logarithms of two magnitudes."""
    return ((made + _FLOOR).log() - (wanted + _FLOOR).log()).abs().mean()


def convergence(made: Tensor, wanted: Tensor) -> Tensor:
    """Spectral convergence, the mean over the batch: the energy of the difference over that of what is wanted."""
    gap = (made - wanted).square().sum((1, 2))
    return ((gap + 1e-8).sqrt() / (wanted.square().sum((1, 2)) + 1e-4).sqrt()).mean()


def spectral(made: Tensor, wanted: Tensor) -> Tensor:
    """The multi-resolution distance: mean over WINDOWS of logarithm and convergence."""
    total = made.new_zeros(())
    for length in WINDOWS:
        heard, true = magnitude(made, length), magnitude(wanted, length)
        total = total + logarithm(heard, true) + convergence(heard, true)
    return total / len(WINDOWS)


def melodic(made: Tensor, wanted: Tensor) -> Tensor:
    """Mean difference of the logarithms of mel spectra at several resolutions: the loudness of noise, not its bins."""
    total = made.new_zeros(())
    for length, bands in MELS:
        bank = _bank(length, bands, made.device)
        heard, true = (magnitude(sound, length)[..., : len(bank)] @ bank for sound in (made, wanted))
        total = total + logarithm(heard, true)
    return total / len(MELS)
