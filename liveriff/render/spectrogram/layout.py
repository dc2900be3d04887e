"""Layouts: which numbers a picture's rows, columns and grey levels stand for. Pure; no tensors are made here."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

_MORE = 1.04
"""An FFT just as long as its window would meet the window's zeros whenever a tone lies on a bin."""


def fast_size(least: int) -> int:
    """Smallest FFT size >= ``least`` that is a multiple of 64 and has no prime factor above 5."""
    size = -(-least // 64) * 64
    while not _smooth(size):
        size += 64
    return size


def _smooth(size: int) -> bool:
    for prime in (2, 3, 5):
        while size % prime == 0:
            size //= prime
    return size == 1


@dataclass(frozen=True)
class Layout:
    """How sound becomes a picture.

    bands: rows; low_hz, high_hz: edges of the HTK mel bands; window_s: periodic Hann; padded_s: length of the FFT,
    0 for a fast size just above the window; power: exponent of the picture; top: mel magnitude that the value 1.0
    decodes to; sample_units: what a sample of 1.0 counts as, or 0 to divide each frame by half the window's sum, so
    that a full-scale sine measures 1.0 at every rate; spread: integrate the triangles over the bins' hat functions
    instead of sampling them at the bins (no empty band where bands are narrower than bins, and the same magnitudes
    at every rate); reference_bin_hz: spread weights count bins of this width; columns_a_beat: 0 when columns are a
    fixed time apart; step_s: that time.
    """

    name: str
    bands: int
    low_hz: float
    high_hz: float
    window_s: float
    padded_s: float
    power: float
    top: float
    sample_units: float
    spread: bool
    reference_bin_hz: float = 10.0
    columns_a_beat: int = 0
    step_s: float = 0.0
    channels: int = 1

    def window(self, rate: float) -> int:
        """Frames under the window; truncated where the layout fixes its FFT, as Riffusion does."""
        return int(self.window_s * rate) if self.padded_s else round(self.window_s * rate)

    def fft(self, rate: float) -> int:
        """Points of the FFT."""
        return int(self.padded_s * rate) if self.padded_s else fast_size(ceil(_MORE * self.window(rate)))

    def columns(self, beats: int) -> int:
        """Columns of a loop."""
        return beats * self.columns_a_beat


EMBEDDED = Layout(
    name="embedded",
    bands=512,
    low_hz=20.0,
    high_hz=18000.0,
    window_s=0.1,
    padded_s=0.0,
    power=0.25,
    top=0.7,
    sample_units=0.0,
    spread=True,
    columns_a_beat=64,
)

RIFFUSION = Layout(
    name="riffusion",
    bands=512,
    low_hz=0.0,
    high_hz=10000.0,
    window_s=0.1,
    padded_s=0.4,
    power=0.25,
    top=30e6,
    sample_units=32768.0,
    spread=False,
    columns_a_beat=64,
    step_s=0.01,
)

RIFFUSION_20K = Layout(
    name="riffusion-20k",
    bands=512,
    low_hz=10.0,
    high_hz=20000.0,
    window_s=0.1,
    padded_s=0.4,
    power=0.25,
    top=30e6,
    sample_units=32768.0,
    spread=False,
    columns_a_beat=64,
    step_s=0.01,
    channels=2,
)
