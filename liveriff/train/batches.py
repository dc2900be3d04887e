"""Batches for the generator, drawn from resident tensors without a loop over items. Dice: torch's own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from liveriff.render.embedded.conditions import NO_MODE, NO_TONIC, UNSET, Batch
from liveriff.train.latents import Store

BAR, BEAT = 16, 4
"""Latent columns of a bar and of a beat."""

_SHOTS, _BARS = 0.18, 0.12
_UNTOLD, _UNSPECIFIED, _WORDLESS = 0.12, 0.5, 0.08
_GIVEN = 0.25
"""Share of the pictures of which some beats are given."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """A batch: normalised latents float32 (B, channels, rows, columns); token hashes (B, T) of a caption each, zeros
    where none is told; conditions; and what is given, (B, channels + 1, rows, columns) as ``Unet.forward`` takes it."""

    data: Tensor
    ids: Tensor
    told: Batch
    known: Tensor


def kind_of(step: int, shots: bool) -> str:
    """What a step trains on: "loops", "bars" (half a loop, as a circle) or "shots"."""
    drawn = np.random.default_rng([step, 99]).random()
    if drawn < _SHOTS and shots:
        return "shots"
    return "bars" if _SHOTS <= drawn < _SHOTS + _BARS else "loops"


def draw(store: Store, kind: str, size: int) -> Drawn:
    """``size`` loops, or twice as many of what is half as wide. Loops are turned by a bar half of the time."""
    size = size if kind == "loops" else 2 * size
    device = store.latents.device
    rows = torch.randint(len(store.latents), (size,), device=device)
    data = store.latents[rows].float()
    if kind != "shots":
        data = torch.where(_chance(data, 0.5)[:, None, None, None], data.roll(BAR, dims=-1), data)
    if kind == "bars":
        data = data[..., :BAR].contiguous()
    words = store.ids[rows, torch.randint(store.ids.shape[1], (size,), device=device)]
    ids = words.long() * _chance(data, 1.0 - _WORDLESS)[:, None]
    return Drawn(data, ids, thinned(store.told.take(rows)), given(data, kind))


def thinned(told: Batch) -> Batch:
    """Each thing is kept back now and then, so that it need not be told."""
    keyless, modeless = (_chance(told.tonic, _UNTOLD) for _ in range(2))
    keep_back = torch.tensor([_UNSPECIFIED, _UNSPECIFIED, _UNTOLD], device=told.scalars.device)
    return Batch(
        told.category,
        torch.where(keyless, NO_TONIC, told.tonic),
        torch.where(keyless | modeless, NO_MODE, told.mode),
        torch.where(torch.rand_like(told.scalars) < keep_back, UNSET, told.scalars),
    )


def given(data: Tensor, kind: str) -> Tensor:
    """Of some loops a run of whole beats, round the circle; nothing of one-shots."""
    size, _, rows, columns = data.shape
    beats = columns // BEAT
    first = torch.randint(beats, (size, 1), device=data.device)
    length = torch.randint(1, beats, (size, 1), device=data.device) * _chance(data, _GIVEN)[:, None]
    beat = torch.arange(columns, device=data.device)[None] // BEAT
    kept = (((beat - first) % beats < length) & (kind != "shots")).float()[:, None, None]
    return torch.cat((data * kept, kept.expand(-1, -1, rows, -1)), dim=1)


def _chance(like: Tensor, share: float) -> Tensor:
    """True for about ``share`` of the rows of a tensor, (B,)."""
    return torch.rand(len(like), device=like.device) < share
