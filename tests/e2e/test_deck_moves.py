"""Deck moves with real children: fills, sources, copy, back, swap, evolution, another key, another model."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from e2e.command import run
from e2e.house import solo
from e2e.test_hub import Hands
from liveriff.engine.options import PlayOptions
from liveriff.params.words import DECKS
from liveriff.wire.job import Job

pytestmark = pytest.mark.e2e
BPM = 240.0  # a bar is a second
QUICK = {"/tempo/bpm": BPM, "/quantum": "beat", "/master/autogain": False}


class Mover(Hands):
    """A performer of test tones at a quick tempo; what is played is recorded."""

    def __init__(self, tmp_path: Path, decks: tuple[int, ...] = DECKS) -> None:
        super().__init__(tmp_path)
        self.file = tmp_path / "take.wav"
        self.decks, self.files = decks, list[Path]()
        self.hub.stage.options = replace(self.hub.stage.options, record=str(self.file))
        self.hub._keyed = frozenset({"test-tone"})
        for path, value in QUICK.items():
            self.registry.set(path, value)
        for deck in DECKS:
            self.registry.set(f"/deck/{deck}/beats", 4)
            for effect in ("delay", "reverb"):
                self.registry.set(f"/deck/{deck}/send/{effect}", -60.0)
            if deck not in decks:
                self.registry.set(f"/deck/{deck}/prompt/a", "")

    @property
    def options(self) -> PlayOptions:
        """As it was started."""
        return self.hub.stage.options

    def job(self, deck: int) -> Job:
        """What a deck plays."""
        chunk = self.hub.stage.book.states[deck].playing
        assert chunk is not None
        return chunk.job

    def landings(self, deck: int) -> list[Job]:
        """The jobs that a deck comes to play from now on."""
        found: list[Job] = []
        told = self.hub.stage.book.swapped

        def swapped(number: int, slot: int | None) -> None:
            told(number, slot)
            if number == deck:
                found.append(self.job(deck))

        self.hub.stage.book.swapped = swapped  # type: ignore[method-assign]
        return found

    async def plays(self, deck: int, what: str, condition: Callable[[Job], bool]) -> None:
        """Wait until a deck plays a job like that."""
        await self.until(f"deck {deck} plays {what}", lambda: condition(self.job(deck)))

    def served(self, deck: int) -> int:
        """Changes with every render for a deck."""
        return self.hub.stage.book.states[deck].served

    async def beats(self, count: float) -> None:
        """Let some beats go by."""
        await asyncio.sleep(count * 60 / BPM)


def moves(
    tmp_path: Path, *scripts: Callable[[Mover], Coroutine[object, object, None]], decks: tuple[int, ...] = DECKS
) -> Mover:
    """Run scripts, one after the other, against a real engine, then end it."""

    async def main() -> Mover:
        mover = Mover(tmp_path, decks)
        running = asyncio.ensure_future(mover.hub.run())
        try:
            await mover.until("all play", lambda: all(mover.playing(n, "seed") is not None for n in decks))
            for script in scripts:
                await script(mover)
        finally:
            mover.hub.stop()
            await running
        return mover

    return asyncio.run(main())


def test_a_fill_sounds_up_to_the_bar_and_the_loop_is_as_it_was(tmp_path: Path) -> None:
    bounds: list[float] = []

    async def script(mover: Mover) -> None:
        mover.set("/deck/1/fill/beats", 1)
        await mover.beats(4)
        bounds.append(float(mover.hub.stage.time.beat()))
        mover.set("/deck/1/fill", 1.0)
        await mover.beats(13)

    mover = moves(tmp_path, script, decks=(1,))
    sound, rate = soundfile.read(mover.file, always_2d=True)
    beat = rate * 60 // int(BPM)
    first = int(np.flatnonzero(np.abs(sound).max(axis=1) > 1e-4)[0])
    bars = [sound[k : k + 4 * beat] for k in range(first + 4 * beat, len(sound) - 4 * beat, 4 * beat)]
    usual = np.median(np.stack(bars), axis=0)
    other = [float(np.abs(bar - usual).max()) > 1e-3 for bar in bars]
    assert sum(other) == 1, other
    place = other.index(True)
    assert place < len(bars) - 1
    filled = np.abs(bars[place] - usual).max(axis=1)
    fade = round(0.008 * rate) + 2
    assert filled[: 3 * beat - fade - 600].max() < 1e-4  # nothing before its beat
    assert filled[3 * beat : 4 * beat - fade - 600].max() > 1e-2
    np.testing.assert_allclose(bars[place + 1], usual, atol=2e-4)


async def another_key(mover: Mover) -> None:
    """What plays is moved to the new key at once, then rendered in it; drums are not moved."""
    mover.set("/quantum", "off")
    watched, drums = mover.landings(3), mover.landings(1)
    mover.set("/key/tonic", "C")
    for deck in DECKS:
        await mover.plays(deck, "C minor", lambda job: job.tonic == 0 and not job.transpose)
    assert [(job.transpose, job.tonic) for job in watched] == [(3, 9), (0, 0)]  # from A up to C, then C itself
    assert all(not job.transpose for job in drums)
    mover.set("/quantum", "beat")


async def copy(mover: Mover) -> None:
    """The sound of another deck comes from its slot."""
    served = mover.served(4)
    mover.set("/deck/4/copy", 2.0)
    await mover.plays(4, "the chunk of deck 2", lambda job: job == mover.job(2))
    assert mover.served(4) == served
    assert mover.registry.get("/deck/4/prompt/a") == mover.registry.get("/deck/2/prompt/a")
    assert mover.registry.get("/deck/4/category") == "bass"


async def back(mover: Mover) -> None:
    """What was heard before comes back without a render."""
    first = mover.job(3)
    for _ in range(2):
        seed = mover.job(3).seed
        mover.set("/deck/3/next", 1.0)
        await mover.plays(3, "another seed", lambda job, seed=seed: job.seed == seed + 1)  # type: ignore[misc]
    await mover.beats(5)
    served = mover.served(3)
    for seed in (first.seed + 1, first.seed):
        mover.set("/deck/3/back", 1.0)
        await mover.plays(3, "the seed before", lambda job, seed=seed: job.seed == seed)  # type: ignore[misc]
    assert mover.job(3) == first
    assert mover.served(3) == served


async def swap(mover: Mover) -> None:
    """The words change places and the sound does not; nor when that is undone."""
    mover.set("/deck/2/prompt/b", "another bass")
    mover.set("/deck/2/alpha", 0.25)
    await mover.plays(2, "both", lambda job: job.prompt_b == "another bass")
    await mover.until("the hand is there", lambda: mover.registry.get("/deck/2/heard/alpha") == 0.25)
    job, first, path = mover.job(2), mover.registry.get("/deck/2/prompt/a"), "/deck/2/alpha"
    assert mover.hub.stage.player.panel[path] == 0.25
    landed = mover.landings(2)
    mover.set("/deck/2/swap", 1.0)
    await mover.beats(6)
    words = [mover.registry.get(f"/deck/2/{name}") for name in ("prompt/a", "prompt/b", "alpha")]
    assert words == ["another bass", first, 0.75]
    assert mover.hub.stage.player.panel[path] == 0.25
    mover.set("/undo", 1.0)
    await mover.beats(4)
    assert mover.registry.get(path) == 0.25
    assert mover.hub.stage.player.panel[path] == 0.25
    assert mover.job(2) == job
    assert not landed


async def freeze(mover: Mover) -> None:
    """What is turned meanwhile lands on release."""
    mover.set("/deck/3/freeze", True)
    job = mover.job(3)
    mover.set("/deck/3/seed", 99)
    mover.set("/deck/3/prompt/a", "something else")
    await mover.beats(6)
    assert mover.job(3) == job
    mover.set("/deck/3/freeze", False)
    await mover.plays(3, "all of it", lambda job: job.seed == 99 and job.prompt_a == "something else")


def test_another_key_copy_back_swap_and_freeze(tmp_path: Path) -> None:
    moves(tmp_path, another_key, copy, back, swap, freeze)


async def evolution(mover: Mover) -> None:
    """The next seed is there as the phrase turns."""
    mover.set("/deck/3/evolve", 1)
    seed = mover.job(3).seed
    await mover.plays(3, "the next seed", lambda job: job.seed == seed + 1)
    await mover.until("the seed moves", lambda: mover.registry.get("/deck/3/seed") == seed + 1)
    mover.set("/deck/3/evolve", 0)
    await mover.plays(3, "the seed that is set", lambda job: job.seed == mover.registry.get("/deck/3/seed"))


async def sources(mover: Mover) -> None:
    """Each is taken once, and named by its content; the files go with the music."""
    mover.set("/deck/3/strength", 0.5)
    more: dict[str, dict[str, object]] = {"previous": {}, "deck": {"deck": 2}, "file": {"file": "tone"}}
    for kind, values in more.items():
        before = mover.job(3)
        for name, value in values.items():
            mover.set(f"/deck/3/source/{name}", value)
        mover.set("/deck/3/source", kind)
        await mover.plays(3, f"from {kind}", lambda job, b=before: job.source_id not in ("", b.source_id))  # type: ignore[misc]
        mover.files.append(Path(mover.job(3).source))
        assert mover.files[-1].stem == mover.job(3).source_id
        assert mover.job(3).strength == 0.5
    job = mover.job(3)
    await mover.beats(4)
    assert mover.job(3) == job  # it does not chase itself
    mover.set("/deck/3/source/file", "../tone.wav")
    await mover.until("it says so", lambda: any("goes on without a source" in line for line in mover.said))
    mover.set("/deck/3/source", "input")
    await mover.until("it says so", lambda: any("no sound input" in line for line in mover.said))
    mover.set("/deck/3/source", "none")


async def another_model(mover: Mover) -> None:
    """The old loop plays until the embedded model stands in for one that fails, and the screens say so."""
    before = mover.job(3)
    mover.registry.set("/deck/3/model", "no-such-model")
    assert mover.job(3) == before
    await mover.plays(3, "the embedded model", lambda job: job.model == "embedded")
    await mover.until("the deck says so", lambda: mover.registry.get("/deck/3/state") == "standing in")
    assert any("no-such-model fails; the embedded model plays in its place" in line for line in mover.said)


def test_evolution_sources_and_a_model_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path / "home"))
    sounds = tmp_path / "home" / "sounds"
    sounds.mkdir(parents=True)
    soundfile.write(sounds / "tone.wav", np.sin(np.arange(48000) * 0.05) * 0.3, 48000)
    mover = moves(tmp_path, evolution, sources, another_model, decks=(2, 3))
    assert len(set(mover.files)) == 3
    assert not any(file.parent.exists() for file in mover.files)  # swept at the end


SLOW = '''
"""Takes three seconds a step."""

import time
from dataclasses import replace

from liveriff.render.backend import BackendFactory, go_on
from liveriff.render.testtone import INFO, TestTone

SELF = replace(INFO, name="slow", version="")


class Slow(TestTone):
    @property
    def info(self):
        return SELF

    def canvas(self, job, tick):
        for step in range(1, job.steps + 1):
            go_on(tick, step, job.steps)
            time.sleep(3.0)
        return super().canvas(job, lambda *_: True)


BACKEND = BackendFactory("slow", lambda: SELF, "slow_backend:Slow")
'''


@pytest.mark.slow
def test_a_model_that_takes_too_long_gets_fewer_steps_and_then_the_embedded_one_plays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site"
    metadata = package / "slow-1.0.dist-info"
    metadata.mkdir(parents=True)
    (package / "slow_backend.py").write_text(SLOW)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: slow\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[liveriff.backends]\nslow = slow_backend:BACKEND\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(package), os.environ.get("PYTHONPATH", "")]))
    quick = ["--set=/tempo/bpm=240", "--set=/deck/1/steps=8", "--set=/deck/1/model=slow", "--seconds=2"]
    done = run(tmp_path, "play", "--headless", "--json", "--sink=null", *solo(1), *quick)
    assert done.status == 0, done.err
    fewer, stands_in = done.err.find("gets fewer steps"), done.err.find("the embedded model plays in its place")
    assert 0 <= fewer < stands_in
    assert len(done.report["swaps"]) >= 1
