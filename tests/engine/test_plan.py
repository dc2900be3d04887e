"""The plan as tables: one moment, one answer."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.engine.actions import Action, CancelRequest, Discard, Launch, Submit
from liveriff.engine.deckbook import DeckBook
from liveriff.engine.moment import Chunk, DeckState, InFlight, Now, Speed, Wish
from liveriff.engine.plan import MIN_STEPS, affordable, near, plan, same_sound
from liveriff.music.grid import Grid
from liveriff.wire.job import Job

GRID = Grid(48000, 12000)  # 120 BPM: a beat is half a second
BAR = Fraction(4)
JOB = Job(prompt_a="techno", category="drums", seed=1, steps=8)
OTHER = replace(JOB, seed=2)
NEXT = replace(JOB, seed_drift=0.5)
SPEED = Speed(step_s=0.02, rest_s=0.2)
QUICK = Speed(0.0, 0.0)


def at(beat: float | Fraction, step: Fraction | None = BAR) -> Now:
    """A moment on the grid."""
    return Now(GRID, Fraction(beat), step)


def think(state: DeckState, wish: Wish, now: Now, flight: InFlight | None = None, room: int = 1) -> list[Action]:
    """The plan for one deck with one renderer."""
    return plan(now, {1: state}, {1: wish}, (flight,) if flight else (), SPEED, 0 if flight else room)


CHUNK, OTHER_CHUNK, NEXT_CHUNK = Chunk(JOB, 0), Chunk(OTHER, 1), Chunk(NEXT, 2)
TURN = Fraction(16)

CASES = [
    ("nothing wanted, nothing there", DeckState(), Wish(None), at(1), None, []),
    ("a silent deck asks for its job", DeckState(), Wish(JOB), at(1), None, [Submit(1, JOB, Fraction(4))]),
    ("what plays is what is wanted", DeckState(playing=CHUNK), Wish(JOB), at(1), None, []),
    ("a ready chunk lands on the bar", DeckState(ready=(CHUNK,)), Wish(JOB), at(1), None, [Launch(1, CHUNK, BAR)]),
    (
        "with quantum off it lands at once",
        DeckState(ready=(CHUNK,)),
        Wish(JOB),
        at(1, None),
        None,
        [Launch(1, CHUNK, None)],
    ),
    (
        "a boundary too near is not promised",
        DeckState(ready=(CHUNK,)),
        Wish(JOB),
        at(Fraction(399, 100)),
        None,
        [Launch(1, CHUNK, Fraction(8))],
    ),
    ("while it renders, nothing is asked again", DeckState(), Wish(JOB), at(1), InFlight(7, 1, JOB), []),
    ("a stale render is cancelled", DeckState(), Wish(JOB), at(1), InFlight(7, 1, OTHER), [CancelRequest(7)]),
    (
        "a render that nobody needs any more is cancelled",
        DeckState(playing=CHUNK),
        Wish(JOB),
        at(1),
        InFlight(7, 1, OTHER),
        [CancelRequest(7)],
    ),
    (
        "a station on the way is finished",
        DeckState(playing=OTHER_CHUNK),
        Wish(JOB),
        at(1),
        InFlight(7, 1, replace(JOB, alpha=0.4)),
        [],
    ),
    (
        "a station is played until the exact chunk is there",
        DeckState(playing=OTHER_CHUNK, ready=(Chunk(replace(JOB, alpha=0.4), 5),)),
        Wish(JOB),
        at(1),
        None,
        [Launch(1, Chunk(replace(JOB, alpha=0.4), 5), BAR), Submit(1, JOB, BAR)],
    ),
    (
        "a ready chunk that nobody wants is given up",
        DeckState(playing=CHUNK, ready=(OTHER_CHUNK,)),
        Wish(JOB),
        at(1),
        None,
        [Discard(1, OTHER_CHUNK)],
    ),
    (
        "a deck that shall be silent fades on the bar",
        DeckState(playing=CHUNK),
        Wish(None),
        at(1),
        None,
        [Launch(1, None, BAR)],
    ),
    (
        "the next phrase is rendered ahead",
        DeckState(playing=CHUNK),
        Wish(JOB, NEXT, TURN),
        at(1),
        None,
        [Submit(1, NEXT, TURN)],
    ),
    (
        "and kept back while it can still change",
        DeckState(CHUNK, ready=(NEXT_CHUNK,)),
        Wish(JOB, NEXT, TURN),
        at(2),
        None,
        [],
    ),
    (
        "and handed over shortly before its turn",
        DeckState(CHUNK, ready=(NEXT_CHUNK,)),
        Wish(JOB, NEXT, TURN),
        at(13),
        None,
        [Launch(1, NEXT_CHUNK, TURN)],
    ),
    ("and is then taken care of", DeckState(CHUNK, NEXT_CHUNK, TURN), Wish(JOB, NEXT, TURN), at(14), None, []),
    (
        "a change of mind replaces what was handed over",
        DeckState(CHUNK, NEXT_CHUNK, TURN, (OTHER_CHUNK,)),
        Wish(OTHER, None, TURN),
        at(13),
        None,
        [Launch(1, OTHER_CHUNK, TURN)],
    ),
]


@pytest.mark.parametrize(
    ("state", "wish", "now", "flight", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_one_moment(state: DeckState, wish: Wish, now: Now, flight: InFlight | None, expected: list[Action]) -> None:
    assert think(state, wish, now, flight) == expected


def test_without_room_nothing_is_submitted() -> None:
    assert think(DeckState(), Wish(JOB), at(1), room=0) == []


def test_a_tempo_change_decodes_the_same_canvas_again() -> None:
    faster = Now(Grid(48000, 13000), Fraction(1), BAR)
    wish = replace(JOB, bpm_cents=13000, canvas_bpm_cents=13000)
    (submit,) = plan(faster, {1: DeckState(playing=CHUNK)}, {1: Wish(wish)}, (), SPEED)
    assert isinstance(submit, Submit)
    assert submit.job == JOB.retimed(13000)
    assert submit.job.canvas_key == JOB.canvas_key


def test_before_the_start_everything_lands_on_beat_zero() -> None:
    now = Now(None, Fraction(0), BAR)
    assert think(DeckState(ready=(CHUNK,)), Wish(JOB), now) == [Launch(1, CHUNK, Fraction(0))]


def test_silent_decks_come_before_the_next_phrase_of_others() -> None:
    states = {1: DeckState(playing=CHUNK), 2: DeckState()}
    wishes = {1: Wish(JOB, NEXT, Fraction(4)), 2: Wish(OTHER)}
    assert plan(at(1), states, wishes, (), SPEED) == [Submit(2, OTHER, Fraction(4))]


def test_a_redecode_comes_before_a_new_sound() -> None:
    now = Now(Grid(48000, 13000), Fraction(1), BAR)
    states = {1: DeckState(playing=CHUNK), 2: DeckState(playing=OTHER_CHUNK)}
    wishes = {1: Wish(replace(JOB, seed=9)), 2: Wish(replace(OTHER, bpm_cents=13000, canvas_bpm_cents=13000))}
    (submit,) = plan(now, states, wishes, (), SPEED)
    assert isinstance(submit, Submit)
    assert submit.deck == 2


@pytest.mark.parametrize("step", [None, BAR])
def test_a_knob_that_never_rests_does_not_keep_the_renderer_from_other_decks(step: Fraction | None) -> None:
    """Deck 1 wants another sound at every look; 2, 3 and 4 want one each."""
    book = DeckBook((1, 2, 3, 4), 12)
    for deck in book.states:
        book.states[deck] = replace(book.states[deck], playing=Chunk(JOB, deck))
    turned: list[int] = []
    for look in range(8):
        wishes = {deck: Wish(replace(OTHER, alpha=look / 8 if deck == 1 else 0.5)) for deck in book.states}
        for deck in set(turned) - {1}:
            wishes[deck] = Wish(JOB)
        (submit,) = plan(at(1, step), book.states, wishes, (), QUICK)
        assert isinstance(submit, Submit)
        book.submitted(submit.deck)
        turned.append(submit.deck)
    assert turned == [1, 2, 3, 4, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("seconds", "steps"), [(1.0, 8), (0.36, 8), (0.35, 7), (0.3, 5), (0.24, 2), (0.23, 8), (0.0, 8)]
)
def test_steps_are_cut_to_the_deadline_or_not_at_all(seconds: float, steps: int) -> None:
    assert affordable(JOB, seconds + 1e-9, SPEED).steps == steps


def test_a_hurried_render_stands_for_the_full_one() -> None:
    assert same_sound(replace(JOB, steps=MIN_STEPS), JOB)
    assert not same_sound(JOB, OTHER)
    assert near(replace(JOB, alpha=1.0, density=0.3), JOB)
    assert not near(replace(JOB, prompt_a="house"), JOB)


@given(
    st.integers(4000, 24000),
    st.fractions(0, 10**6),
    st.sampled_from([Fraction(1, 4), Fraction(1), Fraction(4), Fraction(16)]),
)
def test_landing_is_the_first_boundary_in_reach(cents: int, beat: Fraction, step: Fraction) -> None:
    now = Now(Grid(44100, cents), beat, step)
    landing = now.landing()
    assert landing is not None
    assert landing % step == 0
    assert now.seconds_to(landing) >= 0.06 - 1e-6
    assert now.seconds_to(landing - step) < 0.06 + 1e-6


def test_speed_learns_from_renders() -> None:
    speed = Speed(0.05, 0.4)
    for _ in range(200):
        speed = speed.learnt(JOB, 0.1, redecoded=True)
        speed = speed.learnt(JOB, 0.26, redecoded=False)
    assert speed.seconds(JOB) == pytest.approx(0.26, rel=0.1)


class World:
    """A deck, a renderer and a player that do as they are told, in steps of a sixteenth."""

    def __init__(self) -> None:
        self.state, self.flight, self.slot = DeckState(), None, 0
        self.beat = Fraction(0)
        self.sounding: list[Job | None] = []

    def step(self, wish: Wish, step: Fraction | None) -> None:
        if self.flight is not None:
            self.state = replace(self.state, ready=(*self.state.ready, Chunk(self.flight.job, self.slot)))
            self.slot, self.flight = self.slot + 1, None
        for action in plan(Now(GRID, self.beat, step), {1: self.state}, {1: wish}, (), QUICK):
            self.do(action)
        if self.state.scheduled and (self.state.at is None or self.state.at <= self.beat):
            self.state = replace(self.state, playing=self.state.scheduled, scheduled=None, at=None)
        self.sounding.append(self.state.playing.job if self.state.playing else None)
        self.beat += Fraction(1, 4)

    def do(self, action: Action) -> None:
        if isinstance(action, Submit):
            self.flight = InFlight(0, 1, action.job)
        elif isinstance(action, Launch):
            ready = tuple(c for c in self.state.ready if c != action.chunk)
            self.state = replace(self.state, scheduled=action.chunk, at=action.at, ready=ready)
        elif isinstance(action, Discard):
            self.state = replace(self.state, ready=tuple(c for c in self.state.ready if c != action.chunk))


@given(st.lists(st.tuples(st.sampled_from([1, 2, 3]), st.integers(1, 12)), max_size=12), st.sampled_from([None, BAR]))
def test_whatever_the_hand_did_the_last_wish_plays_and_nothing_is_hoarded(
    moves: list[tuple[int, int]], step: Fraction | None
) -> None:
    world = World()
    for seed, sixteenths in moves:
        for _ in range(sixteenths):
            world.step(Wish(replace(JOB, seed=seed)), step)
            assert len(world.state.ready) <= 2
    for _ in range(40):
        world.step(Wish(OTHER), step)
    assert world.sounding[-1] == OTHER
    assert world.state.ready == ()


def test_the_next_phrases_chunk_does_not_replace_one_that_has_yet_to_land() -> None:
    first, then = replace(JOB, seed=70), replace(JOB, seed=71)
    state = DeckState(playing=Chunk(JOB, 1), scheduled=Chunk(first, 2), at=Fraction(12), ready=(Chunk(then, 3),))
    now = Now(Grid(48000, 12000), Fraction(47, 4), Fraction(4))
    wish = Wish(first, then, Fraction(16))
    assert plan(now, {1: state}, {1: wish}, (), Speed()) == []
    landed = replace(state, playing=state.scheduled, scheduled=None, at=None)
    assert plan(replace(now, beat=Fraction(49, 4)), {1: landed}, {1: wish}, (), Speed()) == [
        Launch(1, Chunk(then, 3), Fraction(16))
    ]
