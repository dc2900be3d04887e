"""What one client is told: changes at a bounded rate, snapshots, no echo under the hand. Engine's loop only.

Nothing is queued by value: a path is marked, and the value is read when its turn comes, so that the latest wins and
memory is bounded by the table. Triggers are events, not state, and are not told: a tablet would keep its button lit.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from liveriff.control.osc import codec
from liveriff.params.kinds_worded import Blob, Text
from liveriff.params.listeners import Change, below
from liveriff.params.registry import Registry

QUIET_S = 0.25  # a client that wrote to a path hears nothing of it until it has rested so long
LONGEST_TOUCH_S = 30.0  # a finger whose release got lost on the way counts as lifted after this
PER_TICK = 100  # messages at most in a tick
SNAPSHOT_PER_TICK = 30  # of a snapshot: a usual socket holds some 270 messages, which is what comes in 0.18 s then

RAW, TEXT = "/raw", "/text"


@dataclass
class OutboxCounts:
    """Messages handed to ``send``; those that it refused with an OSError; changes merged into a later message."""

    sent: int = 0
    failed: int = 0
    merged: int = 0


class Outbox:
    """Feedback for one client; ``tick`` sends what is due.

    registry: subscribed to until ``close``; send: takes one OSC message, may raise OSError; origin: under which the
    client's own writes reach the registry; rate_hz: messages a second and address at most; wanted: which paths
    the client wants at all (asked at each change, so its answer may change); raw: which paths it also wants as
    ``<path>/raw`` 0..1; text: which it also wants as ``<path>/text``, as a person reads them; plain: switches as
    numbers (see ``codec.encode``); clock: seconds, the same that ``tick`` is given.
    """

    def __init__(
        self,
        registry: Registry,
        send: Callable[[bytes], object],
        origin: str,
        rate_hz: float = 30.0,
        wanted: Callable[[str], bool] | None = None,
        *,
        raw: Callable[[str], bool] | None = None,
        text: Callable[[str], bool] | None = None,
        plain: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Listen from now on; the client gets no snapshot unless asked for."""
        self.counts = OutboxCounts()
        self._registry, self._send, self._origin = registry, send, origin
        self._wanted, self._raw, self._text, self._plain, self._clock = wanted, raw, text, plain, clock
        self._apart_s = 1.0 / rate_hz
        self._changed: dict[str, None] = {}  # ordered sets
        self._snapshot: dict[str, None] = {}
        self._not_before: dict[str, float] = {}
        self._touched: dict[str, float] = {}  # path -> when the finger counts as lifted
        self._leave = registry.subscribe(self._hear)

    # --- what the client does --------------------------------------------------------------------------------------

    def wrote(self, path: str) -> None:
        """The client wrote to a path: quiet now, and one settled value later, clamped or not, changed or not."""
        self._wait(path, self._clock() + QUIET_S)
        self._mark(path)

    def touch(self, path: str, down: bool) -> None:
        """A finger came down on a control, or left it; at the release the settled value is told."""
        if down:
            self._touched[path] = self._clock() + LONGEST_TOUCH_S
            return
        if self._touched.pop(path, None) is not None:
            self._not_before.pop(path, None)
            self._mark(path)

    def snapshot(self, prefix: str = "") -> None:
        """Tell all values at or below a prefix, spread over the coming ticks."""
        for path, spec in self._registry.table.items():
            if below(path, prefix) and spec.kind.held and self._wants(path):
                self._snapshot[path] = None

    # --- what it is told -------------------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Send what is due: changes first, then a piece of the snapshot. ``now`` in seconds of the clock.

        What ``send`` refuses stays marked, and the tick ends there: the client's line is full.
        """
        room = PER_TICK
        for path in list(self._changed):
            if room <= 0:
                return
            if self._due(path, now):
                room -= self._tell(path, now)
        room = min(room, SNAPSHOT_PER_TICK)
        while self._snapshot and room > 0:
            path = next(iter(self._snapshot))
            del self._snapshot[path]
            if not self._wants(path):  # any more
                continue
            if self._due(path, now):
                room -= self._tell(path, now)
            else:
                self._mark(path)

    @property
    def pending(self) -> int:
        """Paths that wait to be told."""
        return len(self._changed) + len(self._snapshot)

    def close(self) -> None:
        """Leave the registry; all is forgotten at once: whoever owns this is part of a ring, which the collector finds
        only when many thousands of objects have come since."""
        self._leave()
        for known in (self._changed, self._snapshot, self._not_before, self._touched):
            known.clear()

    # --- inside ----------------------------------------------------------------------------------------------------

    def _hear(self, change: Change) -> None:
        if not self._registry.table[change.path].kind.held or not self._wants(change.path):
            return
        if change.origin == self._origin:
            self._wait(change.path, self._clock() + QUIET_S)
        self._mark(change.path)

    def _wants(self, path: str) -> bool:
        return self._wanted is None or self._wanted(path)

    def _mark(self, path: str) -> None:
        if path in self._changed:
            self.counts.merged += 1
        elif self._registry.table[path].kind.held and self._wants(path):
            self._changed[path] = None

    def _wait(self, path: str, until: float) -> None:
        self._not_before[path] = max(until, self._not_before.get(path, until))

    def _due(self, path: str, now: float) -> bool:
        lifted = self._touched.get(path)
        if lifted is not None and lifted > now:
            return False
        if lifted is not None:
            del self._touched[path]
        return self._not_before.get(path, now) <= now

    def _tell(self, path: str, now: float) -> int:
        """Send a path's present value; returns how much of the tick's room that took."""
        self._changed.pop(path, None)
        self._snapshot.pop(path, None)
        self._not_before[path] = now + self._apart_s
        messages = self._messages(path)
        try:
            for data in messages:
                self._send(data)
                self.counts.sent += 1
        except OSError:
            self.counts.failed += 1
            self._mark(path)
            return PER_TICK
        return len(messages)

    def _messages(self, path: str) -> list[bytes]:
        spec = self._registry.table[path]
        messages = [codec.encode(path, spec, self._registry.get(path), self._plain)]
        if self._raw is not None and self._raw(path) and self._travels(path):
            messages.append(codec.message(path + RAW, float(self._registry.raw(path))))
        if self._text is not None and self._text(path) and not isinstance(spec.kind, Text | Blob):
            messages.append(codec.message(path + TEXT, self._registry.format(path)))
        return messages

    def _travels(self, path: str) -> bool:
        """Whether its present value has a position; a text has one while it is among the texts on offer."""
        return self._registry.table[path].travels or self._registry.get(path) in self._registry.offered(path)
