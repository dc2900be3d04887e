"""`liveriff bench --ray`: what a second renderer brings, what a distance costs, what a death costs; in one run."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from liveriff.cli.bench_set import end
from liveriff.engine.renderers.asked import RendererOptions
from liveriff.engine.renderers.where import parse
from liveriff.engine.renderers.yard import Made, Yard
from liveriff.errors import LiveriffError
from liveriff.params.words import CHUNKS as CHUNK_KINDS
from liveriff.wire.folders import temporary
from liveriff.wire.job import Job

CHUNKS = 12
OPUS_RATE = 48000
_PACKINGS = {"flac16": ("FLAC", "PCM_16"), "flac24": ("FLAC", "PCM_24"), "opus": ("OGG", "OPUS")}
TRIPS_MS = (0.0, 5.0, 20.0, 80.0)
SET_S = 30.0
_SETTLES_S = 5.0
_FIRST = "First downbeat"
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Runs:
    """model: what renders; chunks: of each measurement; set_s: seconds of each performance, 0 for none; trips_ms: round
    trips that are made up; tell: is told what comes next."""

    model: str = "embedded"
    chunks: int = CHUNKS
    set_s: float = SET_S
    trips_ms: tuple[float, ...] = TRIPS_MS
    tell: Tell = lambda what: None

    def jobs(self) -> list[Job]:
        """Loops of eight beats, each of another seed."""
        one = Job(model=self.model, prompt_a="techno", category="drums")
        return [replace(one, seed=seed) for seed in range(self.chunks)]


def bench(runs: Runs) -> dict[str, Any]:
    """All of it, as plain numbers. Where Ray is not installed, ``ray`` says so and all else is measured."""
    results: dict[str, Any] = {"chunks": runs.chunks, "model": runs.model, "scaling": {}}
    for name, one, two in (("processes", "pool:1", "pool:2"), ("ray", "ray:local:1", "ray:local:2")):
        try:
            results["scaling"][name] = _scaling(runs, one, two)
        except LiveriffError as error:
            results["scaling"][name] = {"problem": str(error)}
    results["same_bytes"] = len({scale["digest"] for scale in results["scaling"].values() if "digest" in scale}) == 1
    far = "ray:local:2" if "problem" not in results["scaling"]["ray"] else "pool:2"
    results["distance"] = {"renderers": far, **_distances(runs, far)}
    results["bytes"] = _bytes(runs)
    if runs.set_s:
        results["sets"] = {far: _set(runs, far, kill=True)}
        for trip_ms in runs.trips_ms:
            results["sets"][f"pool:2 at {trip_ms:g} ms"] = _set(runs, "pool:2", trip_ms)
    return results


def lines(results: Mapping[str, Any], indent: int = 0) -> Iterator[str]:
    """For people."""
    for name, value in results.items():
        if isinstance(value, Mapping):
            yield f"{' ' * indent}{name}"
            yield from lines(value, indent + 2)
        else:
            yield f"{' ' * indent}{name:{max(28 - indent, 1)}} {f'{value:.4g}' if isinstance(value, float) else value}"


# --- chunks a second -------------------------------------------------------------------------------------------------


def _scaling(runs: Runs, one: str, two: str) -> dict[str, Any]:
    """Chunks a second of one renderer and of two."""
    alone, both = (_made(runs, where) for where in (one, two))
    if alone.digests != both.digests:
        raise LiveriffError(f"{two} makes other bytes than {one}.")
    rates = {"one": runs.chunks / alone.seconds, "two": runs.chunks / both.seconds}
    return {**rates, "ratio": rates["two"] / rates["one"], "digest": alone.digests[0]}


def _made(runs: Runs, where: str) -> Made:
    runs.tell(f"{runs.chunks} chunks by {where}")
    asked = parse(where)

    async def run() -> Made:
        async with Yard(RendererOptions(runs.model, where=asked), asked.count or 1) as yard:
            await yard.make([replace(job, seed=1000 + seat) for seat, job in enumerate(runs.jobs()[: asked.count])])
            return await yard.make(runs.jobs())

    return asyncio.run(run())


def _distances(runs: Runs, where: str) -> dict[str, Any]:
    """The same at made-up distances: with jobs that leave before a renderer is free, and without."""
    asked = parse(where)
    found: dict[str, Any] = {}

    async def run() -> None:
        async with Yard(RendererOptions(runs.model, where=asked, round_trip_s=0.0), asked.count or 1) as yard:
            await yard.make(runs.jobs()[:2])
            seeds = iter(range(10_000, 1_000_000, 1000))
            for trip_ms in runs.trips_ms:
                runs.tell(f"{where} at {trip_ms:g} ms")
                found[f"{trip_ms:g}"] = {
                    name: await _at(yard, runs, trip_ms, ahead, next(seeds))
                    for name, ahead in (("in_turn", False), ("ahead", True))
                }

    asyncio.run(run())
    return found


async def _at(yard: Yard, runs: Runs, trip_ms: float, ahead: bool, seeds: int) -> dict[str, float]:
    yard.renderer.put_away(trip_ms / 1000, ahead)
    made = await yard.make([replace(job, seed=seeds + job.seed) for job in runs.jobs()])
    return {"chunks_s": runs.chunks / made.seconds, "way_ms": made.way_s * 1000}


# --- bytes of a chunk ------------------------------------------------------------------------------------------------


def _bytes(runs: Runs) -> dict[str, Any]:
    """Of eight beats at 120 BPM and 48 kHz, as they lie in memory and as they could be sent, by category."""
    runs.tell("bytes of chunks")
    jobs = [replace(runs.jobs()[0], category=category, rate=OPUS_RATE) for category in CHUNK_KINDS]
    sounds: dict[int, NDArray[np.float32]] = {}

    async def run() -> None:
        async with Yard(RendererOptions(runs.model), rate=OPUS_RATE, keep=sounds.__setitem__) as yard:
            await yard.make(jobs)

    asyncio.run(run())
    return {job.category: sizes(sounds[place], OPUS_RATE) for place, job in enumerate(jobs) if place in sounds}


def sizes(samples: NDArray[np.float32], rate: int) -> dict[str, int]:
    """Bytes of a sound (frames, 2): as numbers, packed without loss (FLAC), and with (Opus). 0 where it cannot be."""
    plain = {"float32": samples.size * 4, "int16": samples.size * 2}
    return {**plain, **{name: _packed(samples, rate, *how) for name, how in _PACKINGS.items()}}


def _packed(samples: NDArray[np.float32], rate: int, kind: str, subtype: str) -> int:
    import soundfile

    packed = io.BytesIO()
    try:
        soundfile.write(packed, samples, rate, subtype, format=kind)
    except (soundfile.LibsndfileError, ValueError):  # a libsndfile without Opus
        return 0
    return len(packed.getvalue())


# --- whole performances ----------------------------------------------------------------------------------------------


def _set(runs: Runs, where: str, trip_ms: float | None = None, kill: bool = False) -> dict[str, Any]:
    """The default scene into the null sink. kill: one renderer in the middle."""
    runs.tell(f"a performance with {where}" + (f" at {trip_ms:g} ms" if trip_ms is not None else ""))
    command = [
        sys.executable, "-m", "liveriff", "play", "--headless", "--json", "--no-cache", "--sink=null", "--osc=off",
        "--midi=off", "--door=off", f"--model={runs.model}", f"--render={where}", f"--seconds={runs.set_s:g}",
    ]  # fmt: skip
    command += [] if trip_ms is None else [f"--round-trip={trip_ms:g}"]
    with temporary("bench") as home:
        said, report = Path(home) / "said", Path(home) / "report"
        with said.open("wb") as errors, report.open("wb") as out:
            process = subprocess.Popen(command, stdout=out, stderr=errors)
        killed: list[int] = []
        killer = threading.Thread(target=_kill, args=(process, said, killed), name="killer")
        try:
            if kill:
                killer.start()
            process.wait()
        finally:
            end(process)
        if kill:
            killer.join()
        return {**_told(report, said), "killed": len(killed)}


def _told(report: Path, said: Path) -> dict[str, Any]:
    try:
        found = json.loads(report.read_text("utf-8"))
    except ValueError:
        raise LiveriffError(f"the performance failed: {said.read_text('utf-8', 'replace').strip()[-300:]}") from None
    names = ("first_sound_s", "blocks", "late_blocks", "underruns", "x_realtime", "shortest_lead_s")
    left = sum(" left " in line for line in said.read_text("utf-8", "replace").splitlines())
    return {**{name: found[name] for name in names}, **found["chunks"], "renderers_lost": left}


def _kill(process: subprocess.Popen[bytes], said: Path, killed: list[int]) -> None:
    """End a renderer some seconds after the first downbeat, or as soon as there is one, as a power cut does."""
    downbeat = None
    while process.poll() is None and not killed:
        time.sleep(0.1)
        if downbeat is None and _FIRST in said.read_text("utf-8", "replace"):
            downbeat = time.monotonic()
        if downbeat is not None and time.monotonic() - downbeat > _SETTLES_S:
            with contextlib.suppress(psutil.Error, OSError, IndexError):
                victim = victims(process.pid)[-1]
                psutil.Process(victim).kill()
                killed.append(victim)


def victims(engine: int) -> list[int]:
    """The cluster's renderers among the descendants of a process."""
    found = []
    for each in psutil.Process(engine).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if each.cmdline()[:1] and each.cmdline()[0].startswith("ray::Remote"):
                found.append(each.pid)
    return found
