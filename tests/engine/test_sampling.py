"""Pads as a performer works them: banks, kits, captures, files, morphs; the engine's side without player and model."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from liveriff.engine import library
from liveriff.engine.modelbook import ModelBook
from liveriff.engine.pads import PadBook
from liveriff.engine.sampling import Sampling
from liveriff.engine.segments import segment_name
from liveriff.engine.shots import RESTS_S, Shots
from liveriff.music.grid import Grid
from liveriff.params.registry import Registry
from liveriff.render.catalog import find
from liveriff.wire.job import Job
from liveriff.wire.messages import Load
from liveriff.wire.past import Past
from liveriff.wire.slots import Slots, SlotSpec

RATE = 8000
GRID = Grid(RATE, 12000)


class Renderer:
    """Takes one job at a time and keeps it."""

    def __init__(self) -> None:
        self.idle = True
        self.taken: list[tuple[Job, int, int]] = []

    def able(self, model: str) -> bool:
        return True

    def submit(self, deck: int, job: Job, slot: int, pad: int, by_s: float = 0.0) -> None:
        self.idle = False
        self.taken.append((job, slot, pad))


class Rig:
    """An engine's pads with hands, a renderer that obeys, and a player that only notes what it is told."""

    def __init__(self, values: dict[str, object] | None = None) -> None:
        self.registry = Registry()
        self.registry.restore(values or {})
        self.loads: list[Load] = []
        self.said: list[str] = []
        self.now = 100.0
        spec = SlotSpec(f"liveriff-{os.getpid()}-testpads", 0, 0, 70, 8 * RATE)
        self.slots = Slots(spec, create=True)
        self.renderer = Renderer()
        self.book = PadBook(0, 70)
        self.frame = GRID.frame_of(17)
        player = SimpleNamespace(send=self.loads.append, frame=lambda: self.frame)
        time = SimpleNamespace(rate=RATE, steady=True, latency_s=0.0, transport=SimpleNamespace(grid=GRID))
        stage: Any = SimpleNamespace(
            registry=self.registry, pads=self.book, player=player, renderer=self.renderer, time=time,
            options=SimpleNamespace(model=""), tally=SimpleNamespace(from_cache=0), notice=self.said.append,
            log=SimpleNamespace(loaded=lambda pad, job: None), soon=lambda: None, models=ModelBook(),
        )  # fmt: skip
        self.shots = Shots(stage, self.slots, None, {}, lambda: self.now)
        self.sampling = Sampling(stage, self.slots, self.shots)
        self.past = Past(segment_name("past"), RATE)

    def state(self, pad: int) -> object:
        return self.registry.get(f"/pad/{pad}/state")

    def render(self, most: int = 200) -> list[int]:
        """Let the renderer work until nothing is asked for; the pads in their order."""
        made = []
        while self.shots.work() and len(made) < most:
            job, slot, pad = self.renderer.taken[-1]
            self.renderer.idle = True
            self.shots.load(pad, job, slot)
            made.append(pad)
        return made

    def close(self) -> None:
        self.past.close()
        self.sampling.close()
        self.slots.close()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = Rig()
    yield made
    made.close()


def played(act: Callable[[], Awaitable[None]]) -> None:
    """Run on a loop, as the engine does."""
    asyncio.run(act())  # type: ignore[arg-type]


async def until(said: Callable[[], object]) -> None:
    for _ in range(400):
        if said():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not come")


def test_the_first_bank_is_made_at_the_start_and_the_others_when_they_are_asked_for(rig: Rig) -> None:
    assert (rig.state(1), rig.state(17)) == ("waiting", "empty")
    assert rig.render() == list(range(1, 17))
    assert rig.state(16) == "ready"
    rig.registry.trigger("/pad/20/trigger")  # a stroke in vain asks for nothing
    assert rig.render() == []
    rig.registry.set("/pad/20/prompt", "zap")
    assert rig.state(20) == "waiting"
    assert rig.render() == [20]


def test_what_a_scene_says_of_other_banks_is_made_at_the_start() -> None:
    rig = Rig({"/pad/33/prompt": "bell"})
    assert rig.render()[-1] == 33
    rig.close()


def test_a_pad_is_made_by_its_own_model_and_the_others_by_the_performances(rig: Rig) -> None:
    rig.registry.set("/pad/3/model", "test-tone")
    rig.render()
    assert {job.model for job, _, pad in rig.renderer.taken if pad != 3} == {"embedded"}
    job = next(job for job, _, pad in rig.renderer.taken if pad == 3)
    info = find("test-tone").info()
    assert (job.model, job.model_version, job.steps) == ("test-tone", info.version, info.default_steps)
    rig.registry.set("/pad/3/model", "")
    assert rig.render() == [3]
    assert rig.renderer.taken[-1][0].model == "embedded"


def test_a_pad_whose_model_fails_is_played_by_the_embedded_one_and_that_is_told_once(rig: Rig) -> None:
    rig.render()
    rig.registry.restore({"/pad/3/model": "nobody", "/pad/4/model": "nobody"})
    for pad in (3, 4):
        assert rig.shots.work()
        job, slot, asked = rig.renderer.taken[-1]
        assert (job.model, asked) == ("nobody", pad)
        rig.book.give_back(slot)
        rig.renderer.idle = True
        rig.shots.failed(pad, job)
        assert rig.state(pad) == "ready", "it keeps what it has"
    assert rig.said == ["Pads that nobody cannot make are played by the embedded model."]
    assert rig.render() == []  # it has that sound
    rig.registry.set("/pad/3/morph", 0.5)
    rig.now += 1.0
    taken = len(rig.renderer.taken)
    assert set(rig.render()) == {3}
    assert {job.model for job, _, _ in rig.renderer.taken[taken:]} == {"embedded"}, "a morph is no other sound"
    rig.registry.set("/pad/3/seed", 77)
    assert rig.shots.work()
    assert rig.renderer.taken[-1][0].model == "nobody", "another sound: it is tried again"


def test_a_pad_whose_model_is_away_waits_and_the_others_are_made(rig: Rig) -> None:
    rig.registry.set("/pad/1/model", "far")
    rig.renderer.able = lambda model: model != "far"  # type: ignore[method-assign]
    assert rig.render() == list(range(2, 17))
    assert rig.state(1) == "waiting"
    rig.renderer.able = lambda model: True  # type: ignore[method-assign]
    assert rig.render() == [1]


def test_a_kit_fills_the_bank_under_the_hand_and_each_pad_plays_on_until_its_own_is_there(rig: Rig) -> None:
    rig.render()
    for bank, first in ((2, 17), (1, 1)):
        rig.registry.set("/pad/bank", bank)
        rig.registry.set("/pad/kit", "dub")
        rig.registry.trigger("/pad/kit/make")
        assert {rig.state(pad) for pad in range(first, first + 16)} == {"waiting"}
        assert not [load for load in rig.loads if load.slot is None]
        assert rig.render() == list(range(first, first + 16))
    assert rig.registry.get("/pad/kit/seed") == 3
    before = rig.registry.get("/pad/1/seed")
    assert rig.registry.undo()
    assert rig.registry.get("/pad/1/seed") != before
    assert rig.render() == list(range(1, 17))


def test_turning_a_morph_makes_a_strip_and_rest_makes_the_exact_sound(rig: Rig) -> None:
    rig.render()
    rig.registry.set("/pad/2/morph/with", 4)
    rig.now += 1
    rig.render()
    assert sorted(rig.book.states[2].points) == [0.0, 0.25, 0.5, 0.75, 1.0]  # before the hand turns it
    rig.loads.clear()
    rig.registry.set("/pad/2/morph", 0.3)
    assert rig.render() == []
    rig.now += RESTS_S + 0.01
    rig.render()
    assert set(rig.book.states[2].points) == {0.0, 0.25, 0.3, 0.5, 0.75, 1.0}
    assert rig.render() == []


def test_a_capture_is_what_was_heard_on_the_grid_and_lies_in_the_library(rig: Rig) -> None:
    heard = np.random.default_rng(3).uniform(-0.5, 0.5, (GRID.frame_of(18), 2)).astype(np.float32)
    rig.past.write(1, 0, heard[-12 * RATE :][: 12 * RATE - 1])
    rig.past.forget()
    rig.past.write(1, GRID.frame_of(10), heard[GRID.frame_of(10) : GRID.frame_of(17)])
    rig.registry.set("/pads/capture/from", "deck 1")
    rig.registry.set("/pads/capture/beats", 4)

    async def act() -> None:
        rig.registry.trigger("/pad/21/capture")
        await until(lambda: rig.registry.get("/pad/21/load"))

    played(act)
    assert (rig.loads[-1].pad, rig.loads[-1].beats, rig.state(21)) == (21, 4, "ready")
    sample = rig.book.states[21].sample
    assert sample is not None
    body = slice(0, sample.frames - 100)
    wanted = heard[GRID.frame_of(13) : GRID.frame_of(17)]
    assert sample.frames == len(wanted)
    np.testing.assert_array_equal(rig.slots[sample.slot][: sample.frames][body], wanted[body])
    assert rig.registry.get("/pad/21/mode") == "loop"
    name = str(rig.registry.get("/pad/21/load"))
    np.testing.assert_allclose(library.fetched(library.named(name), RATE, 8.0)[body], wanted[body], atol=1e-6)
    rig.registry.trigger("/pad/21/stop")
    rig.registry.set("/pad/21/seed", 5)  # its words are meant again
    assert rig.registry.get("/pad/21/load") == ""
    assert 21 in rig.render()
    assert rig.book.states[21].sample is None


def test_a_sound_is_saved_and_loaded_by_its_name_and_a_wrong_name_changes_nothing(rig: Rig) -> None:
    rig.render()
    slot = rig.book.states[1].playing.slot  # type: ignore[union-attr]
    rig.slots[slot][:RATE] = np.random.default_rng(1).uniform(-0.5, 0.5, (RATE, 2))

    async def act() -> None:
        rig.registry.set("/pad/1/save", "my kick")
        await until(lambda: library.listed())
        rig.registry.set("/pad/40/load", "my kick")
        await until(lambda: rig.state(40) == "ready")
        rig.registry.set("/pad/2/load", "../my kick")
        await until(lambda: any("There is no sound" in sentence for sentence in rig.said))

    played(act)
    assert rig.registry.get("/pad/1/save") == ""
    sample = rig.book.states[40].sample
    assert sample is not None
    np.testing.assert_allclose(rig.slots[sample.slot][:RATE], rig.slots[slot][:RATE], atol=1e-6)
    assert rig.book.states[2].playing is not None
    rig.render()
    rig.registry.trigger("/pad/40/clear")
    assert (rig.state(40), rig.registry.get("/pad/40/load")) == ("empty", "")
    assert rig.loads[-1] == Load(40, None, 0)
    assert rig.render() == []


def test_where_all_slots_are_out_it_is_told_and_nothing_is_lost(rig: Rig) -> None:
    rig.render()
    while rig.book.lend() is not None:
        pass
    rig.registry.set("/pad/1/seed", 77)
    assert rig.render() == []
    assert rig.book.states[1].playing is not None


def test_beats_that_were_not_played_are_refused_in_a_sentence(rig: Rig) -> None:
    rig.frame = GRID.frame_of(Fraction(3, 2))

    async def act() -> None:
        rig.registry.trigger("/pad/1/capture")

    played(act)
    assert "There have not been 4 beats yet" in rig.said[-1]


def captured(rig: Rig, pad: int) -> None:
    """A pad plays four beats of what was heard."""
    before = rig.registry.get(f"/pad/{pad}/load")
    rig.past.write(0, GRID.frame_of(12), np.full((GRID.frame_of(17) - GRID.frame_of(12), 2), 0.25, np.float32))

    async def act() -> None:
        rig.registry.trigger(f"/pad/{pad}/capture")
        await until(lambda: rig.registry.get(f"/pad/{pad}/load") not in ("", before))

    played(act)


@pytest.mark.parametrize(
    ("path", "value"), [("/pad/kit/make", 1.0), ("/pad/1/reroll", 1.0), ("/pad/1/load", ""), ("/pad/1/clear", 1.0)]
)
def test_a_captured_pad_that_gets_another_sound_plays_it_as_pads_do(rig: Rig, path: str, value: object) -> None:
    rig.registry.restore({"/pad/1/pitch": -3.0, "/pad/1/level": -9.0})
    rig.render()
    captured(rig, 1)
    captured(rig, 1)  # once more over it
    rig.registry.set("/pad/1/quantum", "bar", "hand")
    rig.registry.set(path, value, "hand")
    plays = {name: rig.registry.get(f"/pad/1/{name}") for name in ("mode", "pitch", "level", "quantum")}
    assert plays == {"mode": "one-shot", "pitch": -3.0, "level": -9.0, "quantum": "bar"}


def test_a_kit_over_captures_is_one_step_of_undo(rig: Rig) -> None:
    rig.render()
    captured(rig, 1)
    name = rig.registry.get("/pad/1/load")
    rig.registry.trigger("/pad/kit/make")
    assert rig.registry.undo()
    assert (rig.registry.get("/pad/1/load"), rig.registry.get("/pad/1/mode")) == (name, "loop")
    assert 1 not in rig.render()
    assert rig.book.states[1].sample is not None


def test_a_scene_that_loops_a_captured_pad_is_right(rig: Rig) -> None:
    rig.render()
    captured(rig, 1)
    rig.registry.restore({"/pad/1/category": "fx", "/pad/1/mode": "loop", "/pad/1/level": -4.0}, "scene")
    assert (rig.registry.get("/pad/1/mode"), rig.registry.get("/pad/1/level")) == ("loop", -4.0)
