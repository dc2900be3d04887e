"""One moment of a performance as the plan sees it: what decks have and wish for, what time it is. Frozen data, pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from liveriff.engine.sameness import one_morph
from liveriff.music.grid import Grid, boundary
from liveriff.wire.job import Job

SILENCE = -70.0  # LUFS
FOREVER = float("inf")
MARGIN_S = 0.06  # a swap sent this long before its beat still reaches the player in time


@dataclass(frozen=True)
class Chunk:
    """A rendered job in a slot. loudness: LUFS; -70 is silence, or not known."""

    job: Job
    slot: int
    loudness: float = SILENCE


@dataclass(frozen=True)
class DeckState:
    """What one deck has. ``scheduled`` has been sent to the player for the beat ``at`` (None: at once); ``served``
    grows from one render to the next, so that the deck with the lowest has waited longest. points: other chunks of what
    plays, at other alphas, which the player has too; hand: the alpha that is heard of them, None where there are none.
    overtaken: chunks that were scheduled until others took their places, and that the player has not released: it may
    have begun with one of them before it heard of the next.
    """

    playing: Chunk | None = None
    scheduled: Chunk | None = None
    at: Fraction | None = None
    ready: tuple[Chunk, ...] = ()
    served: int = 0
    points: tuple[Chunk, ...] = ()
    hand: float | None = None
    overtaken: tuple[Chunk, ...] = ()

    @property
    def heading(self) -> Chunk | None:
        """What will sound once all that was sent has landed."""
        return self.scheduled or self.playing

    @property
    def strip(self) -> tuple[Chunk, ...]:
        """What plays and its points, by alpha."""
        if self.playing is None:
            return ()
        return tuple(sorted((self.playing, *self.points), key=lambda chunk: chunk.job.alpha))

    @property
    def sounding(self) -> Job | None:
        """The job of what is heard now, wherever in the strip the hand is; None for silence."""
        if self.playing is None or self.hand is None:
            return self.playing.job if self.playing else None
        return self.playing.job.beside(self.hand)

    @property
    def settled(self) -> Job | None:
        """The job of what will sound once all that was sent has landed."""
        return self.scheduled.job if self.scheduled else self.sounding

    def covers(self, job: Job) -> bool:
        """Whether the strip of what plays reaches to a job's alpha: the hand is heard there at once."""
        if self.playing is None or not self.points or not one_morph(self.playing.job, job):
            return False
        alphas = [self.playing.job.alpha, *(chunk.job.alpha for chunk in self.points)]
        return min(alphas) <= job.alpha <= max(alphas)


@dataclass(frozen=True)
class Wish:
    """What one deck should sound like: ``now``, and from the beat ``turn`` on ``then`` (when it differs). bridge: what
    is quickly made of the chunk that plays, and fits better than that until ``now`` is there."""

    now: Job | None
    then: Job | None = None
    turn: Fraction = Fraction(0)
    bridge: Job | None = None


@dataclass(frozen=True)
class InFlight:
    """A request that a renderer is working on. pad: the pad it is for, 0 for the deck's; strip: it is a point of the
    deck's strip; fill: it is a fill of the deck. slot: where it goes; due: the beat that it is for, or None."""

    request: int
    deck: int
    job: Job
    pad: int = 0
    fill: bool = False
    strip: bool = False
    slot: int = -1
    due: Fraction | None = None

    @property
    def chunk(self) -> bool:
        """Whether it is a deck's own chunk: of all else the plan knows nothing but that a renderer is busy."""
        return not (self.pad or self.fill or self.strip)


@dataclass(frozen=True)
class Speed:
    """What a render costs here: seconds a denoising step, and seconds for all the rest (decoding); ``models``: the same
    for each model of which anything was rendered; way_s: to the renderer and back, with all that is carried."""

    step_s: float = 0.05
    rest_s: float = 0.4
    models: Mapping[str, Speed] = field(default_factory=dict)
    way_s: float = 0.0

    def of(self, model: str) -> Speed:
        """What a render by one model costs."""
        return self.models.get(model, self)

    def seconds(self, job: Job) -> float:
        """Expected time of a whole render, until it lies here."""
        return self.draw_s(job) + self.decode_s(job) + self.way_s

    def draw_s(self, job: Job) -> float:
        """Expected time of its spectrogram alone."""
        return self.of(job.model).step_s * job.steps

    def decode_s(self, job: Job) -> float:
        """Expected time of all else."""
        return self.of(job.model).rest_s

    def learnt(self, job: Job, seconds: float, redecoded: bool) -> Speed:
        """The estimate after one more render; the newest weighs a quarter."""
        return self._with(job.model, self.of(job.model)._learnt(job.steps, seconds, redecoded))

    def slower(self, model: str) -> Speed:
        """The estimate after a render by a model came too late."""
        own = self.of(model)
        return self._with(model, Speed(own.step_s * 1.25, own.rest_s))

    def _with(self, model: str, own: Speed) -> Speed:
        return replace(self, models={**self.models, model: own})

    def _learnt(self, steps: int, seconds: float, redecoded: bool) -> Speed:
        if redecoded:
            return Speed(self.step_s, 0.75 * self.rest_s + 0.25 * seconds)
        step = max(seconds - self.rest_s, 0.0) / max(steps, 1)
        rest = min(self.rest_s, seconds)
        return Speed(0.75 * self.step_s + 0.25 * step, 0.9 * self.rest_s + 0.1 * rest)


@dataclass(frozen=True)
class Now:
    """The moment: ``beat`` on ``grid`` (None before the transport starts); ``step``: where changes land, in beats,
    or None for at once."""

    grid: Grid | None
    beat: Fraction
    step: Fraction | None

    def seconds_to(self, beat: Fraction) -> float:
        """Seconds until a beat."""
        return float(beat - self.beat) * 60 / self.grid.bpm if self.grid else 0.0

    def landing(self, after_s: float = MARGIN_S) -> Fraction | None:
        """The first boundary that is at least ``after_s`` away; None for at once."""
        if self.grid is None:
            return Fraction(0)
        if self.step is None:
            return None
        reach = self.beat + Fraction(after_s) * self.grid.bpm_cents / 6000
        return boundary(reach, self.step)
