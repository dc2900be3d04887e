"""Mel filterbanks and their closed-form inverse. Cached; any thread of the renderer may call it."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from liveriff.render.spectrogram.banded import Banded
from liveriff.render.spectrogram.layout import Layout

_BINS = 64  # worked on at once
_SINGULAR = 1e-4  # of the largest pivot: bands that share all their bins, or have none
_RIDGE_OF_SINGULAR = 1e-3


def hz_to_mel(hz: Tensor) -> Tensor:
    """HTK mel: 2595 log10(1 + f / 700)."""
    return 2595.0 * torch.log10(1.0 + hz / 700.0)


def mel_to_hz(mel: Tensor) -> Tensor:
    """Inverse of ``hz_to_mel``."""
    return 700.0 * (10.0 ** (mel / 2595.0) - 1.0)


def band_edges(layout: Layout) -> Tensor:
    """Edges and centres of the triangles in Hz, float64 (bands + 2,): band m has its peak at [m + 1]."""
    ends = hz_to_mel(torch.tensor([layout.low_hz, layout.high_hz], dtype=torch.float64))
    return mel_to_hz(torch.linspace(float(ends[0]), float(ends[1]), layout.bands + 2, dtype=torch.float64))


def weights(layout: Layout, rate: float, fft: int) -> Tensor:
    """The filterbank W, float32 (bins, bands); bins above the highest band are left out.

    mel = W^T |X|. Triangles have height 1 and are not normalised.
    """
    return exact_weights(layout, rate, fft).float()


def exact_weights(layout: Layout, rate: float, fft: int) -> Tensor:
    """``weights`` in float64."""
    bin_hz = rate / fft
    count = min(fft // 2, int(layout.high_hz / bin_hz) + 1) + 1
    bins = torch.arange(count, dtype=torch.float64) * bin_hz
    edges = band_edges(layout)
    return _spread(edges, bins, bin_hz, layout.reference_bin_hz) if layout.spread else _sampled(edges, bins)


def _spread(edges: Tensor, bins: Tensor, bin_hz: float, reference_hz: float) -> Tensor:
    """``_spread_block``, a few bins at a time, each with the bands that reach it."""
    out = torch.zeros(len(bins), len(edges) - 2, dtype=torch.float64)
    for first in range(0, len(bins), _BINS):
        part = bins[first : first + _BINS]
        reached = ((part[-1] + bin_hz > edges[:-2]) & (part[0] - bin_hz < edges[2:])).nonzero()[:, 0]
        if len(reached):
            low, high = int(reached[0]), int(reached[-1]) + 1
            near = edges[low : high + 2]
            out[first : first + _BINS, low:high] = _spread_block(near, part, bin_hz, reference_hz)
    return out


def _sampled(edges: Tensor, bins: Tensor) -> Tensor:
    low, peak, high = edges[:-2], edges[1:-1], edges[2:]
    rise = (bins[:, None] - low) / (peak - low)
    fall = (high - bins[:, None]) / (high - peak)
    return torch.minimum(rise, fall).clamp(min=0.0)


def _spread_block(edges: Tensor, bins: Tensor, bin_hz: float, reference_hz: float) -> Tensor:
    """Integral of each triangle over each bin's hat function, in units of ``reference_hz``.

    Both are second differences of ramps, so the integral is a second difference in both directions of the
    doubly integrated ramp (x - y)+^3 / 6.
    """
    nodes = torch.cat((bins[:1] - bin_hz, bins, bins[-1:] + bin_hz))
    cubic = (edges[None, :] - nodes[:, None]).clamp(min=0.0) ** 3 / 6.0
    hats = (cubic[:-2] - 2.0 * cubic[1:-1] + cubic[2:]) / bin_hz
    slopes = 1.0 / edges.diff()
    rise, fall = slopes[:-1], slopes[1:]
    areas = rise * hats[:, :-2] - (rise + fall) * hats[:, 1:-1] + fall * hats[:, 2:]
    overlap = (bins[:, None] + bin_hz > edges[:-2]) & (bins[:, None] - bin_hz < edges[2:])
    return torch.where(overlap, areas.clamp(min=0.0), 0.0) / reference_hz  # elsewhere only rounding is left


@lru_cache(maxsize=4)  # megabytes each; a rate for every tempo would fill hundreds
def filterbank(layout: Layout, rate: float, fft: int) -> Tensor:
    """``weights``, kept. Treat as read-only."""
    return weights(layout, rate, fft)


@lru_cache(maxsize=2)
def inverse(layout: Layout, rate: float, fft: int, ridge: float = 1e-3) -> Tensor:
    """W (W^T W + ridge * mean diagonal)^-1, float32 (bins, bands), kept. Treat as read-only.

    Times mel magnitudes this is the minimum-norm solution that ``lstsq`` with the driver gels would find; the ridge
    is for layouts whose low bands are narrower than a bin, where W^T W is singular; found singular, it gets one.
    """
    matrix = Banded(weights(layout, rate, fft).double(), faint=0.0)
    square = matrix.squared()
    square.diagonal().add_(ridge * float(square.diagonal().mean()))
    factor, refused = torch.linalg.cholesky_ex(square)
    if not ridge and (refused or float(factor.diagonal().min() / factor.diagonal().max()) < _SINGULAR):
        return inverse(layout, rate, fft, _RIDGE_OF_SINGULAR)
    return matrix.times(torch.cholesky_inverse(factor)).T.contiguous().float()
