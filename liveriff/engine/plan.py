"""The plan: which chunk next, by when, what is stale, how many steps it can afford. Pure: no clock, no I/O.

``plan`` looks at one moment and says what to do about it; the hub does it and asks again. A deck wants one sound
*now* and perhaps another at the next phrase; what it has lies in ``DeckState``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from liveriff.engine.actions import Action, CancelRequest, Discard, Launch, Submit
from liveriff.engine.moment import MARGIN_S, Chunk, DeckState, InFlight, Now, Speed, Wish
from liveriff.engine.sameness import near, same_canvas, same_sound
from liveriff.wire.job import Job

MIN_STEPS = 2
LAUNCH_S = 2.0  # a phrase's chunk is handed over this long ahead; until then it can still be withdrawn


def affordable(job: Job, seconds: float, speed: Speed) -> Job:
    """The job with as many steps as fit into ``seconds``, at least MIN_STEPS; unchanged if none fit.

    A deadline that cannot be met at all is no reason to sound worse: the next boundary then takes the full render.
    """
    if speed.seconds(job) <= seconds:
        return job
    own = speed.of(job.model)
    steps = int((seconds - own.rest_s - speed.way_s) / own.step_s) if own.step_s > 0 else job.steps
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
        if chunk is not None and chunk is self.state.playing and self.state.covers(want):
            return True
        return chunk is not None and same_sound(chunk.job, want)

    def bridge(self) -> Job | None:
        """What shall sound until ``now`` is there, unless it does already."""
        bridge = self.wish.bridge
        if bridge is None or self.has_now() or (self.heading is not None and same_sound(self.heading.job, bridge)):
            return None
        return bridge

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
    flights: Sequence[InFlight],
    speed: Speed,
    room: int = 1,
) -> list[Action]:
    """What to do at this moment. flights: what is being rendered; room: how many more renders there are slots and
    renderers for."""
    planned = [_Deck(n, decks[n], wishes[n]) for n in decks]
    actions: list[Action] = []
    for deck in planned:
        actions += _launches(deck, now) + _discards(deck)
    needs = [need for deck in planned for need in _needs(deck, now)]
    chunks = [flight for flight in flights if flight.chunk]
    actions += [CancelRequest(flight.request) for flight in chunks if not any(_serves(flight, need) for need in needs)]
    left = [need for need in needs if not any(_serves(flight, need) for flight in chunks)]
    actions += _strips_to_leave(flights, len(left) - room)
    return actions + _begin(left, now, speed, planned, room)


def missing(number: int, state: DeckState, wish: Wish, now: Now) -> list[Submit]:
    """What would be submitted for a deck, were the renderer free: the sound it wants now, then that of the phrase."""
    return _needs(_Deck(number, state, wish), now)


def _launches(deck: _Deck, now: Now) -> list[Action]:
    if not deck.has_now():
        return _launch_now(deck, now)
    then = deck.wish.then
    if then is None or deck.has_then() or now.seconds_to(deck.wish.turn) > LAUNCH_S:
        return []
    if deck.state.scheduled is not None and deck.state.at != deck.wish.turn:
        return []  # what waits for an earlier beat would be replaced by it before it was heard
    chunk = deck.find(then)
    return [Launch(deck.number, chunk, deck.wish.turn)] if chunk else []


def _launch_now(deck: _Deck, now: Now) -> list[Action]:
    want = deck.wish.now
    if want is None:
        return [Launch(deck.number, None, now.landing())]
    bridge = deck.bridge()
    chunk = deck.find(want) or (deck.find(bridge) if bridge else None) or _station(deck, want)
    return [Launch(deck.number, chunk, now.landing())] if chunk else []


def _station(deck: _Deck, want: Job) -> Chunk | None:
    """A ready chunk on the way to ``want`` that is not what already sounds."""
    return next((c for c in reversed(deck.state.ready) if near(c.job, want)), None)


def _discards(deck: _Deck) -> list[Action]:
    wanted = []
    if deck.wish.now is not None and not deck.has_now():
        wanted += [job for job in (deck.wish.now, deck.bridge()) if job is not None]
    if deck.wish.then is not None and not deck.has_then():
        wanted.append(deck.wish.then)
    return [Discard(deck.number, c) for c in deck.state.ready if not any(near(c.job, job) for job in wanted)]


def _needs(deck: _Deck, now: Now) -> list[Submit]:
    """The jobs of a deck that nobody has rendered yet."""
    needs = []
    want, then, bridge = deck.wish.now, deck.wish.then, deck.bridge()
    if bridge is not None and deck.find(bridge) is None and (want is None or deck.find(want) is None):
        needs.append(Submit(deck.number, bridge, now.landing()))
    if want is not None and not deck.has_now() and deck.find(want) is None:
        needs.append(Submit(deck.number, _from_kept_canvas(deck, want), now.landing()))
    if then is not None and not deck.has_then() and deck.find(then) is None:
        needs.append(Submit(deck.number, then, deck.wish.turn))
    return needs


def _from_kept_canvas(deck: _Deck, want: Job) -> Job:
    """``want`` as a re-decoding of a chunk the deck has, where only tempo or pitch differ: nothing is drawn again."""
    for chunk in (deck.state.scheduled, deck.state.playing, *deck.state.points, *deck.state.ready):
        if chunk is not None:
            anew = replace(chunk.job, bpm_cents=want.bpm_cents, transpose=want.transpose)
            if same_sound(anew, want):
                return anew
    return want


def _serves(flight: InFlight | Submit, need: Submit) -> bool:
    """Whether a render is, or is on the way to, what is needed."""
    return flight.deck == need.deck and (same_sound(flight.job, need.job) or near(flight.job, need.job))


def _strips_to_leave(flights: Sequence[InFlight], wanting: int) -> list[Action]:
    """Points of strips are given up for what has no room, the ones begun last first."""
    strips = [flight for flight in flights if flight.strip]
    return [CancelRequest(flight.request) for flight in reversed(strips[max(len(strips) - max(wanting, 0), 0) :])]


def _begin(needs: list[Submit], now: Now, speed: Speed, decks: list[_Deck], room: int) -> list[Action]:
    """What to render, the most urgent first. What is on the way to it is enough for a deck: another station beside it
    might be done first, and would then be followed by an older one."""
    served = {deck.number: deck.state.served for deck in decks}
    begun: list[Action] = []
    while needs and len(begun) < room:
        need = _choose(needs, now, speed, decks, served)
        served[need.deck] = max(served.values()) + 1
        needs = [each for each in needs if not _serves(need, each)]
        begun.append(need)
    return begun


def _choose(needs: list[Submit], now: Now, speed: Speed, decks: list[_Deck], served: Mapping[int, int]) -> Submit:
    """The most urgent need: a silent deck, then a re-decode (quick, and audibly out of tune with the tempo until
    done), then the earliest beat, then who has waited longest: a knob that never rests would otherwise keep the
    renderer to its own deck for ever. Its steps are cut to what the deadline affords."""
    silent = {deck.number for deck in decks if deck.heading is None}
    sounding = {deck.number: deck.heading.job for deck in decks if deck.heading is not None}

    def urgency(need: Submit) -> tuple[int, Fraction, int, int]:
        playing = sounding.get(need.deck)
        redecode = playing is not None and same_canvas(playing, need.job)
        rank = 0 if need.deck in silent else 1 if redecode else 2
        return rank, need.due if need.due is not None else now.beat, served[need.deck], need.deck

    need = min(needs, key=urgency)
    if need.due is None or now.grid is None:
        return need
    return replace(need, job=affordable(need.job, now.seconds_to(need.due) - MARGIN_S, speed))
