"""The vocoder: pictures to sound. A draft by phases that run on, mended by a small convolutional net, in one pass.

After Vocos (Siuzdak, 2023): ConvNeXt blocks on frames a fixed hop apart, a short-time Fourier transform as the last
layer. Unlike there the net does not invent phases, it turns and scales those of the draft and adds what is missing,
so that untrained it is the draft itself. Circular in time.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from liveriff.render.embedded.draft import HOP, draft
from liveriff.render.embedded.halves import halve, through
from liveriff.render.embedded.net import Net
from liveriff.render.spectrogram.analysis import hann
from liveriff.render.spectrogram.decoding import resampled

WINDOW = 4 * HOP
BINS = WINDOW // 2 + 1
_GAIN = WINDOW / 4
"""What a full-scale sine measures in an STFT with this window; spectra here are divided by it."""

_LOUDEST = 3.0  # of the gain's logarithm: a draft can be 26 dB too low, and e^3 of noise is not worth more
_PARTS = 5
_RISE = 11  # frames


class Block(nn.Module):
    """ConvNeXt in one dimension (Liu et al., 2022), circular, frames (B, N, width)."""

    def __init__(self, width: int, inner: int) -> None:
        """``inner``: width between the two matrices."""
        super().__init__()
        self.mix = nn.Conv1d(width, width, 7, groups=width)
        self.norm = nn.LayerNorm(width)
        self.rise = nn.Linear(width, inner)
        self.fall = nn.Linear(inner, width)
        self.scale = nn.Parameter(torch.full((width,), 0.2))

    def forward(self, x: Tensor) -> Tensor:
        """The same shape."""
        around = torch.cat((x[:, -3:], x, x[:, :3]), dim=1).transpose(1, 2)
        hidden = self.norm(self.mix(around).transpose(1, 2))
        risen = functional.gelu(through(self.rise, hidden), approximate="tanh")
        fallen = through(self.fall, risen).to(x.dtype)
        out: Tensor = x + self.scale * fallen  # the way straight through is never rounded
        return out


class Vocoder(Net):
    """Mends drafts. Untrained it changes nothing."""

    def __init__(self, width: int = 256, inner: int = 512, blocks: int = 6, bands: int = 512) -> None:
        """``width`` and ``inner``: of the blocks; ``bands``: rows of the picture."""
        super().__init__()
        self.enter = nn.Linear(2 * BINS + bands, width)
        self.norm = nn.LayerNorm(width)
        self.body = nn.Sequential(*(Block(width, inner) for _ in range(blocks)))
        self.last = nn.LayerNorm(width)
        self.leave = nn.Linear(width, _PARTS * BINS)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)

    def halve(self) -> None:
        """Multiply in bfloat16 from now on; norms, convolutions along time and sums stay in float32."""
        for part in self.modules():
            if isinstance(part, nn.Linear):
                halve(part)

    def forward(self, sound: Tensor, values: Tensor, hop: float) -> Tensor:
        """Mended sounds (B, frames) of drafts (B, frames), a multiple of HOP, and pictures (B, bands, columns).

        ``hop``: frames between two columns.
        """
        return sound_of(self._mended(sound, values, hop))

    def _mended(self, sound: Tensor, values: Tensor, hop: float) -> Tensor:
        """Spectra (B, N, BINS). A function each: what one has needed, tens of megabytes, is gone in the next."""
        spectra = spectra_of(sound) / _GAIN
        told = self._told(spectra, values, hop)
        gain = told[:, :, 0].clamp(max=_LOUDEST).exp()
        turned = spectra * torch.complex(1.0 + told[:, :, 1], told[:, :, 2])
        added = surroundings(spectra)[..., None] * told[:, :, 3:].transpose(-1, -2)
        return (turned + torch.view_as_complex(added.contiguous())) * gain * _GAIN

    def _told(self, spectra: Tensor, values: Tensor, hop: float) -> Tensor:
        """What is to be done with the spectra (B, N, _PARTS, BINS), by the net."""
        pictures = between(values, spectra.shape[1], HOP / hop)
        seen = torch.cat((squeezed(spectra), pictures.transpose(1, 2) * 2.0 - 0.5), dim=-1)
        hidden = self.last(self.body(self.norm(through(self.enter, seen).to(seen.dtype))))
        return torch.unflatten(through(self.leave, hidden).float(), -1, (_PARTS, BINS))

    @torch.inference_mode()
    def sound(
        self,
        values: Tensor,
        frames: int,
        rate: int,
        circular: bool = True,
        seed: int = 0,
        phases: Tensor | None = None,
    ) -> Tensor:
        """Sound (1, frames), float32, of picture values 0..1 (1, 512, columns); column 0 is at frame 0.

        A loop is circular in every respect; a one-shot has silence on both sides. ``seed`` draws the first phases;
        ``phases``: see ``draft``.
        """
        device = self.leave.weight.device
        made = draft(values.float().cpu(), frames / rate, circular, seed, phases)
        mended = self(made.sound.to(device), made.values.to(device), float(made.ring.hop))
        total = round(frames * made.values.shape[-1] / values.shape[-1])
        heard = resampled(mended, total)[:, :frames]
        return heard if circular else _begun(heard)


def _begun(sound: Tensor) -> Tensor:
    """A one-shot that rises from silence within a quarter of a millisecond: what lies before frame 0 is cut off."""
    rise = torch.linspace(0.0, 1.0, _RISE + 1, device=sound.device)[1:]
    return torch.cat((sound[:, :_RISE] * rise[: sound.shape[-1]], sound[:, _RISE:]), dim=-1)


def spectra_of(sound: Tensor) -> Tensor:
    """Spectra (B, N, BINS) of circles (B, N * HOP); window i is centred at i * HOP."""
    half = WINDOW // 2
    around = torch.cat((sound[:, -half:], sound, sound[:, : half - HOP]), dim=-1)
    spectra: Tensor = torch.fft.rfft(around.unfold(-1, WINDOW, HOP) * hann(WINDOW).to(sound.device))
    return spectra


def sound_of(spectra: Tensor) -> Tensor:
    """Circles (B, N * HOP) of spectra (B, N, BINS): the inverse of ``spectra_of``."""
    frames = torch.fft.irfft(spectra, n=WINDOW) * (hann(WINDOW).to(spectra.device) / 1.5)
    quarters = frames.unflatten(-1, (4, HOP)).unbind(2)
    parts = [quarter.roll(k - 2, dims=1) for k, quarter in enumerate(quarters)]
    sound: Tensor = parts[0] + parts[1] + parts[2] + parts[3]
    return sound.flatten(1)


def squeezed(spectra: Tensor) -> Tensor:
    """Spectra with magnitudes to the power of 0.3, real and imaginary parts side by side (B, N, 2 BINS)."""
    parts = torch.view_as_real(spectra)
    power = parts.square().sum(-1, keepdim=True) + 1e-10
    return (parts * power.pow(-0.35)).flatten(2)


def surroundings(spectra: Tensor) -> Tensor:
    """Mean magnitude (B, N, BINS) of three frames and five bins: how loud what is added may be."""
    parts = torch.view_as_real(spectra).square()
    loud = (parts[..., 0] + parts[..., 1] + 1e-20).sqrt()  # the root has no slope at 0
    wide = functional.pad(loud + loud.roll(1, 1) + loud.roll(-1, 1), (2, 2))
    total = wide[..., :-4] + wide[..., 1:-3] + wide[..., 2:-2] + wide[..., 3:-1] + wide[..., 4:]
    edges = torch.tensor([3.0, 4.0], device=total.device)  # bins that are there
    counted = torch.cat((edges, edges.new_full((total.shape[-1] - 4,), 5.0), edges.flip(0)))
    return total / (3.0 * counted)


def between(values: Tensor, count: int, step: float) -> Tensor:
    """Columns (B, bands, count) at 0, step, 2 step ... of circular pictures, linearly between their columns."""
    columns = values.shape[-1]
    place = torch.arange(count, dtype=torch.float64) * step
    low = place.floor()
    share = (place - low).float().to(values.device)
    first = (low.long() % columns).to(values.device)
    return values[..., first].lerp(values[..., (first + 1) % columns], share)
