"""Material that training never sees, and the line between the two. Rendered on workers, kept in WORK/judge.

Seeds below ``FIRST`` belong to training; the judge renders seeds from there on. A round of pieces is four loops each,
drums, bass, synth and mix of one key and tempo.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liveriff.train.material.hits import hit
from liveriff.train.material.items import item
from liveriff.train.material.loops import Piece
from liveriff.train.material.picture import picture
from liveriff.train.material.piece import piece

FIRST = 10_000_000
"""First seed that no training uses."""

LESSONS, REFERENCE, TESTED, SHOTS = FIRST, FIRST + 1_000_000, FIRST + 2_000_000, FIRST + 3_000_000
"""Where the seeds begin of what the classifiers learn from, of the reference set, of the test set, and of one-shots."""

Floats = NDArray[np.float32]
Done = Callable[[], None]


@dataclass(frozen=True, eq=False)
class Item:
    """sound: float32 (frames,) at 44.1 kHz; facts: as the material tells them; seed: of its piece."""

    sound: Floats
    facts: dict[str, Any]
    seed: int

    @property
    def loop(self) -> bool:
        """Whether it is a loop and not a one-shot."""
        return not self.category.startswith("hit ")

    @property
    def category(self) -> str:
        """drums, bass, ... of loops, "hit kick", ... of one-shots."""
        return str(self.facts["category"])


def known(made: Piece, seed: int) -> Item:
    """A piece with its facts, as training would read them."""
    row = item(made.category, made.tonic, made.mode, made.bpm, made.tags, picture(made), seed).line()
    return Item(np.asarray(made.sound, np.float32), {**row, "category": made.category}, seed)


def loops(seeds: Iterable[int]) -> list[Item]:
    """All loops of the pieces of these seeds."""
    return [known(made, seed) for seed in seeds for made in piece(seed)]


def shots(seeds: Iterable[int]) -> list[Item]:
    """One-shots."""
    return [known(hit(seed), seed) for seed in seeds]


def styles(seeds: Iterable[int]) -> list[tuple[int, str]]:
    """Seeds of pieces with the style of each."""
    return [(seed, piece(seed)[0].tags.style) for seed in seeds]


def spread(work: Callable[[list[int]], list[Any]], seeds: Sequence[int], done: Done, workers: int = 0) -> list[Any]:
    """``work`` of all seeds in order, in packets on as many processes as there are cores."""
    packets = [list(seeds[first : first + 16]) for first in range(0, len(seeds), 16)]
    count = min(workers or os.cpu_count() or 1, len(packets))
    found: list[Any] = []
    with ProcessPoolExecutor(max(1, count), mp_context=get_context("spawn"), initializer=_alone) as pool:
        for part in pool.map(work, packets):
            found += part
            done()
    return found


def _alone() -> None:
    """One thread for each worker."""
    import torch

    torch.set_num_threads(1)


def kept(path: Path, make: Callable[[], list[Item]]) -> list[Item]:
    """The items of a file of int16 sound, made and written if it is not there."""
    if not path.exists():
        _write(path, make())
    with np.load(path, allow_pickle=False) as file:
        facts = json.loads(str(file["facts"]))
        sound = file["sound"].astype(np.float32) / 32767.0
    ends = np.cumsum([row["frames"] for row in facts])
    parts = np.split(sound, ends[:-1])
    return [Item(part, row, row["judge_seed"]) for part, row in zip(parts, facts, strict=True)]


def _write(path: Path, items: list[Item]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    facts = [{**one.facts, "frames": len(one.sound), "judge_seed": one.seed} for one in items]
    sound = np.concatenate([np.round(one.sound.clip(-1, 1) * 32767.0).astype(np.int16) for one in items])
    aside = path.with_suffix(".part")
    with aside.open("wb") as file:
        np.savez(file, sound=sound, facts=np.array(json.dumps(facts)))
    os.replace(aside, path)
