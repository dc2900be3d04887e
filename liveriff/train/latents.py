"""All material as normalised latents, one file a kind in WORK; made anew when the codec or the material changed."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from liveriff.errors import UsageError
from liveriff.render.embedded.codec import Codec
from liveriff.render.embedded.conditions import Conditions
from liveriff.train import codec as trainer
from liveriff.train.pictures import Pictures, facts_of, pictures_of, shards_of
from liveriff.train.run import Run

KINDS = ("loops", "shots")
_BATCH = 16
_SAMPLE = 24
"""Shards that the normalisation is measured on, and pictures of each."""


@dataclass(frozen=True, eq=False)
class Store:
    """Latents float16 (pieces, channels, 32, columns) of one kind, what is known of each, and its captions."""

    latents: Tensor
    known: list[Conditions]
    captions: list[tuple[str, ...]]


def prepared(work: Path) -> tuple[Store, Store]:
    """Loops and one-shots as latents of the trained codec, encoded now where that has not been done."""
    net = trainer.trained(work)
    if float(net.deviation.min()) == float(net.deviation.max()) == 1.0:
        calibrate(net, work)
        _keep(net, work)
    loops, shots = (_store(net, work, kind) for kind in KINDS)
    return loops, shots


@torch.inference_mode()
def encoded(net: Codec, pictures: Pictures, normalised: bool = True) -> Tensor:
    """Latents float16 of pictures uint8 (pieces, 512, columns)."""
    parts = []
    for first in range(0, len(pictures), _BATCH):
        values = torch.from_numpy(np.array(pictures[first : first + _BATCH]))[:, None].float() / 255.0
        with torch.autocast("cpu", dtype=torch.bfloat16):
            raw = net.encode_raw(values)
        latents = net.normalised(raw.float()) if normalised else raw.float()
        parts.append(latents.half())
    return torch.cat(parts)


def calibrate(net: Codec, work: Path) -> None:
    """Measure the codec's normalisation on loops from all over the material."""
    shards = shards_of(work, "loops")
    chosen = shards[:: max(1, len(shards) // _SAMPLE)]
    raw = [encoded(net, pictures_of(path)[:_SAMPLE], normalised=False) for path in chosen]
    net.calibrate(torch.cat(raw).float())


def _keep(net: Codec, work: Path) -> None:
    """Put the measured normalisation into the codec's checkpoint."""
    run = Run(work, "codec", 0.0)
    state = run.load()
    if state is None:
        raise UsageError(f"there is no trained codec in {work}; run `liveriff train codec` first.")
    run.save(net=net.state_dict(), optimiser=state["optimiser"])


def _store(net: Codec, work: Path, kind: str) -> Store:
    """Latents from the file of a kind, which is written first if it is missing or of another codec."""
    path, shards = work / f"latents-{kind}.npz", shards_of(work, kind)
    mark = _mark(net, shards)
    latents = _read(path, mark)
    if latents is None:
        latents = torch.cat([encoded(net, pictures_of(shard)) for shard in shards])
        _write(path, mark, latents)
    facts = [row for shard in shards for row in facts_of(shard)]
    return Store(latents, [known(row, kind) for row in facts], [tuple(row["captions"]) for row in facts])


def _mark(net: Codec, shards: list[Path]) -> str:
    """Digest of what the latents follow from."""
    state = hashlib.sha256(repr([path.name for path in shards]).encode())
    for value in net.state_dict().values():
        state.update(value.numpy().tobytes())
    return state.hexdigest()


def _read(path: Path, mark: str) -> Tensor | None:
    if not path.exists():
        return None
    with np.load(path, allow_pickle=False) as file:
        return torch.from_numpy(file["latents"]) if str(file["mark"]) == mark else None


def _write(path: Path, mark: str, latents: Tensor) -> None:
    aside = path.with_suffix(".part")
    with aside.open("wb") as file:
        np.savez(file, latents=latents.numpy(), mark=np.array(mark))
    os.replace(aside, path)


def known(row: dict[str, Any], kind: str) -> Conditions:
    """A piece's conditions, all told, from its line of facts."""
    loop = kind == "loops"
    return Conditions(
        category=row["category"] if loop else f"hit {row['category']}",
        tonic=row["tonic"],
        mode=row["mode"],
        density=row["density"] if loop else None,
        brightness=row["brightness"],
        bpm=row["bpm"] if loop else None,
    )
