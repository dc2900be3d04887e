"""What chunks start from: the chunk before, another deck, a file, the input. Engine's loop only, files apart.

A sound is taken once for each new wish and then stays: or else a chunk made from the last one would at once ask for the
next. It is written to a file named by its content, in a private folder, on a thread; until then the deck plays on.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import shutil
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from liveriff.engine import library, litter
from liveriff.engine.moment import DeckState, Wish
from liveriff.engine.sameness import same_sound
from liveriff.engine.stage import Stage
from liveriff.errors import LiveriffError, UsageError
from liveriff.music.grid import frames_of
from liveriff.params.listeners import Change
from liveriff.params.registry import UNDO
from liveriff.params.words import DECKS, INPUT
from liveriff.wire.job import Job
from liveriff.wire.slots import Slots

REMEMBERED = 256
FILES = 12  # 1.5 to 9 MB each; the chunks that were made from older ones are in the cache
LOOPS = 8  # of the input; 1.5 MB each
LOOP_RATIO = 1.5  # a file longer than so many loops is cut to one, a shorter one is the loop whatever its tempo

Samples = NDArray[np.float32]
Key = tuple[int, str, str, Job]


@dataclass(frozen=True)
class Sound:
    """A file with a loop's sound; digest: of its samples. path "": there was nothing to take. samples: of the input's
    last loops."""

    path: str = ""
    digest: str = ""
    samples: Samples | None = field(default=None, compare=False, repr=False)


class Sources:
    """``amend`` is called for every wish of every deck, at every look."""

    def __init__(self, stage: Stage, slots: Slots) -> None:
        """Nothing is taken, and no folder made, before a deck asks for it."""
        self._stage, self._slots = stage, slots
        self._taken: OrderedDict[Key, Sound | None] = OrderedDict()  # None: on its way
        self._folder: Path | None = None
        self._files: set[str] = set()
        self._tasks: set[asyncio.Future[None]] = set()
        for deck in DECKS:
            stage.registry.subscribe(self._changed, f"/deck/{deck}/source")

    def _changed(self, change: Change) -> None:
        """Who asks for the input asks for what has just come in; who takes that back, for what it was."""
        if change.path.endswith("/source") and change.value == INPUT and change.origin != UNDO:
            deck = int(change.path.split("/")[2])
            for key in [key for key in self._taken if key[:2] == (deck, INPUT)]:
                del self._taken[key]

    def amend(self, deck: int, wish: Wish, state: DeckState) -> Wish:
        """The wish with its source; while that is being written, what plays."""
        values = self._stage.registry
        kind = str(values.get(f"/deck/{deck}/source"))
        if kind == "none" or wish.now is None or wish.now.source_id or values.get(f"/deck/{deck}/freeze"):
            return wish
        now, then = self._sourced(deck, kind, wish.now), None
        if wish.then is not None and now is not None and state.settled is not None and same_sound(state.settled, now):
            then = self._sourced(deck, kind, wish.then)
        return replace(wish, now=now if now is not None else state.settled, then=then)

    def _sourced(self, deck: int, kind: str, job: Job) -> Job | None:
        """The job with its source; None while it is on its way."""
        sound = self._sound(deck, kind, job)
        if sound is None:
            return None
        if not sound.path:
            return job if job.prompt_a else None
        strength = float(self._stage.registry.number(f"/deck/{deck}/strength"))
        return replace(job, source=sound.path, source_id=sound.digest, strength=strength)

    def _sound(self, deck: int, kind: str, job: Job) -> Sound | None:
        key = (deck, kind, self._reference(deck, kind), _lasting(job) if kind != INPUT else _asked(job))
        if key in self._taken:
            self._taken.move_to_end(key)
            return self._taken[key]
        self._taken[key] = None
        while len(self._taken) > REMEMBERED:
            self._taken.popitem(last=False)
        self._begin(key, job)
        return self._taken[key]

    def _reference(self, deck: int, kind: str) -> str:
        """Which deck, or which file."""
        values = self._stage.registry
        return str(values.get(f"/deck/{deck}/source/{kind}")) if kind in ("deck", "file") else ""

    def _begin(self, key: Key, job: Job) -> None:
        deck, kind, reference, _ = key
        if kind == "file":
            if not reference:
                self._taken[key] = Sound()
                return
            self._later(key, lambda: _of_file(reference, job), job)
            return
        if kind == INPUT:
            self._listen(key, job)
            return
        samples = self._from_deck(deck, kind, reference, job)
        if samples is None:
            self._taken[key] = Sound()
        else:
            self._later(key, lambda: samples, job)

    def _from_deck(self, deck: int, kind: str, reference: str, job: Job) -> Samples | None:
        chunk = self._stage.book.states[int(reference) if kind == "deck" else deck].playing
        if chunk is None or not chunk.job.beats:
            return None
        return fitted(self._slots[chunk.slot][: chunk.job.frames], chunk.job.beats, job.beats)

    # --- the input ---------------------------------------------------------------------------------------------------

    def _listen(self, key: Key, job: Job) -> None:
        self._taken[key] = Sound()
        try:
            if self._stage.listener is None:
                raise UsageError("there is no sound input; start with --input.")
            take = self._stage.listener.take(job)
        except UsageError as error:
            self._stage.notice(f"Deck {key[0]} goes on without a source: {error}")
            return
        self._taken[key] = None
        self._later(key, take, job)

    def verbatim(self, job: Job | None) -> Samples | None:
        """The loop (frames, 2) that a job asks for as it is, which no model need touch."""
        if job is None or not job.source_id or job.strength or job.fill_beats:
            return None
        for sound in self._taken.values():
            if sound is not None and sound.digest == job.source_id and sound.samples is not None:
                return sound.samples if len(sound.samples) == job.frames else None
        return None

    def told(self, deck: int, job: Job) -> dict[str, object]:
        """Path and value of the deck's readings of what a chunk started from."""
        keys = (key for key, sound in self._taken.items() if job.source_id and sound and sound.digest == job.source_id)
        _, kind, reference, _ = next(keys, (deck, "none", "", job))
        told: dict[str, object] = {f"/deck/{deck}/heard/source": kind}
        return told | ({f"/deck/{deck}/heard/source/{kind}": reference} if reference else {})

    def _at_hand(self) -> None:
        """Only the last loops are kept in memory."""
        held = [key for key, sound in self._taken.items() if sound is not None and sound.samples is not None]
        for key in held[:-LOOPS]:
            sound = self._taken[key]
            self._taken[key] = sound and replace(sound, samples=None)

    # --- writing -----------------------------------------------------------------------------------------------------

    def _later(self, key: Key, take: Callable[[], Samples], job: Job) -> None:
        task = asyncio.ensure_future(self._write(key, take, job.rate))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _write(self, key: Key, take: Callable[[], Samples], rate: int) -> None:
        try:
            sound = await asyncio.to_thread(stored, take, self._place(), rate)
            if key[1] != INPUT:
                sound = replace(sound, samples=None)
        except (LiveriffError, OSError) as error:
            self._stage.notice(f"Deck {key[0]} goes on without a source: {error}")
            sound = Sound()
        self._taken[key] = sound
        self._files |= {sound.path} - {""}
        self._at_hand()
        if self._tasks == {asyncio.current_task()}:  # or else one may just have found its sound in a file, to keep it
            self._tidy()
        self._stage.soon()

    def _tidy(self) -> None:
        """Remove the files that were wanted longest ago, and those of takes that are forgotten."""
        wanted = [sound.path for sound in reversed(self._taken.values()) if sound is not None and sound.path]
        for path in self._files - self._in_use() - set(list(dict.fromkeys(wanted))[:FILES]):
            with contextlib.suppress(OSError):  # it is being read: Windows
                Path(path).unlink(missing_ok=True)
                self._files.discard(path)
        self._taken = OrderedDict(
            (key, sound) for key, sound in self._taken.items() if sound is None or sound.path in {"", *self._files}
        )

    def _in_use(self) -> set[str]:
        """The files that decks' chunks were made from, which a change of tempo asks for again, frozen ones too."""
        states = self._stage.book.states.values()
        chunks = [chunk for state in states for chunk in (state.playing, state.scheduled, *state.ready)]
        return {chunk.job.source for chunk in chunks if chunk is not None and chunk.job.source}

    def _place(self) -> Path:
        """The private folder, made when it is first needed."""
        if self._folder is None:
            self._folder = litter.place("sources")
        return self._folder

    # --- copies and the end ------------------------------------------------------------------------------------------

    def copy(self, source: int, deck: int) -> None:
        """Let a deck have what another has taken."""
        for (number, kind, reference, lasting), sound in list(self._taken.items()):
            if number == source and sound is not None:
                self._taken[deck, kind, reference, lasting] = sound

    def close(self) -> None:
        """Remove the files."""
        for task in self._tasks:
            task.cancel()
        if self._folder is not None:
            with contextlib.suppress(OSError):
                shutil.rmtree(self._folder)


def fitted(samples: Samples, beats: int, wanted: int) -> Samples:
    """A copy of a loop of ``beats`` beats as one of ``wanted`` beats: repeated, or its first beats."""
    copies: Samples = np.tile(samples, (-(-wanted // beats), 1))
    return copies[: len(samples) * wanted // beats]


def stored(take: Callable[[], Samples], folder: Path, rate: int) -> Sound:
    """Write what ``take`` gives, once, under the digest of its samples. Any thread."""
    from liveriff.render.soundfiles import write

    samples = take()
    digest = hashlib.sha256(samples.tobytes()).hexdigest()[:32]
    path = folder / f"{digest}.wav"
    if not path.exists():
        write(path, np.ascontiguousarray(samples.T), rate)
    return Sound(str(path), digest, samples)


def _of_file(name: str, job: Job) -> Samples:
    """A file of the library as a loop: whole, unless it is much longer; then its beginning, as long as the loop."""
    path = library.named(name)
    loop_s = frames_of(job.beats, job.canvas_bpm_cents, job.rate) / job.rate
    sound: Samples = library.fetched(path, job.rate, LOOP_RATIO * loop_s + 1.0)
    if len(sound) > LOOP_RATIO * loop_s * job.rate:
        sound = sound[: round(loop_s * job.rate)]
    return sound


def _asked(job: Job) -> Job:
    """What of a job, if it changes, takes the input anew: another seed, or length. Not words: what was played to the
    deck stays under the hand while they are tried."""
    return Job(seed=job.seed, beats=job.beats, rate=job.rate)


def _lasting(job: Job) -> Job:
    """What of a job, if it changes, asks for another source: knobs that are being turned do not."""
    return replace(
        job, alpha=0.0, density=None, brightness=None, guidance=0.0, strength=0.0, steps=0, bpm_cents=0,
        canvas_bpm_cents=0, lead=None,
    )  # fmt: skip
