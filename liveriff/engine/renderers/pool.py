"""The pool: which renderer works on what. Pure: time and messages are arguments, orders are the answer.

Each renderer works on one job. Another is sent to it before that is done only when it will be done by the time that the
other arrives: so a distance costs nothing, and nothing lies in a queue that a more urgent job could not overtake. A
ticket whose renderer is lost goes to another one once; what is lost twice is told to the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from liveriff.engine.renderers.choice import Here, able, urgency, usable
from liveriff.engine.renderers.orders import Kill, Lost, Order, Say, Tell
from liveriff.engine.renderers.seat import Costs, Seat, Ticket, Work
from liveriff.wire.messages import (
    Cancel,
    Dropped,
    Loading,
    Preview,
    Progress,
    Pulse,
    Ready,
    Refused,
    Render,
    Rendered,
)

LOAD_PATIENCE_S = 120.0  # a model may take this long to load
HANG_S = 10.0  # without a step or an answer for so long, a renderer is taken for dead
TRIES = 2  # renderers that a ticket may outlive
_ANSWERS = (Rendered, Refused, Dropped)
_ABOUT_REQUESTS = (Progress, Preview, *_ANSWERS)


class Pool:
    """Seats, and the tickets that are on their way."""

    def __init__(self, costs: Callable[[], Costs], name: str = "this machine", far: bool = False) -> None:
        """No seats. costs: what renders cost as far as is known; name: of where the renderers are, for people; far:
        whether the way to them is worth being gone before a renderer is free."""
        self.seats: dict[int, Seat] = {}
        self.waiting: list[Ticket] = []
        self.way_s = 0.0  # to a renderer and back, as measured
        self.loads: dict[str, float] = {}  # seconds that models took to load
        self.far = far
        self._costs, self._name = costs, name

    # --- what it can take --------------------------------------------------------------------------------------------

    def room(self, now_s: float) -> int:
        """How many jobs would begin at once."""
        here = self._here(now_s)
        return max(sum(here.free(seat) for seat in usable(self.seats.values())) - len(self.waiting), 0)

    def able(self, model: str) -> bool:
        """Whether a model can be rendered at all: not by spare renderers alone, unless it is theirs."""
        seats = usable(self.seats.values())
        return not seats or any(able(seat, model) for seat in seats)

    def _here(self, now_s: float) -> Here:
        return Here(self._costs(), self.loads, self.way_s if self.far else 0.0, now_s)

    def work(self, request: int) -> Work | None:
        """What is known of a request that is at a renderer."""
        works = (work for seat in self.seats.values() for work in seat.work)
        return next((work for work in works if work.ticket.request == request), None)

    def submit(self, ticket: Ticket, now_s: float) -> list[Order]:
        """Take a ticket, if there is ``room``."""
        self.waiting.append(ticket)
        return self._assign(now_s)

    def cancel(self, request: int) -> list[Order]:
        """It is not wanted any more; answered by Dropped, or by Rendered if it was just done."""
        if ticket := next((each for each in self.waiting if each.request == request), None):
            self.waiting.remove(ticket)
            return [Say(Dropped(request))]
        for seat in self.seats.values():
            for work in seat.work:
                if work.ticket.request == request and not work.cancelled:
                    work.cancelled = True
                    return [Tell(seat.number, Cancel(request))]
        return []

    def look(self, now_s: float) -> list[Order]:
        """At every tick: send what can be sent, find what hangs."""
        return self._assign(now_s) + [Kill(seat.number) for seat in self.seats.values() if self._hangs(seat, now_s)]

    # --- seats come and go -------------------------------------------------------------------------------------------

    def opened(self, number: int, now_s: float, spare: bool = False) -> None:
        """A renderer is being started; it is ready when it says so."""
        self.seats[number] = Seat(number, spare, heard_s=now_s)

    def lost(self, numbers: Iterable[int], now_s: float) -> list[Order]:
        """These renderers are gone, all at once."""
        gone = [self.seats.pop(number) for number in numbers if number in self.seats]
        works = [work for seat in gone for work in seat.work]
        orders: list[Order] = [Say(Dropped(work.ticket.request)) for work in works if work.cancelled]
        tickets = [work.ticket.again for work in works if not work.cancelled]
        left = usable(self.seats.values())
        kept = [each for each in tickets if each.tries < TRIES and any(able(seat, each.job.model) for seat in left)]
        self.waiting += kept
        if given_up := tuple(each for each in tickets if each not in kept):
            orders.append(Lost(given_up))
        if not left and self.waiting:
            orders.append(Lost(tuple(self.waiting)))
            self.waiting = []
        return orders + self._assign(now_s)

    def _hangs(self, seat: Seat, now_s: float) -> bool:
        loads = not seat.ready or any(work.loading_s is not None for work in seat.work)
        patience = LOAD_PATIENCE_S if loads else HANG_S if seat.work else float("inf")
        if now_s - seat.heard_s <= patience:
            return False
        seat.heard_s = now_s  # once is enough: it takes a moment to die
        return True

    # --- what they say -----------------------------------------------------------------------------------------------

    def heard(self, number: int, message: object, now_s: float) -> list[Order]:
        """A renderer said something."""
        seat = self.seats.get(number)
        if seat is None:
            return []
        if isinstance(message, Pulse):  # it lives, but is it at work?
            return []
        seat.heard_s = now_s
        match message:
            case Ready(model=model, device=device):
                seat.ready, seat.batches = True, device != "cpu"
                seat.models.add(model)
            case Loading(request=request):
                self._loading(seat, request, now_s)
                return []
        if isinstance(message, _ABOUT_REQUESTS) and not self._about(seat, message, now_s):
            return []  # about a request of an earlier life
        return [Say(message), *self._assign(now_s)]

    def _loading(self, seat: Seat, request: int, now_s: float) -> None:
        for work in seat.work:
            if work.ticket.request == request:
                work.loading_s, work.loaded = now_s, True

    def _about(self, seat: Seat, message: Progress | Preview | Rendered | Refused | Dropped, now_s: float) -> bool:
        work = next((each for each in seat.work if each.ticket.request == message.request), None)
        if work is None:
            return False
        self._loads_no_more(seat, work, now_s)
        work.heard_s = now_s
        if isinstance(message, Progress):
            work.share = (message.step - 1) / max(message.of, 1)
        if isinstance(message, _ANSWERS):
            self._answered(seat, work, message, now_s)
        return True

    def _loads_no_more(self, seat: Seat, work: Work, now_s: float) -> None:
        if work.loading_s is not None:
            self.loads[work.ticket.job.model] = now_s - work.loading_s
            work.loading_s = None

    def _answered(self, seat: Seat, work: Work, message: Rendered | Refused | Dropped, now_s: float) -> None:
        seat.work.remove(work)
        if seat.work:
            seat.work[0].begun_s = now_s
        if not isinstance(message, Rendered):
            return
        seat.keeps(work.ticket)
        if not (work.loaded or seat.spare):
            self._learn_way(max(now_s - work.sent_s - message.seconds, 0.0), work.queued)

    def _learn_way(self, way_s: float, queued: bool) -> None:
        """What had to wait for another there says only how long the way is at most. It must say that: while a way is
        taken for longer than a render everything is sent ahead, and nothing else would ever be heard of it."""
        if queued:
            self.way_s = min(self.way_s, way_s)
        else:
            self.way_s = way_s if self.way_s == 0.0 else 0.75 * self.way_s + 0.25 * way_s

    # --- who gets what -----------------------------------------------------------------------------------------------

    def _assign(self, now_s: float) -> list[Order]:
        orders: list[Order] = []
        seats, here = usable(self.seats.values()), self._here(now_s)
        for ticket in sorted(self.waiting, key=urgency):
            if seats and not any(able(seat, ticket.job.model) for seat in seats):
                self.waiting.remove(ticket)
                orders.append(Say(Refused(ticket.request, self._absent(ticket))))
                continue
            seat = here.pick(ticket, seats)
            if seat is not None:
                self.waiting.remove(ticket)
                share = ticket.beside[len(seats) - 1 :: len(seats)]
                orders.append(self._given(replace(ticket, beside=share), seat, now_s))
        return orders

    def _given(self, ticket: Ticket, seat: Seat, now_s: float) -> Order:
        """``beside`` is what this seat may draw along: of several renderers, each takes its share of a strip."""
        seat.work.append(Work(ticket, now_s, now_s, now_s, queued=bool(seat.work)))
        seat.heard_s = max(seat.heard_s, now_s)
        return Tell(seat.number, Render(ticket.request, ticket.job, ticket.slot, ticket.beside))

    def _absent(self, ticket: Ticket) -> str:
        return f"nobody renders {ticket.job.model} until {self._name} is back."
