"""All captions of the material as token ids, once, in as many processes as there are cores. Called by ``latents``."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from liveriff.render.embedded.text import TextEncoder
from liveriff.train.shards import facts_of

CAPTIONS = 16
"""Of an item; where there are fewer they are repeated."""

_FEW_SHARDS = 24
Ids = NDArray[np.int32]


@contextmanager
def reader(paths: list[Path]) -> Iterator[Callable[[], Ids]]:
    """Begin to read; what is given waits for the ids, int32 (items, CAPTIONS, longest), 0 padded, in order."""
    if len(paths) <= _FEW_SHARDS:
        yield lambda: joined([ids_of(path) for path in paths])
        return
    workers = min(os.cpu_count() or 1, 16)
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        found = pool.map(ids_of, paths, chunksize=4)
        yield lambda: joined(list(found))


def ids_of(path: Path) -> Ids:
    """Ids of the captions of one shard."""
    rows = [[*row["captions"]] or [""] for row in facts_of(path)]
    captions = [row[index % len(row)] for row in rows for index in range(CAPTIONS)]
    ids = np.asarray(_encoder().ids_of(captions), np.int32) if captions else np.zeros((0, 1), np.int32)
    return ids.reshape(len(rows), CAPTIONS, -1) if rows else np.zeros((0, CAPTIONS, 1), np.int32)


def joined(parts: list[Ids]) -> Ids:
    """Parts of different lengths as one."""
    longest = max((part.shape[2] for part in parts), default=1)
    padded = [np.pad(part, ((0, 0), (0, 0), (0, longest - part.shape[2]))) for part in parts]
    return np.concatenate(padded) if padded else np.zeros((0, CAPTIONS, 1), np.int32)


@lru_cache(maxsize=1)
def _encoder() -> TextEncoder:
    """One that knows the words; what it learned does not matter here."""
    from liveriff.train.vocabulary import fresh

    return fresh()
