"""Keeps the pads supplied: from the disk what was made before, from the renderer the rest. Engine's loop only."""

from __future__ import annotations

from collections.abc import Mapping

from liveriff.engine.moment import Chunk
from liveriff.engine.options import FALLBACK_MODEL
from liveriff.engine.pads import PadBook, pad_job
from liveriff.engine.stage import Stage
from liveriff.params.listeners import Change
from liveriff.params.words import PADS
from liveriff.wire.chunks import ChunkCache
from liveriff.wire.job import Job
from liveriff.wire.messages import Load
from liveriff.wire.slots import Slots

READS = 2  # one-shots read from disk a look: each takes a millisecond of the loop


class Shots:
    """Looks what pads lack. ``work`` is called after the decks have been planned for."""

    def __init__(self, stage: Stage, slots: Slots, cache: ChunkCache | None, versions: Mapping[str, str]) -> None:
        """Nothing is read or rendered yet."""
        self._stage, self._slots, self._cache = stage, slots, cache
        self._model = stage.options.model or FALLBACK_MODEL
        self._version = versions.get(self._model, "")
        self._wanted: dict[int, Job] = {}
        self._absent: set[str] = set()
        self._struck: set[int] = set()  # pads that were struck in vain
        stage.registry.subscribe(self._touched)

    @property
    def book(self) -> PadBook:
        """What the pads have."""
        return self._stage.pads

    @property
    def urgent(self) -> bool:
        """Whether somebody waits for the sound of a pad that has none: a stroke in vain is worse than a loop that is
        heard once more."""
        return bool(self._struck)

    def _touched(self, change: Change) -> None:
        if change.path.startswith("/key/"):
            self._wanted = {}
        elif change.path.endswith("/trigger"):
            pad = _number(change.path)
            if change.value and pad in self.book.states and self.book.states[pad].playing is None:
                self._struck.add(pad)
        elif change.path.startswith("/pad/"):
            self._wanted.pop(_number(change.path), None)

    def _jobs(self) -> dict[int, Job]:
        for pad in PADS:
            if pad not in self._wanted:
                rate = self._stage.time.rate
                self._wanted[pad] = pad_job(self._stage.registry, pad, rate, self._model, self._version)
        return self._wanted

    def work(self) -> bool:
        """Read what lies on the disk; give the renderer one job if it is idle. Returns whether it did."""
        for _ in range(READS):
            missing = self.book.missing(self._jobs(), self._struck)
            if missing is None:
                return False
            if not self._read(*missing):
                return self._submit(*missing)
        return False

    def _read(self, pad: int, job: Job) -> bool:
        if self._cache is None or job.key in self._absent:
            return False
        slot = self.book.lend()
        if slot is None:
            return False
        if self._cache.load(job, self._slots[slot]) is None:
            self.book.give_back(slot)
            self._absent.add(job.key)
            return False
        self._stage.tally.from_cache += 1
        self.load(pad, job, slot)
        return True

    def _submit(self, pad: int, job: Job) -> bool:
        slot = self.book.lend() if self._stage.renderer.idle else None
        if slot is None:
            return False
        self._stage.due, self._stage.share, self._stage.preview = None, 0.0, None
        self._stage.renderer.submit(0, job, slot, pad)
        self._tell(pad, "rendering")
        return True

    # --- what becomes of it --------------------------------------------------------------------------------------

    def load(self, pad: int, job: Job, slot: int) -> None:
        """A one-shot lies in its slot: the pad plays it from now on."""
        self.book.loaded(pad, job, slot)
        self._struck.discard(pad)
        self._stage.player.send(Load(pad, slot, job.frames))
        self._stage.log.loaded(pad, job)
        self._stage.registry.publish(f"/pad/{pad}/progress", 1.0)
        self._tell(pad, "ready")

    def failed(self, pad: int, job: Job) -> None:
        """It could not be made."""
        self.book.failed(pad, job)
        self._struck.discard(pad)
        self._tell(pad, "ready" if self.book.states[pad].playing else "empty")

    def player_back(self) -> None:
        """A new player knows no pads yet."""
        for pad, chunk in self.book.player_died().items():
            self._send(pad, chunk)

    def _send(self, pad: int, chunk: Chunk) -> None:
        self._stage.player.send(Load(pad, chunk.slot, chunk.job.frames))

    def _tell(self, pad: int, state: str) -> None:
        self._stage.registry.publish(f"/pad/{pad}/state", state)


def _number(path: str) -> int:
    part = path.split("/")[2]
    return int(part) if part.isdecimal() else 0
