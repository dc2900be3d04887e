"""Bundles at their time: a heap beside the loop, and the bridge from the wall's clock to the steady one.

A timetag is wall time, which may step; what is kept is ``time.monotonic``, so a bundle that waits is not moved by a
step. Nothing here waits: ``Schedule`` and ``WallClock`` are pure but for injected clocks, and ``Timed`` asks the loop
to call back. Engine's loop only.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable, Sequence
from functools import partial

from liveriff.control.osc.codec import Message
from liveriff.control.osc.counters import OscCounters
from liveriff.control.osc.dispatch import Dispatcher, Peer
from liveriff.control.surface import Delays

MEASURE_EVERY_S = 1.0
DOUBTFUL_S = 1.0  # further from now than this, the wall's clock may have stepped: it is measured again
LEAD_S = 0.02  # hits are handed to the player so much ahead of their time, which places them inside the block
TIMER_S = 0.002  # the loop comes so late on average, and never early: what must be in time is asked for so much sooner
CAPACITY = 4096  # messages that may wait


class WallClock:
    """Wall time to ``time.monotonic``; the distance between the two is measured once a second, and when in doubt."""

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        """Measures at once."""
        self._wall, self._steady = wall, steady
        self._measure()

    def steady_at(self, unix_s: float) -> float:
        """The steady time of a moment in seconds of the Unix epoch."""
        now = self._steady()
        if now - self._measured >= MEASURE_EVERY_S or abs(unix_s - self._apart - now) > DOUBTFUL_S:
            self._measure()
        return unix_s - self._apart

    def _measure(self) -> None:
        """The tightest of three tries: between two readings the process may be put aside."""
        tries = [(self._steady(), self._wall(), self._steady()) for _ in range(3)]
        before, wall, after = min(tries, key=lambda each: each[2] - each[0])
        self._apart, self._measured = wall - (before + after) / 2, after


class Schedule:
    """A heap of what to do when; bounded by the messages that wait in it."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        """Empty."""
        self._heap: list[tuple[float, int, int, Callable[[], object]]] = []
        self._serial = itertools.count()  # keeps what is due at the same time in order
        self._room = capacity

    def add(self, when: float, size: int, action: Callable[[], object]) -> bool:
        """Keep ``action`` for ``when``; False if ``size`` messages more do not fit."""
        if size > self._room:
            return False
        self._room -= size
        heapq.heappush(self._heap, (when, next(self._serial), size, action))
        return True

    def take(self, now: float) -> list[Callable[[], object]]:
        """What is due, in order."""
        due = []
        while self._heap and self._heap[0][0] <= now:
            _, _, size, action = heapq.heappop(self._heap)
            self._room += size
            due.append(action)
        return due

    def clear(self) -> None:
        """Forget all."""
        self._room += sum(size for _, _, size, _ in self._heap)
        self._heap.clear()

    @property
    def next(self) -> float | None:
        """When the next is due."""
        return self._heap[0][0] if self._heap else None


class Timed:
    """Runs the messages of packets now or at their time: early enough to be heard then.

    max_ahead_s: a bundle further in the future is refused; ignore_timetags: everything is for now, for senders whose
    clock is wrong; delays: of the player as they are now, by which its time is anticipated.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        counters: OscCounters,
        max_ahead_s: float = 10.0,
        ignore_timetags: bool = False,
        delays: Callable[[], Delays] = Delays,
    ) -> None:
        """Needs a running loop only for bundles in the future."""
        self._delays = delays
        self._dispatcher, self._counters = dispatcher, counters
        self._max_ahead_s, self._ignore = max_ahead_s, ignore_timetags
        self._wall, self._schedule = WallClock(), Schedule()
        self._timer: asyncio.TimerHandle | None = None

    def take(self, messages: Sequence[Message], peer: Peer) -> None:
        """All messages of a packet; those of one time are one change."""
        for when, group in itertools.groupby(messages, key=lambda message: message.time):
            self._group(when, list(group), peer)

    def clear(self) -> None:
        """Forget what waits: after a panic, and at the end."""
        self._schedule.clear()
        self._arm()

    def _group(self, when: float | None, group: list[Message], peer: Peer) -> None:
        if when is None or self._ignore:
            self._dispatcher.obey(group, peer)
            return
        due, now = self._wall.steady_at(when), time.monotonic()
        if due <= now:
            self._counters.late += 1
            self._dispatcher.obey_timed(group, peer, now)
        elif due - now > self._max_ahead_s:
            self._counters.refused += len(group)
            peer.refused(group[0].address, lambda: _too_far(due - now, self._max_ahead_s))
        else:
            self._keep(due, group, peer)

    def _keep(self, due: float, group: list[Message], peer: Peer) -> None:
        delays = self._delays()
        parts: dict[float, list[Message]] = {}
        for message in group:
            parts.setdefault(self._early_s(message.address, delays), []).append(message)
        for early_s, part in parts.items():
            action = partial(self._dispatcher.obey_timed, part, peer, due - delays.strike_s)
            if not self._schedule.add(due - early_s, len(part), action):
                self._counters.refused += len(part)
                peer.refused(part[0].address, lambda: "too many messages wait for their time.")
        self._run()

    def _early_s(self, address: str, delays: Delays) -> float:
        """How long before its time a message is obeyed. A pad's pitch is to be there before the hit that it is sent
        with, and a hit before its block is mixed."""
        if self._dispatcher.strikes(address):
            return delays.strike_s + LEAD_S
        return TIMER_S + (delays.strike_s if self._dispatcher.shapes_hits(address) else delays.value_s)

    def _run(self) -> None:
        for action in self._schedule.take(time.monotonic()):
            action()
        self._arm()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._schedule.next is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(0.0, self._schedule.next - time.monotonic()), self._run)


def _too_far(ahead_s: float, max_ahead_s: float) -> str:
    return (
        f"a bundle {ahead_s:.1f} s ahead is refused, {max_ahead_s:g} s are the limit; set the clocks of both computers."
    )
