"""Who wants to know of changes, and telling them in order. The registry's thread only."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from liveriff.params.kinds import Value

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Change:
    """What subscribers are told: the path, its new value (a trigger's number), and who did it."""

    path: str
    value: Value
    origin: str


Callback = Callable[[Change], object]


def below(path: str, prefix: str) -> bool:
    """Whether a path is ``prefix`` or lies under it; whole parts count, so /pad/1 has nothing to do with /pad/10."""
    return f"{path}/".startswith(f"{prefix.rstrip('/')}/")


@dataclass(frozen=True)
class _Subscription:
    callback: Callback
    prefix: str
    origin: str | None

    def wants(self, change: Change) -> bool:
        return below(change.path, self.prefix) and (self.origin is None or change.origin != self.origin)


class Listeners:
    """Subscriptions, and a queue that keeps changes in order when a callback makes further ones."""

    def __init__(self) -> None:
        """Nobody listens yet."""
        self.failures = 0  # callbacks that raised
        self._subscriptions: list[_Subscription] = []
        self._waiting: deque[Change] = deque()
        self._telling = False

    def add(self, callback: Callback, prefix: str, origin: str | None) -> Callable[[], None]:
        """Subscribe; returns unsubscribe."""
        subscription = _Subscription(callback, prefix, origin)
        self._subscriptions.append(subscription)

        def remove() -> None:
            self._subscriptions = [each for each in self._subscriptions if each is not subscription]

        return remove

    def tell(self, change: Change) -> None:
        """Tell all who want it; from within a callback, after the change being told."""
        self._waiting.append(change)
        if self._telling:
            return
        self._telling = True
        try:
            while self._waiting:
                self._tell_one(self._waiting.popleft())
        finally:
            self._telling = False

    def _tell_one(self, change: Change) -> None:
        for subscription in self._subscriptions:
            if not subscription.wants(change):
                continue
            try:
                subscription.callback(change)
            except Exception:
                self.failures += 1
                log.exception("a subscriber failed on %s", change.path)
