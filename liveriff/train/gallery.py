"""The pictures that a training keeps in memory, on its device; it grows while the material is being made."""

from __future__ import annotations

import os
from pathlib import Path

import torch
from torch import Tensor

from liveriff.train.material.picture import HIT_COLUMNS, LOOP_COLUMNS
from liveriff.train.pictures import shard_pictures
from liveriff.train.shards import shards_of, some_shards

BANDS = 512
_SHARE = 0.35
"""Of a graphics card's free memory; elsewhere it is a fifth of the machine's."""


class Gallery:
    """Pictures uint8 (items, 512, columns) of one kind, in one block that is filled bit by bit."""

    def __init__(self, work: Path, kind: str, device: torch.device, most: int) -> None:
        """``most``: items at most, if memory allows."""
        self.work, self.kind, self.device = work, kind, device
        self.columns = LOOP_COLUMNS if kind == "pieces" else HIT_COLUMNS
        self.room = max(8, min(most, int(_memory(device) / (BANDS * self.columns))))
        self._block = torch.empty(0, BANDS, self.columns, dtype=torch.uint8, device=device)
        self.count = 0
        self._seen: set[Path] = set()

    @property
    def full(self) -> bool:
        """Whether no more can be kept."""
        return self.count >= self.room

    def look(self, most_shards: int = 1 << 30) -> int:
        """Take in shards that are new, as far as there is room; how many pictures were added."""
        before = self.count
        for path in shards_of(self.work, self.kind):
            if self.full or most_shards <= 0:
                break
            if path not in self._seen:
                self._seen.add(path)
                most_shards -= 1
                for part in shard_pictures(path, self.device):
                    self._add(part)
        return self.count - before

    def _add(self, part: Tensor) -> None:
        part = part[: self.room - self.count]
        if self.count + len(part) > len(self._block):
            more = min(self.room, max(2 * len(self._block), self.count + len(part)))
            block = torch.empty(more, BANDS, self.columns, dtype=torch.uint8, device=self.device)
            block[: self.count] = self._block[: self.count]
            self._block = block
        self._block[self.count : self.count + len(part)] = part
        self.count += len(part)

    def drawn(self, size: int, width: int, held: int = 0) -> Tensor:
        """Pictures float32 (size, 1, 512, width) 0..1, circular crops that begin on a sixteenth; the first ``held``
        pictures are left out."""
        rows = held + torch.randint(0, max(1, self.count - held), (size,))
        rows = rows.clamp(max=self.count - 1).to(self.device)
        if width == self.columns:
            return self._block[rows][:, None].float() / 255.0
        starts = torch.randint(0, self.columns // 16, (size,)) * 16
        columns = ((starts[:, None] + torch.arange(width)) % self.columns).to(self.device)
        return self._block[rows[:, None], :, columns].transpose(1, 2)[:, None].float() / 255.0

    def first(self, count: int) -> Tensor:
        """The first pictures, uint8 (up to ``count``, 512, columns)."""
        return self._block[: min(count, self.count)]


def galleries(work: Path, device: torch.device, loops: int, shots: int) -> tuple[Gallery, Gallery]:
    """Loops and one-shots, the first shards of each taken in; UsageError if there are no loops at all."""
    some_shards(work)
    found = Gallery(work, "pieces", device, loops), Gallery(work, "shots", device, shots)
    for gallery in found:
        gallery.look(16)
    return found


def _memory(device: torch.device) -> float:
    """Bytes that one gallery may take."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0] * _SHARE
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 0.2
    except (AttributeError, ValueError, OSError):  # not a Unix
        return 2e9
