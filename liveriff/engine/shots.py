"""Keeps the pads supplied: from the disk what was made before, from the renderer the rest. Engine's loop only.

Decks come first: a one-shot is rendered while no deck is in a hurry, but before the decks' strips. The first bank is
made at the start; a pad of another is empty until somebody asks for it: words, a reroll, a kit, a sample.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from liveriff.engine.modelbook import Known
from liveriff.engine.moment import FOREVER
from liveriff.engine.options import FALLBACK_MODEL
from liveriff.engine.pads import SHAPING, PadBook, Want, want
from liveriff.engine.stage import Stage
from liveriff.errors import DeviceError
from liveriff.params.listeners import Change
from liveriff.params.table import TABLE
from liveriff.params.words import PADS, PER_BANK
from liveriff.wire.chunks import ChunkCache
from liveriff.wire.job import Job
from liveriff.wire.messages import Load
from liveriff.wire.slots import Slots

READS = 2  # one-shots read from disk a look: each takes a millisecond of the loop
FORGET = 4096  # jobs known to be absent; a hand on a morph makes new ones all evening
RESTS_S = 0.25  # a hand that has not turned a morph for so long is where it wants to be


class Shots:
    """Looks what pads lack. ``work`` is called after the decks have been planned for."""

    def __init__(
        self,
        stage: Stage,
        slots: Slots,
        cache: ChunkCache | None,
        versions: Mapping[str, str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is read or rendered yet."""
        self._stage, self._slots, self._cache, self._clock = stage, slots, cache, clock
        self._model = stage.options.model or FALLBACK_MODEL
        self._versions = versions
        self._asked = {pad for pad in PADS if pad <= PER_BANK or _shaped(stage, pad)}
        self._wanted: dict[int, Want] = {}
        self._absent: set[str] = set()
        self._struck: set[int] = set()  # pads that were struck in vain
        self._turned: dict[int, float] = {}  # when a hand last turned the morph of a pad
        self._flights: dict[int, Want] = {}  # by pad: what is being rendered for it
        self._unable: set[tuple[int, str]] = set()  # pads, each with a model that could not make its sound
        self._away = False  # at the last look a model was wanted that cannot be had now
        self._idle = False  # nothing was lacking at the last look, and nothing has changed since
        for pad in PADS:
            self.tell(pad, "waiting" if pad in self._asked else "empty")
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

    @property
    def silent(self) -> bool:
        """Whether a pad that was asked for has no sound yet."""
        return not self._idle and any(not self.book.states[pad].sounds for pad in self._asked)

    # --- what is asked for -------------------------------------------------------------------------------------------

    def _touched(self, change: Change) -> None:
        if change.path.startswith("/key/"):
            self._wanted, self._idle = {}, False
        elif change.path.startswith("/pad/"):
            pad, _, what = change.path.removeprefix("/pad/").partition("/")
            if pad.isdecimal():
                self._pad(int(pad), what, change.value)

    def _pad(self, pad: int, what: str, value: object) -> None:
        if what == "trigger" and value and pad in self._asked and not self.book.states[pad].sounds:
            self._struck.add(pad)
        elif what in SHAPING:
            self._wanted, self._idle = {}, False  # others may morph towards this one
            if not what.startswith("morph"):
                self._unable = {each for each in self._unable if each[0] != pad}
            if self.book.states[pad].sample is None:
                self.ask(pad)
            if what.startswith("morph"):
                self._turned[pad] = self._clock()

    def ask(self, pad: int) -> None:
        """A pad shall play its words, again or at all."""
        self._idle = False
        self._asked.add(pad)
        self.tell(pad, "waiting")

    def asked(self, pad: int) -> bool:
        """Whether a pad is to play its words."""
        return pad in self._asked

    def forget(self, pad: int) -> None:
        """A pad is to be empty, or to play a sample: nothing is rendered for it until somebody asks."""
        self._asked.discard(pad)
        self._struck.discard(pad)
        self._turned.pop(pad, None)
        self._wanted.pop(pad, None)

    def _cast(self, asking: int, pad: int) -> Known:
        """The model that plays a pad: its own, else the performance's. The embedded one instead of a model that could
        not make what the pad ``asking`` wants."""
        name = str(self._stage.registry.get(f"/pad/{pad}/model")) or self._model
        model = self._stage.models.of(FALLBACK_MODEL if (asking, name) in self._unable else name)
        return replace(model, version=self._versions.get(model.name) or model.version)

    def _want(self, pad: int, at: float | None = None) -> Want:
        return want(self._stage.registry, pad, self._stage.time.rate, partial(self._cast, pad), at)

    def _wants(self) -> dict[int, Want]:
        for pad in self._asked:
            if pad not in self._wanted:
                self._wanted[pad] = self._want(pad)
        waiting = (pad for pad in sorted(self._asked) if pad not in self._flights and not self._in_hand(pad))
        return {pad: self._wanted[pad] for pad in waiting}

    def _in_hand(self, pad: int) -> bool:
        """Whether a hand turns a morph whose strip is there to be heard meanwhile."""
        ends = self.book.states[pad].ends
        moves = self._clock() - self._turned.get(pad, -RESTS_S) < RESTS_S
        return moves and ends is not None and ends == self._wanted[pad].ends

    def work(self, points: bool = True) -> bool:
        """Read what lies on the disk; give the renderer one job if it is idle. Returns whether it did. points: also
        for strips, where every pad has what it wants."""
        if self._idle:
            return False
        self._away = False
        for _ in range(READS):
            missing = self.book.missing(self._wants(), self._struck, self._to_be_had)
            missing = missing or (self._gap() if points else None)
            if missing is None:
                if points:
                    self._rest()
                return False
            if not self._read(*missing):
                return self._submit(*missing)
        return False

    def _to_be_had(self, job: Job) -> bool:
        """Whether it can be rendered now, or perhaps read."""
        if self._stage.renderer.able(job.model) or (self._cache is not None and job.key not in self._absent):
            return True
        self._away = True
        return False

    def _rest(self) -> None:
        """Nothing is lacking: look again when something changes, or a hand comes to rest."""
        self._idle = not self._away and not any(self._in_hand(pad) for pad in self._turned if pad in self._asked)
        if self._idle:
            for pad in self._asked:
                if self._stage.registry.get(f"/pad/{pad}/state") == "waiting":
                    self.tell(pad)

    def _gap(self) -> tuple[int, Want] | None:
        """The next point of a strip, of the pad whose morph was turned last."""
        for pad in sorted(self._turned, key=self._turned.__getitem__, reverse=True):
            wanted = self._wanted.get(pad) if pad in self._asked and pad not in self._flights else None
            for load in self.book.adopted(pad, wanted) if wanted else ():
                self._stage.player.send(load)
            at = self.book.gap(pad, wanted) if wanted else None
            if at is not None:
                return pad, self._want(pad, at)
        return None

    # --- making it ---------------------------------------------------------------------------------------------------

    def lend(self) -> int | None:
        """A free slot. Where all are out, the strip of the pad whose morph was turned longest ago makes room."""
        slot = self.book.lend()
        if slot is None and self._turned:
            pad = min(self._turned, key=self._turned.__getitem__)
            del self._turned[pad]
            for load in self.book.thinned(pad):
                self._stage.player.send(load)
        return slot

    def _fetched(self, job: Job, slot: int) -> bool:
        """From the cache into a slot; False where it is not kept, or there is no memory for it."""
        try:
            self._slots.reserve(slot, job.frames)
        except DeviceError:
            return False
        return self._cache is not None and self._cache.load(job, self._slots[slot]) is not None

    def _read(self, pad: int, wanted: Want) -> bool:
        job = wanted.job
        if self._cache is None or job.key in self._absent:
            return False
        slot = self.lend()
        if slot is None:
            return False
        if not self._fetched(job, slot):
            self.book.give_back(slot)
            if len(self._absent) >= FORGET:
                self._absent.clear()
            self._absent.add(job.key)
            return False
        self._stage.tally.from_cache += 1
        self._loaded(pad, wanted, slot)
        return True

    def _submit(self, pad: int, wanted: Want) -> bool:
        renderer = self._stage.renderer
        slot = self.lend() if renderer.idle and renderer.able(wanted.job.model) else None
        if slot is None:
            return False
        self._flights[pad] = wanted
        renderer.submit(0, wanted.job, slot, pad, by_s=0.0 if pad in self._struck else FOREVER)
        self.tell(pad, "rendering")
        return True

    # --- what becomes of it ------------------------------------------------------------------------------------------

    def load(self, pad: int, job: Job, slot: int) -> None:
        """A one-shot lies in its slot: the pad plays it from now on."""
        wanted = self._flights.pop(pad, None)
        if pad not in self._asked or wanted is None or wanted.job != job:  # it was emptied meanwhile
            self.book.give_back(slot)
            self.tell(pad)
        else:
            self._loaded(pad, wanted, slot)

    def _loaded(self, pad: int, wanted: Want, slot: int) -> None:
        exact = pad not in self._wanted or self._wanted[pad].job == wanted.job
        for load in self.book.loaded(pad, wanted, slot, exact):
            self._stage.player.send(load)
        self._struck.discard(pad)
        self._stage.log.loaded(pad, wanted.job)
        self._stage.registry.publish(f"/pad/{pad}/progress", 1.0)
        self.tell(pad)

    def failed(self, pad: int, job: Job) -> None:
        """It could not be made: the embedded model makes it, or where that could not the pad keeps what it has."""
        self._flights.pop(pad, None)
        self.book.failed(pad, job)
        if job.model != FALLBACK_MODEL:
            if not any(model == job.model for _, model in self._unable):
                self._stage.notice(f"Pads that {job.model} cannot make are played by the embedded model.")
            self._unable.add((pad, job.model))
            self._wanted.pop(pad, None)
            self._idle = False
        self._struck.discard(pad)
        self.tell(pad)

    def lost(self, pad: int) -> None:
        """Its renderer left: it is asked for again."""
        self._flights.pop(pad, None)
        self._idle = False

    def player_back(self) -> None:
        """A new player knows no pads yet."""
        for load in self.book.player_died():
            self._stage.player.send(load)

    def send(self, load: Load) -> None:
        """Tell the player of a pad's sound, and all others."""
        self._stage.player.send(load)
        self.tell(load.pad)

    def tell(self, pad: int, state: str = "") -> None:
        """Publish what a pad is doing; without a word, whether it has a sound."""
        words = state or ("ready" if self.book.states[pad].sounds else "empty")
        self._stage.registry.publish(f"/pad/{pad}/state", words)


def _shaped(stage: Stage, pad: int) -> bool:
    """Whether a scene has said what a pad shall be."""
    paths = [f"/pad/{pad}/{name}" for name in SHAPING]
    return any(stage.registry.get(path) != TABLE[path].default for path in paths)
