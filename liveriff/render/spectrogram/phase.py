"""Phases for magnitudes: fast Griffin-Lim over a ring of hops. Pure; called by ``decode`` in the renderer.

Perraudin, Balazs, Sondergaard, "A fast Griffin-Lim algorithm" (2013). The hop is a whole number of frames, so that a
column's frame is a view of the sound and the overlap-add is ``span`` additions of whole hops, not a scatter.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from liveriff.render.spectrogram.analysis import hann
from liveriff.render.spectrogram.bands import Bands

MOMENTUM = 0.99 / 1.99
_BLOCK = 32  # columns worked on at once: their frames and spectra stay in a core's own cache
_TINY = 1e-16


@dataclass(frozen=True)
class Ring:
    """Windows on a circle of ``columns`` * ``hop`` frames: column i begins at i * hop, the last ones wrap round."""

    columns: int
    hop: int
    window: int
    fft: int

    @property
    def span(self) -> int:
        """Hops a window reaches over."""
        return -(-self.window // self.hop)


class GriffinLim:
    """The buffers of one ring, used again by every pass. A sound is a tensor (columns + span, hop)."""

    def __init__(self, ring: Ring, magnitudes: Tensor) -> None:
        """``magnitudes``: float32 (columns, bins) with bins <= fft // 2 + 1; the bins left out are silent."""
        self.ring = ring
        self.magnitudes = magnitudes
        self.taper = hann(ring.window)
        self.before = torch.zeros(magnitudes.shape, dtype=torch.complex64)
        self.envelope = self._folded_window()
        self._frames = torch.zeros(_BLOCK, ring.fft)
        self._tails = torch.zeros(_BLOCK, ring.span * ring.hop)
        self._spectra = torch.zeros(_BLOCK, ring.fft // 2 + 1, dtype=torch.complex64)

    def _folded_window(self) -> Tensor:
        """Sum over all windows of the squared window, (hop,)."""
        squares = torch.zeros(self.ring.span * self.ring.hop)
        squares[: self.ring.window] = self.taper**2
        return squares.view(self.ring.span, self.ring.hop).sum(0).clamp(min=1e-2)

    def random_start(self, seed: int) -> Tensor:
        """The sound of random phases."""
        generator = torch.Generator().manual_seed(seed)
        return self.from_phases(torch.rand(self.magnitudes.shape, generator=generator) * (2.0 * torch.pi))

    def from_phases(self, phases: Tensor) -> Tensor:
        """The sound of the magnitudes with these phases, (columns, bins)."""
        sound = self._silence()
        for first in range(0, self.ring.columns, _BLOCK):
            block = slice(first, min(first + _BLOCK, self.ring.columns))
            loud, turn = self.magnitudes[block], phases[block]
            self._add(sound, block, torch.complex(loud * turn.cos(), loud * turn.sin()))  # polar takes thrice as long
        return self._closed(sound)

    def run(self, sound: Tensor, passes: int, bands: Bands | None = None) -> Tensor:
        """The sound after ``passes`` more passes, with the magnitudes or, where they are given, what bands hear."""
        for _ in range(passes):
            sound = self._pass(sound, bands)
        return sound

    def _pass(self, sound: Tensor, bands: Bands | None) -> Tensor:
        after = self._silence()
        for first in range(0, self.ring.columns, _BLOCK):
            block = slice(first, min(first + _BLOCK, self.ring.columns))
            self._add(after, block, self._projected(sound, block, bands))
        return self._closed(after)

    def _projected(self, sound: Tensor, block: slice, bands: Bands | None) -> Tensor:
        """The block's spectra with the phases of the momentum step and the wanted magnitudes, or what bands make of
        its own."""
        rows = block.stop - block.start
        frames = self._frames[:rows]
        views = sound.view(-1).unfold(0, self.ring.window, self.ring.hop)[block]
        torch.mul(views, self.taper, out=frames[:, : self.ring.window])
        heard = torch.fft.rfft(frames)[:, : self.magnitudes.shape[1]]
        step = torch.sub(heard, self.before[block], alpha=MOMENTUM)
        self.before[block] = heard
        parts = torch.view_as_real(step)
        real, imaginary = parts[..., 0], parts[..., 1]
        power = torch.addcmul(real * real, imaginary, imaginary).add_(_TINY)
        gain = bands.gain(power.sqrt_(), block) if bands else power.rsqrt_().mul_(self.magnitudes[block])
        return step.mul_(gain)

    def _add(self, sound: Tensor, block: slice, spectra: Tensor) -> None:
        """Overlap-add the block's frames, windowed once more."""
        rows, bins = spectra.shape
        padded = self._spectra[:rows]
        padded[:, :bins] = spectra
        frames = torch.fft.irfft(padded, n=self.ring.fft)
        tails = self._tails[:rows]
        torch.mul(frames[:, : self.ring.window], self.taper, out=tails[:, : self.ring.window])
        hops = tails.view(rows, self.ring.span, self.ring.hop)
        for k in range(self.ring.span):
            sound[block.start + k : block.stop + k].add_(hops[:, k])

    def _silence(self) -> Tensor:
        return torch.zeros(self.ring.columns + self.ring.span, self.ring.hop)

    def _closed(self, sound: Tensor) -> Tensor:
        """Fold what reaches beyond the circle back to its start, divide by the windows, repeat the start beyond."""
        columns, span = self.ring.columns, self.ring.span
        sound[:span] += sound[columns:]
        sound[:columns] /= self.envelope
        sound[columns:] = sound[:span]
        return sound
