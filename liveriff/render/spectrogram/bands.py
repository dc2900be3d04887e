"""What the bands of a mel picture demand of a sound that is nearly found. Pure; called by ``decode``.

A picture tells sums over bands. The magnitudes of bins that ``decode`` begins with are one guess of many at them: the
smallest, whose negative numbers were cut off, so that a pure tone between wide bands is never met, however good the
phases. Once the phases are nearly found, the sound's own magnitudes are the better guess, and each band only scales
what it hears (Lee & Seung's multiplicative updates, 1999, one for each pass).
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from liveriff.render.spectrogram.analysis import unit
from liveriff.render.spectrogram.banded import Banded
from liveriff.render.spectrogram.filterbank import filterbank
from liveriff.render.spectrogram.layout import Layout

_QUIETEST = 1e-6  # of the loudest band: below it a ratio would tell of rounding only
_MOST = 4.0  # a band that is not heard yet gets louder by so much a pass


class Bands:
    """A picture's bands beside what they hear of a sound. Used by one thread."""

    def __init__(self, mel: Tensor, layout: Layout, rate: float, fft: int, window: int) -> None:
        """``mel``: (bands, columns) of an STFT at this rate, FFT and window."""
        self._hearing, self._telling = _banks(layout, rate, fft)
        self._wanted = mel.float().T / unit(layout, window, rate)
        self._floor = max(_QUIETEST * float(self._wanted.max()), 1e-12)

    def gain(self, magnitudes: Tensor, columns: slice) -> Tensor:
        """What the magnitudes (n, bins) of these columns are to be multiplied by, the same shape."""
        heard = self._hearing.times(magnitudes.T)
        ratio = (self._wanted[columns] + self._floor).div_(heard.add_(self._floor)).clamp_(max=_MOST)
        return self._telling.times(ratio.T)


@lru_cache(maxsize=8)
def _banks(layout: Layout, rate: float, fft: int) -> tuple[Banded, Banded]:
    """What bands hear of bins (bands, bins), and the mean over the bands that hear a bin (bins, bands).

    Where a layout samples its bands at finer bins than the FFT has, magnitudes go in straight lines between these.
    """
    finer = max(1, round(layout.padded_s / layout.window_s)) if layout.padded_s else 1
    fine = filterbank(layout, rate, finer * fft).T[:, None]
    near = 1.0 - torch.arange(1 - finer, finer).abs() / finer
    hears = torch.nn.functional.conv1d(fine, near[None, None], stride=finer, padding=finer - 1)[:, 0]
    return Banded(hears), Banded((hears / hears.sum(0).clamp(min=1e-12)).T.contiguous())
