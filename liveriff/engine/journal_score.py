"""The score in the log: every message to the player with what sounds in it, and when the player took what.

Generic over messages: whatever is a frozen dataclass is told field by field, and a field called ``slot`` names a
sound whose length is the nearest ``frames``. Engine's loop only; sounds that no job makes again are written aside.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from liveriff.engine import journal
from liveriff.engine.journal_input import InputKeeper
from liveriff.player.wavfile import header
from liveriff.wire import score
from liveriff.wire.messages import Opened
from liveriff.wire.slots import Slots

if TYPE_CHECKING:
    from liveriff.engine.stage import Stage
    from liveriff.wire.job import Job

SOUNDS = ".sounds"
When = tuple[float, int, float]


def sounds_folder(log: Path) -> Path:
    """Where the sounds of a log lie that no job makes again."""
    return log.with_name(log.name + SOUNDS)


def plain(value: object) -> object:
    """A message, or a part of one, as JSON has it; ``replay_log.message_of`` is the reverse."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Fraction):
        return [value.numerator, value.denominator]
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    return value


def slots_in(value: object, frames: int = 0) -> Iterator[tuple[int, int]]:
    """Every slot that a message names, and the frames that sound of it."""
    if isinstance(value, tuple | list):
        for each in value:
            yield from slots_in(each, frames)
    elif is_dataclass(value) and not isinstance(value, type):
        frames = int(getattr(value, "frames", frames) or frames)
        for field in fields(value):
            inner = getattr(value, field.name)
            if field.name == "slot" and inner is not None:
                yield int(inner), frames
            else:
                yield from slots_in(inner, frames)


def digest_of(sound: NDArray[np.float32]) -> str:
    """Names samples (frames, 2) by what they are."""
    return hashlib.blake2b(np.ascontiguousarray(sound).tobytes(), digest_size=16).hexdigest()


class ScoreKeeper:
    """Tells the log the score of one performance. ``slots`` is set when the pool is there."""

    def __init__(self, stage: Stage, log: Path, put: Callable[[journal.Event], None], when: Callable[[], When]) -> None:
        """Nothing is told before ``begin``; put: one more event; when: now."""
        self.slots: Slots | None = None
        self._stage, self._folder, self._put, self._when = stage, sounds_folder(log), put, when
        self._aside = ThreadPoolExecutor(1, "log-sounds")
        self._input = InputKeeper(stage, self._folder, put, when, self._aside)
        self._between = False  # one player has left, and the next has not told that it is open
        self._kept: set[str] = set()
        self._lengths: dict[int, int] = {}  # by slot, as told last: a strip's points are as long as the loop they join
        self._lost = 0

    def begin(self) -> None:
        """The first player is there; others may follow."""
        player = self._stage.player
        player.listeners.append(self._sent)
        player.on_open, player.on_end = self._opened, self._ended
        if player.opened is not None:
            self._opened(player.opened)

    def _opened(self, opened: Opened) -> None:
        self._lost, self._between = 0, False
        seconds = self._stage.options.seconds
        limit = None if seconds is None else round(seconds * opened.rate)
        self._put(journal.Life(*self._when(), opened.block, limit))
        self._input.begin()

    def _sent(self, number: int, message: object) -> None:
        told = {"type": type(message).__name__, **dict(plain(message))}  # type: ignore[call-overload]
        lead = int(getattr(message, "slot", None) or 0)
        sounds = tuple(self._sound(slot, frames or self._lengths.get(lead, 0)) for slot, frames in slots_in(message))
        self._put(journal.Sent(*self._when(), number, told, sounds))

    def _sound(self, slot: int, frames: int) -> journal.Sound:
        assert self.slots is not None
        self._lengths[slot] = frames
        samples = self.slots[slot][:frames]
        digest, job = digest_of(samples), job_in(self._stage, slot)
        if (job is None or job.frames != frames or job.source) and digest not in self._kept:
            self._kept.add(digest)
            self._aside.submit(self._keep, digest, samples.copy())
        return journal.Sound(slot, frames, digest, job)

    def _keep(self, digest: str, samples: NDArray[np.float32]) -> None:
        """IN A THREAD."""
        with contextlib.suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            sound = header(self._stage.time.rate, len(samples)) + samples.tobytes()
            (self._folder / f"{digest}.wav").write_bytes(sound)

    def tick(self) -> None:
        """Tell what the player has taken since."""
        self._input.tick()
        ring = None if self._between else self._stage.player.score
        notes: list[score.Note] = []
        for note in ring.take() if ring else ():
            if notes and notes[0].frame != note.frame:
                self._block(notes)
                notes = []
            notes.append(note)
        if notes:
            self._block(notes)
        if ring and ring.lost != self._lost:
            self._put(journal.Fault(*self._when(), "note of the score", ring.lost - self._lost))
            self._lost = ring.lost

    def _block(self, notes: list[score.Note]) -> None:
        names = self._stage.player.panel.names
        of = {kind: [note for note in notes if note.kind == kind] for kind in {note.kind for note in notes}}
        length = of[score.BLOCK][-1].a if score.BLOCK in of else 0
        told = of[score.TOLD][-1].a if score.TOLD in of else 0
        leave = of[score.LEAVE][-1].a if score.LEAVE in of else None
        panel = {names[int(note.a)]: None if np.isinf(note.b) else note.b for note in of.get(score.PANEL, ())}
        strokes = tuple((int(note.a), note.b, note.c) for note in of.get(score.STROKE, ()))
        s, _, beat = self._when()
        self._put(journal.Block(s, notes[0].frame, beat, int(length), panel, int(told), strokes, leave))

    def _ended(self) -> None:
        """The player has left: tell the rest, and how far it came."""
        if self._between:
            return
        self.tick()
        self._input.tick(last=True)
        s, _, beat = self._when()
        self._put(journal.Block(s, int(self._stage.player.gauges["frame"]), beat, 0, {}, 0, (), None))
        self._between = True

    def close(self) -> None:
        """The performance is over, and the player has left."""
        self._ended()
        self._aside.shutdown()


def job_in(stage: Stage, slot: int) -> Job | None:
    """The job whose sound lies in a slot, None where none is known."""
    for state in stage.book.states.values():
        for chunk in (state.scheduled, state.playing, *state.points, *state.ready):
            if chunk is not None and chunk.slot == slot:
                return chunk.job
    return next((chunk.job for chunk in stage.pads.chunks() if chunk.slot == slot), None)
