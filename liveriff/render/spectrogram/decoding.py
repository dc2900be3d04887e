"""Mel magnitudes to sound of an exact length. Called by the spectrogram backends in the renderer."""

from __future__ import annotations

from functools import lru_cache
from math import ceil

import torch
from torch import Tensor

from liveriff.render.spectrogram.analysis import unit
from liveriff.render.spectrogram.banded import Banded
from liveriff.render.spectrogram.bands import Bands
from liveriff.render.spectrogram.filterbank import inverse
from liveriff.render.spectrogram.layout import Layout, fast_size
from liveriff.render.spectrogram.phase import GriffinLim, Ring
from liveriff.render.spectrogram.start import first_phases

PASSES = 10  # mel error 0.080; 0.123 from random phases, which need 24 passes for as much
HELD_TO_BANDS = 0.25
"""Share of the passes, the last ones, that keep to what bands hear and no longer to the first guess at magnitudes."""

RIDGE = 1e-3


def working_rate(layout: Layout) -> float:
    """Highest rate that phases are looked for at: 5 % above twice the highest band, a fast FFT a window."""
    return fast_size(ceil(layout.window_s * 2.1 * layout.high_hz)) / layout.window_s


def ring_of(layout: Layout, columns: int, seconds: float) -> Ring:
    """A ring whose hop is a whole number of frames: its rate follows from the loop's length."""
    hop = max(1, int(working_rate(layout) * seconds / columns + 1e-9))
    rate = columns * hop / seconds
    window = round(layout.window_s * rate)
    return Ring(columns, hop, window, fast_size(window))


def inverse_at(layout: Layout, rate: float, fft: int) -> Tensor:
    """Inverse mel (bins, bands) at the FFT's bins, in units of the layout; finer bins between them are dropped.

    Where a layout samples its bands at finer bins than the window needs, the inverse is found at those.
    """
    finer = max(1, round(layout.padded_s / layout.window_s)) if layout.padded_s else 1
    ridge = RIDGE if layout.spread else 0.0
    return inverse(layout, rate, finer * fft, ridge)[::finer].contiguous()


@lru_cache(maxsize=8)
def _banded(layout: Layout, rate: float, fft: int) -> Banded:
    """``inverse_at``, ready to be multiplied by."""
    return Banded(inverse_at(layout, rate, fft))


def magnitudes(mel: Tensor, layout: Layout, rate: float, fft: int, window: int) -> Tensor:
    """STFT magnitudes (columns, bins) of one channel's mel magnitudes (bands, columns)."""
    linear = _banded(layout, rate, fft).times(mel.float())
    return linear.clamp_(min=0.0).div_(unit(layout, window, rate))


def decode(
    mel: Tensor,
    layout: Layout,
    rate: int,
    frames: int,
    passes: int = PASSES,
    seed: int = 0,
    circular: bool = True,
    like: Tensor | None = None,
    to_bands: bool = False,
) -> Tensor:
    """Sound (channels, frames) of linear mel magnitudes (channels, bands, columns).

    Column i is centred at i * frames / columns. A loop is circular in every respect; a one-shot has silence on both
    sides. ``passes``: of Griffin-Lim; 0 leaves the first phases. ``like``: other magnitudes of the same shape, whose
    first phases are taken, so that both sounds may be mixed. The same arguments give the same sound on the same
    machine, whatever the number of threads. ``to_bands``: the last passes keep to what bands hear, see ``bands``; for
    pictures of sounds only: in a drawn one, which no sound has, they would take hits away.
    """
    leads = [None] * len(mel) if like is None else list(like)
    pairs = zip(mel, leads, strict=True)
    held = ceil(passes * HELD_TO_BANDS) if to_bands else 0
    return torch.stack(
        [_decode_one(one, led, layout, rate, frames, passes, held, seed, circular) for one, led in pairs]
    )


def _decode_one(
    mel: Tensor, like: Tensor | None, layout: Layout, rate: int, frames: int, passes: int, held: int, seed: int,
    circular: bool,
) -> Tensor:  # fmt: skip
    columns = mel.shape[1]
    padded = _padded(mel, layout, frames / rate, circular)
    total = padded.shape[1] * frames / columns
    ring = ring_of(layout, padded.shape[1], total / rate)
    ring_rate = ring.columns * ring.hop * rate / total
    solver = GriffinLim(ring, magnitudes(padded, layout, ring_rate, ring.fft, ring.window))
    led = solver.magnitudes
    if like is not None:
        led = magnitudes(_padded(like, layout, frames / rate, circular), layout, ring_rate, ring.fft, ring.window)
    start = solver.from_phases(first_phases(led, ring, seed))
    sound = solver.run(start, passes - held)
    if held:
        sound = solver.run(sound, held, Bands(padded, layout, ring_rate, ring.fft, ring.window))
    sound = sound[: ring.columns]
    return resampled(sound.reshape(-1).roll(-(ring.window // 2)), round(total))[:frames]


def _padded(mel: Tensor, layout: Layout, seconds: float, circular: bool) -> Tensor:
    """A one-shot gets silence after it; a loop shorter than two windows is repeated."""
    columns = mel.shape[1]
    window = ceil(layout.window_s * columns / seconds) + 1
    if not circular:
        return torch.nn.functional.pad(mel, (0, window))
    return mel.repeat(1, max(1, ceil(2 * window / columns)))


def resampled(loop: Tensor, frames: int) -> Tensor:
    """A loop (..., frames of any number) stretched to ``frames`` by one FFT: exact, and circular."""
    spectrum = torch.fft.rfft(loop)
    stretched: Tensor = torch.fft.irfft(spectrum * (frames / loop.shape[-1]), n=frames)
    return stretched
