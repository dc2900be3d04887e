"""How a fault is done to a performance: what all have in common."""

from __future__ import annotations

from liveriff.drill.liveset import LiveSet, Plan


class Act:
    """The fault that is none. A new one is made for every performance.

    hold_s: from ``begin`` to ``lift``, at least; from_lift: recovery is counted from ``lift``, else from ``begin``;
    rests: hands are off, so that the loops repeat and their phase can be measured; renders: a new chunk is expected
    afterwards; looks_from_lift: holes until ``lift`` is done are the fault itself and not counted; restarts_server: the
    audio server is another after ``lift``.
    """

    hold_s = 4.0
    from_lift = True
    rests = False
    renders = True
    looks_from_lift = False
    restarts_server = False

    def prepare(self, plan: Plan) -> None:
        """Before the performance is started."""

    def begin(self, live: LiveSet) -> None:
        """Do it."""

    def lift(self, live: LiveSet) -> None:
        """Undo it, where it can be undone."""

    def complaints(self, live: LiveSet) -> list[str]:
        """What else is wrong, a sentence each, once the performance has recovered and before it ends."""
        return []

    def finish(self, live: LiveSet) -> list[str]:
        """What else is wrong once it is over; whatever the fault has started is ended."""
        return []
