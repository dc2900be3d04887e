"""The hunt without a coverage tool: a corpus that grows by what came out otherwise than anything before it.

Where atheris is installed it hunts better (``coverage``); this needs nothing, and goes through a million inputs in
minutes. Each hunt runs in a process of its own, because a library in C may end it: the input that it was at lies in a
file, and is told as a finding.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import json
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from fuzz.judge import Finding, Judge, Tally, bound_memory
from fuzz.mutate import Mutator
from fuzz.stage import swept
from fuzz.surface import Surface

KEPT = 512  # inputs of the corpus beyond the seeds
MADE = 0.4  # of all inputs come from the surface's own grammar, where it has one; half of these are changed besides
WARM = 20  # inputs, most of them good, until what is imported or compiled at first is there
_CRASHES = 5  # then a surface is given up


@dataclass(frozen=True)
class Limits:
    """runs: inputs; seconds: of the clock, 0 for any; seed: of all that is random."""

    runs: int
    seconds: float = 0.0
    seed: int = 1


def inputs(surface: Surface, judge: Judge, seed: int) -> Iterator[bytes]:
    """Seeds first, then without end; looks at what became of each."""
    random = Random(f"{surface.name} {seed}")
    corpus = [each[: surface.longest] for each in surface.seeds()] or [b""]
    seeds, shapes = len(corpus), set()
    yield from corpus
    mutator = Mutator(random, surface.words, surface.longest)
    while True:
        data = _next(surface, random, mutator, corpus)
        yield data
        if judge.shape not in shapes:
            shapes.add(judge.shape)
            corpus.append(data)
            if len(corpus) > seeds + KEPT:
                del corpus[random.randrange(seeds, len(corpus))]


def _next(surface: Surface, random: Random, mutator: Mutator, corpus: list[bytes]) -> bytes:
    if surface.make is None or random.random() > MADE:
        return mutator.of(corpus)
    made = surface.make(random)[: surface.longest]
    return made if random.random() < 0.5 else mutator.of([made])


def hunt(surface: Surface, limits: Limits, keep: Path | None = None, current: Path | None = None) -> Tally:
    """Inputs until a limit is reached. keep: findings are written there; current: the input at hand lies there, and
    memory is bounded."""
    judge, over = Judge(surface), _Over()
    until = time.monotonic() + limits.seconds if limits.seconds else float("inf")
    slate = _Slate(current) if current else None
    for number, data in enumerate(inputs(surface, judge, limits.seed)):
        if slate:
            slate.write(data)
        if slate and number == WARM:
            gc.freeze()  # torch and its friends need not be looked through again and again
            bound_memory()
        found = judge.look(data)
        if found and keep:
            write(found, surface.name, keep)
        if judge.tally.inputs >= limits.runs or time.monotonic() > until or over.said:
            return judge.tally
    raise AssertionError("inputs have no end")


class _Over:
    """Whether a hunt has been asked to end, by Ctrl-C or SIGTERM: what it has tried counts all the same."""

    def __init__(self) -> None:
        self.said = False
        if threading.current_thread() is threading.main_thread() and multiprocessing.parent_process():
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, self._say)

    def _say(self, number: int, frame: object) -> None:
        self.said = True


class _Slate:
    """The input at hand, in memory that outlives the process."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)

    def write(self, data: bytes) -> None:
        os.pwrite(self._file.fileno(), len(data).to_bytes(4, "big") + data, 0)


def _slated(path: Path) -> bytes:
    data = path.read_bytes()
    return data[4 : 4 + int.from_bytes(data[:4], "big")]


def write(found: Finding, surface: str, folder: Path) -> Path:
    """Keep a finding: the input, and beside it what happened."""
    stem = f"{surface}-{found.kind}-{hashlib.sha256(found.data).hexdigest()[:10]}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{stem}.bin").write_bytes(found.data)
    told = f"{found.what}\nalone: {found.alone}\n{found.data[:400]!r}\n\n{found.where}\n"
    (folder / f"{stem}.txt").write_text(told, encoding="utf-8", errors="backslashreplace")
    return folder / f"{stem}.bin"


def _child(surface: Surface, limits: Limits, work: Path) -> None:
    work.joinpath(f"{surface.name}.now").write_bytes(bytes(4))
    with work.joinpath(f"{surface.name}.said").open("w") as aside:  # libraries in C tell what they think of a file
        os.dup2(aside.fileno(), 2)
    tally = hunt(surface, limits, work / "findings", work / f"{surface.name}.now")
    told = {
        "inputs": tally.inputs, "taken": tally.taken, "refused": tally.refused,
        "slowest_ms": round(1000 * tally.slowest_s, 1), "findings": sorted(tally.findings),
    }  # fmt: skip
    (work / f"{surface.name}.json").write_text(json.dumps(told))
    (work / f"{surface.name}-slowest.bin").write_bytes(tally.slowest)


def apart(surface: Surface, limits: Limits, work: Path) -> dict[str, object]:
    """A hunt in a process of its own, begun again with another seed where a library ends it; what is told of it."""
    work.mkdir(parents=True, exist_ok=True)
    began, crashes, ended = time.monotonic(), [], False
    result = work / f"{surface.name}.json"
    for attempt in range(_CRASHES):
        with contextlib.suppress(FileNotFoundError):
            result.unlink()
        more = Limits(limits.runs, limits.seconds, limits.seed + 1000 * attempt)
        process = multiprocessing.get_context("fork").Process(target=_child, args=(surface, more, work))
        process.start()
        ended = _ended(process)
        swept(process.pid or 0)
        if result.exists() or ended:
            break
        data = _slated(work / f"{surface.name}.now")
        write(Finding("crash", f"the process ended with {process.exitcode}", "", data), surface.name, work / "findings")
        crashes.append(f"crash {process.exitcode}, see {work / surface.name}.said")
    told: dict[str, object] = json.loads(result.read_text()) if result.exists() else {"inputs": 0, "findings": []}
    told["findings"] = [*crashes, *told["findings"]]  # type: ignore[misc]
    told["seconds"], told["ended"] = round(time.monotonic() - began, 1), ended
    return told


def _ended(process: multiprocessing.process.BaseProcess) -> bool:
    """Wait for it; whether somebody wants all to end."""
    try:
        process.join()
    except KeyboardInterrupt:
        process.terminate()
        process.join()
        return True
    return False
