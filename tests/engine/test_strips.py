"""Strips: which points are rendered, in which order, and what becomes of them. Tables and properties."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveriff.engine import strips
from liveriff.engine.actions import Action, CancelRequest, Discard, Launch, Submit
from liveriff.engine.autogain import MOST_DB, TARGETS, gain
from liveriff.engine.deckbook import PLAYER, RENDERER, DeckBook
from liveriff.engine.moment import Chunk, DeckState, InFlight, Now, Speed, Wish
from liveriff.engine.plan import plan
from liveriff.engine.queue import Moment, queues
from liveriff.engine.sameness import near, one_morph, same_canvas, same_sound
from liveriff.engine.strips import ALPHAS, Hand, Need
from liveriff.engine.wishes import Setting, wish_for
from liveriff.music.grid import Grid
from liveriff.params.registry import Registry
from liveriff.wire.job import Job

JOB = Job(prompt_a="techno", prompt_b="house", category="drums", seed=1, alpha=0.3)
LEAD = Chunk(JOB, 0)
WHOLE = DeckState(LEAD, points=tuple(Chunk(JOB.beside(alpha), i + 1) for i, alpha in enumerate(ALPHAS)), hand=0.3)
RESTS, MOVES = Hand(1.0), Hand(0.1)
NOW = Now(Grid(48000, 12000), Fraction(1), Fraction(4))
QUICK = Speed(0.0, 0.0)


def alphas(jobs: list[Job]) -> list[float]:
    return [job.alpha for job in jobs]


MISSING = [
    ("the nearest first", DeckState(LEAD), JOB, RESTS, [0.25, 0.5, 0.0, 0.75, 1.0]),
    ("where the hand is going", DeckState(LEAD), replace(JOB, alpha=0.9), RESTS, [1.0, 0.75, 0.5, 0.25, 0.0]),
    ("nothing of a whole strip", WHOLE, JOB, RESTS, []),
    ("the exact alpha where the hand rests", WHOLE, replace(JOB, alpha=0.61), RESTS, [0.61]),
    ("not while it moves", WHOLE, replace(JOB, alpha=0.61), MOVES, []),
    ("nothing where the prompts are one", DeckState(Chunk(replace(JOB, prompt_b="techno"), 0)), JOB, RESTS, []),
    ("nothing of another seed", DeckState(LEAD), replace(JOB, seed=2), RESTS, []),
    ("nothing at another tempo", DeckState(LEAD), replace(JOB, bpm_cents=13000), RESTS, []),
    ("nothing for silence", DeckState(), JOB, RESTS, []),
]


@pytest.mark.parametrize(("state", "want", "hand", "expected"), [c[1:] for c in MISSING], ids=[c[0] for c in MISSING])
def test_what_a_strip_lacks(state: DeckState, want: Job, hand: Hand, expected: list[float]) -> None:
    assert alphas(strips.missing(state, Wish(want), hand)) == expected


DRIFTS = Wish(JOB, replace(JOB, seed_drift=0.25), Fraction(16))
DRIFTING = [
    ("only the ends where no hand plays it", LEAD, Hand(99.0), [0.0, 1.0]),
    ("all of it where a hand has lately", LEAD, Hand(2.0), [0.25, 0.5, 0.0, 0.75, 1.0]),
    ("nothing where it is not heard", LEAD, Hand(99.0, audible=False), []),
    ("one end where the other plays", Chunk(replace(JOB, alpha=0.0), 0), Hand(99.0), [1.0]),
]


@pytest.mark.parametrize(("lead", "hand", "expected"), [c[1:] for c in DRIFTING], ids=[c[0] for c in DRIFTING])
def test_a_strip_that_the_next_phrase_takes_away(lead: Chunk, hand: Hand, expected: list[float]) -> None:
    wish = replace(DRIFTS, now=lead.job)
    assert alphas(strips.missing(DeckState(lead), wish, hand)) == expected


def test_the_ends_alone_are_heard_wherever_the_hand_goes() -> None:
    ends = tuple(Chunk(JOB.beside(alpha), i + 1) for i, alpha in enumerate(strips.ENDS))
    state = DeckState(LEAD, points=ends, hand=0.3)
    assert strips.missing(state, DRIFTS, Hand(99.0)) == []
    assert all(state.covers(replace(JOB, alpha=alpha / 8)) for alpha in range(9))


def test_points_are_decoded_with_the_phases_of_what_plays() -> None:
    assert {job.lead for job in strips.missing(DeckState(LEAD), Wish(JOB), RESTS)} == {0.3}
    assert JOB.beside(0.3) == JOB
    again = Chunk(JOB.beside(0.5).retimed(13000), 0)  # a point that became what plays, when the tempo changed
    assert {job.lead for job in strips.missing(DeckState(again), Wish(again.job), RESTS)} == {0.3}
    assert JOB.beside(0.5).leading == JOB
    assert JOB.beside(0.5).canvas_key == replace(JOB, alpha=0.5).canvas_key


def test_the_deck_that_was_touched_last_comes_first_and_silent_ones_last() -> None:
    states = {deck: DeckState(LEAD) for deck in (1, 2, 3, 4)}
    wishes = {deck: Wish(JOB) for deck in states}
    hands = {1: Hand(9.0), 2: Hand(1.0), 3: Hand(0.1, audible=False), 4: Hand(30.0)}
    order = []
    while need := strips.next_need(states, wishes, hands):
        order.append(need.deck)
        states[need.deck] = WHOLE
    assert order == [2, 1, 4, 3]
    need = strips.next_need({1: DeckState(LEAD)}, {1: Wish(JOB)}, {1: RESTS}, {JOB.beside(0.25).key})
    assert need == Need(1, JOB.beside(0.5), tuple(JOB.beside(alpha) for alpha in (0.0, 0.75, 1.0)))


def test_the_hand_in_the_strip_is_no_reason_to_render_or_launch() -> None:
    want = replace(JOB, alpha=0.9)
    assert plan(NOW, {1: WHOLE}, {1: Wish(want)}, (), QUICK) == []
    assert plan(NOW, {1: replace(WHOLE, points=WHOLE.points[:3])}, {1: Wish(want)}, (), QUICK) == [
        Submit(1, want, Fraction(4))  # it does not reach there yet
    ]


def test_another_sound_is_made_at_once_and_the_strip_waits() -> None:
    flight = InFlight(7, 1, JOB.beside(0.75), strip=True)
    assert plan(NOW, {1: WHOLE}, {1: Wish(JOB)}, (flight,), QUICK, 0) == []
    assert plan(NOW, {1: WHOLE}, {1: Wish(replace(JOB, seed=2))}, (flight,), QUICK, 0) == [CancelRequest(7)]


def test_a_tempo_change_decodes_the_point_that_is_heard() -> None:
    now = Now(Grid(48000, 13000), Fraction(1), None)
    want = replace(JOB, alpha=0.75, bpm_cents=13000, canvas_bpm_cents=13000)
    (submit,) = plan(now, {1: replace(WHOLE, hand=0.75)}, {1: Wish(want)}, (), QUICK)
    assert isinstance(submit, Submit)
    assert submit.job == JOB.beside(0.75).retimed(13000)


def test_a_frozen_deck_keeps_its_place_in_the_strip() -> None:
    registry = Registry()
    registry.restore({"/deck/1/prompt/a": "techno", "/deck/1/alpha": 0.9, "/deck/1/freeze": True, "/tempo/bpm": 130.0})
    wish = wish_for(registry, 1, Fraction(1), replace(WHOLE, hand=0.5), Setting(48000, {}))
    assert wish == Wish(JOB.beside(0.5).retimed(13000))


def test_the_queue_shows_where_the_hand_is_and_no_points() -> None:
    flight = InFlight(7, 1, JOB.beside(0.6), strip=True)
    moment = Moment(NOW, {1: replace(WHOLE, hand=0.6)}, {1: Wish(replace(JOB, alpha=0.6))}, (flight,))
    assert [(item.state, item.job.alpha) for item in queues(moment)[1]] == [("playing", 0.6)]


def test_how_much_is_there() -> None:
    assert strips.share(DeckState(LEAD)) == 0.0
    assert strips.share(replace(WHOLE, points=WHOLE.points[:2])) == 0.4
    assert strips.share(WHOLE) == 1.0
    assert strips.share(DeckState(Chunk(replace(JOB, prompt_b="techno"), 0))) == 0.0


def test_points_that_hands_have_left_go_when_there_are_too_many() -> None:
    extra = tuple(Chunk(JOB.beside(alpha), 10 + i) for i, alpha in enumerate((0.1, 0.6, 0.9)))
    state = replace(WHOLE, points=(*WHOLE.points, *extra), hand=0.6)
    assert strips.surplus(WHOLE) == ()
    assert [chunk.job.alpha for chunk in strips.surplus(state)] == [0.1]


def test_a_point_that_comes_too_late_does_not_belong() -> None:
    point = JOB.beside(0.75)
    assert strips.belongs(DeckState(LEAD), point)
    assert not strips.belongs(WHOLE, point)
    assert not strips.belongs(DeckState(), point)
    assert not strips.belongs(DeckState(Chunk(replace(JOB, alpha=0.4), 0)), point)  # other phases
    assert not strips.belongs(DeckState(Chunk(replace(JOB, seed=4), 0)), point)


def test_what_plays_on_is_the_strip_that_is_the_least_loss() -> None:
    states = {1: WHOLE, 2: WHOLE, 3: WHOLE, 4: DeckState(LEAD)}
    assert strips.dearest(states, {1: Hand(1), 2: Hand(9), 3: Hand(2), 4: Hand(99)}) == 2
    assert strips.dearest(states, {1: Hand(1), 2: Hand(9), 3: Hand(2, audible=False), 4: Hand(99)}) == 3
    assert strips.dearest({4: DeckState(LEAD)}, {4: Hand()}) is None


def test_sameness() -> None:
    assert same_sound(JOB, replace(JOB, lead=0.7, steps=2, canvas_bpm_cents=1))
    assert not same_sound(JOB, replace(JOB, alpha=0.4))
    assert not same_sound(JOB, replace(JOB, prompt_b="x"))
    assert one_morph(JOB, replace(JOB, alpha=0.9, lead=0.1, steps=1))
    assert not one_morph(JOB, replace(JOB, density=0.5))
    assert near(JOB, replace(JOB, alpha=0.9, lead=0.1, density=0.5))
    assert not near(JOB, replace(JOB, seed=9))


@pytest.mark.parametrize("category", list(TARGETS))
def test_loudness_is_matched_within_reason(category: str) -> None:
    target = TARGETS[category]
    assert gain(category, target) == 1.0
    assert gain(category, target - 6) == pytest.approx(1.995, abs=1e-3)
    assert gain(category, target + 6) == pytest.approx(0.501, abs=1e-3)
    assert gain(category, -60.0) == pytest.approx(10 ** (MOST_DB / 20))
    assert gain(category, 0.0) == pytest.approx(max(10 ** (target / 20), 10 ** (-MOST_DB / 20)))
    assert gain(category, -70.0) == 1.0  # silence, or not known
    assert gain("kick", -3.0) == 1.0


class World:
    """Two decks with strips, a renderer that takes a step a job, and a player that does as it is told."""

    def __init__(self) -> None:
        self.book = DeckBook((1, 2), 12)
        self.beat = Fraction(0)
        self.flight: InFlight | None = None
        self.slot: int | None = None

    def step(self, wishes: dict[int, Wish], late: bool) -> None:
        self._answer(late)
        for deck, state in self.book.states.items():
            want = wishes[deck].now
            if want is not None and state.covers(want):
                self.book.turned(deck, want.alpha)
        now = Now(Grid(48000, 12000), self.beat, None)
        room = self.flight is None and self.book.lending.free > 0
        flights = (self.flight,) if self.flight else ()
        for action in plan(now, self.book.states, wishes, flights, QUICK, int(room)):
            self._do(action)
        if self.flight is None:
            need = strips.next_need(self.book.states, wishes, {1: RESTS, 2: RESTS})
            if need is not None and self.book.lending.free > 4:
                self._begin(InFlight(1, need.deck, need.job, strip=True))
        self.beat += Fraction(1, 4)

    def _begin(self, flight: InFlight) -> None:
        self.slot = self.book.lending.lend(RENDERER)
        self.flight = flight if self.slot is not None else None

    def _drop(self) -> None:
        if self.slot is not None:
            self.book.released(self.slot)
        self.flight = self.slot = None

    def _answer(self, late: bool) -> None:
        flight, slot = self.flight, self.slot
        if flight is None or slot is None or late:
            return
        self.flight = self.slot = None
        if not flight.strip:
            self.book.rendered(flight.deck, flight.job, slot)
        elif strips.belongs(self.book.states[flight.deck], flight.job):
            self.book.pointed(flight.deck, Chunk(flight.job, slot))
            gone = strips.surplus(self.book.states[flight.deck])
            self.book.unpointed(flight.deck, gone)
            for chunk in gone:
                self.book.released(chunk.slot)
        else:
            self.book.released(slot)

    def _do(self, action: Action) -> None:
        match action:
            case Submit(deck=deck, job=job):
                self._begin(InFlight(1, deck, job))
                self.book.submitted(deck)
            case CancelRequest():
                self._drop()
            case Discard(deck=deck, chunk=chunk):
                self.book.discarded(deck, chunk)
            case Launch(deck=deck, chunk=chunk, at=at):
                before = self.book.states[deck]
                self.book.launched(deck, chunk, at)
                if chunk is not None:
                    self.book.swapped(deck, chunk.slot)
                for old in before.strip:
                    self.book.released(old.slot)


TURN = st.tuples(
    st.sampled_from([1, 2]), st.sampled_from(["alpha", "seed", "prompt"]), st.integers(0, 8), st.booleans()
)


@settings(max_examples=60, deadline=None)
@given(st.lists(TURN, max_size=40))
def test_no_deck_falls_silent_and_no_slot_leaks_whatever_hands_do(turns: list[tuple[int, str, int, bool]]) -> None:
    world, jobs = World(), {1: JOB, 2: replace(JOB, seed=5)}
    sounded: set[int] = set()
    for deck, what, value, late in [*turns, *[(1, "rest", 0, False)] * 30]:
        if what == "alpha":
            jobs[deck] = replace(jobs[deck], alpha=value / 8)
        elif what == "seed":
            jobs[deck] = replace(jobs[deck], seed=value)
        elif what == "prompt":
            jobs[deck] = replace(jobs[deck], prompt_b=f"words {value}")
        world.step({n: Wish(job) for n, job in jobs.items()}, late)
        states = world.book.states
        assert all(states[n].playing is not None for n in sounded), "a deck that sounded is silent"
        sounded |= {n for n, state in states.items() if state.playing is not None}
        held = {c.slot for s in states.values() for c in (*s.strip, *s.ready)} | {world.slot} - {None}
        assert len(held) + world.book.lending.free == 12, "a slot has leaked"
    for deck, state in world.book.states.items():
        assert state.sounding is not None
        assert same_sound(state.sounding, jobs[deck])
    assert len(world.book.lending.held_by(PLAYER)) == sum(len(s.strip) for s in world.book.states.values())


@pytest.mark.parametrize(
    "change",
    [
        {"bpm_cents": 9000}, {"rate": 48000}, {"lead": 0.5}, {"transpose": 2}, {"seed": 5}, {"alpha": 0.3},
        {"steps": 2}, {"canvas_bpm_cents": 9000}, {"fill_beats": 1, "fill_seed": 3}, {"density": 0.5}, {"source": "/a"},
        {"source": "/a", "source_id": "x"}, {"strength": 0.2}, {"negative": "noise"}, {"mode": "major"},
    ],
)  # fmt: skip
def test_a_canvas_is_the_same_where_its_digest_is(change: dict[str, Any]) -> None:
    one, other = Job(prompt_a="a", prompt_b="b"), Job(prompt_a="a", prompt_b="b", **change)
    assert same_canvas(one, other) is (one.canvas_key == other.canvas_key)
    moved = replace(other, source="/elsewhere")
    assert same_canvas(other, moved) is (other.canvas_key == moved.canvas_key)
