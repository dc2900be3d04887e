"""Chunks kept on disk from earlier performances: they need no renderer, so a known scene starts at once."""

from __future__ import annotations

from liveriff.engine.deckbook import RENDERER, DeckBook
from liveriff.engine.moment import Wish
from liveriff.wire.chunks import ChunkCache, Kept
from liveriff.wire.job import Job
from liveriff.wire.messages import Picture
from liveriff.wire.slots import Slots

FORGET = 4096  # jobs known to be absent; a hand on a knob makes new ones all evening


class KeptChunks:
    """Looks each wanted job up once, and reads what is there into a slot. Engine's loop only; a read takes ~1 ms."""

    def __init__(self, cache: ChunkCache, slots: Slots, book: DeckBook) -> None:
        """Nothing is read yet."""
        self._cache, self._slots, self._book = cache, slots, book
        self._absent: set[Job] = set()

    def take(self, wishes: dict[int, Wish]) -> dict[int, Picture]:
        """Read what the decks wish for and do not have; the pictures of what was found, by slot."""
        found: dict[int, Picture] = {}
        for deck, wish in wishes.items():
            for job in (wish.now, wish.then):
                if job is not None and job not in self._absent and not self._has(deck, job):
                    self._read(deck, job, found)
        return found

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

    def load(self, job: Job, slot: int) -> Kept | None:
        """Read a job that is not known to be absent into a lent slot; None, and the slot is free, if it is not kept."""
        kept = None if job in self._absent else self._cache.load(job, self._slots[slot])
        if kept is None:
            self._book.lending.give_back(slot)
            if len(self._absent) >= FORGET:
                self._absent.clear()
            self._absent.add(job)
        return kept
