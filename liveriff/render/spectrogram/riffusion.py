"""Riffusion's pictures, number for number: sound to pixels, pixels to sound. Pure; no files and no EXIF here.

Numbers as in riffusion-hobby (MIT): a magnitude mel spectrogram of int16-valued samples, to the power 0.25, inverted,
truncated to bytes, low frequencies at the bottom; mono in all three channels, stereo in green and blue.
"""

from __future__ import annotations

import torch
from torch import Tensor

from liveriff.render.spectrogram.analysis import centres, decode_image, hann, unit
from liveriff.render.spectrogram.decoding import decode
from liveriff.render.spectrogram.filterbank import exact_weights, inverse
from liveriff.render.spectrogram.layout import RIFFUSION, Layout
from liveriff.render.spectrogram.phase import MOMENTUM

PASSES = 32
_BLOCK = 64  # columns at once


def hop_of(layout: Layout, rate: int) -> int:
    """Frames a column: truncated, as there."""
    return int(layout.step_s * rate)


def mel_of_sound(audio: Tensor, rate: int, layout: Layout = RIFFUSION, circular: bool = False) -> Tensor:
    """Mel magnitudes (channels, bands, columns) of (channels, frames): a column each hop, ends reflected.

    1 + frames // hop columns; the sound must be longer than half a window. circular: it is a loop; its ends join, it
    gets round(frames / hop) columns, and column i is centred at i * frames / columns.
    """
    half, hop, frames = layout.window(rate) // 2, hop_of(layout, rate), audio.shape[-1]
    if circular:
        around = torch.arange(-half, frames + half + 1) % frames
        return _exact(audio[..., around], centres(frames, max(1, round(frames / hop))), rate, layout)
    extended = torch.nn.functional.pad(audio[None].double(), (half, half + 1), mode="reflect")[0]
    return _exact(extended, torch.arange(1 + frames // hop) * hop, rate, layout)


def _exact(extended: Tensor, starts: Tensor, rate: int, layout: Layout) -> Tensor:
    """``analyse_at`` in float64.

    A byte is the fourth root of a magnitude: float32's rounding beside a loud tone would be three greys of silence.
    """
    window, fft = layout.window(rate), layout.fft(rate)
    bank = exact_weights(layout, rate, fft)
    taper = torch.hann_window(window, periodic=True, dtype=torch.float64)
    views = extended.double().unfold(-1, window, 1)
    mel = torch.empty(len(extended), layout.bands, len(starts))  # at once: parts kept between blocks shred the heap
    for first in range(0, len(starts), _BLOCK):
        block = starts[first : first + _BLOCK]
        spectra = torch.fft.rfft(views[:, block] * taper, n=fft)[..., : len(bank)]
        mel[..., first : first + _BLOCK] = (spectra.abs() @ bank).transpose(1, 2)
    return mel.mul_(layout.sample_units * 44100 / rate)


def pixels_of_mel(mel: Tensor, layout: Layout = RIFFUSION, top: float = 0.0) -> tuple[Tensor, float]:
    """Picture uint8 (bands, columns, 3), top row the highest band, and the magnitude that became black.

    top: a magnitude that is to become black, whatever the loudest is; what is louder is held there.
    """
    top = top or float(mel.max())
    values = (mel.double() / max(top, 1e-30)).clamp_(max=1.0)
    grey = (255.0 - 255.0 * values**layout.power).to(torch.uint8).flip(1)
    if layout.channels == 1:
        return grey[0][..., None].expand(-1, -1, 3).contiguous(), top
    return torch.stack((torch.zeros_like(grey[0]), grey[0], grey[1]), dim=-1), top


def mel_of_pixels(pixels: Tensor, layout: Layout = RIFFUSION) -> Tensor:
    """Mel magnitudes (channels, bands, columns) of a picture uint8 (bands, columns, 3): red, or green and blue."""
    planes = pixels[..., :1] if layout.channels == 1 else pixels[..., 1:]
    values = (255.0 - planes.permute(2, 0, 1).float()) / 255.0
    return decode_image(values, layout).flip(1)


def sound_of_pixels(
    pixels: Tensor, layout: Layout = RIFFUSION, rate: int = 44100, exact_loop: bool = True, seed: int = 0
) -> Tensor:
    """Sound (channels, frames) of a picture, peak-normalised to 1.

    exact_loop: columns * hop frames that wrap round, by the fast decoder; otherwise (columns - 1) * hop frames found as
    Riffusion does, which is slow and not a loop.
    """
    mel = mel_of_pixels(pixels, layout)
    if exact_loop:
        sound = decode(mel, layout, rate, mel.shape[-1] * hop_of(layout, rate), PASSES, seed)
    else:
        sound = classic(mel, layout, rate, seed=seed)
    return sound / sound.abs().max().clamp(min=1e-12)


def classic(mel: Tensor, layout: Layout = RIFFUSION, rate: int = 44100, passes: int = PASSES, seed: int = 0) -> Tensor:
    """Riffusion's own phase search at its own FFT size, (channels, (columns - 1) * hop), as a yardstick."""
    fft, hop, window = layout.fft(rate), hop_of(layout, rate), layout.window(rate)
    bank = inverse(layout, rate, fft, ridge=0.0)
    linear = torch.zeros(mel.shape[0], fft // 2 + 1, mel.shape[-1])
    linear[:, : len(bank)] = (bank @ mel.float()).clamp_(min=0.0)
    generator = torch.Generator().manual_seed(seed)
    phase = torch.complex(*(torch.rand(linear.shape, generator=generator) for _ in range(2)))
    before = torch.zeros_like(phase)
    taper = hann(window)
    for _ in range(passes):
        sound = torch.istft(linear * phase, fft, hop, window, taper)
        heard = torch.stft(sound, fft, hop, window, taper, pad_mode="reflect", return_complex=True)
        step = heard - MOMENTUM * before
        phase, before = step / (step.abs() + 1e-16), heard
    return torch.istft(linear * phase, fft, hop, window, taper) / unit(layout, window, rate)
