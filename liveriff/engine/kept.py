"""Chunks kept on disk, from earlier performances and from this one: they need no renderer, so a known scene starts at
once."""

from __future__ import annotations

import time
from collections.abc import Callable

from liveriff.engine.deckbook import RENDERER, DeckBook
from liveriff.engine.moment import Wish
from liveriff.errors import DeviceError
from liveriff.wire.chunks import ChunkCache, Kept
from liveriff.wire.job import Job
from liveriff.wire.messages import Picture
from liveriff.wire.slots import Slots

FORGET = 256  # jobs known to be absent; a hand on a knob makes new ones all evening
AGAIN_S = 5.0  # what was absent may have been rendered meanwhile


class KeptChunks:
    """Looks each wanted job up, seldom twice, and reads what is there into a slot. Engine's loop only; a read takes
    ~1 ms."""

    def __init__(
        self, cache: ChunkCache, slots: Slots, book: DeckBook, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Nothing is read yet."""
        self._cache, self._slots, self._book, self._clock = cache, slots, book, clock
        self._absent: dict[Job, float] = {}  # and when that was found

    def take(self, wishes: dict[int, Wish]) -> dict[int, Picture]:
        """Read what the decks wish for and do not have; the pictures of what was found, by slot."""
        found: dict[int, Picture] = {}
        for deck, wish in wishes.items():
            for job in (wish.now, wish.then):
                if job is not None and not self._is_absent(job) and not self._has(deck, job):
                    self._read(deck, job, found)
        return found

    def _is_absent(self, job: Job) -> bool:
        return self._clock() - self._absent.get(job, -AGAIN_S) < AGAIN_S

    def _has(self, deck: int, job: Job) -> bool:
        state = self._book.states[deck]
        chunks = (state.playing, state.scheduled, *state.ready)
        return state.covers(job) or any(chunk is not None and chunk.job == job for chunk in chunks)

    def _read(self, deck: int, job: Job, found: dict[int, Picture]) -> None:
        slot = self._book.lending.lend(RENDERER)
        kept = self.load(job, slot) if slot is not None else None
        if slot is not None and kept is not None:
            found[slot] = kept.picture
            self._book.rendered(deck, job, slot, kept.loudness)

    def _loaded(self, job: Job, slot: int) -> Kept | None:
        try:
            self._slots.reserve(slot, job.frames)
        except DeviceError:  # what is rendered instead is refused, and that is told
            return None
        return self._cache.load(job, self._slots[slot])

    def load(self, job: Job, slot: int) -> Kept | None:
        """Read a job that is not known to be absent into a lent slot; None, and the slot is free, if it is not kept."""
        kept = None if self._is_absent(job) else self._loaded(job, slot)
        if kept is None:
            self._book.lending.give_back(slot)
            if not self._is_absent(job):
                self._miss(job)
        return kept

    def _miss(self, job: Job) -> None:
        if len(self._absent) >= FORGET:
            self._absent = {each: found for each, found in self._absent.items() if self._clock() - found < AGAIN_S}
        self._absent[job] = self._clock()
