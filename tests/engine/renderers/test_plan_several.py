"""The plan where several renders are in flight."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from liveriff.engine.actions import CancelRequest, Submit
from liveriff.engine.moment import Chunk, DeckState, InFlight, Now, Speed, Wish
from liveriff.engine.plan import affordable, plan
from liveriff.engine.queue import Moment, queues
from liveriff.engine.sameness import near, same_sound
from liveriff.engine.troubles import stood_in
from liveriff.music.grid import Grid
from liveriff.wire.job import Job

NOW = Now(Grid(48000, 12000), Fraction(1), Fraction(4))
JOB = Job(prompt_a="techno", category="drums", seed=1, steps=8)
PLAYS = DeckState(playing=Chunk(replace(JOB, seed=99), 0))
SPEED = Speed(0.02, 0.2)
DECKS = (1, 2, 3, 4)


def wants(**seeds: int) -> dict[int, Wish]:
    """What decks want: ``d1=7`` is seed 7 on deck 1."""
    return {deck: Wish(replace(JOB, seed=seeds.get(f"d{deck}", 99))) for deck in DECKS}


def begun(wishes: dict[int, Wish], flights: tuple[InFlight, ...], room: int) -> list[tuple[int, int]]:
    """Decks and seeds of what is submitted."""
    states = dict.fromkeys(DECKS, PLAYS)
    return [(a.deck, a.job.seed) for a in plan(NOW, states, wishes, flights, SPEED, room) if isinstance(a, Submit)]


def test_as_many_are_begun_as_there_is_room_for() -> None:
    wishes = wants(d1=1, d2=2, d3=3)
    assert begun(wishes, (), 2) == [(1, 1), (2, 2)]
    flying = tuple(InFlight(n, n, replace(JOB, seed=n)) for n in (1, 2))
    assert begun(wishes, flying, 1) == [(3, 3)]
    assert begun(wishes, flying, 5) == [(3, 3)], "what is on its way is not asked for again"


def test_a_deck_has_its_sound_of_now_and_that_of_the_phrase_made_at_once() -> None:
    states = {1: PLAYS}
    wishes = {1: Wish(JOB, replace(JOB, seed=2), Fraction(16))}
    made = [a for a in plan(NOW, states, wishes, (), SPEED, 4) if isinstance(a, Submit)]
    assert [(a.job.seed, a.due) for a in made] == [(1, Fraction(4)), (2, Fraction(16))]


def test_a_knob_has_one_station_on_its_way_and_leaves_the_rest_to_others() -> None:
    wishes = {**wants(d2=2), 1: Wish(replace(JOB, alpha=0.6))}
    flying = (InFlight(1, 1, replace(JOB, alpha=0.4)),)
    assert begun(wishes, flying, 3) == [(2, 2)]


def test_only_what_is_stale_is_cancelled() -> None:
    flying = (InFlight(1, 1, JOB), InFlight(2, 2, replace(JOB, seed=5)), InFlight(3, 0, JOB, pad=1))
    actions = plan(NOW, dict.fromkeys(DECKS, PLAYS), wants(d1=1, d2=2), flying, SPEED, 0)
    assert [a.request for a in actions if isinstance(a, CancelRequest)] == [2]


def test_as_many_points_of_strips_are_left_as_chunks_have_no_room() -> None:
    points = tuple(InFlight(n, 4, JOB.beside(n / 8), strip=True) for n in (1, 2, 3))

    def left(room: int, **seeds: int) -> list[int]:
        actions = plan(NOW, dict.fromkeys(DECKS, PLAYS), wants(**seeds), points, SPEED, room)
        return [a.request for a in actions if isinstance(a, CancelRequest)]

    assert left(0) == []
    assert left(0, d1=1) == [3], "the one begun last"
    assert left(0, d1=1, d2=2) == [3, 2]
    assert left(1, d1=1, d2=2) == [3]
    assert left(2, d1=1, d2=2) == []
    assert left(0, d1=1, d2=2, d3=3, d4=4) == [3, 2, 1]


def test_the_way_to_the_renderers_is_time_that_steps_cannot_have() -> None:
    assert affordable(JOB, 0.37, SPEED).steps == 8
    assert affordable(JOB, 0.37, replace(SPEED, way_s=0.08)).steps == 4
    assert replace(SPEED, way_s=0.08).seconds(JOB) == SPEED.seconds(JOB) + 0.08
    learnt = replace(SPEED, way_s=0.08).learnt(JOB, 0.4, redecoded=False)
    assert learnt.way_s == 0.08


def test_a_queue_foresees_what_several_renderers_make() -> None:
    wishes = wants(d1=1, d2=2, d3=3)
    slow = Speed(0.25, 0.5)  # 2.5 s a chunk; the next bar is 1.5 s away, others every 2 s
    flying = (InFlight(1, 1, replace(JOB, seed=1)),)

    def waits(room: int) -> list[float | None]:
        moment = Moment(NOW, dict.fromkeys(DECKS, PLAYS), wishes, flying, {1: 0.75}, slow, room)
        return [items[1].seconds for deck, items in queues(moment).items() if deck < 4]

    assert waits(0) == [1.5, 5.5, 7.5]
    assert waits(1) == [1.5, 3.5, 5.5]
    assert waits(2) == [1.5, 3.5, 3.5]


BIG = replace(JOB, model="big", model_version="1")


def test_while_a_model_cannot_be_rendered_the_embedded_one_stands_in_for_what_a_deck_lacks() -> None:
    wish = Wish(BIG, replace(BIG, seed=2), Fraction(16))
    plays = DeckState(playing=Chunk(BIG, 0))
    here = {"embedded": "7"}
    assert stood_in(wish, DeckState(), lambda model: True, here) is wish
    both = stood_in(wish, DeckState(), lambda model: model == "embedded", here)
    assert both.now == replace(JOB, model_version="7", steps=4)
    assert both.then == replace(JOB, seed=2, model_version="7", steps=4)
    assert both.turn == wish.turn
    strong = stood_in(Wish(replace(BIG, guidance=7.0, steps=2)), DeckState(), lambda model: model == "embedded", here)
    assert strong.now == replace(JOB, model_version="7", steps=2), "its own guidance, and no more steps than were asked"
    kept = stood_in(wish, plays, lambda model: model == "embedded", here)
    assert kept.now == BIG, "what it has of it is played on"
    assert kept.then == both.then
    assert stood_in(Wish(None), plays, lambda model: False, here) == Wish(None)


SEEDS = st.integers(1, 3)


@given(
    st.dictionaries(st.sampled_from(DECKS), SEEDS, max_size=4),
    st.lists(st.tuples(st.sampled_from(DECKS), SEEDS, st.booleans()), max_size=4),
    st.integers(0, 4),
)
def test_no_sound_is_made_twice_at_once(seeds: dict[int, int], flying: list[tuple[int, int, bool]], room: int) -> None:
    wishes = wants(**{f"d{deck}": seed for deck, seed in seeds.items()})
    flights = tuple(
        InFlight(n, deck, replace(JOB, seed=seed), strip=strip) for n, (deck, seed, strip) in enumerate(flying)
    )
    actions = plan(NOW, dict.fromkeys(DECKS, PLAYS), wishes, flights, SPEED, room)
    submits = [a for a in actions if isinstance(a, Submit)]
    cancelled = {a.request for a in actions if isinstance(a, CancelRequest)}
    assert len(submits) <= room
    going = [(f.deck, f.job) for f in flights if f.chunk and f.request not in cancelled]
    for place, submit in enumerate(submits):
        others = going + [(a.deck, a.job) for a in submits[:place]]
        assert not any(
            deck == submit.deck and (same_sound(job, submit.job) or near(job, submit.job)) for deck, job in others
        )
    assert all(wishes[f.deck].now == f.job for f in flights if f.chunk and f.request not in cancelled)
