"""A first draft of a picture's sound, whose phases the vocoder mends. Called by the vocoder and its training.

A net that sees only magnitudes cannot make a steady tone: equal columns would give equal frames, and their repetition
is a tone of its own. So the draft brings the clock: phases that run on from peak to peak, and one pass of Griffin-Lim.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, gcd

import torch
from torch import Tensor
from torch.nn import functional

from liveriff.render.spectrogram import EMBEDDED, decode_image
from liveriff.render.spectrogram.analysis import hann, unit
from liveriff.render.spectrogram.decoding import inverse_at, magnitudes, ring_of, working_rate
from liveriff.render.spectrogram.layout import fast_size
from liveriff.render.spectrogram.phase import GriffinLim, Ring
from liveriff.render.spectrogram.start import first_phases

HOP = 256
"""Frames between two of the vocoder's windows, at the ring's rate of about 38.4 kHz."""

RATE = working_rate(EMBEDDED)
PASSES = 1


@dataclass(frozen=True, eq=False)
class Draft:
    """A picture (1, 512, columns) that closes on a whole number of HOPs, its ring, and the sound (1, frames) of it.

    seconds: how long the ring lasts; it may go round the loop more than once.
    """

    values: Tensor
    ring: Ring
    sound: Tensor
    seconds: float


def draft(values: Tensor, seconds: float, circular: bool, seed: int = 0, phases: Tensor | None = None) -> Draft:
    """The draft of picture values 0..1 (1, 512, columns) on the CPU that last ``seconds``; column 0 is at frame 0.

    phases: of another picture of that length, see ``phases_of``; None for its own.
    """
    whole, ring, length = _whole_circle(values, seconds, circular)
    solver = GriffinLim(ring, _linear(whole, ring, length))
    start = solver.from_phases(first_phases(solver.magnitudes, ring, seed) if phases is None else phases)
    sound = solver.run(start, PASSES)[: ring.columns].reshape(1, -1).roll(-(ring.window // 2), -1)
    return Draft(whole, ring, sound, length)


def phases_of(values: Tensor, seconds: float, circular: bool, seed: int = 0) -> Tensor:
    """The phases that ``draft`` begins with, (columns, bins)."""
    whole, ring, length = _whole_circle(values, seconds, circular)
    return first_phases(_linear(whole, ring, length), ring, seed)


def _whole_circle(values: Tensor, seconds: float, circular: bool) -> tuple[Tensor, Ring, float]:
    """The picture on a whole number of HOPs, its ring, and how long it lasts then."""
    columns = values.shape[-1]
    ring = ring_of(EMBEDDED, columns, seconds)
    whole = _filled(values, ring, seconds / columns) if circular else _silenced(values, ring)
    wide = whole.shape[-1]
    return whole, Ring(wide, ring.hop, ring.window, ring.fft), seconds * wide / columns


def _linear(whole: Tensor, ring: Ring, seconds: float) -> Tensor:
    """Its magnitudes (columns, bins)."""
    mel = decode_image(whole[0].float(), EMBEDDED)
    return magnitudes(mel, EMBEDDED, ring.columns * ring.hop / seconds, ring.fft, ring.window)


def _whole(ring: Ring) -> int:
    """Columns that are a whole number of HOPs."""
    return HOP // gcd(HOP, ring.hop)


def _filled(values: Tensor, ring: Ring, column_s: float) -> Tensor:
    """The loop, repeated until it is longer than two windows and closes on a whole number of HOPs."""
    columns = values.shape[-1]
    times = _whole(ring) // gcd(_whole(ring), columns)
    shortest = ceil(2.0 * EMBEDDED.window_s / column_s / columns)
    return values.repeat(1, 1, times * ceil(shortest / times))


def _silenced(values: Tensor, ring: Ring) -> Tensor:
    """The one-shot, at least a window of silence, and what windows before its attack see of it."""
    columns, whole = values.shape[-1], _whole(ring)
    ahead = _ahead(ring)
    least = columns + ceil(ring.window / ring.hop) + 1 + len(ahead)
    padded = functional.pad(values, (0, -(-least // whole) * whole - columns))
    padded[..., len(padded[0, 0]) - len(ahead) :] = values[..., :1] * ahead.to(values)
    return padded


def _ahead(ring: Ring) -> Tensor:
    """What the columns before an attack show of it, as a part of the column at the attack.

    The picture of a one-shot begins with its attack, but half a window before it the sound is already seen. Without
    that the attack is heard half of that time too late. A window sees a click as its own value at the click's place.
    """
    count = (ring.window // 2 - 1) // ring.hop
    early = torch.arange(count, 0, -1) * (ring.hop / ring.window)
    return (0.5 + 0.5 * torch.cos(2.0 * torch.pi * early)) ** EMBEDDED.power


def draft_many(values: Tensor, hop: int, rate: float = RATE) -> Tensor:
    """Drafts (B, columns * hop) of pictures (B, 512, columns), all circular, on any device: the same sounds, slower."""
    window = round(EMBEDDED.window_s * rate)
    ring = Ring(values.shape[-1], hop, window, draft_fft(rate))
    mel = decode_image(values.float(), EMBEDDED)
    wanted = _magnitudes(mel, ring, rate)
    sound = _added(torch.polar(wanted, first_phases(wanted, ring)), ring)
    for _ in range(PASSES):
        heard = _spectra(sound, ring, wanted.shape[-1])
        sound = _added(torch.polar(wanted, heard.angle()), ring)
    return sound.roll(-(window // 2), -1)


def draft_fft(rate: float) -> int:
    """Points of the draft's FFT."""
    return fast_size(round(EMBEDDED.window_s * rate))


@lru_cache(maxsize=4)
def _inverse_on(rate: float, fft: int, device: torch.device) -> Tensor:
    """Inverse mel (bands, bins), kept on a device."""
    with torch.inference_mode(False):
        return inverse_at(EMBEDDED, rate, fft).T.to(device)


def _magnitudes(mel: Tensor, ring: Ring, rate: float) -> Tensor:
    """As ``magnitudes``, of many pictures on a device: (B, columns, bins)."""
    linear = mel.transpose(1, 2) @ _inverse_on(rate, ring.fft, mel.device)
    return linear.clamp(min=0.0) / unit(EMBEDDED, ring.window, rate)


def _spectra(sound: Tensor, ring: Ring, bins: int) -> Tensor:
    """Spectra (B, columns, bins) of windows that begin at i * hop."""
    around = torch.cat((sound, sound[:, : ring.window]), dim=-1)
    frames = around.unfold(-1, ring.window, ring.hop)[:, : ring.columns]
    spectra: Tensor = torch.fft.rfft(frames * hann(ring.window).to(sound.device), n=ring.fft)
    return spectra[..., :bins]


def _added(spectra: Tensor, ring: Ring) -> Tensor:
    """Overlap-add of windowed frames (B, columns, bins) to circles (B, frames)."""
    taper = hann(ring.window).to(spectra.device)
    padded = functional.pad(spectra, (0, ring.fft // 2 + 1 - spectra.shape[-1]))
    frames = torch.fft.irfft(padded, n=ring.fft)[..., : ring.window] * taper
    size = ring.span * ring.hop
    hops = functional.pad(frames, (0, size - ring.window)).view(*frames.shape[:2], ring.span, ring.hop)
    total = torch.zeros_like(hops[:, :, 0])
    for k in range(ring.span):
        total += hops[:, :, k].roll(k, dims=1)
    envelope = functional.pad(taper**2, (0, size - ring.window)).view(ring.span, ring.hop).sum(0).clamp(min=1e-2)
    return (total / envelope).flatten(1)
