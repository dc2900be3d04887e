"""What every pad sounds like: which one-shot it wants, which it has, and who holds which slot. Engine's loop only.

A pad's sound is rendered from its words, or it is a sample: taken from what was heard, or from a file. A rendered one
may have a strip: the same noise at several morphs, of which a stroke plays the nearest. A pad keeps its sound until the
new one is there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from liveriff.engine.lending import Lending
from liveriff.engine.modelbook import Known
from liveriff.engine.moment import Chunk
from liveriff.engine.sameness import same_sound
from liveriff.params.kinds import Value
from liveriff.params.words import PADS, TONICS
from liveriff.wire.job import Job
from liveriff.wire.messages import Load

PLAYER, RENDERER = "player", "renderer"
SECONDS: Mapping[str, float] = {"kick": 1.0, "snare": 1.0, "clap": 1.0, "hat": 0.8, "perc": 1.0, "tom": 1.5, "fx": 3.0}
OTHER_SECONDS = 2.0
"""How long a one-shot may ring, by category."""
STRIP = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Morphs that are kept ready for a hand that turns."""
SHAPING = ("category", "prompt", "model", "seed", "morph", "morph/with")
"""What a pad's rendered sound follows from."""

Cast = Callable[[int], Known]
"""The model that plays a pad."""


class Values(Protocol):
    """The registry, as far as it is read here."""

    def get(self, path: str) -> Value:
        """Stored value of a path."""


@dataclass(frozen=True)
class Want:
    """What a pad shall sound like: ``job``, at ``morph``; ends: the jobs at morph 0 and 1, between which it lies."""

    job: Job
    morph: float
    ends: tuple[Job, Job]


@dataclass(frozen=True)
class Sample:
    """A sound that no job makes; beats: of one that is to stay in time as a loop, else 0."""

    name: str
    slot: int
    frames: int
    beats: int = 0


@dataclass(frozen=True)
class PadState:
    """``playing`` is what strokes play, or at another morph one of ``points``; ends: see ``Want``; ``failed`` is a job
    that could not be made, and is not tried again."""

    playing: Chunk | None = None
    failed: Job | None = None
    sample: Sample | None = None
    ends: tuple[Job, Job] | None = None
    points: Mapping[float, Chunk] = field(default_factory=dict)

    @property
    def sounds(self) -> bool:
        """Whether a stroke is heard."""
        return self.playing is not None or self.sample is not None

    @property
    def slots(self) -> frozenset[int]:
        """Every slot that its sounds lie in."""
        chunks = [chunk.slot for chunk in (self.playing, *self.points.values()) if chunk]
        return frozenset([*chunks, *([self.sample.slot] if self.sample else [])])


def want(values: Values, pad: int, rate: int, cast: Cast, at: float | None = None) -> Want:
    """What the parameters of a pad ask for; ``at`` another morph than theirs."""
    morph = float(str(values.get(f"/pad/{pad}/morph"))) if at is None else at
    jobs = [pad_job(values, pad, rate, cast, place) for place in (morph, 0.0, 1.0)]
    return Want(jobs[0], morph, (jobs[1], jobs[2]))


def pad_job(values: Values, pad: int, rate: int, cast: Cast, morph: float = 0.0) -> Job:
    """The one-shot that the parameters of a pad ask for, at a morph. A pad with no prompt is described by its category.

    Towards another pad, its words and its noise come in by degrees, its kind half way; at 1 it is that pad's sound.
    Two models have no way between: the pad's own plays all of it, up to 1, where that pad's does.
    """
    other = _number(values, pad, "morph/with")
    there = other not in (0, pad) and morph > 0
    if there and morph == 1.0:
        return pad_job(values, other, rate, cast)
    model = cast(pad)
    category = str(values.get(f"/pad/{other if there and morph >= 0.5 else pad}/category"))
    job = Job(
        model=model.name,
        model_version=model.version,
        category=category,
        prompt_a=_words(values, pad),
        prompt_b=_words(values, other if there else pad),
        alpha=morph if there else 0.0,
        seed=_number(values, pad, "seed"),
        seed_drift=morph,
        tonic=TONICS.index(str(values.get("/key/tonic"))),
        mode=str(values.get("/key/mode")),
        guidance=model.guidance,
        steps=model.steps,
        beats=0,
        milliseconds=round(1000 * SECONDS.get(category, OTHER_SECONDS)),
        canvas_bpm_cents=12000,  # a one-shot has no tempo: one value, so that it is found again at any
        bpm_cents=12000,
        rate=rate,
    )
    return replace(job, seed_b=_number(values, other, "seed")) if there else job


def _number(values: Values, pad: int, name: str) -> int:
    return int(float(str(values.get(f"/pad/{pad}/{name}"))))


def _words(values: Values, pad: int) -> str:
    return str(values.get(f"/pad/{pad}/prompt")) or str(values.get(f"/pad/{pad}/category"))


class PadBook:
    """Pad states and the slots they lie in. ``first``: number of the first pad slot in the pool."""

    def __init__(self, first: int, slots: int) -> None:
        """Empty pads."""
        self.states: dict[int, PadState] = {pad: PadState() for pad in PADS}
        self.lending = Lending(slots)
        self._first = first

    # --- slots -------------------------------------------------------------------------------------------------------

    def lend(self) -> int | None:
        """A free pad slot for the renderer, or None."""
        slot = self.lending.lend(RENDERER)
        return None if slot is None else slot + self._first

    def owns(self, slot: int) -> bool:
        """Whether a slot of the pool is a pad's."""
        return slot >= self._first

    def give_back(self, slot: int) -> None:
        """A slot holds nothing of use any more."""
        self.lending.give_back(slot - self._first)

    # --- what is to be made ------------------------------------------------------------------------------------------

    def missing(
        self,
        wanted: Mapping[int, Want],
        struck: Collection[int] = (),
        to_be_had: Callable[[Job], bool] = lambda _: True,
    ) -> tuple[int, Want] | None:
        """The next pad to render, and what: those struck in vain first, then silent ones. None when all have what they
        want and can be had."""
        states = self.states
        lacking = [pad for pad, want in wanted.items() if not self._settled(states[pad], want.job)]
        lacking = [pad for pad in lacking if to_be_had(wanted[pad].job)]
        if not lacking:
            return None
        pad = min(lacking, key=lambda pad: (pad not in struck, self.states[pad].sounds, pad))
        return pad, wanted[pad]

    def _settled(self, state: PadState, job: Job) -> bool:
        return state.failed == job or (state.playing is not None and same_sound(state.playing.job, job))

    def gap(self, pad: int, want: Want) -> float | None:
        """The morph, nearest to where the pad's stands, at which its strip has no sound yet; None where it is whole, or
        where there is no use in one."""
        state = self.states[pad]
        if state.ends != want.ends or want.ends[0] == want.ends[1]:
            return None
        open_ = [at for at in STRIP if at not in state.points]
        return min(open_, key=lambda at: abs(at - want.morph), default=None)

    def adopted(self, pad: int, want: Want) -> list[Load]:
        """What a pad plays is also a point of the way that it is to go now: the rest of its strip is given up."""
        state = self.states[pad]
        here = state.points.get(want.morph)
        if state.ends == want.ends or here is None or here is not state.playing or not same_sound(here.job, want.job):
            return []
        gone = [at for at in state.points if at != want.morph]
        self.states[pad] = replace(state, ends=want.ends, points={want.morph: here})
        return [Load(pad, None, 0, morph=at, alone=False) for at in gone]

    # --- what has come of it -----------------------------------------------------------------------------------------

    def loaded(self, pad: int, want: Want, slot: int, exact: bool = True) -> list[Load]:
        """A one-shot lies in its slot: what the player is to be told, which releases what is replaced. exact: it is
        what the pad wants now, and not only a point of its strip."""
        self.lending.move(slot - self._first, PLAYER)
        state, chunk = self.states[pad], Chunk(want.job, slot)
        if state.ends != want.ends or not state.points:
            self.states[pad] = PadState(chunk, ends=want.ends, points={want.morph: chunk})
            return [Load(pad, slot, want.job.frames, morph=want.morph)]
        stale = [at for at in state.points if exact and at not in STRIP and at != want.morph]
        points = {at: point for at, point in state.points.items() if at not in stale} | {want.morph: chunk}
        self.states[pad] = PadState(chunk if exact else state.playing, ends=want.ends, points=points)
        gone = [Load(pad, None, 0, morph=at, alone=False) for at in stale]
        return [Load(pad, slot, want.job.frames, morph=want.morph, alone=False), *gone]

    def thinned(self, pad: int) -> list[Load]:
        """A pad gives up its strip, but for what strokes play; what the player is to be told."""
        state = self.states[pad]
        gone = [at for at, chunk in state.points.items() if chunk is not state.playing]
        points = {at: chunk for at, chunk in state.points.items() if at not in gone}
        self.states[pad] = replace(state, points=points)
        return [Load(pad, None, 0, morph=at, alone=False) for at in gone]

    def sampled(self, pad: int, sample: Sample) -> Load:
        """A sample lies in its slot."""
        self.lending.move(sample.slot - self._first, PLAYER)
        self.states[pad] = PadState(sample=sample)
        return Load(pad, sample.slot, sample.frames, sample.beats)

    def renamed(self, pad: int, name: str) -> None:
        """The sample of a pad is called otherwise."""
        state = self.states[pad]
        if state.sample:
            self.states[pad] = replace(state, sample=replace(state.sample, name=name))

    def emptied(self, pad: int) -> Load:
        """A pad has no sound any more."""
        self.states[pad] = PadState()
        return Load(pad, None, 0)

    def failed(self, pad: int, job: Job) -> None:
        """It cannot be made: the pad keeps what it has until something else is asked for."""
        self.states[pad] = replace(self.states[pad], failed=job)

    # --- the player --------------------------------------------------------------------------------------------------

    def chunks(self) -> Iterator[Chunk]:
        """Every rendered sound that a pad has."""
        for state in self.states.values():
            yield from state.points.values()

    def player_died(self) -> list[Load]:
        """What a new player must be given again; all else that the dead one held is free."""
        kept = {slot - self._first for state in self.states.values() for slot in state.slots}
        for slot in self.lending.held_by(PLAYER):
            if slot not in kept:
                self.lending.give_back(slot)
        return [load for pad, state in self.states.items() for load in _loads(pad, state)]


def _loads(pad: int, state: PadState) -> Iterator[Load]:
    if state.sample:
        yield Load(pad, state.sample.slot, state.sample.frames, state.sample.beats)
    for place, (at, chunk) in enumerate(state.points.items()):
        yield Load(pad, chunk.slot, chunk.job.frames, morph=at, alone=place == 0)
