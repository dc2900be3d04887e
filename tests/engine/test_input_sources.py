"""What comes in, as the engine takes it: for decks, as a looper, and kept beside a log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from liveriff.engine import journal
from liveriff.engine.deckbook import DeckBook
from liveriff.engine.journal_input import LOST, InputKeeper, KeptInput
from liveriff.engine.listener import Listener
from liveriff.engine.moment import DeckState, Wish
from liveriff.engine.recall import Recall
from liveriff.engine.sources import FILES, LOOPS, Sources
from liveriff.engine.wishes import Setting, wish_for
from liveriff.errors import DeviceError, UsageError
from liveriff.music.grid import Grid
from liveriff.params.registry import Registry
from liveriff.params.words import DECKS
from liveriff.wire.job import Job
from liveriff.wire.messages import Opened
from liveriff.wire.past import INPUT_S, Past

RATE, BEAT = 8000, 4000
GRID = Grid(RATE, 12000, 1000)
JOB = Job(prompt_a="acid", beats=4, bpm_cents=12000, rate=RATE)
DELAY = 100


def ramp(first: int, frames: int) -> np.ndarray:
    """Samples that tell their frame."""
    return np.repeat(np.arange(first, first + frames, dtype=np.float32)[:, None] * np.float32(1e-6), 2, axis=1)


class Pool(list[Any]):
    """Slots in memory of our own; ``full``: there is no more of it."""

    full = False

    def reserve(self, index: int, frames: int) -> None:
        if self.full:
            raise DeviceError("the shared memory is full.")


class Rig:
    """An engine at a beat, with an input of which the player has written so much."""

    def __init__(self, opened: Opened | None = None) -> None:
        self.said: list[str] = []
        self.registry = Registry()
        self.frame = GRID.frame_of(8) + 200
        opened = opened or Opened("device", "card", RATE, 64, 0.0, 1, input="card")
        self.player = SimpleNamespace(
            opened=opened, frame=lambda: self.frame, gauges={"input_delay": float(DELAY)}, restarts=0
        )
        time = SimpleNamespace(rate=RATE, steady=True, latency_s=0.0, transport=SimpleNamespace(grid=GRID))
        self.stage: Any = SimpleNamespace(
            registry=self.registry, player=self.player, time=time, notice=self.said.append, soon=lambda: None,
            book=DeckBook(DECKS, 6), listener=None, pictures={},
        )  # fmt: skip
        self.listener = self.stage.listener = Listener(self.stage)
        self.writer = Past(self.listener.segment, RATE, rings=1, seconds=INPUT_S)
        self.slots: Any = Pool(np.zeros((40000, 2), np.float32) for _ in range(6))
        self.sources, self.recall = Sources(self.stage, self.slots), Recall(self.stage, self.slots)

    def comes_in(self, last: int) -> None:
        """The player has written up to a frame."""
        first = self.writer.end(0)
        self.writer.write(0, first, ramp(first, last - first))

    async def sourced(self, job: Job = JOB, deck: int = 2) -> Wish:
        """The wish of a deck, once its source is there."""
        for _ in range(300):
            wish = self.sources.amend(deck, Wish(job), DeckState())
            if wish.now is not None:
                return wish
            await asyncio.sleep(0.01)
        raise AssertionError(f"it did not come; said {self.said}")

    def close(self) -> None:
        self.sources.close()
        self.writer.close()
        self.listener.close()


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = Rig()
    yield made
    made.close()


def test_the_last_bar_is_taken_when_all_of_it_has_come_in_late_as_it_is(rig: Rig) -> None:
    async def script() -> None:
        rig.registry.set("/deck/2/source", "input")
        end = GRID.frame_of(8) + DELAY
        rig.comes_in(end - 1)
        assert rig.sources.amend(2, Wish(JOB), DeckState()) == Wish(None)
        await asyncio.sleep(0.05)
        assert rig.sources.amend(2, Wish(JOB), DeckState()) == Wish(None)
        rig.comes_in(end)
        job = (await rig.sourced()).now
        assert job is not None
        assert Path(job.source).is_file()
        loop = rig.sources.verbatim(replace(job, strength=0.0))
        assert loop is not None
        np.testing.assert_array_equal(loop[:-40], ramp(GRID.frame_of(4) + DELAY, 4 * BEAT - 40))
        assert rig.sources.verbatim(job) is None  # a model's affair
        assert rig.sources.verbatim(replace(job, strength=0.0, bpm_cents=13000)) is None

    asyncio.run(script())


def test_the_offset_of_a_hand_counts_too(rig: Rig) -> None:
    rig.comes_in(20000)
    rig.registry.set("/input/offset", 12.5)
    assert np.array_equal(rig.listener.read(5000, 10), ramp(5000 + DELAY + 100, 10))
    rig.registry.set("/input/offset", -12.5)
    assert np.array_equal(rig.listener.read(5000, 10), ramp(5000, 10))


def test_words_keep_what_was_played_and_next_takes_anew(rig: Rig) -> None:
    async def script() -> None:
        rig.registry.set("/deck/2/source", "input")
        rig.comes_in(60000)
        first = (await rig.sourced()).now
        rig.frame = GRID.frame_of(12)
        words = (await rig.sourced(replace(JOB, prompt_a="other words", category="bass"))).now
        another = (await rig.sourced(replace(JOB, seed=7))).now
        assert first is not None
        assert words is not None
        assert another is not None
        assert first.source_id == words.source_id != another.source_id
        rig.registry.set("/deck/2/source", "none")
        rig.registry.set("/deck/2/source", "input")
        again = (await rig.sourced()).now
        assert again is not None
        assert again.source_id == another.source_id  # the bar that is the last one now

    asyncio.run(script())


def test_a_loop_lies_in_a_slot_as_it_was_played_and_no_louder(rig: Rig) -> None:
    async def script() -> None:
        rig.registry.set("/deck/2/source", "input")
        rig.registry.set("/deck/2/strength", 0.0)
        rig.comes_in(60000)
        job = (await rig.sourced()).now
        assert job is not None
        loop = rig.sources.verbatim(job)
        assert loop is not None
        rig.slots.full = True
        rig.recall.lay(2, job, loop)
        assert rig.stage.book.states[2].ready == ()
        assert rig.stage.book.lending.free == 6
        rig.slots.full = False
        for _ in range(2):
            rig.recall.lay(2, job, loop)
        (chunk,) = rig.stage.book.states[2].ready
        np.testing.assert_array_equal(rig.slots[chunk.slot][: job.frames], loop)
        assert chunk.loudness <= -70.0  # which no gain is made for

    asyncio.run(script())


def test_only_the_files_wanted_last_and_those_in_use_stay(rig: Rig) -> None:
    async def script() -> None:
        rig.registry.set("/deck/2/source", "input")
        rig.comes_in(60000)
        taken = []
        for seed in range(FILES + 4):
            rig.frame = GRID.frame_of(8 + 4 * seed) + 200
            rig.comes_in(rig.frame + 2 * DELAY)
            taken.append((await rig.sourced(replace(JOB, seed=seed))).now)
            if seed == 2:
                slot = rig.stage.book.lending.lend("renderer")
                rig.stage.book.rendered(2, taken[2], slot)
            await rig.sourced(replace(JOB, seed=1))  # this one is wanted all the time
        there = [seed for seed, job in enumerate(taken) if seed > 0 and Path(job.source).exists()]
        assert there == [1, 2, *range(5, FILES + 4)]
        assert len(list(Path(taken[0].source).parent.iterdir())) == FILES + 1
        again = (await rig.sourced(replace(JOB, seed=3))).now
        assert again is not None
        assert again.source_id != taken[3].source_id  # it is forgotten, so it was taken anew
        assert Path(again.source).exists()

    asyncio.run(script())


def test_only_the_last_loops_are_kept_in_memory(rig: Rig) -> None:
    async def script() -> None:
        rig.registry.set("/deck/2/source", "input")
        jobs = []
        for seed in range(LOOPS + 2):
            rig.comes_in(60000 + seed * BEAT * 4)
            rig.frame = GRID.frame_of(8 + 4 * seed)
            jobs.append((await rig.sourced(replace(JOB, seed=seed))).now)
        held = [rig.sources.verbatim(replace(job, strength=0.0)) is not None for job in jobs if job]
        assert held == [False] * 2 + [True] * LOOPS

    asyncio.run(script())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda rig: setattr(rig.stage, "listener", None), "start with --input"),
        (lambda rig: setattr(rig.player, "opened", Opened("null", "null", RATE, 64, 0.0, 1)), "start with --input"),
        (lambda rig: setattr(rig.stage.time, "steady", False), "transport stands"),
        (lambda rig: setattr(rig, "frame", GRID.frame_of(2)), "4 beats have not been played yet"),
    ],
)
def test_what_cannot_be_taken_is_told_and_the_deck_goes_on(rig: Rig, change: Callable[[Rig], None], says: str) -> None:
    change(rig)
    rig.registry.set("/deck/2/source", "input")
    assert rig.sources.amend(2, Wish(JOB), DeckState()) == Wish(JOB)
    assert [says in said for said in rig.said[1:]] == [True]
    assert rig.sources.amend(2, Wish(replace(JOB, prompt_a="")), DeckState()) == Wish(None)  # no words, no sound
    assert len(rig.said) == 2  # told once


def test_what_does_not_come_in_time_is_given_up(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liveriff.engine.listener.PATIENCE_S", 0.05)
    with pytest.raises(UsageError, match="ask again"):
        rig.listener.take(JOB)()


def test_a_deck_that_plays_the_input_needs_no_words() -> None:
    registry = Registry()
    registry.set("/deck/2/prompt/a", "")
    assert wish_for(registry, 2, Fraction(0), DeckState(), Setting(RATE, {})).now is None
    registry.set("/deck/2/source", "input")
    assert wish_for(registry, 2, Fraction(0), DeckState(), Setting(RATE, {})).now is not None


def test_the_performer_is_told_what_is_listened_to() -> None:
    for opened, says in (
        (Opened("device", "card", RATE, 64, 0.0, 1, input="Scarlett"), ["Listening to Scarlett."]),
        (
            Opened("null", "null", RATE, 64, 0.0, 1, deaf="None was found."),
            ["There is no sound input: None was found."],
        ),
    ):
        rig = Rig(opened)
        assert rig.said == says
        rig.close()


# --- beside the log -----------------------------------------------------------------------------------------------


class Kept:
    """A keeper, and what it has told."""

    def __init__(self, rig: Rig, folder: Path) -> None:
        self.told: list[Any] = []
        self.aside = ThreadPoolExecutor(1)
        self.keeper = InputKeeper(rig.stage, folder, self.told.append, lambda: (1.0, 2, 3.0), self.aside)
        self.keeper.begin()
        self.keeper.tick()

    def end(self) -> list[Any]:
        """What was told by the end."""
        self.keeper.tick(last=True)
        self.aside.shutdown()
        return self.told


def test_what_is_heard_is_kept_with_a_margin_and_nothing_else(rig: Rig, tmp_path: Path) -> None:
    folder = tmp_path / "set.sounds"
    folder.mkdir()
    (folder / "input-1.f32").write_bytes(b"\1" * 1_000_000)  # of an older log
    kept = Kept(rig, folder)
    for last in range(1000, 200_000, 1000):
        rig.comes_in(last)
        if last in (40_000, 90_000):
            rig.registry.set("/input/monitor", last == 40_000)
        kept.keeper.tick()
    assert kept.end() == [journal.Input(1.0, 2, 3.0, "input-1.f32")]
    again, out = KeptInput(folder / "input-1.f32"), np.ones((200_000, 2), np.float32)
    again.read(out, 0)
    again.close()
    heard = np.flatnonzero(out[:, 0])
    assert 31_000 <= heard[0] <= 33_000
    assert 97_000 <= heard[-1] <= 99_000
    np.testing.assert_array_equal(out[heard[0] : heard[-1] + 1], ramp(heard[0], heard[-1] + 1 - heard[0]))


def test_what_is_never_heard_costs_nothing(rig: Rig, tmp_path: Path) -> None:
    kept = Kept(rig, tmp_path / "set.sounds")
    rig.comes_in(50_000)
    assert kept.end() == []
    assert not list(tmp_path.iterdir())


def test_a_short_press_between_two_looks_is_kept_too(rig: Rig, tmp_path: Path) -> None:
    kept = Kept(rig, tmp_path / "set.sounds")
    rig.comes_in(50_000)
    kept.keeper.tick()
    rig.registry.set("/input/monitor", True)
    rig.registry.set("/input/monitor", False)
    rig.comes_in(70_000)
    assert kept.end() == [journal.Input(1.0, 2, 3.0, "input-1.f32")]


def test_an_engine_that_stood_still_says_so(rig: Rig, tmp_path: Path) -> None:
    kept = Kept(rig, tmp_path / "set.sounds")
    rig.registry.set("/input/monitor", True)
    kept.keeper.tick()
    rig.comes_in(1000)
    for _ in range(2 * INPUT_S):
        rig.comes_in(rig.writer.end(0) + RATE)
    (fault,) = (event for event in kept.end() if isinstance(event, journal.Fault))
    assert fault.what == LOST
    assert fault.count > RATE


def test_a_deck_tells_what_its_chunk_started_from(rig: Rig) -> None:
    rig.registry.set("/deck/2/source", "input")
    rig.comes_in(rig.frame - DELAY)
    job = asyncio.run(rig.sourced()).now
    assert job is not None
    assert rig.sources.told(2, job) == {"/deck/2/heard/source": "input"}
    assert rig.sources.told(2, JOB) == {"/deck/2/heard/source": "none"}
    for path, value in rig.sources.told(2, job).items():
        assert rig.registry.publish(path, value) == value
