"""The engine's loop by the soak's clock: while it waits, time goes on; while it works, time waits for it."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable

from liveriff.drill.soak_clock import POLL_S, SoakClock, real_monotonic

AHEAD_S = 0.08
"""So far the player may be ahead of the engine's next look, as on a busy machine: they work at the same time."""
OPENING, RENDERING, FASTEST = 1.0, 5.0, 60.0
"""So many times faster than the machine's does time go at most: while the instrument opens and children start; while a
renderer works, which lives by the machine's clock (a render of the soak's model takes some 15 ms, so it is as one of
75 ms on a stage); and ever, so that waiting for a message that is under way is no leap of hours."""
PACED_S = 0.001
STUCK_S = 3.0  # of the machine's clock; a player that has not moved for so long is gone


class Pace:
    """How far time may go."""

    def __init__(self, times: Callable[[], float], real: Callable[[], float] = real_monotonic) -> None:
        """times: so many times faster than the machine's at most, now."""
        self._times, self._real = times, real
        self._since = (0.0, 0.0)
        self.holds = False

    def begin(self, now: float) -> None:
        """The engine has nothing to do any more."""
        self._since, self.holds = (now, self._real()), self._times() < FASTEST

    def limit(self, until_s: float) -> float:
        """The time that may be reached, at most ``until_s``."""
        now, real = self._since
        return min(until_s, now + self._times() * (self._real() - real) + AHEAD_S)


class SteppingSelector(selectors.DefaultSelector):
    """Waits by the soak's clock, and lets it run meanwhile."""

    def __init__(self, clock: SoakClock, pace: Pace) -> None:
        """As the system's own, otherwise."""
        super().__init__()
        self._clock, self._pace = clock, pace

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """As of every selector; timeout: seconds of the soak's clock."""
        if not self._clock.stepped or (timeout is not None and timeout <= 0):
            return super().select(timeout)
        return self._stepped(self._clock.now() + (3600.0 if timeout is None else timeout))

    def _stepped(self, due: float) -> list[tuple[selectors.SelectorKey, int]]:
        clock, seen, seen_at = self._clock, self._clock.now(), real_monotonic()
        self._pace.begin(seen)
        while True:
            clock.allow(self._pace.limit(due + AHEAD_S))
            ready = super().select(0)
            if ready or clock.now() >= due or not clock.stepped:
                return ready
            ready = super().select(PACED_S if self._pace.holds else POLL_S)
            if ready:
                return ready
            if clock.now() != seen:
                seen, seen_at = clock.now(), real_monotonic()
            elif real_monotonic() - seen_at > STUCK_S:
                clock.release()  # the player has left; another will take the clock


def loop(clock: SoakClock, pace: Pace) -> asyncio.AbstractEventLoop:
    """An event loop that lives by the clock, which must be installed."""
    return asyncio.SelectorEventLoop(SteppingSelector(clock, pace))
