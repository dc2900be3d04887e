"""Mono to stereo that folds back to the same mono, and a soft ceiling. Pure; called by the spectrogram backends."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

LOWEST_HZ = 250.0  # below this the sound stays in the middle: bass belongs to both loudspeakers
_LONGEST_S = 0.012
_POINTS = 48
_KNEE = 0.8


def widen(audio: Tensor, amount: float, seed: int = 0, rate: int = 44100) -> Tensor:
    """Stereo (2, frames) of mono (1, frames): L = M + S, R = M - S, so that L + R = 2 M whatever the amount.

    S is ``amount`` (0..1) times the middle through an all-pass whose delay wanders smoothly between 0 and 12 ms over
    the frequencies above 250 Hz: short enough that attacks do not smear, uneven enough that the two sides' combs are
    heard as width and not as one pitch. Circular, so a loop stays a loop; the same seed, the same width.
    """
    middle = audio[0].float()
    if amount <= 0.0:
        return torch.stack((middle, middle))
    frames = middle.shape[0]
    side = torch.fft.irfft(torch.fft.rfft(middle) * _wanderer(frames, rate, seed), n=frames) * amount
    return torch.stack((middle + side, middle - side))


@lru_cache(maxsize=4)
def _wanderer(frames: int, rate: int, seed: int) -> Tensor:
    """Response of the all-pass, complex64 (frames // 2 + 1,): its phase is minus 2 pi times the integrated delay."""
    hz = torch.arange(frames // 2 + 1, dtype=torch.float64) * (rate / frames)
    generator = torch.Generator().manual_seed(seed)
    delays = torch.rand(_POINTS, generator=generator, dtype=torch.float64) * _LONGEST_S
    turns = torch.cumsum(_smooth_curve(delays, _octaves(hz)), 0) * float(hz[1] - hz[0])
    rise = (_octaves(hz) * 1.5).clamp(0.0, 1.0)  # in over the two thirds of an octave above the lowest
    gain = 0.5 - 0.5 * torch.cos(torch.pi * rise)
    return torch.polar(gain, -2.0 * torch.pi * (turns % 1.0)).to(torch.complex64)


def _octaves(hz: Tensor) -> Tensor:
    """Octaves above the lowest frequency, 0 below it."""
    return torch.log2(hz.clamp(min=LOWEST_HZ) / LOWEST_HZ)


def _smooth_curve(points: Tensor, octaves: Tensor) -> Tensor:
    """Raised-cosine interpolation between points a seventh of an octave apart."""
    place = (octaves * 7.0).clamp(max=_POINTS - 1.001)
    index = place.long()
    blend = 0.5 - 0.5 * torch.cos(torch.pi * (place - index))
    return points[index] * (1.0 - blend) + points[index + 1] * blend


def rounded_off(audio: Tensor) -> Tensor:
    """The sound with what lies beyond 0.8 bent so that it never reaches 1; everything below is untouched.

    Non-finite samples become silence.
    """
    clean = torch.nan_to_num(audio, nan=0.0, posinf=0.0, neginf=0.0)
    over = (clean.abs() - _KNEE).clamp(min=0.0)
    room = 0.999 - _KNEE
    return torch.where(over > 0.0, torch.sign(clean) * (_KNEE + room * torch.tanh(over / room)), clean)
