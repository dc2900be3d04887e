"""The material on disk: shards of sound with what is known of each item. Written by workers, read by every training.

A shard is two files in WORK/data. ``KIND-FIRST+COUNT.npy``: int16, flat, mono at 44.1 kHz, the items of the seeds
FIRST .. FIRST + COUNT - 1 one after the other; it can be memory-mapped. ``KIND-FIRST+COUNT.jsonl``: a line of facts an
item, among them ``start`` and ``frames``, its place in the sound. Kinds: "pieces" (four loops a seed: drums, bass,
synth, mix) and "shots" (a one-shot a seed). The sound is renamed into place last: what is listed is whole.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liveriff.errors import UsageError

KINDS = ("pieces", "shots")
HELD_OUT = 10_000_000
"""Seeds from here on are never trained on: whoever judges draws from them."""

FULL_SCALE = 32767.0
Facts = dict[str, Any]
Samples = NDArray[np.int16]
Sound = NDArray[np.float32]


def path_of(folder: Path, kind: str, first: int, count: int) -> Path:
    """Where a shard's sound lies; its facts lie beside it as .jsonl."""
    return folder / f"{kind}-{first:07d}+{count:04d}.npy"


def span_of(path: Path) -> tuple[int, int]:
    """First seed and number of seeds, from the name."""
    first, count = path.stem.rpartition("-")[2].split("+")
    return int(first), int(count)


def shards_of(work: Path, kind: str) -> list[Path]:
    """The finished shards of "pieces" or "shots" in the order of seeds; none yet is an empty list."""
    return sorted((work / "data").glob(f"{kind}-*+*.npy"))


def some_shards(work: Path, kind: str = "pieces") -> list[Path]:
    """As ``shards_of``, but UsageError if there is none."""
    paths = shards_of(work, kind)
    if not paths:
        raise UsageError(f"there is no material in {work / 'data'}; run `liveriff train data` first.")
    return paths


def sound_of(path: Path) -> Samples:
    """int16 (frames,) of a whole shard, mapped and not read."""
    mapped: Samples = np.load(path, mmap_mode="r")
    return mapped


def facts_of(path: Path) -> list[Facts]:
    """What is known of each item of a shard."""
    return [json.loads(line) for line in path.with_suffix(".jsonl").read_text("utf-8").splitlines()]


def item_sound(sound: Samples, facts: Facts) -> Sound:
    """One item of a shard's sound as float32 (frames,) in -1..1."""
    part = sound[facts["start"] : facts["start"] + facts["frames"]]
    found: Sound = part.astype(np.float32) / np.float32(FULL_SCALE)
    return found


def write(path: Path, rows: Iterable[tuple[Sound, Facts]]) -> int:
    """Write sounds in -1..1 and their facts as a shard; the number of items. A shorter one of that seed goes away."""
    sounds, lines, start = [], [], 0
    for sound, facts in rows:
        sounds.append(np.rint(np.clip(sound, -1.0, 1.0) * np.float32(FULL_SCALE)).astype(np.int16))
        lines.append(json.dumps({**facts, "start": start, "frames": len(sound)}, separators=(",", ":")) + "\n")
        start += len(sound)
    aside = path.with_suffix(f".{os.getpid()}.part")
    aside.write_text("".join(lines), encoding="utf-8")
    aside.replace(path.with_suffix(".jsonl"))
    with aside.open("wb") as stream:
        np.save(stream, np.concatenate(sounds) if sounds else np.zeros(0, np.int16))
    aside.replace(path)
    _clear_shorter(path)
    return len(lines)


def _clear_shorter(path: Path) -> None:
    """Remove what an earlier run with fewer items wrote of the same first seed."""
    for other in path.parent.glob(f"{path.stem.partition('+')[0]}+*.npy"):
        if span_of(other)[1] < span_of(path)[1]:
            other.unlink(missing_ok=True)
            other.with_suffix(".jsonl").unlink(missing_ok=True)
