"""One moment of a performance as the plan sees it: what decks have and wish for, what time it is. Frozen data, pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from liveriff.music.grid import Grid, boundary
from liveriff.wire.job import Job

MARGIN_S = 0.06  # a swap sent this long before its beat still reaches the player in time


@dataclass(frozen=True)
class Chunk:
    """A rendered job in a slot."""

    job: Job
    slot: int


@dataclass(frozen=True)
class DeckState:
    """What one deck has. ``scheduled`` has been sent to the player for the beat ``at`` (None: at once); ``served``
    grows from one render to the next, so that the deck with the lowest has waited longest."""

    playing: Chunk | None = None
    scheduled: Chunk | None = None
    at: Fraction | None = None
    ready: tuple[Chunk, ...] = ()
    served: int = 0

    @property
    def heading(self) -> Chunk | None:
        """What will sound once all that was sent has landed."""
        return self.scheduled or self.playing


@dataclass(frozen=True)
class Wish:
    """What one deck should sound like: ``now``, and from the beat ``turn`` on ``then`` (when it differs)."""

    now: Job | None
    then: Job | None = None
    turn: Fraction = Fraction(0)


@dataclass(frozen=True)
class InFlight:
    """The one request the renderer is working on; ``pad``: the pad it is for, 0 for the deck's."""

    request: int
    deck: int
    job: Job
    pad: int = 0


@dataclass(frozen=True)
class Speed:
    """What a render costs here: seconds a denoising step, and seconds for all the rest (decoding)."""

    step_s: float = 0.05
    rest_s: float = 0.4

    def seconds(self, job: Job) -> float:
        """Expected time of a whole render."""
        return self.step_s * job.steps + self.rest_s

    def learnt(self, job: Job, seconds: float, redecoded: bool) -> Speed:
        """The estimate after one more render; the newest weighs a quarter."""
        if redecoded:
            return replace(self, rest_s=0.75 * self.rest_s + 0.25 * seconds)
        step = max(seconds - self.rest_s, 0.0) / max(job.steps, 1)
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
