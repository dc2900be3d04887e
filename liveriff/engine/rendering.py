"""The engine's hand on whatever renders: one process, several, a cluster. Engine's loop only.

The pool says which renderer works on what, transports carry it there; here is what the engine knows of it: how many
more renders would begin at once, and what is being rendered for whom.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from fractions import Fraction

from liveriff.engine.moment import InFlight
from liveriff.engine.renderers.asked import SPARE, RendererEvents, RendererOptions
from liveriff.engine.renderers.linked import LinkedSeats, LinkOptions
from liveriff.engine.renderers.local import LocalSeats, warm
from liveriff.engine.renderers.orders import Kill, Lost, Order, Say, Tell
from liveriff.engine.renderers.pool import Pool
from liveriff.engine.renderers.seat import Ticket
from liveriff.engine.renderers.transport import Distant, SeatEvents, Transport
from liveriff.engine.renderers.where import Where
from liveriff.wire.job import Job
from liveriff.wire.messages import Dropped, Picture, Preview, Progress, Ready, Refused, Rendered
from liveriff.wire.slots import SlotSpec

_ANSWERS = (Rendered, Refused, Dropped)


class Renderer:
    """All renderers of a performance."""

    def __init__(self, options: RendererOptions, slots: SlotSpec, events: RendererEvents) -> None:
        """Nothing is started yet; see ``start``."""
        self.options = options
        self.shares: dict[int, float] = {}  # of each request in flight that is done, 0..1
        self._events = events
        far = options.where.kind == "ray" or options.round_trip_s is not None
        self._pool = Pool(events.costs, str(options.where), far)
        self._flights: dict[int, InFlight] = {}
        self._previews: dict[int, Picture] = {}
        self._requests = 0
        self._state = "off"
        self._transports = self._made(slots)

    def _made(self, slots: SlotSpec) -> dict[bool, Transport]:
        """Transports, by whether they are spare."""
        options = self.options
        if options.where.kind == "here":
            return {False: self._near_or_far(lambda events: LocalSeats(options.here, slots, events))}
        link = LinkOptions(options.where, options.model, options.cache_dir)
        far = self._near_or_far(lambda events: LinkedSeats(link, slots, events))
        return {True: LocalSeats(options.here, slots, self._seat_events(spare=True)), False: far}

    def _near_or_far(self, make: Callable[[SeatEvents], Transport]) -> Transport:
        events = self._seat_events(spare=False)
        far_s = self.options.round_trip_s
        return make(events) if far_s is None else Distant(make, events, far_s)

    def _seat_events(self, spare: bool) -> SeatEvents:
        return SeatEvents(lambda seat: self._opened(seat, spare), self._heard, self._lost, self._events.told)

    # --- what it can do ----------------------------------------------------------------------------------------------

    @property
    def room(self) -> int:
        """How many more renders would begin at once."""
        return self._pool.room(time.monotonic())

    @property
    def idle(self) -> bool:
        """Whether it would start on a request at once."""
        return self.room > 0

    def able(self, model: str) -> bool:
        """Whether a model can be rendered: while a spare renderer stands in for a cluster, only its own."""
        return self._pool.able(model)

    @property
    def flights(self) -> tuple[InFlight, ...]:
        """What is being rendered, in the order of asking."""
        return tuple(self._flights.values())

    def flight(self, request: int) -> InFlight | None:
        """One of them."""
        return self._flights.get(request)

    @property
    def loading(self) -> frozenset[int]:
        """Requests whose model is being loaded, or that wait for a renderer that has it."""
        works = {request: self._pool.work(request) for request in self._flights}
        return frozenset(request for request, work in works.items() if work is None or work.loading_s is not None)

    def preview(self, deck: int, job: Job) -> Picture | None:
        """What a chunk that is being rendered for a deck looks like so far."""
        found = (each.request for each in self._flights.values() if each.deck == deck and each.job == job)
        return next((self._previews[request] for request in found if request in self._previews), None)

    @property
    def way_s(self) -> float:
        """To the renderers and back, as measured."""
        return self._pool.way_s

    @property
    def restarts(self) -> int:
        """How often a process was started in place of one that had left."""
        return sum(getattr(each, "restarts", 0) for each in self._transports.values())

    @property
    def pids(self) -> dict[str, int]:
        """Processes on this machine, by name."""
        return {name: pid for each in self._transports.values() for name, pid in each.pids.items()}

    @property
    def pid(self) -> int | None:
        """Of the first of them."""
        return next(iter(self.pids.values()), None)

    @property
    def state(self) -> str:
        """In words. Of one: loading, ready, restarting, off; of several: how many are ready; where a spare one stands
        in, that it does."""
        if self._state in ("off", "restarting") or self.options.where == Where():
            return self._state
        if self.ready:
            seats = sum(not seat.spare for seat in self._pool.seats.values())
            return f"ready {self.ready} of {max(seats, self.options.where.count or 0)}"
        spare = any(seat.ready for seat in self._pool.seats.values())
        return f"away: {self.options.where}; the embedded model plays here" if spare else "loading"

    @property
    def ready(self) -> int:
        """How many renderers are, without a spare one."""
        return sum(seat.ready and not seat.spare for seat in self._pool.seats.values())

    def put_away(self, round_trip_s: float, ahead: bool) -> None:
        """For measurements, where options gave a way: another one, and whether a job may leave before a renderer is
        free. Nothing may be in flight."""
        transport = self._transports[False]
        assert isinstance(transport, Distant)
        transport.round_trip_s, self._pool.far, self._pool.way_s = round_trip_s, ahead, 0.0

    # --- doing -------------------------------------------------------------------------------------------------------

    @staticmethod
    def warm(options: RendererOptions) -> None:
        """Begin to import torch where renderers are forked from, so that it is done when the first is asked for."""
        warm(options.here)

    async def start(self) -> None:
        """Start them; ``Ready`` comes from each when its model is loaded."""
        self._state = "loading"
        await asyncio.gather(*(each.start() for each in self._transports.values()))

    def submit(
        self,
        deck: int,
        job: Job,
        slot: int,
        pad: int = 0,
        fill: bool = False,
        strip: bool = False,
        beside: tuple[Job, ...] = (),
        due: Fraction | None = None,
        by_s: float = 0.0,
    ) -> None:
        """Give it a job of a deck, or of a pad, a fill or a point of a strip; only when ``idle``. beside: what it will
        be given next, if nothing comes between; due: the beat it is for; by_s: in how many seconds it is wanted,
        FOREVER for what nobody waits for. The answer comes later, even where it is known at once."""
        if not self.idle:
            raise RuntimeError("no renderer is idle")
        self._requests += 1
        now_s = time.monotonic()
        self._flights[self._requests] = InFlight(self._requests, deck, job, pad, fill, strip, slot, due)
        orders = self._pool.submit(Ticket(self._requests, job, slot, beside, now_s + by_s), now_s)
        self._do([order for order in orders if isinstance(order, Tell)])
        if answers := [order for order in orders if not isinstance(order, Tell)]:
            asyncio.get_running_loop().call_soon(self._do, answers)

    def cancel(self, request: int) -> None:
        """Drop one; answered by Dropped, or by Rendered if it was just done."""
        self._do(self._pool.cancel(request))

    def watch(self) -> None:
        """Look for what hangs; called by the hub every tick."""
        for each in self._transports.values():
            each.watch()
        self._do(self._pool.look(time.monotonic()))

    def close(self) -> None:
        """End all processes for good; blocks for at most two seconds, with a cluster for eight."""
        for each in self._transports.values():
            each.close()
        self._state = "off"

    # --- what becomes of it ------------------------------------------------------------------------------------------

    def _opened(self, seat: int, spare: bool) -> None:
        self._pool.opened(seat, time.monotonic(), spare)

    def _heard(self, seat: int, message: object) -> None:
        self._do(self._pool.heard(seat, message, time.monotonic()))

    def _lost(self, seats: Iterable[int]) -> None:
        seats = tuple(seats)
        if self.options.where.kind == "here" or SPARE in seats:
            others = any(each.ready and each.number not in seats for each in self._pool.seats.values())
            if others or self._state != "restarting":  # one that cannot be started is tried for ever, and told once
                self._events.told("A renderer left; the others go on while it is started again." if others else _ALONE)
        self._do(self._pool.lost(seats, time.monotonic()))
        if not any(each.ready for each in self._pool.seats.values()):
            self._state = "restarting"

    def _do(self, orders: Iterable[Order]) -> None:
        for order in orders:
            match order:
                case Tell(seat=seat, message=message):
                    self._transport(seat).tell(seat, message)
                case Kill(seat=seat):
                    self._transport(seat).kill(seat)
                case Say(message=message):
                    self._say(message)
                case Lost(tickets=tickets):
                    gone = tuple(self._flights[each.request] for each in tickets)
                    self._events.lost(gone)
                    for each in tickets:
                        self._forget(each.request)

    def _transport(self, seat: int) -> Transport:
        return self._transports[seat >= SPARE]

    def _say(self, message: object) -> None:
        match message:
            case Ready():
                self._state = "ready"
            case Progress(request=request, step=step, of=of):
                self.shares[request] = (step - 1) / max(of, 1)
            case Preview(request=request, picture=picture):
                self._previews[request] = picture
        self._events.message(message)
        if isinstance(message, _ANSWERS):
            self._forget(message.request)

    def _forget(self, request: int) -> None:
        for known in (self._flights, self.shares, self._previews):
            known.pop(request, None)


_ALONE = "The renderer left; the decks go on looping while it is started again."
