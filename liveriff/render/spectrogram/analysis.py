"""Sound to mel magnitudes, and mel magnitudes to and from a picture's values 0..1."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from liveriff.render.spectrogram.filterbank import filterbank
from liveriff.render.spectrogram.layout import Layout

_BLOCK = 64  # frames a batch: two of their buffers fit a core's own cache


@lru_cache(maxsize=16)
def hann(length: int) -> Tensor:
    """Periodic Hann window, float32 (length,), kept. Treat as read-only."""
    with torch.inference_mode(False):  # what is kept serves training too
        return torch.hann_window(length, periodic=True, dtype=torch.float64).float()


def centres(frames: int, columns: int) -> Tensor:
    """Where columns lie: round(i * frames / columns) half upward, int64 (columns,); exact integers, never floats."""
    index = torch.arange(columns, dtype=torch.int64)
    return (2 * index * frames + columns) // (2 * columns)


def unit(layout: Layout, window: int, rate: float) -> float:
    """Factor from an STFT of samples in -1..1 to the layout's magnitudes (sample units are those of 44.1 kHz)."""
    return layout.sample_units * 44100 / rate or 2.0 / float(hann(window).sum())


def analyse(audio: Tensor, rate: int, layout: Layout, columns: int, circular: bool = True) -> Tensor:
    """Linear mel magnitudes (channels, bands, columns) of (channels, frames); row 0 is the lowest band.

    Column i is centred at round(i * frames / columns); a loop wraps round, a one-shot has silence on both sides.
    """
    half = layout.window(rate) // 2
    return analyse_at(_extended(audio, half, circular), centres(audio.shape[-1], columns), rate, layout)


def analyse_at(extended: Tensor, starts: Tensor, rate: int, layout: Layout) -> Tensor:
    """Mel magnitudes (channels, bands, columns) of windows that begin at ``starts`` of (channels, more frames)."""
    window, fft = layout.window(rate), layout.fft(rate)
    bank = filterbank(layout, rate, fft)
    taper = hann(window) * unit(layout, window, rate)
    views = extended.float().unfold(-1, window, 1)
    parts = []
    for block in torch.split(starts, _BLOCK):
        spectra = torch.fft.rfft(views[:, block] * taper, n=fft)[..., : len(bank)]
        parts.append(spectra.abs() @ bank)
    return torch.cat(parts, dim=1).transpose(1, 2).contiguous()


def _extended(audio: Tensor, half: int, circular: bool) -> Tensor:
    """The loop with half a window before it and after it."""
    if not circular:
        return torch.nn.functional.pad(audio, (half, half + 1))
    around = torch.arange(-half, audio.shape[-1] + half + 1) % audio.shape[-1]
    return audio[..., around]


def encode(mel: Tensor, layout: Layout) -> Tensor:
    """Picture values 0..1 of mel magnitudes; what is louder than the layout's top is held at 1."""
    return (mel / layout.top).clamp(0.0, 1.0) ** layout.power


def decode_image(values: Tensor, layout: Layout) -> Tensor:
    """Mel magnitudes of picture values 0..1 (values outside are clamped)."""
    return values.clamp(0.0, 1.0) ** (1.0 / layout.power) * layout.top
