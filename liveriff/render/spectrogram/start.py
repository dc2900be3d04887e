"""First phases for magnitudes, so that few passes of Griffin-Lim are enough. Pure; called by ``decode``.

Each column is cut into the surroundings of its peaks. A peak's phase runs on with the peak's frequency from column to
column (Beauregard et al., "Single pass spectrogram inversion", 2015); around the peak the phase falls with the delay
of its sound within the window, which the growth of the magnitude tells (Prusa et al., "A noniterative method for
reconstruction of phase from STFT magnitude", 2017). The first holds tones, the second holds attacks.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from liveriff.render.spectrogram.phase import Ring

_QUIETEST = 1e-5  # of the loudest bin
_GROWTH_COLUMNS = 2  # the growth is measured from two columns before to two columns after
_LONGEST = 0.4  # of the window: where its edges are, the growth tells nothing


def first_phases(magnitudes: Tensor, ring: Ring, seed: int = 0) -> Tensor:
    """Phases in radians (..., columns, bins) of windows that begin at their columns; ``seed`` draws those of column 0.

    Dimensions before the columns are separate sounds; the device is that of the magnitudes.
    """
    peaks, counts = _peaks(magnitudes)

    def spread(values: Tensor) -> Tensor:
        return values.repeat_interleave(counts, output_size=magnitudes.numel()).view(magnitudes.shape)

    place = spread(_places(magnitudes, peaks))
    delay = spread(_delays(magnitudes, peaks, ring))
    turns = spread(_turns(place, magnitudes, ring, seed).view(-1)[peaks])
    bins = torch.arange(magnitudes.shape[-1], dtype=torch.float32, device=magnitudes.device)
    # In place, here and below: each of these is megabytes, and a dozen of them lived at once.
    turns -= place.sub_(bins).neg_().mul_(delay).add_(bins * (ring.window / 2)).div_(ring.fft)
    return turns.sub_(turns.floor()).mul_(2.0 * math.pi)


def _peaks(magnitudes: Tensor) -> tuple[Tensor, Tensor]:
    """Peaks as indices of the flattened picture, and how many bins around it each one leads, both int64 (peaks,).

    The border is half-way between two peaks; a column always has one.
    """
    rows = magnitudes.view(-1, magnitudes.shape[-1])
    columns, bins = rows.shape
    middle = rows[:, 1:-1]
    is_peak = torch.zeros(rows.shape, dtype=torch.bool, device=rows.device)
    torch.logical_and(middle > rows[:, :-2], middle >= rows[:, 2:], out=is_peak[:, 1:-1])
    is_peak[:, 1] |= ~is_peak.any(1)
    peaks = is_peak.view(-1).nonzero()[:, 0]
    before, after = peaks[:-1], peaks[1:]
    column = after // bins
    borders = torch.where(before // bins == column, (before + after + 1) // 2, column * bins)
    ends = torch.cat((borders, borders.new_tensor([columns * bins])))
    return peaks, ends.diff(prepend=borders.new_tensor([0]))


def _places(magnitudes: Tensor, peaks: Tensor) -> Tensor:
    """Where peaks lie, in bins: the top of a parabola through three logarithms, (peaks,)."""
    flat = magnitudes.view(-1)
    floor = _floor(magnitudes)
    before, here, after = (flat[peaks + k].clamp(min=floor).log_() for k in (-1, 0, 1))
    bend = before + after - 2.0 * here
    offset = ((before - after) * 0.5 / bend.clamp(max=-1e-6)).clamp_(-0.5, 0.5)
    return (peaks % magnitudes.shape[-1]).float() + offset


def _delays(magnitudes: Tensor, peaks: Tensor, ring: Ring) -> Tensor:
    """How many frames after its window's middle a peak's sound lies, from the growth of the magnitude, (peaks,).

    The logarithm of a Hann window falls as -(pi x / window)^2 about its middle.
    """
    wide = magnitudes
    for reach in (1, 3):  # together the mean of nine bins: single bins beat
        wide = wide.roll(reach, -1).add_(wide).add_(wide.roll(-reach, -1))
    flat, floor = wide.view(-1), _floor(wide)
    columns, bins = magnitudes.shape[-2:]
    way, sound = _GROWTH_COLUMNS * bins, columns * bins
    within = peaks % sound
    before, after = (flat[peaks - within + (within + k) % sound].clamp(min=floor).log_() for k in (-way, way))
    longest = _LONGEST * ring.window
    frames = ring.window**2 / (2.0 * math.pi**2) / (2 * _GROWTH_COLUMNS * ring.hop)
    return ((after - before) * frames).clamp_(-longest, longest)


def _floor(magnitudes: Tensor) -> float:
    """Below this a logarithm would tell of rounding only."""
    return max(float(magnitudes.max()) * _QUIETEST, 1e-12)


def _turns(place: Tensor, magnitudes: Tensor, ring: Ring, seed: int) -> Tensor:
    """Phase at the middle of each window in whole turns, run on from column to column by the frequency of the peak.

    What is missing to a whole number of turns once round the loop is made up where the bin is quiet.
    """
    steps = place * (ring.hop / ring.fft)
    steps -= steps.floor()  # turns of a hundred thousand would leave float32 no fraction
    drawn = torch.rand(place.shape[-1], generator=torch.Generator().manual_seed(seed)).to(place.device)
    missing = steps.sum(-2, keepdim=True)
    missing -= missing.round()
    quiet = magnitudes.square().add_((1e-3 * magnitudes.amax(-2, keepdim=True)).square()).add_(1e-20).reciprocal_()
    steps -= quiet.div_(quiet.sum(-2, keepdim=True)).mul_(missing)
    first = steps[..., :1, :].clone()
    return steps.cumsum_(-2).sub_(first).add_(drawn)
