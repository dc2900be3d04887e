"""Chunks that need no renderer because they are still here: in a deck's slot, or lately heard. Engine's loop only.

What a deck has played is copied when the player lets go of it (1.5 MB, half a millisecond), so that going back to it,
or giving a deck's sound to another, is heard at the next boundary. Only the latest: what is older is read from the
disk, or rendered again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liveriff.engine.deckbook import RENDERER
from liveriff.engine.moment import Chunk, DeckState, Wish
from liveriff.engine.sameness import same_sound
from liveriff.engine.stage import Stage
from liveriff.errors import DeviceError
from liveriff.wire.job import Job
from liveriff.wire.messages import Picture
from liveriff.wire.slots import Slots

LIMIT_BYTES = 32 << 20  # some twenty chunks; with them the engine's memory grows to its full size in the first minutes


@dataclass(frozen=True, eq=False)
class Heard:
    """A chunk that was heard: its sound (frames, 2) and what is known of it."""

    job: Job
    samples: NDArray[np.float32]
    loudness: float
    picture: Picture | None


class Recall:
    """``landed`` and ``released`` are told by the player's messages; ``take`` is called before the plan."""

    def __init__(self, stage: Stage, slots: Slots, limit_bytes: int = LIMIT_BYTES) -> None:
        """Nothing was heard yet."""
        self._stage, self._slots, self._limit = stage, slots, limit_bytes
        self._sounding: dict[int, Chunk] = {}
        self._kept: list[Heard] = []

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._kept)

    def landed(self, chunk: Chunk) -> None:
        """A deck plays it: worth keeping when it is over."""
        self._sounding[chunk.slot] = chunk

    def released(self, slot: int) -> None:
        """Nobody will read this slot; called while it still holds its chunk."""
        chunk = self._sounding.pop(slot, None)
        if chunk is None or chunk.job.transpose:
            return
        self._kept = [heard for heard in self._kept if not same_sound(heard.job, chunk.job)]
        samples = self._slots[slot][: chunk.job.frames].copy()
        self._kept.append(Heard(chunk.job, samples, chunk.loudness, self._stage.pictures.get(slot)))
        while sum(heard.samples.nbytes for heard in self._kept) > self._limit:
            self._kept.pop(0)

    def take(self, wishes: Mapping[int, Wish]) -> None:
        """Give the decks what they wish for and lack, where it is here."""
        for deck, wish in wishes.items():
            for job in (wish.now, wish.then):
                if job is not None and not _has(self._stage.book.states[deck], job):
                    self._give(deck, job)

    def lay(self, deck: int, job: Job, samples: NDArray[np.float32]) -> None:
        """Give a deck a chunk (frames, 2) that is no model's, unless it has it."""
        slot = None if _has(self._stage.book.states[deck], job) else self._stage.book.lending.lend(RENDERER)
        if slot is not None and self._put(slot, samples):
            self._stage.book.rendered(deck, job, slot)

    def _give(self, deck: int, job: Job) -> None:
        found = self._in_slots(job) or next((heard for heard in self._kept if same_sound(heard.job, job)), None)
        slot = self._stage.book.lending.lend(RENDERER) if found else None
        if found is None or slot is None or not self._put(slot, found.samples):
            return
        if found.picture is not None:
            self._stage.pictures[slot] = found.picture
        self._stage.book.rendered(deck, found.job, slot, found.loudness)

    def _put(self, slot: int, samples: NDArray[np.float32]) -> bool:
        """False where there is no memory; the slot is free again then."""
        try:
            self._slots.reserve(slot, len(samples))
        except DeviceError:
            self._stage.book.lending.give_back(slot)
            return False
        self._slots[slot][: len(samples)] = samples
        return True

    def _in_slots(self, job: Job) -> Heard | None:
        """It lies in a slot of another deck."""
        for state in self._stage.book.states.values():
            for chunk in _chunks(state):
                if same_sound(chunk.job, job) and chunk.job.lead is None:
                    samples = self._slots[chunk.slot][: chunk.job.frames]
                    return Heard(chunk.job, samples, chunk.loudness, self._stage.pictures.get(chunk.slot))
        return None


def _chunks(state: DeckState) -> Iterator[Chunk]:
    yield from (chunk for chunk in (state.playing, state.scheduled, *state.ready) if chunk is not None)


def _has(state: DeckState, job: Job) -> bool:
    return any(same_sound(chunk.job, job) for chunk in _chunks(state)) or state.covers(job)
