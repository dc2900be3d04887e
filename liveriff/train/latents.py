"""All material as normalised latents beside its facts, one file a kind; made anew where codec or material changed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from liveriff.errors import UsageError
from liveriff.render.embedded.codec import Codec
from liveriff.train.pictures import Pictures, facts_of, pictures_of, shards_of

KINDS = ("loops", "shots")
_BATCH = 8
_CALIBRATED = 600
"""Loops whose latents are measured for the normalisation."""


@dataclass(frozen=True, eq=False)
class Store:
    """Latents float16 (items, channels, 32, columns) of one kind, and each item's facts as the material tells them;
    a one-shot's category begins with "hit "."""

    latents: Tensor
    facts: list[dict[str, Any]]


@torch.inference_mode()
def encoded(codec: Codec, pictures: Pictures, calibrated: bool = True) -> Tensor:
    """Latents float16 of pictures uint8 (items, 512, columns)."""
    parts = []
    for first in range(0, len(pictures), _BATCH):
        values = torch.from_numpy(np.array(pictures[first : first + _BATCH]))[:, None].float() / 255.0
        with torch.autocast("cpu", dtype=torch.bfloat16):
            latents = codec.encode(values) if calibrated else codec.encode_raw(values)
        parts.append(latents.half())
    return torch.cat(parts)


def calibrate(codec: Codec, work: Path) -> None:
    """Measure the codec's normalisation on some of the loops."""
    paths = shards_of(work, "loops")
    each = max(1, _CALIBRATED // len(paths))
    raw = torch.cat([encoded(codec, pictures_of(path)[:each], calibrated=False) for path in paths])
    codec.calibrate(raw.float())


def prepare(codec: Codec, work: Path, done: Callable[[], None]) -> None:
    """Encode what the codec has not encoded yet."""
    for kind in KINDS:
        stamp = _stamp(codec, work, kind)
        path = path_of(work, kind)
        if shards_of(work, kind) and not (path.exists() and _stamp_in(path) == stamp):
            _build(codec, work, kind, stamp, done)


def _build(codec: Codec, work: Path, kind: str, stamp: str, done: Callable[[], None]) -> None:
    latents: list[Tensor] = []
    facts: list[dict[str, Any]] = []
    for path in shards_of(work, kind):
        latents.append(encoded(codec, pictures_of(path)))
        facts += facts_of(path)
        done()
    if kind == "shots":
        facts = [{**row, "category": f"hit {row['category']}"} for row in facts]
    aside = work / f"latents-{kind}.part"
    with aside.open("wb") as file:
        np.savez(file, latents=torch.cat(latents).numpy(), facts=np.array(json.dumps(facts)), stamp=np.array(stamp))
    os.replace(aside, path_of(work, kind))


def _stamp(codec: Codec, work: Path, kind: str) -> str:
    """Digest of the codec and the names of the shards."""
    digest = hashlib.sha256()
    for value in codec.state_dict().values():
        digest.update(value.numpy().tobytes())
    digest.update(" ".join(path.name for path in shards_of(work, kind)).encode())
    return digest.hexdigest()[:16]


def _stamp_in(path: Path) -> str:
    with np.load(path, allow_pickle=False) as file:
        return str(file["stamp"])


def path_of(work: Path, kind: str) -> Path:
    """Where the latents of a kind lie."""
    return work / f"latents-{kind}.npz"


def load(work: Path, kind: str) -> Store:
    """What ``prepare`` made."""
    path = path_of(work, kind)
    if not path.exists():
        raise UsageError(f"{path} is missing; run `liveriff train codec` first.")
    with np.load(path, allow_pickle=False) as file:
        return Store(torch.from_numpy(file["latents"]), json.loads(str(file["facts"])))
