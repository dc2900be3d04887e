"""Renderers of a real Ray cluster on this machine, and of processes: the same bytes, a death that costs nothing."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from liveriff.engine.renderers.asked import RendererOptions
from liveriff.engine.renderers.where import parse
from liveriff.engine.renderers.yard import Made, Yard
from liveriff.wire.job import Job

pytestmark = pytest.mark.e2e

JOBS = [Job(model="test-tone", prompt_a="techno", category="drums", seed=seed, steps=6) for seed in range(6)]
DAWDLE = [replace(job, seed=job.seed + 100, steps=4000) for job in JOBS]  # long enough to be killed at
HAS_RAY = importlib.util.find_spec("ray") is not None


@pytest.fixture
def short_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Ray's sockets lie below it, and their paths must be short."""
    with tempfile.TemporaryDirectory(prefix="lr-", dir="/tmp") as folder:
        monkeypatch.setenv("RAY_TMPDIR", folder)
        yield Path(folder)


def made(where: str, jobs: list[Job], kill: bool = False) -> tuple[Made, list[str]]:
    """What the renderers of a place make of some jobs; kill: one of them after the first chunk. And what was said."""
    asked = parse(where)
    yard = Yard(RendererOptions("test-tone", where=asked), asked.count or 1)

    killed: list[int] = []

    def look(yard: Yard, done: int) -> None:
        if kill and not killed:
            killed.append(victim(yard))
            os.kill(killed[0], signal.SIGKILL)

    async def run() -> Made:
        async with yard:
            return await yard.make(jobs, look)

    return asyncio.run(run()), yard.said


def victim(yard: Yard) -> int:
    """The process of a renderer: one of ours, or an actor of the cluster that the link has started."""
    link = yard.renderer.pids.get("link")
    if link is None:
        return yard.renderer.pids["renderer 2"]
    return actors(link)[0]


def actors(link: int) -> list[int]:
    found = []
    for process in psutil.Process(link).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if process.cmdline() and process.cmdline()[0].startswith("ray::Remote"):
                found.append(process.pid)
    return sorted(found)


@pytest.fixture(scope="module")
def one_renderer() -> tuple[str, ...]:
    return made("here", JOBS)[0].digests


def test_several_processes_make_the_same_and_one_that_is_killed_costs_nothing(one_renderer: tuple[str, ...]) -> None:
    several, said = made("pool:2", [*JOBS, *DAWDLE], kill=True)
    assert several.digests[: len(JOBS)] == one_renderer
    assert all(several.digests)
    assert several.refused == ()
    assert any("A renderer left; the others go on" in sentence for sentence in said)


@pytest.mark.skipif(not HAS_RAY, reason="ray is not installed: pip install 'liveriff[ray]'")
def test_a_cluster_makes_the_same_and_an_actor_that_is_killed_costs_nothing(
    one_renderer: tuple[str, ...], short_folder: Path
) -> None:
    before = set(psutil.pids())
    several, said = made("ray:local:2", [*JOBS, *DAWDLE], kill=True)
    assert several.digests[: len(JOBS)] == one_renderer
    assert all(several.digests)
    assert several.refused == ()
    assert any("A renderer of the local Ray cluster left" in sentence for sentence in said)
    left = [process for process in psutil.process_iter(["pid", "name"]) if process.info["pid"] not in before]
    assert not [process for process in left if process.info["name"] in ("raylet", "gcs_server")]


@pytest.mark.skipif(not HAS_RAY, reason="ray is not installed: pip install 'liveriff[ray]'")
def test_while_a_cluster_cannot_be_reached_the_embedded_model_renders_here() -> None:
    where = parse("ray://127.0.0.1:9")
    yard = Yard(RendererOptions("test-tone", where=where), count=0)
    jobs = [replace(job, model="embedded", steps=2, beats=8) for job in JOBS[:1]]

    async def run() -> tuple[Made, str]:
        async with yard:
            while not yard.renderer.idle or not yard.said:
                yard.renderer.watch()
                await asyncio.sleep(0.02)
            return await yard.make([*jobs, JOBS[0]]), yard.renderer.state

    done, state = asyncio.run(run())
    assert done.digests[0]
    assert done.refused == ("nobody renders test-tone until ray://127.0.0.1:9 is back.",)
    assert state == "away: ray://127.0.0.1:9; the embedded model plays here"
    assert len(yard.said) == 1
    assert yard.said[0].startswith("ray://127.0.0.1:9 is away (")
    assert yard.said[0].endswith("the embedded model plays here until it is back.")
