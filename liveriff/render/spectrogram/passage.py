"""A passage of a sound among its neighbours: seen at exact frames, and decoded so that it goes on from what is known.

Pure; commands that work on whole files use it.
"""

from __future__ import annotations

import torch
from torch import Tensor

from liveriff.render.spectrogram.analysis import analyse_at
from liveriff.render.spectrogram.decoding import magnitudes, resampled, ring_of
from liveriff.render.spectrogram.layout import Layout
from liveriff.render.spectrogram.phase import GriffinLim
from liveriff.render.spectrogram.start import first_phases

PASSES = 32
_MIRROR_S = 0.02


def mel_of_passage(sound: Tensor, rate: int, layout: Layout, first: float, step: float, columns: int) -> Tensor:
    """Mel magnitudes (channels, bands, columns) of (channels, frames): column i is centred at frame first + i * step.

    What lies before and after is heard in the first and last windows; beyond the sound is silence.
    """
    window = layout.window(rate)
    starts = (first + step * torch.arange(columns, dtype=torch.float64)).round().long() - window // 2
    low, high = int(starts[0]), int(starts[-1]) + window
    inside = sound[:, max(0, low) : max(0, min(high, sound.shape[1]))]
    before = min(high - low, max(0, -low))
    piece = torch.nn.functional.pad(inside, (before, high - low - before - inside.shape[1]))
    return analyse_at(piece, starts - low, rate, layout)


def decode_passage(
    mel: Tensor, layout: Layout, rate: int, frames: int, known: Tensor | None = None, passes: int = PASSES
) -> Tensor:
    """Sound (channels, frames) of linear mel magnitudes (channels, bands, columns); column i at i * frames / columns.

    known: the first frames (channels, any) as they are. Every pass of the phase search puts them back, so that what
    follows is found in step with them; they come back near what they were, not the same.
    """
    heard = [None] * len(mel) if known is None else list(known)
    return torch.stack([_one(each, layout, rate, frames, old, passes) for each, old in zip(mel, heard, strict=True)])


def _one(mel: Tensor, layout: Layout, rate: int, frames: int, known: Tensor | None, passes: int) -> Tensor:
    columns = mel.shape[1]
    silence = int(layout.window_s * rate * columns / frames) + 2
    padded = torch.nn.functional.pad(mel, (0, silence))
    total = round(padded.shape[1] * frames / columns)
    ring = ring_of(layout, padded.shape[1], total / rate)
    solver = GriffinLim(ring, magnitudes(padded, layout, ring.columns * ring.hop * rate / total, ring.fft, ring.window))
    sound = solver.from_phases(first_phases(solver.magnitudes, ring))
    if known is None:
        sound = solver.run(sound, passes)
    else:
        old, upto = _on_ring(known, total, ring.columns * ring.hop)
        for _ in range(passes):
            sound = solver.run(_put_back(sound, old, upto, ring.window // 2, ring.columns), 1)
    flat = sound[: ring.columns].reshape(-1).roll(-(ring.window // 2))
    return resampled(flat, total)[:frames]


def _on_ring(known: Tensor, total: int, frames: int) -> tuple[Tensor, int]:
    """Known samples at the rate of a ring of so many frames, and how many of them there are.

    Followed by their mirror image, so that the change of rate does not ring at their end.
    """
    room = total - len(known)
    mirrored = torch.cat((known, known.flip(0)[:room], known.new_zeros(max(0, room - len(known)))))
    return resampled(mirrored, frames), int(len(known) * frames / total)


def _put_back(sound: Tensor, old: Tensor, upto: int, lead: int, columns: int) -> Tensor:
    """The ring's sound (columns + span, hop) with its first frames replaced; frame 0 lies ``lead`` into the ring."""
    flat = sound[:columns].reshape(-1)
    flat[lead : lead + upto] = old[:upto]
    sound[columns:] = sound[: len(sound) - columns]
    return sound


def joined_to(before: Tensor, decoded: Tensor, rate: int) -> Tensor:
    """What follows ``before`` (channels, n) of ``decoded`` (channels, more), whose first n frames are near it.

    Where they differ at the border, the difference goes on mirrored and dies away within 20 ms: no step, and
    ``before`` itself need not be touched.
    """
    border = before.shape[1]
    after = decoded[:, border:].clone()
    reach = min(round(_MIRROR_S * rate), border, after.shape[1])
    if reach:
        missed = (before - decoded[:, :border])[:, border - reach :].flip(1)
        away = torch.cos(torch.linspace(0.0, torch.pi / 2, reach)) ** 2
        after[:, :reach] += missed * away
    return after
