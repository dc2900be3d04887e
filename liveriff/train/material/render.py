"""Rendering the whole material: which shards there are, in which order, and the processes that make them.

A shard is two files: ``KIND-NNNN.jsonl`` with a line an item, and, renamed into place last, ``KIND-NNNN.npy``, uint8
(items, 512 bands, columns) with row 0 the lowest band. Item k of the run has seed k, whatever the workers do.
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path

import numpy as np
import torch

from liveriff.train.material.hits import hit
from liveriff.train.material.items import Item, item
from liveriff.train.material.loops import loop
from liveriff.train.material.measure import Pictures
from liveriff.train.material.picture import picture

ITEMS = 256
"""Items a shard."""

_log = logging.getLogger(__name__)
Shard = tuple[str, int, int]
"""kind ("loops" or "shots"), number, items."""


def shards(loops: int, shots: int) -> list[Shard]:
    """All shards; the two kinds take turns until the shorter is through."""
    rows = [_numbered("loops", loops), _numbered("shots", shots)]
    return [shard for pair in zip_longest(*rows) for shard in pair if shard]


def _numbered(kind: str, items: int) -> Iterator[Shard]:
    for first in range(0, items, ITEMS):
        yield kind, first // ITEMS, min(ITEMS, items - first)


def path_of(folder: Path, kind: str, number: int) -> Path:
    """Where the pictures of a shard lie; its lines lie beside them as .jsonl."""
    return folder / f"{kind}-{number:04d}.npy"


def made(kind: str, seed: int) -> tuple[Pictures, Item]:
    """The picture and the facts of one seed."""
    piece = loop(seed) if kind == "loops" else hit(seed)
    shown = picture(piece)
    return shown, item(piece.category, piece.tonic, piece.mode, piece.bpm, piece.tags, shown, seed)


def write(folder: Path, kind: str, number: int, rows: Iterable[tuple[Pictures, Item]]) -> None:
    """Write a shard's two files aside and rename them, the pictures last."""
    pictures, items = zip(*rows, strict=True)
    path = path_of(folder, kind, number)
    aside = path.with_suffix(f".{os.getpid()}.part")
    aside.write_text("".join(json.dumps(each.line()) + "\n" for each in items), encoding="utf-8")
    aside.replace(path.with_suffix(".jsonl"))
    with aside.open("wb") as stream:
        np.save(stream, np.stack(pictures))
    aside.replace(path)


def render_material(work: Path, loops: int, shots: int, workers: int) -> int:
    """Make the shards that do not exist yet in ``work/data``; how many were made."""
    folder = work / "data"
    folder.mkdir(parents=True, exist_ok=True)
    missing = [(folder, *shard) for shard in shards(loops, shots) if not path_of(folder, *shard[:2]).exists()]
    context = multiprocessing.get_context("spawn")
    with context.Pool(workers, initializer=_settle) as pool:
        for name in pool.imap_unordered(_make, missing):
            _log.info("%s is there", name)
    return len(missing)


def _settle() -> None:
    """A worker computes on one thread and lets others go first."""
    torch.set_num_threads(1)
    os.nice(10)


def _make(job: tuple[Path, str, int, int]) -> str:
    folder, kind, number, count = job
    seeds = range(number * ITEMS, number * ITEMS + count)
    write(folder, kind, number, (made(kind, seed) for seed in seeds))
    return path_of(folder, kind, number).name
