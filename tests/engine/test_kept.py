"""Chunks on disk: each wanted job is looked for once, and again when it may have been rendered meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from liveriff.engine.deckbook import DeckBook
from liveriff.engine.kept import AGAIN_S, FORGET, KeptChunks
from liveriff.engine.moment import Wish
from liveriff.params.words import DECKS
from liveriff.wire.chunks import ChunkCache
from liveriff.wire.job import Job
from liveriff.wire.messages import Picture
from liveriff.wire.slots import Slots, SlotSpec

JOB = Job(prompt_a="kept", beats=4, bpm_cents=24000, canvas_bpm_cents=24000, rate=8000)
PICTURE = Picture(1, 1, b"x")


class Rig:
    """A cache folder, slots, and a clock that is turned by hand."""

    def __init__(self, folder: Path) -> None:
        self.now = 100.0
        self.reads: list[Job] = []
        self.cache = ChunkCache(folder)
        self.slots = Slots(SlotSpec(f"liveriff-{os.getpid()}-testkept", 8, JOB.frames), create=True)
        self.book = DeckBook(DECKS, 8)
        load = self.cache.load
        self.cache.load = lambda job, out: (self.reads.append(job), load(job, out))[1]  # type: ignore[method-assign]
        self.kept = KeptChunks(self.cache, self.slots, self.book, lambda: self.now)

    def look(self, job: Job = JOB) -> bool:
        """Whether a deck that wishes for it has it now."""
        self.kept.take({1: Wish(job)})
        return any(chunk.job == job for chunk in self.book.states[1].ready)

    def store(self) -> None:
        sound = np.full((JOB.frames, 2), 0.25, np.float32)
        self.cache.store(JOB, sound, PICTURE, -20.0)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path)
    yield made
    made.slots.close()


def test_what_is_there_is_read_at_once(rig: Rig) -> None:
    rig.store()
    assert rig.look()
    assert rig.look()
    assert len(rig.reads) == 1


def test_what_is_absent_costs_one_read_until_it_may_have_been_rendered(rig: Rig) -> None:
    assert not any(rig.look() for _ in range(50))
    assert len(rig.reads) == 1
    rig.store()
    rig.now += AGAIN_S - 0.1
    assert not rig.look()
    rig.now += 0.2
    assert rig.look()
    assert len(rig.reads) == 2


def test_no_slot_is_lost_to_what_is_absent(rig: Rig) -> None:
    for seed in range(30):
        assert not rig.look(replace(JOB, seed=seed))
    assert rig.book.lending.free == 8


def test_a_whole_evening_of_jobs_is_not_remembered(rig: Rig) -> None:
    for seed in range(3 * FORGET):
        rig.now += AGAIN_S / 20
        rig.look(replace(JOB, seed=seed))
    assert len(rig.kept._absent) <= FORGET
