"""Reading the material: shards in WORK/data as ``liveriff.train.material.render`` writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liveriff.errors import UsageError

Pictures = NDArray[np.uint8]


def shards_of(work: Path, kind: str) -> list[Path]:
    """The finished shards of "loops" or "shots", in order; UsageError if there are no loops at all."""
    paths = sorted((work / "data").glob(f"{kind}-*.npy"))
    if not paths and kind == "loops":
        raise UsageError(f"there is no material in {work / 'data'}; run `liveriff train data` first.")
    return paths


def pictures_of(path: Path) -> Pictures:
    """uint8 (items, 512, columns), mapped and not read."""
    mapped: Pictures = np.load(path, mmap_mode="r")
    return mapped


def facts_of(path: Path) -> list[dict[str, Any]]:
    """What is known of each item of a shard."""
    return [json.loads(line) for line in path.with_suffix(".jsonl").read_text("utf-8").splitlines()]
