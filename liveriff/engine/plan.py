"""The plan: which chunk next, by when, what is stale, how many steps it can afford. Pure: no clock, no I/O.

``plan`` looks at one moment and says what to do about it; the hub does it and asks again. A deck wants one sound
*now* and perhaps another at the next phrase; what it has lies in ``DeckState``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from liveriff.music.grid import Grid, boundary
from liveriff.wire.job import Job

MIN_STEPS = 2
MARGIN_S = 0.06  # a swap sent this long before its beat still reaches the player in time
LAUNCH_S = 2.0  # a phrase's chunk is handed over this long ahead; until then it can still be withdrawn


@dataclass(frozen=True)
class Chunk:
    """A rendered job in a slot."""

    job: Job
    slot: int


@dataclass(frozen=True)
class DeckState:
    """What one deck has. ``scheduled`` has been sent to the player for the beat ``at`` (None: at once)."""

    playing: Chunk | None = None
    scheduled: Chunk | None = None
    at: Fraction | None = None
    ready: tuple[Chunk, ...] = ()

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


@dataclass(frozen=True)
class Submit:
    """Give this job to the renderer, for ``deck``, to land at ``due``."""

    deck: int
    job: Job
    due: Fraction | None


@dataclass(frozen=True)
class CancelRequest:
    """What the renderer works on is not wanted any more."""

    request: int


@dataclass(frozen=True)
class Launch:
    """Send a chunk (None: silence) to the player, to land at ``at``."""

    deck: int
    chunk: Chunk | None
    at: Fraction | None


@dataclass(frozen=True)
class Discard:
    """Nobody wants this ready chunk any more."""

    deck: int
    chunk: Chunk


Action = Submit | CancelRequest | Launch | Discard


def same_sound(a: Job, b: Job) -> bool:
    """Whether one chunk stands for both jobs: a render with fewer steps is the same sound, made in a hurry."""
    return replace(a, steps=0) == replace(b, steps=0, canvas_bpm_cents=a.canvas_bpm_cents)


def near(a: Job, b: Job) -> bool:
    """Whether ``a`` is a station on the way to ``b``: only continuous settings differ.

    A hand that keeps turning makes every render stale before it is done; near ones are finished and played, so a
    sweep is heard in steps of one render instead of not at all.
    """
    return _fixed(a) == _fixed(b)


def _fixed(job: Job) -> Job:
    return replace(
        job, alpha=0, density=None, brightness=None, guidance=0, strength=0, steps=0, bpm_cents=0, canvas_bpm_cents=0
    )


def affordable(job: Job, seconds: float, speed: Speed) -> Job:
    """The job with as many steps as fit into ``seconds``, at least MIN_STEPS; unchanged if none fit.

    A deadline that cannot be met at all is no reason to sound worse: the next boundary then takes the full render.
    """
    if speed.seconds(job) <= seconds:
        return job
    steps = int((seconds - speed.rest_s) / speed.step_s) if speed.step_s > 0 else job.steps
    return replace(job, steps=min(steps, job.steps)) if steps >= MIN_STEPS else job


@dataclass
class _Deck:
    """One deck while it is being planned."""

    number: int
    state: DeckState
    wish: Wish
    actions: list[Action] = field(default_factory=list)

    def find(self, job: Job) -> Chunk | None:
        return next((c for c in self.state.ready if same_sound(c.job, job)), None)

    @property
    def heading(self) -> Chunk | None:
        return self.state.heading

    def has_now(self) -> bool:
        """Whether what it plays, or is about to, is what it wants now."""
        want = self.wish.now
        if want is None:
            return self.heading is None
        turning = self.state.scheduled is not None and self.state.at == self.wish.turn and self.wish.then is not None
        chunk = self.state.playing if turning else self.heading
        return chunk is not None and same_sound(chunk.job, want)

    def has_then(self) -> bool:
        """Whether the next phrase is taken care of (or is like this one)."""
        then = self.wish.then
        if then is None:
            return True
        sent = self.state.scheduled
        return sent is not None and same_sound(sent.job, then)


def plan(
    now: Now,
    decks: Mapping[int, DeckState],
    wishes: Mapping[int, Wish],
    in_flight: InFlight | None,
    speed: Speed,
    room: bool = True,
) -> list[Action]:
    """What to do at this moment. ``room``: whether a slot and the renderer are there for another render."""
    planned = [_Deck(n, decks[n], wishes[n]) for n in decks]
    actions: list[Action] = []
    for deck in planned:
        actions += _launches(deck, now) + _discards(deck)
    open_jobs = [need for deck in planned for need in _needs(deck, now)]
    if in_flight is not None and in_flight.pad:
        return actions  # a one-shot is done in a moment
    if in_flight is not None:
        return actions + _stale(in_flight, open_jobs)
    if room and open_jobs:
        actions.append(_choose(open_jobs, now, speed, planned))
    return actions


def _launches(deck: _Deck, now: Now) -> list[Action]:
    if not deck.has_now():
        return _launch_now(deck, now)
    then = deck.wish.then
    if then is None or deck.has_then() or now.seconds_to(deck.wish.turn) > LAUNCH_S:
        return []
    chunk = deck.find(then)
    return [Launch(deck.number, chunk, deck.wish.turn)] if chunk else []


def _launch_now(deck: _Deck, now: Now) -> list[Action]:
    want = deck.wish.now
    if want is None:
        return [Launch(deck.number, None, now.landing())]
    chunk = deck.find(want) or _station(deck, want)
    return [Launch(deck.number, chunk, now.landing())] if chunk else []


def _station(deck: _Deck, want: Job) -> Chunk | None:
    """A ready chunk on the way to ``want`` that is not what already sounds."""
    return next((c for c in reversed(deck.state.ready) if near(c.job, want)), None)


def _discards(deck: _Deck) -> list[Action]:
    wanted = []
    if deck.wish.now is not None and not deck.has_now():
        wanted.append(deck.wish.now)
    if deck.wish.then is not None and not deck.has_then():
        wanted.append(deck.wish.then)
    return [Discard(deck.number, c) for c in deck.state.ready if not any(near(c.job, job) for job in wanted)]


def _needs(deck: _Deck, now: Now) -> list[Submit]:
    """The jobs of a deck that nobody has rendered yet."""
    needs = []
    want, then = deck.wish.now, deck.wish.then
    if want is not None and not deck.has_now() and deck.find(want) is None:
        needs.append(Submit(deck.number, _from_kept_canvas(deck, want), now.landing()))
    if then is not None and not deck.has_then() and deck.find(then) is None:
        needs.append(Submit(deck.number, then, deck.wish.turn))
    return needs


def _from_kept_canvas(deck: _Deck, want: Job) -> Job:
    """``want`` as a re-decoding of a chunk the deck has, where only the tempo differs: nothing is generated again."""
    for chunk in (deck.state.scheduled, deck.state.playing, *deck.state.ready):
        if chunk is not None and same_sound(chunk.job.retimed(want.bpm_cents), want):
            return chunk.job.retimed(want.bpm_cents)
    return want


def _stale(in_flight: InFlight, needs: list[Submit]) -> list[Action]:
    mine = [need.job for need in needs if need.deck == in_flight.deck]
    if any(same_sound(in_flight.job, job) or near(in_flight.job, job) for job in mine):
        return []
    return [CancelRequest(in_flight.request)]


def _choose(needs: list[Submit], now: Now, speed: Speed, decks: list[_Deck]) -> Submit:
    """The most urgent need: a silent deck, then a re-decode (quick, and audibly out of tune with the tempo until
    done), then the earliest beat. Its steps are cut to what the deadline affords."""
    silent = {deck.number for deck in decks if deck.heading is None}
    sounding = {deck.number: deck.heading.job for deck in decks if deck.heading is not None}

    def urgency(need: Submit) -> tuple[int, Fraction, int]:
        playing = sounding.get(need.deck)
        redecode = playing is not None and playing.canvas_key == need.job.canvas_key
        rank = 0 if need.deck in silent else 1 if redecode else 2
        return rank, need.due if need.due is not None else now.beat, need.deck

    need = min(needs, key=urgency)
    if need.due is None or now.grid is None:
        return need
    return replace(need, job=affordable(need.job, now.seconds_to(need.due) - MARGIN_S, speed))
