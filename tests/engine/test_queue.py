"""The words of a deck's queue are true: a table of moments, and of promises kept and broken."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from liveriff.engine.decks import coming, next_s, word
from liveriff.engine.moment import MARGIN_S, Chunk, DeckState, InFlight, Now, Speed, Wish
from liveriff.engine.promises import Promises
from liveriff.engine.queue import Item, Moment, line, queues
from liveriff.music.grid import Grid
from liveriff.wire.job import Job

GRID = Grid(48000, 12000)  # two beats a second
BAR = Fraction(4)
HERE = Job(prompt_a="here", category="bass", seed=24, steps=8)
NEW = replace(HERE, prompt_a="new")
NEXT = replace(HERE, seed=25)
PLAYS = DeckState(Chunk(HERE, 0))
SPEED = Speed(step_s=0.05, rest_s=0.2)  # 0.6 s a chunk


def at(beat: float, step: Fraction | None = BAR, grid: Grid | None = GRID) -> Now:
    return Now(grid, Fraction(beat), step)


def flying(flight: InFlight | None, share: float = 0.0) -> tuple[tuple[InFlight, ...], dict[int, float]]:
    """What one renderer is at, and how far."""
    return ((flight,), {flight.request: share}) if flight else ((), {})


def queue(now: Now, state: DeckState, wish: Wish, flight: InFlight | None = None, share: float = 0.0) -> list[object]:
    """States and seconds of deck 1's queue."""
    moment = Moment(now, {1: state}, {1: wish}, *flying(flight, share), SPEED)
    return [(item.state, None if item.seconds is None else round(item.seconds, 2)) for item in queues(moment)[1]]


SAME, CHANGED, TURNS = Wish(HERE), Wish(NEW), Wish(HERE, NEXT, Fraction(16))
MINE, OTHER, STALE = InFlight(1, 1, NEW), InFlight(1, 2, NEW), InFlight(1, 1, replace(NEW, prompt_a="of old"))
LATER = InFlight(1, 1, NEXT)
PADS = InFlight(1, 0, NEW, pad=3)


@pytest.mark.parametrize(
    ("now", "state", "wish", "flight", "share", "says"),
    [
        (at(1), DeckState(), Wish(None), None, 0.0, []),
        (at(1), PLAYS, SAME, None, 0.0, [("playing", 0.0)]),
        (at(1), PLAYS, Wish(None), None, 0.0, [("playing", 0.0)]),
        (at(1), PLAYS, CHANGED, None, 0.0, [("playing", 0.0), ("planned", 1.5)]),
        (at(3.5), PLAYS, CHANGED, None, 0.0, [("playing", 0.0), ("planned", 2.25)]),
        (at(1), PLAYS, CHANGED, MINE, 0.0, [("playing", 0.0), ("rendering", 1.5)]),
        (at(3), PLAYS, CHANGED, MINE, 0.75, [("playing", 0.0), ("rendering", 0.5)]),
        (at(3), PLAYS, CHANGED, MINE, 0.25, [("playing", 0.0), ("rendering", 2.5)]),
        (at(1), PLAYS, CHANGED, OTHER, 0.0, [("playing", 0.0), ("planned", 1.5)]),
        (at(1.5), PLAYS, CHANGED, OTHER, 0.0, [("playing", 0.0), ("planned", 3.25)]),
        (at(1), PLAYS, CHANGED, STALE, 0.0, [("playing", 0.0), ("planned", 1.5)]),
        (at(1), PLAYS, CHANGED, PADS, 0.0, [("playing", 0.0), ("planned", 1.5)]),
        (at(1, None), PLAYS, CHANGED, MINE, 0.0, [("playing", 0.0), ("rendering", 0.66)]),
        (at(1, None), PLAYS, CHANGED, None, 0.0, [("playing", 0.0), ("planned", 0.66)]),
        (at(1), PLAYS, TURNS, None, 0.0, [("playing", 0.0), ("planned", 7.5)]),
        (at(1), PLAYS, TURNS, LATER, 0.5, [("playing", 0.0), ("rendering", 7.5)]),
        (at(15.5), PLAYS, TURNS, LATER, 0.0, [("playing", 0.0), ("rendering", 2.25)]),
        (at(1), replace(PLAYS, ready=(Chunk(NEXT, 1),)), TURNS, None, 0.0, [("playing", 0.0), ("ready", 7.5)]),
        (
            at(13),
            replace(PLAYS, scheduled=Chunk(NEXT, 1), at=Fraction(16)),
            TURNS,
            None,
            0.0,
            [("playing", 0.0), ("landing", 1.5)],
        ),
        (at(1), replace(PLAYS, scheduled=Chunk(NEW, 1)), CHANGED, None, 0.0, [("playing", 0.0), ("landing", 0.0)]),
        (
            at(1),
            PLAYS,
            Wish(NEW, replace(NEW, seed=9), Fraction(16)),
            MINE,
            0.0,
            [("playing", 0.0), ("rendering", 1.5), ("planned", 7.5)],
        ),
        (at(0, grid=None), DeckState(), SAME, InFlight(1, 1, HERE), 0.5, [("rendering", None)]),
        (at(0, grid=None), PLAYS, SAME, None, 0.0, [("ready", None)]),
        (at(1), PLAYS, Wish(HERE.retimed(13000)), None, 0.0, [("playing", 0.0), ("planned", 1.5)]),
        (at(3.4), PLAYS, Wish(HERE.retimed(13000)), None, 0.0, [("playing", 0.0), ("planned", 0.3)]),
    ],
)
def test_a_queue_is_what_will_be_heard(
    now: Now, state: DeckState, wish: Wish, flight: InFlight | None, share: float, says: list[object]
) -> None:
    assert queue(now, state, wish, flight, share) == says


def test_chunks_are_made_one_after_the_other() -> None:
    moment = Moment(at(1), dict.fromkeys((1, 2, 3), PLAYS), dict.fromkeys((1, 2, 3), CHANGED), *flying(MINE), SPEED)
    waits = [items[1].seconds for items in queues(moment).values()]
    assert waits == [1.5, 1.5, 3.5], "the third is not done by the next bar"


@pytest.mark.parametrize(
    ("alpha", "b", "words"),
    [(0.0, "there", "here"), (1.0, "there", "there"), (0.25, "there", "here > there"), (0.5, "here", "here")],
)
def test_a_line_is_fields_apart_by_tabs(alpha: float, b: str, words: str) -> None:
    item = Item("rendering", 1.234, 0.5, replace(HERE, alpha=alpha, prompt_b=b))
    assert line(item) == f"rendering\t1.2\t0.50\tbass\t24\t{alpha:.2f}\t{words}"
    assert line(replace(item, seconds=None)).split("\t")[1] == "-"


def test_a_promise_is_the_first_forecast_and_breaking_it_is_bridging() -> None:
    promises = Promises.none()

    def late(now: Now, flight: InFlight | None, share: float, state: DeckState = PLAYS, wish: Wish = CHANGED) -> bool:
        return 1 in promises.look(Moment(now, {1: state}, {1: wish}, *flying(flight, share), SPEED))

    assert not late(at(1), MINE, 0.0), "promised for beat 4"
    assert not late(at(4.2), MINE, 0.1), "the player may not have told yet"
    assert late(at(4.5), MINE, 0.2)
    assert late(at(5), None, 0.0, replace(PLAYS, scheduled=Chunk(NEW, 1), at=BAR * 2)), "until it lands"
    assert not late(at(8.1), None, 0.0, DeckState(Chunk(NEW, 1)))
    assert not late(at(9), None, 0.0, DeckState(Chunk(NEW, 1)), Wish(HERE)), "a new wish, a new promise"


def test_a_phrase_that_turns_before_its_chunk_is_there_is_bridged() -> None:
    promises = Promises.none()
    promises.look(Moment(at(1), {1: PLAYS}, {1: TURNS}, *flying(None), SPEED))
    turned = Moment(at(16.5), {1: PLAYS}, {1: Wish(NEXT)}, *flying(LATER, 0.5), SPEED)
    assert promises.look(turned) == {1}
    assert queues(turned, {1})[1][0].state == "bridging"
    another = replace(NEXT, model="fallback", steps=4)
    assert promises.look(replace(turned, wishes={1: Wish(another)}, flights=())) == {1}, "by another model"


@pytest.mark.parametrize("moment", [at(30, None), at(30, grid=None)], ids=["at once", "stopped"])
def test_where_nothing_is_due_nothing_is_late(moment: Now) -> None:
    promises = Promises.none()
    promises.look(Moment(replace(moment, beat=Fraction(1)), {1: PLAYS}, {1: CHANGED}, *flying(MINE), SPEED))
    assert promises.look(Moment(moment, {1: PLAYS}, {1: CHANGED}, *flying(MINE), SPEED)) == frozenset()


def test_a_deck_in_a_word_and_what_comes_next() -> None:
    playing, planned = Item("playing", 0.0, 1.0, HERE, 0), Item("planned", 2.0, 0.0, NEXT)
    rendering, ready = Item("rendering", 1.26, 0.5, NEW), Item("ready", 7.0, 1.0, NEXT, 3)
    assert [word(items) for items in ((), (planned,), (playing, planned), (playing, ready), (playing, rendering))] == [
        "silent",
        "silent",
        "playing",
        "ready",
        "rendering",
    ]
    assert word((replace(playing, state="bridging"), rendering)) == "bridging"
    assert coming((playing, planned), PLAYS) is None
    assert coming((playing, rendering, ready), PLAYS) is rendering
    assert next_s((playing, rendering, ready), PLAYS) == 1.3
    assert next_s((playing, planned), PLAYS) == -1.0
    stopped = Item("ready", None, 1.0, HERE, 0)
    assert coming((stopped,), PLAYS) is None, "a loop that waits for the transport is not the next chunk"
    assert MARGIN_S > 0
