"""Who gets which job, as tables: deadlines, models, spectrograms, distances, spares."""

from __future__ import annotations

from dataclasses import replace

import pytest

from liveriff.engine.moment import FOREVER, Speed
from liveriff.engine.renderers.choice import Here, urgency
from liveriff.engine.renderers.orders import Lost, Order, Say, Tell
from liveriff.engine.renderers.pool import HANG_S, Pool
from liveriff.engine.renderers.seat import Seat, Ticket, Work, needed
from liveriff.wire.job import Job
from liveriff.wire.messages import Cancel, Dropped, Loading, Picture, Progress, Ready, Refused, Render, Rendered

COSTS = Speed(step_s=0.1, rest_s=0.2)
JOB = Job(prompt_a="techno", steps=8)  # 1.0 s
BIG = replace(JOB, model="big")
PICTURE = Picture(1, 1, b"\0")


def seat(
    number: int, *models: str, jobs: tuple[Job, ...] = (), kept: tuple[Job, ...] = (), spare: bool = False
) -> Seat:
    """A seat that is ready, with these models, at these jobs since 0.0 s."""
    made = Seat(number, spare, ready=True, models=set(models or ("embedded",)))
    made.work = [Work(Ticket(90 + place, job, 0), 0.0, 0.0, 0.0) for place, job in enumerate(jobs)]
    for job in kept:
        made.canvases.update(dict.fromkeys(needed(job)))
    return made


def picked(ticket: Ticket, *seats: Seat, way_s: float = 0.0, now_s: float = 0.0) -> int | None:
    found = Here(COSTS, {"big": 4.0}, way_s, now_s).pick(ticket, seats)
    return None if found is None else found.number


AT_ONCE, LATER, WHENEVER = (Ticket(1, JOB, 0, due_s=due) for due in (0.0, 60.0, FOREVER))
BIG_AT_ONCE, BIG_WHENEVER = replace(AT_ONCE, job=BIG), replace(WHENEVER, job=BIG)
RETIMED = replace(AT_ONCE, job=JOB.retimed(13000))


@pytest.mark.parametrize(
    ("ticket", "seats", "way_s", "number"),
    [
        pytest.param(AT_ONCE, [seat(0), seat(1)], 0.0, 0, id="any that is free"),
        pytest.param(AT_ONCE, [seat(0, jobs=(JOB,)), seat(1)], 0.0, 1, id="one that is free"),
        pytest.param(AT_ONCE, [seat(0, jobs=(JOB,))], 0.0, None, id="nobody is"),
        pytest.param(BIG_AT_ONCE, [seat(0), seat(1, "big")], 0.0, 1, id="where its model is"),
        pytest.param(
            BIG_AT_ONCE, [seat(0), seat(1, "big", jobs=(JOB,))], 0.0, None, id="a load takes longer than to wait"
        ),
        pytest.param(
            BIG_WHENEVER, [seat(0), seat(1, "big", jobs=(BIG,))], 0.0, 0, id="what can wait loads it elsewhere"
        ),
        pytest.param(BIG_WHENEVER, [seat(0), seat(1, "big")], 0.0, 1, id="but not without need"),
        pytest.param(RETIMED, [seat(0), seat(1, kept=(JOB,))], 0.0, 1, id="where its spectrogram is"),
        pytest.param(LATER, [seat(0, jobs=(JOB,))], 1.1, 0, id="ahead, where the way is as long as what is left"),
        pytest.param(LATER, [seat(0, jobs=(JOB,))], 0.5, None, id="not before"),
        pytest.param(LATER, [seat(0, jobs=(JOB, JOB))], 9.0, None, id="one ahead is enough"),
    ],
)
def test_a_ticket_goes(ticket: Ticket, seats: list[Seat], way_s: float, number: int | None) -> None:
    assert picked(ticket, *seats, way_s=way_s) == number


def test_the_earliest_deadline_comes_first_and_then_who_asked_first() -> None:
    tickets = [
        Ticket(1, JOB, 0),
        Ticket(2, JOB, 0, due_s=5.0),
        Ticket(3, JOB, 0, due_s=2.0),
        Ticket(4, JOB, 0, due_s=5.0),
    ]
    assert [ticket.request for ticket in sorted(tickets, key=urgency)] == [3, 2, 4, 1]


def test_points_of_a_strip_need_the_spectrogram_that_leads_and_fills_that_of_their_loop() -> None:
    assert needed(JOB) == (JOB.canvas_key,)
    assert needed(replace(JOB, alpha=0.5, lead=0.0)) == (replace(JOB, alpha=0.5).canvas_key, JOB.canvas_key)
    fill = replace(JOB, fill_beats=2, fill_end=8, fill_seed=3)
    assert needed(fill) == (fill.canvas_key, JOB.canvas_key)


# --- the pool: orders ------------------------------------------------------------------------------------------------


def pool(*seats: tuple[int, bool], far: bool = False) -> Pool:
    """Renderers that are ready, by number and whether they are spare."""
    made = Pool(lambda: COSTS, "ray://there:10001", far)
    for number, spare in seats:
        made.opened(number, 0.0, spare)
        made.heard(number, Ready("embedded", "cpu", 1, 0.1), 0.0)
    return made


def done(request: int, seconds: float = 0.5) -> Rendered:
    return Rendered(request, 0, 1, seconds, 0.5, 0.1, False, PICTURE)


def told(orders: list[Order]) -> list[tuple[int, int]]:
    """Seats and requests that were sent to them."""
    return [(o.seat, o.message.request) for o in orders if isinstance(o, Tell) and isinstance(o.message, Render)]


def test_only_ready_seats_make_room() -> None:
    made = pool((0, False))
    made.opened(1, 0.0)
    assert made.room(0.0) == 1
    assert told(made.submit(Ticket(1, JOB, 0), 0.0)) == [(0, 1)]
    assert made.room(0.0) == 0
    made.heard(1, Ready("embedded", "cpu", 1, 0.1), 0.0)
    assert made.room(0.0) == 1


def test_what_died_with_a_renderer_is_made_by_another_the_most_urgent_first() -> None:
    made = pool((0, False), (1, False), (2, False))
    for request, due_s in ((1, FOREVER), (2, 9.0), (3, 5.0)):
        made.submit(Ticket(request, JOB, 0, due_s=due_s), 0.0)
    assert told(made.lost([0, 1], 1.0)) == [], "the third is busy"
    assert made.room(1.0) == 0
    assert told(made.heard(2, done(3), 2.0)) == [(2, 2)]
    assert told(made.heard(2, done(2), 3.0)) == [(2, 1)]


def test_what_is_lost_twice_or_with_the_last_renderer_is_told() -> None:
    made = pool((0, False), (1, False), (2, False))
    made.submit(Ticket(1, JOB, 0), 0.0)
    assert told(made.lost([0], 1.0)) == [(1, 1)]
    assert made.lost([1], 2.0) == [Lost((Ticket(1, JOB, 0, tries=2),))]
    made.submit(Ticket(2, JOB, 0), 3.0)
    assert made.lost([2], 4.0) == [Lost((Ticket(2, JOB, 0, tries=1),))]


def test_a_spare_renderer_takes_over_what_it_can_and_refuses_the_rest() -> None:
    made = pool((0, False), (1, False), (1000, True))
    assert made.room(0.0) == 2, "it does not count"
    assert made.able("big")
    made.submit(Ticket(1, JOB, 0, due_s=1.0), 0.0)
    made.submit(Ticket(2, BIG, 0), 0.0)
    orders = made.lost([0, 1], 1.0)
    assert told(orders) == [(1000, 1)]
    assert [order for order in orders if isinstance(order, Lost)] == [Lost((Ticket(2, BIG, 0, tries=1),))]
    assert made.able("embedded")
    assert not made.able("big")
    made.heard(1000, done(1), 2.0)
    (refused,) = made.submit(Ticket(3, BIG, 0), 2.0)
    assert isinstance(refused, Say)
    assert isinstance(refused.message, Refused)
    assert refused.message.reason == "nobody renders big until ray://there:10001 is back."
    made.opened(0, 3.0)
    made.heard(0, Ready("embedded", "cpu", 1, 0.1), 3.0)
    assert told(made.submit(Ticket(4, JOB, 0), 3.0)) == [(0, 4)], "and it is spare again"


def test_a_cancelled_request_is_dropped_once_wherever_it_is() -> None:
    made = pool((0, False), (1, False))
    made.submit(Ticket(1, JOB, 0), 0.0)
    assert made.cancel(1) == [Tell(0, Cancel(1))]
    assert made.cancel(1) == []
    assert made.lost([0], 1.0) == [Say(Dropped(1))], "it is not made again"
    made.submit(Ticket(2, BIG, 0, due_s=0.0), 1.0)
    made.heard(1, Loading(2), 1.0)
    made.waiting.append(Ticket(3, JOB, 0))
    assert made.cancel(3) == [Say(Dropped(3))]
    assert made.cancel(99) == []


def test_the_way_is_what_a_render_takes_beyond_itself() -> None:
    made = pool((0, False), far=True)
    made.submit(Ticket(1, JOB, 0), 0.0)
    made.heard(0, done(1, 0.5), 0.58)
    assert made.way_s == pytest.approx(0.08)
    made.submit(Ticket(2, BIG, 0), 1.0)
    made.heard(0, Loading(2), 1.1)
    made.heard(0, Progress(2, 1, 8), 5.1)
    made.heard(0, done(2, 4.9), 9.0)
    assert made.way_s == pytest.approx(0.08), "a load says nothing of it"
    assert made.loads == {"big": pytest.approx(4.0)}


def test_a_way_that_was_long_for_once_is_not_believed_for_as_long_as_the_renderer_is_busy() -> None:
    """Renders of 0.5 s over a way of 0.02 s, one after the other and each sent as early as can be."""
    made = pool((0, False), far=True)
    made.submit(Ticket(1, JOB, 0), 0.0)
    made.heard(0, done(1, 0.5), 9.5)  # a cable was out
    assert made.way_s == pytest.approx(9.0)
    now_s, request = 10.0, 2
    made.submit(Ticket(request, JOB, 0), now_s)
    for _ in range(8):
        made.submit(Ticket(request + 1, JOB, 0), now_s + 0.01)
        now_s += 0.52
        made.heard(0, done(request, 0.5), now_s)
        request += 1
    assert made.way_s < 0.6, "no more than a render's time: then one leaves that waits for none"


def test_over_a_distance_the_next_job_leaves_before_the_last_is_back() -> None:
    made = pool((0, False), far=True)
    made.submit(Ticket(1, JOB, 0), 0.0)
    made.heard(0, done(1, 0.5), 0.7)  # a way of 0.2 s
    made.submit(Ticket(2, JOB, 0), 1.0)
    made.heard(0, Progress(2, 5, 8), 1.5)
    assert made.room(1.5) == 0
    made.heard(0, Progress(2, 8, 8), 1.8)
    assert made.room(1.9) == 1
    assert told(made.submit(Ticket(3, JOB, 0), 1.9)) == [(0, 3)]
    assert made.room(1.9) == 0


def test_news_of_an_earlier_life_is_no_news() -> None:
    made = pool((0, False))
    made.submit(Ticket(1, JOB, 0), 0.0)
    assert made.heard(0, done(7), 0.1) == []
    assert made.heard(5, done(1), 0.1) == []
    assert made.room(0.1) == 0


def test_one_that_hangs_is_killed_once_and_the_others_are_not() -> None:
    made = pool((0, False), (1, False))
    made.submit(Ticket(1, JOB, 0), 0.0)
    assert made.look(HANG_S) == []
    assert [order.seat for order in made.look(HANG_S + 0.1)] == [0]  # type: ignore[union-attr]
    assert made.look(HANG_S + 0.2) == []


def test_a_strip_is_split_over_the_renderers() -> None:
    points = tuple(JOB.beside(alpha / 4) for alpha in range(1, 5))
    made = pool((0, False), (1, False))
    orders = made.submit(Ticket(1, points[0], 0, points[1:]), 0.0) + made.submit(
        Ticket(2, points[1], 0, points[2:]), 0.0
    )
    along = [order.message.beside for order in orders if isinstance(order, Tell) and isinstance(order.message, Render)]
    assert along == [(points[2],), (points[3],)]
