"""All material as normalised latents beside its facts and captions; made anew where codec or material changed.

WORK/latents holds for each kind of shard ``KIND-latents.npy``, float16 (items, channels, 32, columns);
``KIND-ids.npy``, the captions' token ids, int32 (items, captions, longest); and, written last, ``KIND.json``, a stamp
and the items' facts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from liveriff.errors import UsageError
from liveriff.render.embedded.codec import Codec
from liveriff.render.embedded.conditions import Batch, Conditions, collate
from liveriff.train import tokens
from liveriff.train.device import autocast, pick
from liveriff.train.judge import fingerprint
from liveriff.train.material.picture import is_hit
from liveriff.train.pictures import all_pictures
from liveriff.train.shards import KINDS, facts_of, shards_of, some_shards

_KEPT = ("category", "style", "tonic", "mode", "bpm", "density", "brightness", "seed")
Facts = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Store:
    """One kind of material on a device, to be drawn from by index.

    latents: float16 (items, channels, 32, columns); told: all that is known of each; ids: int32 (items, captions,
    longest), 0 padded; facts: category, style, tonic, mode, bpm, density, brightness and seed of each, on the CPU.
    """

    latents: Tensor
    told: Batch
    ids: Tensor
    facts: list[Facts]

    def __len__(self) -> int:
        """Items."""
        return len(self.facts)


def prepare(codec: Codec, work: Path, device: str, done: Callable[[], None]) -> None:
    """Encode what the codec has not encoded yet; ``done`` is called after every shard. UsageError without material."""
    some_shards(work)
    place = pick(device)
    (work / "latents").mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        paths = shards_of(work, kind)
        stamp = _stamp(codec, paths)
        if paths and _stamp_in(work, kind) != stamp:
            nn.Module.to(codec, place)
            _build(codec, work, kind, paths, place, done)
            nn.Module.to(codec, "cpu")
            facts = [{name: row.get(name) for name in _KEPT} for path in paths for row in facts_of(path)]
            path_of(work, kind).write_text(json.dumps({"stamp": stamp, "facts": facts}), encoding="utf-8")


def _build(
    codec: Codec, work: Path, kind: str, paths: list[Path], device: torch.device, done: Callable[[], None]
) -> None:
    path_of(work, kind).unlink(missing_ok=True)
    latents: list[NDArray[np.float16]] = []
    prints: list[NDArray[np.uint8]] = []
    with tokens.reader(paths) as ids:
        last = None
        for path, part in all_pictures(paths, device):
            latents.append(encoded(codec, part).cpu().numpy())
            prints.append(fingerprint.fingerprints(part) if kind == "pieces" else np.zeros((0, 512), np.uint8))
            if path != last:
                done()
                last = path
        np.save(_file(work, kind, "ids"), ids())
    np.save(_file(work, kind, "latents"), np.concatenate(latents))
    if kind == "pieces":
        fingerprint.write(work, np.concatenate(prints))


@torch.inference_mode()
def encoded(codec: Codec, pictures: Tensor, batch: int = 16) -> Tensor:
    """Latents float16 of pictures uint8 (items, 512, columns), on their device."""
    with autocast(pictures.device):
        parts = [codec.encode(part[:, None].float() / 255.0).half() for part in torch.split(pictures, batch)]
    return torch.cat(parts)


def load(work: Path, kind: str, device: torch.device | str = "cpu") -> Store:
    """What ``prepare`` made of "pieces" or "shots"; UsageError if it has not."""
    path = path_of(work, kind)
    if not path.exists():
        raise UsageError(f"{path} is missing; run `liveriff train latents` first.")
    facts: list[Facts] = json.loads(path.read_text("utf-8"))["facts"]
    told = collate([_conditions(row) for row in facts])
    latents, ids = (torch.from_numpy(np.load(_file(work, kind, part))).to(device) for part in ("latents", "ids"))
    return Store(latents, type(told)(*(part.to(device) for part in told.parts)), ids, facts)


def _conditions(row: Facts) -> Conditions:
    """All that is known of an item; a one-shot has no tempo."""
    bpm = None if is_hit(row["category"]) else row["bpm"]
    return Conditions(row["category"], row["tonic"], row["mode"], row["density"], row["brightness"], bpm)


def path_of(work: Path, kind: str) -> Path:
    """The file that tells of a kind's latents; written last."""
    return work / "latents" / f"{kind}.json"


def _file(work: Path, kind: str, part: str) -> Path:
    return work / "latents" / f"{kind}-{part}.npy"


def _stamp(codec: Codec, paths: list[Path]) -> str:
    """Digest of what encodes and of the names of the shards; the decoder may learn on."""
    digest = hashlib.sha256()
    for name, value in codec.state_dict().items():
        if not name.startswith("decoder."):
            digest.update(value.cpu().numpy().tobytes())
    digest.update(" ".join(path.name for path in paths).encode())
    return digest.hexdigest()[:16]


def _stamp_in(work: Path, kind: str) -> str:
    path = path_of(work, kind)
    return str(json.loads(path.read_text("utf-8"))["stamp"]) if path.exists() else ""
