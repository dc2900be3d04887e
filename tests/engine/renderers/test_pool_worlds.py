"""The pool in worlds made up by chance: renderers come, go and dawdle, requests come and are cancelled."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from liveriff.engine.moment import FOREVER, Speed
from liveriff.engine.renderers.choice import usable
from liveriff.engine.renderers.orders import Kill, Lost, Order, Say, Tell
from liveriff.engine.renderers.pool import TRIES, Pool
from liveriff.engine.renderers.seat import Ticket
from liveriff.wire.job import Job
from liveriff.wire.messages import Cancel, Dropped, Loading, Picture, Progress, Ready, Refused, Render, Rendered

PICTURE = Picture(1, 1, b"\0")
JOBS = [replace(Job(steps=4), seed=seed, model=model) for seed in (1, 2) for model in ("embedded", "big")]
SPARE = 1000

MOVES = st.one_of(
    st.tuples(st.just("submit"), st.sampled_from(JOBS), st.sampled_from([0.0, 0.5, 20.0, FOREVER])),
    st.tuples(st.just("cancel"), st.integers(1, 40)),
    st.tuples(st.just("open"), st.integers(0, 2)),
    st.tuples(st.just("lose"), st.lists(st.integers(0, 2), max_size=3)),
    st.tuples(st.just("work"), st.sampled_from([0, 1, 2, SPARE])),
    st.tuples(st.just("wait"), st.sampled_from([0.0, 0.01, 0.3, 3.0])),
)


class World:
    """Renderers that do one thing when they are told to move, and a ledger of what became of every request."""

    def __init__(self, far: bool, spare: bool) -> None:
        self.pool = Pool(Speed, far=far)
        self.now_s, self.asked = 0.0, 0
        self.ends: Counter[int] = Counter()
        self.queues: dict[int, list[Render]] = {}
        self.far = far
        if spare:
            self.open(SPARE)

    def do(self, orders: list[Order]) -> None:
        for order in orders:
            match order:
                case Tell(seat=seat, message=Render() as render):
                    self.queues[seat].append(render)
                case Tell(seat=seat, message=Cancel(request=request)):
                    self.queues[seat] = [each for each in self.queues[seat] if each.request != request]
                    self.do(self.pool.heard(seat, Dropped(request), self.now_s))
                case Say(message=Rendered(request=request) | Refused(request=request) | Dropped(request=request)):
                    self.ends[request] += 1
                case Lost(tickets=tickets):
                    for ticket in tickets:
                        assert ticket.tries <= TRIES
                        self.ends[ticket.request] += 1
                case Kill():
                    raise AssertionError("nothing hangs here")

    def open(self, seat: int) -> None:
        if seat not in self.queues:
            self.queues[seat] = []
            self.pool.opened(seat, self.now_s, seat == SPARE)
            self.do(self.pool.heard(seat, Ready("embedded", "cpu", 1, 0.0), self.now_s))

    def lose(self, seats: list[int]) -> None:
        for seat in seats:
            self.queues.pop(seat, None)
        self.do(self.pool.lost(seats, self.now_s))

    def submit(self, job: Job, by_s: float) -> None:
        if self.pool.room(self.now_s):
            self.asked += 1
            self.do(self.pool.submit(Ticket(self.asked, job, 0, due_s=self.now_s + by_s), self.now_s))

    def cancel(self, request: int) -> None:
        self.do(self.pool.cancel(request))

    def work(self, seat: int) -> None:
        """One step of what it is at; with the last, the answer."""
        if not self.queues.get(seat):
            return
        render, known = self.queues[seat][0], self.pool.seats[seat]
        if render.job.model not in known.models:
            self.do(self.pool.heard(seat, Loading(render.request), self.now_s))
            self.wait(0.5)
        for step in range(1, 5):
            self.do(self.pool.heard(seat, Progress(render.request, step, 4), self.now_s))
        self.wait(0.2)
        if render in self.queues.get(seat, []):
            self.queues[seat].remove(render)
            answer = Rendered(render.request, 0, 1, 0.2, 0.5, 0.1, False, PICTURE)
            self.do(self.pool.heard(seat, answer, self.now_s))

    def wait(self, seconds: float) -> None:
        self.now_s += seconds
        self.do([order for order in self.pool.look(self.now_s) if not isinstance(order, Kill)])

    def check(self) -> None:
        deepest = 2 if self.far else 1
        for number, seat in self.pool.seats.items():
            assert len(seat.work) <= deepest
            assert {work.ticket.request for work in seat.work} == {each.request for each in self.queues[number]}
        working = [seat for seat in self.pool.seats.values() if seat.spare and seat.work]
        assert all(work.ticket.job.model == "embedded" for seat in working for work in seat.work)
        assert all(count == 1 for count in self.ends.values()), "every request is answered once"
        held = sum(len(seat.work) for seat in self.pool.seats.values()) + len(self.pool.waiting)
        assert held + sum(self.ends.values()) == self.asked, "and none is forgotten"
        if not self.pool.seats:
            assert not self.pool.waiting


@settings(max_examples=300, deadline=None)
@given(st.lists(MOVES, max_size=60), st.booleans(), st.booleans())
def test_every_request_is_answered_once_whatever_becomes_of_the_renderers(
    moves: list[tuple[object, ...]], far: bool, spare: bool
) -> None:
    world = World(far, spare)
    world.open(0)
    for name, *arguments in moves:
        getattr(world, str(name))(*arguments)
        world.check()
    for seat in (0, 1, 2):
        world.open(seat)
    for _ in range(20):
        for seat in (0, 1, 2, SPARE):
            world.work(seat)
        world.wait(1.0)
    assert sum(world.ends.values()) == world.asked


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 5), st.integers(0, 12), st.booleans())
def test_no_more_is_in_flight_than_there_are_renderers_for(seats: int, wanted: int, far: bool) -> None:
    pool = Pool(Speed, far=far)
    pool.way_s = 0.08
    for seat in range(seats):
        pool.opened(seat, 0.0)
        pool.heard(seat, Ready("embedded", "cpu", 1, 0.0), 0.0)
    begun = 0
    while begun < wanted and pool.room(0.0):
        begun += 1
        pool.submit(Ticket(begun, JOBS[0], 0), 0.0)
    assert begun == min(seats, wanted), "what has just begun is not done by the time that another is there"
    assert [len(seat.work) for seat in usable(pool.seats.values())].count(1) == begun
