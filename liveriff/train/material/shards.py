"""Shards: numbered files of encoded spectrograms and what is known of them. One writer a shard; readers are lenient.

A shard is an uncompressed .npz: pictures uint8 (pieces, 512, columns) with row 0 the lowest band, and one JSON text.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from liveriff.render.spectrogram import EMBEDDED, analyse, encode
from liveriff.train.material.captions import Tags
from liveriff.train.material.hits import hit
from liveriff.train.material.kernels import RATE
from liveriff.train.material.loops import Piece, loop

PIECES = 64
LOOP_COLUMNS, HIT_COLUMNS = 512, 256
Pictures = NDArray[np.uint8]


@dataclass(frozen=True)
class Label:
    """What is known of a picture."""

    category: str
    tonic: int
    mode: str
    bpm: float
    tags: Tags


def picture(piece: Piece) -> Pictures:
    """The encoded spectrogram (512, columns) of a loop or a one-shot."""
    loops = not piece.category.startswith("hit ")
    columns = LOOP_COLUMNS if loops else HIT_COLUMNS
    mel = analyse(torch.from_numpy(piece.sound)[None], RATE, EMBEDDED, columns, circular=loops)
    values: Pictures = (encode(mel, EMBEDDED)[0] * 255.0 + 0.5).to(torch.uint8).numpy()
    return values


def path_of(folder: Path, kind: str, number: int) -> Path:
    """Where a shard lies; kind is "loops" or "hits"."""
    return folder / f"{kind}-{number:05d}.npz"


def write(folder: Path, kind: str, number: int) -> None:
    """Make one shard; its seeds follow from its number. Written aside and renamed."""
    make: Callable[[int], Piece] = loop if kind == "loops" else hit
    pieces = [make(number * PIECES + index) for index in range(PIECES)]
    labels = [asdict(Label(piece.category, piece.tonic, piece.mode, piece.bpm, piece.tags)) for piece in pieces]
    path = path_of(folder, kind, number)
    aside = path.with_suffix(f".{os.getpid()}.part")
    with aside.open("wb") as file:
        np.savez(file, pictures=np.stack([picture(piece) for piece in pieces]), labels=np.array(json.dumps(labels)))
    os.replace(aside, path)


def read(path: Path) -> tuple[Pictures, list[Label]]:
    """A shard's pictures and labels."""
    with np.load(path, allow_pickle=False) as file:
        pictures: Pictures = file["pictures"]
        rows = json.loads(str(file["labels"]))
    return pictures, [_label(row) for row in rows]


def _label(row: dict[str, object]) -> Label:
    known: Any = row["tags"]
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in known.items()}
    tags = Tags(**fields)
    return Label(str(row["category"]), int(str(row["tonic"])), str(row["mode"]), float(str(row["bpm"])), tags)


def made(folder: Path, kind: str) -> list[Path]:
    """The shards that exist, in order."""
    return sorted(folder.glob(f"{kind}-*.npz"))


def fill(folder: Path, kind: str, pieces: int, worker: int, workers: int, done: Callable[[], None]) -> None:
    """Make this worker's part of the shards that do not exist yet."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    for number in range(worker, -(-pieces // PIECES), workers):
        if not path_of(folder, kind, number).exists():
            write(folder, kind, number)
        done()
