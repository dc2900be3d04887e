"""What each deck plays and what comes next, in words that are true. Pure: reads one moment, changes nothing.

The plan only says what to do now; here follows from the same facts what will be heard, and when. Times are forecasts:
they assume that the renderer goes on as fast as it has been.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heapify, heapreplace
from typing import Literal

from liveriff.engine.actions import Submit
from liveriff.engine.moment import MARGIN_S, Chunk, DeckState, InFlight, Now, Speed, Wish
from liveriff.engine.plan import missing
from liveriff.engine.sameness import near, same_canvas, same_sound
from liveriff.wire.job import Job

State = Literal["playing", "bridging", "landing", "ready", "rendering", "planned"]
MOST = 6


@dataclass(frozen=True)
class Moment:
    """now, decks, wishes, flights, speed: as the plan sees them; shares: of each render in flight that is done, 0..1,
    by request; room: how many more there are renderers for."""

    now: Now
    decks: Mapping[int, DeckState]
    wishes: Mapping[int, Wish]
    flights: tuple[InFlight, ...] = ()
    shares: Mapping[int, float] = field(default_factory=dict)
    speed: Speed = field(default_factory=Speed)
    room: int = 0

    def wish(self, deck: int) -> Wish:
        """What a deck should sound like; before the first look nothing is known of it."""
        return self.wishes.get(deck, Wish(None))

    def share(self, flight: InFlight) -> float:
        """How much of a render is done."""
        return self.shares.get(flight.request, 0.0)


@dataclass(frozen=True)
class Item:
    """A chunk in a deck's queue. seconds: until it is heard, 0 for what sounds, None where nobody can tell; share:
    rendered, 0..1; slot: where it lies, None while it is made."""

    state: State
    seconds: float | None
    share: float
    job: Job
    slot: int | None = None


def queues(moment: Moment, late: Iterable[int] = ()) -> dict[int, tuple[Item, ...]]:
    """The queue of every deck, what sounds first. late: decks whose next chunk has missed its turn."""
    done_s = forecast(moment)
    return {deck: _queue(deck, moment, done_s, deck in late) for deck in moment.decks}


def forecast(moment: Moment) -> dict[tuple[int, Job], float]:
    """Seconds until each missing chunk is rendered, by deck and job: by whoever is free first, in the order in which
    the plan chooses them."""
    speed, done_s = moment.speed, {}
    for flight in moment.flights:
        left_s = (1.0 - moment.share(flight)) * speed.draw_s(flight.job) + speed.decode_s(flight.job) + speed.way_s
        done_s[flight.deck, flight.job] = left_s
    free_s = [*done_s.values(), *[0.0] * moment.room] or [0.0]
    heapify(free_s)
    needs = [need for deck in moment.decks for need in _missing(deck, moment)]
    for need in sorted(needs, key=lambda need: (need.due if need.due is not None else moment.now.beat, need.deck)):
        clock_s = free_s[0] + _cost_s(need, moment)
        heapreplace(free_s, clock_s)
        done_s[need.deck, need.job] = clock_s
    return done_s


def heard_s(now: Now, turn: Fraction | None, done_s: float = 0.0) -> float | None:
    """Seconds until a chunk is heard that is rendered in ``done_s`` and shall land at the beat ``turn`` (None: as soon
    as the quantum lets it); None while the transport stands."""
    if now.grid is None:
        return None
    if turn is not None and now.seconds_to(turn) >= done_s + MARGIN_S:
        return now.seconds_to(turn)
    at = now.landing(done_s + MARGIN_S)
    return done_s + MARGIN_S if at is None else max(now.seconds_to(at), 0.0)


def turn_of(job: Job, wish: Wish) -> Fraction | None:
    """The beat that a chunk waits for: the next phrase, if it is only wanted then."""
    later = wish.then is not None and same_sound(job, wish.then)
    return wish.turn if later and not (wish.now is not None and same_sound(job, wish.now)) else None


def words(item: Item) -> str:
    """Its prompt: one, or both while it is between them."""
    job = item.job
    if job.alpha <= 0.0 or job.prompt_a == job.prompt_b:
        return job.prompt_a
    return job.prompt_b if job.alpha >= 1.0 else f"{job.prompt_a} > {job.prompt_b}"


def line(item: Item) -> str:
    """The item as /deck/N/chunks has it, fields apart by tabs."""
    seconds = "-" if item.seconds is None else f"{item.seconds:.1f}"
    job = item.job
    fields = (item.state, seconds, f"{item.share:.2f}", job.category, str(job.seed), f"{job.alpha:.2f}", words(item))
    return "\t".join(fields)


def _queue(deck: int, moment: Moment, done_s: Mapping[tuple[int, Job], float], late: bool) -> tuple[Item, ...]:
    state, now = moment.decks[deck], moment.now
    first = [_sounding(state, now, late)] if state.playing else []
    if state.scheduled is not None:
        first.append(_landing(state.scheduled, state.at, now))
    rest = [*_ready(deck, moment), *_made(deck, moment, done_s), *_planned(deck, moment, done_s)]
    rest.sort(key=lambda item: (item.seconds is None, item.seconds or 0.0))
    return tuple([*first, *rest][:MOST])


def _sounding(state: DeckState, now: Now, late: bool) -> Item:
    chunk, job = state.playing, state.sounding
    assert chunk is not None
    assert job is not None
    if now.grid is None:  # nothing sounds while the transport stands; the loop waits for it
        return Item("ready", None, 1.0, job, chunk.slot)
    return Item("bridging" if late else "playing", 0.0, 1.0, job, chunk.slot)


def _landing(chunk: Chunk, at: Fraction | None, now: Now) -> Item:
    seconds = max(now.seconds_to(at), 0.0) if at is not None else 0.0
    return Item("landing", seconds if now.grid else None, 1.0, chunk.job, chunk.slot)


def _ready(deck: int, moment: Moment) -> Iterable[Item]:
    for chunk in moment.decks[deck].ready:
        seconds = heard_s(moment.now, turn_of(chunk.job, moment.wish(deck)))
        yield Item("ready", seconds, 1.0, chunk.job, chunk.slot)


def _made(deck: int, moment: Moment, done_s: Mapping[tuple[int, Job], float]) -> Iterable[Item]:
    """What is being rendered for this deck, unless it is to be dropped."""
    wish = moment.wish(deck)
    for flight in _flights(deck, moment):
        mine, wanted = flight.job, [job for job in (wish.now, wish.then) if job is not None]
        if any(same_sound(mine, job) or near(mine, job) for job in wanted):
            seconds = heard_s(moment.now, turn_of(mine, wish), done_s[deck, mine])
            yield Item("rendering", seconds, moment.share(flight), mine)


def _flights(deck: int, moment: Moment) -> list[InFlight]:
    return [flight for flight in moment.flights if flight.deck == deck and not (flight.pad or flight.strip)]


def _planned(deck: int, moment: Moment, done_s: Mapping[tuple[int, Job], float]) -> Iterable[Item]:
    for need in _missing(deck, moment):
        turn = turn_of(need.job, moment.wish(deck))
        yield Item("planned", heard_s(moment.now, turn, done_s[deck, need.job]), 0.0, need.job)


def _missing(deck: int, moment: Moment) -> list[Submit]:
    """What the deck wants and nobody works on yet."""
    mine = [flight.job for flight in _flights(deck, moment)]
    needs = missing(deck, moment.decks[deck], moment.wish(deck), moment.now)
    return [need for need in needs if not any(same_sound(job, need.job) for job in mine)]


def _cost_s(need: Submit, moment: Moment) -> float:
    """Seconds of rendering; only those of the decoding where a chunk of the same spectrogram is there."""
    state = moment.decks[need.deck]
    kept = (chunk for chunk in (state.playing, state.scheduled, *state.ready) if chunk is not None)
    if any(same_canvas(chunk.job, need.job) for chunk in kept):
        return moment.speed.decode_s(need.job) + moment.speed.way_s
    return moment.speed.seconds(need.job)
