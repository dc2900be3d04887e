"""Which renderer gets a job: earliest deadline first, where it is done soonest, where its model is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from liveriff.engine.options import FALLBACK_MODEL
from liveriff.engine.renderers.seat import Costs, Seat, Ticket

WORTH_S = 0.004  # a way shorter than this is not worth sending a job before the last one is done


def usable(seats: Iterable[Seat]) -> list[Seat]:
    """Those that are ready; spare ones only where there are no others."""
    ready = [seat for seat in seats if seat.ready]
    return [seat for seat in ready if not seat.spare] or ready


def able(seat: Seat, model: str) -> bool:
    """Whether it may be asked for a model. A spare one renders what can always be had, and loads nothing else: this
    machine may be too small for a model that plays in a cluster."""
    return not seat.spare or model == FALLBACK_MODEL


@dataclass(frozen=True)
class Here:
    """What a choice depends on. costs: of renders; loads: seconds that models took to load; way_s: to a renderer and
    back, as far as it matters; now_s: the pool's clock."""

    costs: Costs
    loads: Mapping[str, float]
    way_s: float
    now_s: float

    def free(self, seat: Seat) -> bool:
        """Whether a job sent now begins at once: the seat has none, or is done with it by the time another is there."""
        if not seat.work:
            return True
        return self.way_s > WORTH_S and len(seat.work) == 1 and self._wait_s(seat) <= self.way_s

    def pick(self, ticket: Ticket, seats: Iterable[Seat]) -> Seat | None:
        """The seat that shall have a ticket now; None if it had better wait, because a renderer that is busy will have
        it done sooner than one that would have to load its model.

        Of several that make it in time, one that is free at once: so that a model of which more is wanted than one
        renderer can make comes to be loaded in others, by the jobs that can wait for it.
        """
        able_ones = [seat for seat in seats if able(seat, ticket.job.model)]
        best = min(able_ones, key=lambda seat: self._rank(ticket, seat), default=None)
        return best if best is not None and self.free(best) else None

    def _rank(self, ticket: Ticket, seat: Seat) -> tuple[float, bool, float, int]:
        cost_s = seat.cost_s(ticket.job, self.costs, self.loads)
        done_s = self.now_s + self.way_s + self._wait_s(seat) + cost_s
        return max(done_s - ticket.due_s, 0.0), not self.free(seat), done_s, seat.number

    def _wait_s(self, seat: Seat) -> float:
        return seat.wait_s(self.costs, self.loads, self.now_s)


def urgency(ticket: Ticket) -> tuple[float, int]:
    """Earliest deadline first."""
    return ticket.due_s, ticket.request
