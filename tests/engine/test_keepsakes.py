"""Every chunk of a recording is kept once, with its job; a disk that refuses ends it with one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import soundfile

from liveriff.engine.keepsakes import Keepsakes
from liveriff.engine.moment import Chunk, DeckState
from liveriff.engine.pads import PadState, Sample
from liveriff.params.registry import Registry
from liveriff.wire.job import Job
from liveriff.wire.messages import Load, SetGrid, Swap

JOB = Job(prompt_a="a / b: c", category="drums", beats=4, bpm_cents=24000, rate=48000, seed=5)
OTHER = Job(prompt_a="later", category="bass", beats=4, bpm_cents=24000, rate=48000)


def sound(seed: int) -> Any:
    return (np.random.default_rng(seed).standard_normal((JOB.frames, 2)) * 0.1).astype(np.float32)


@pytest.fixture
def world(tmp_path: Path) -> Any:
    states = {1: DeckState(playing=Chunk(JOB, 1)), 2: DeckState(scheduled=Chunk(OTHER, 2))}
    posted: list[Callable[[], None]] = []
    made = SimpleNamespace(
        registry=Registry(), book=SimpleNamespace(states=states), said=[], posted=posted,
        pads=SimpleNamespace(states={}, chunks=lambda: ()), recorder=SimpleNamespace(path=None),
        player=SimpleNamespace(listeners=[], frame=lambda: 480),
        time=SimpleNamespace(rate=48000, beat=lambda: Fraction(3)),
        slots={1: sound(1), 2: sound(2), 9: sound(9)},
    )  # fmt: skip
    made.notice = made.said.append
    made.tape = tmp_path / "set.wav"
    made.keepsakes = Keepsakes(made, made.slots, posted.append)
    return made


def record(world: Any) -> None:
    """As the recorder does."""
    world.recorder.path = world.tape
    world.registry.set("/record", True, "hand")


def names(world: Any) -> list[str]:
    """What is kept, once it is written."""
    world.keepsakes.close()
    return sorted(path.name for path in (world.tape.parent / "set - chunks").glob("*"))


@pytest.mark.parametrize("first", ["chunks", "record"])
def test_what_sounds_and_what_comes_is_kept_once(world: Any, first: str) -> None:
    steps = [lambda: world.registry.set("/record/chunks", True, "hand"), lambda: record(world)]
    for step in steps if first == "chunks" else reversed(steps):
        step()
    (told,) = world.player.listeners
    swap = Swap(2, 2, OTHER.frames, 4, Fraction(0), None, 0)
    for message in (swap, swap, SetGrid(None), Load(7, 9, 4800)):
        told(1, message)
    assert names(world) == [
        "001 deck 1 drums a b c 5.json", "001 deck 1 drums a b c 5.wav",
        "002 deck 2 bass later 0.json", "002 deck 2 bass later 0.wav",
        "003 pad 7 capture.json", "003 pad 7 capture.wav",
    ]  # fmt: skip
    folder = world.tape.parent / "set - chunks"
    heard, rate = soundfile.read(folder / "001 deck 1 drums a b c 5.wav", dtype="float32")
    np.testing.assert_array_equal(heard, world.slots[1])
    told_of = json.loads((folder / "001 deck 1 drums a b c 5.json").read_text())
    assert Job(**told_of["job"]) == JOB
    assert (told_of["beat"], told_of["frame"], rate) == (3.0, 480, 48000)


def test_what_pads_have_when_it_begins_is_kept_samples_too(world: Any) -> None:
    made = Chunk(OTHER, 2)
    world.book.states.clear()
    world.pads.states = {3: PadState(made, points={0.0: made}), 5: PadState(sample=Sample("deck 1.wav", 9, 4800, 4))}
    world.pads.chunks = lambda: (made,)
    world.registry.set("/record/chunks", True, "hand")
    record(world)
    assert names(world) == [
        "001 pad 3 bass later 0.json", "001 pad 3 bass later 0.wav",
        "002 pad 5 capture.json", "002 pad 5 capture.wav",
    ]  # fmt: skip


def test_nothing_is_kept_where_nothing_is_recorded_or_asked(world: Any) -> None:
    (told,) = world.player.listeners
    told(1, Load(7, 9, 4800))
    world.registry.set("/record/chunks", True, "hand")
    told(1, Load(7, 9, 4800))
    assert names(world) == []


def test_a_disk_that_refuses_ends_it_with_one_sentence(world: Any) -> None:
    (world.tape.parent / "set - chunks").write_text("in the way")
    record(world)
    world.registry.set("/record/chunks", True, "hand")
    world.keepsakes.close()
    for call in world.posted:
        call()
    (said,) = world.said
    assert said.startswith("Chunks are kept no more")
    assert world.registry.get("/record/chunks") is False
