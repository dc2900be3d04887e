"""What the generator is told, as indices and numbers: one frozen record and its batch of tensors. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from liveriff.errors import UsageError
from liveriff.params.words import CHUNKS, HITS, MODES, TONICS

CATEGORIES = (*CHUNKS, *(f"hit {name}" for name in HITS))
"""Loops, then one-shots: bass and synth are both."""

KEYLESS = frozenset({"drums", *(f"hit {name}" for name in HITS if name not in ("bass", "synth"))})
NO_TONIC = len(TONICS)
NO_MODE = len(MODES)
UNSET = -1.0
"""A scalar that is not told."""

SCALARS = 3
"""How many of them there are: density, brightness, tempo."""

SLOWEST, FASTEST = 60.0, 180.0


@dataclass(frozen=True)
class Conditions:
    """One picture's conditions. density, brightness: 0..1 or None; bpm: None for a one-shot."""

    category: str
    tonic: int | None = None
    mode: str | None = None
    density: float | None = None
    brightness: float | None = None
    bpm: float | None = None


@dataclass(frozen=True, eq=False)
class Batch:
    """Conditions of a batch: indices int64 (B,) and scalars float32 (B, 3): density, brightness, tempo; -1 is unset."""

    category: Tensor
    tonic: Tensor
    mode: Tensor
    scalars: Tensor

    def without(self, dropped: Tensor) -> Batch:
        """All conditions but the category's place left out where ``dropped`` (B,) is true."""
        return Batch(
            torch.where(dropped, len(CATEGORIES), self.category),
            torch.where(dropped, NO_TONIC, self.tonic),
            torch.where(dropped, NO_MODE, self.mode),
            torch.where(dropped[:, None], UNSET, self.scalars),
        )

    def joined(self, other: Batch) -> Batch:
        """Both batches, one after the other."""
        pairs = zip(self.parts, other.parts, strict=True)
        return Batch(*(torch.cat(pair) for pair in pairs))

    def take(self, rows: Tensor) -> Batch:
        """The rows (n,) of it, in that order, repeated where an index is."""
        return Batch(*(part[rows] for part in self.parts))

    def to(self, device: torch.device | str) -> Batch:
        """On a device."""
        return Batch(*(part.to(device) for part in self.parts))

    @property
    def parts(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The tensors in order."""
        return self.category, self.tonic, self.mode, self.scalars


def collate(rows: list[Conditions]) -> Batch:
    """A batch of conditions; UsageError for a category there is none of."""
    scalars = [[_scalar(row.density), _scalar(row.brightness), _tempo(row.bpm)] for row in rows]
    return Batch(
        torch.tensor([_category(row.category) for row in rows]),
        torch.tensor([_tonic(row) for row in rows]),
        torch.tensor([_mode(row) for row in rows]),
        torch.tensor(scalars, dtype=torch.float32),
    )


def _category(name: str) -> int:
    if name not in CATEGORIES:
        raise UsageError(f"the embedded model has no category {name!r}; it has {', '.join(CATEGORIES)}.")
    return CATEGORIES.index(name)


def _tonic(row: Conditions) -> int:
    if row.tonic is None or row.category in KEYLESS:
        return NO_TONIC
    return row.tonic % len(TONICS)


def _mode(row: Conditions) -> int:
    if _tonic(row) == NO_TONIC or row.mode not in MODES:
        return NO_MODE
    return MODES.index(row.mode)


def _scalar(value: float | None) -> float:
    return UNSET if value is None else min(1.0, max(0.0, value))


def _tempo(bpm: float | None) -> float:
    return UNSET if bpm is None else min(1.0, max(0.0, (bpm - SLOWEST) / (FASTEST - SLOWEST)))
