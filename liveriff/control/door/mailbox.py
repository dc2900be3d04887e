"""Messages under way between a client and its user: of each value only the latest, of events all within reason."""

from __future__ import annotations

import asyncio
from typing import Generic, TypeVar

T = TypeVar("T")

MOST = 4096  # keys; the oldest give way, so that nobody who stops reading fills the memory


class Mailbox(Generic[T]):
    """Keyed messages in the order of their latest writing. One loop only."""

    def __init__(self) -> None:
        """Empty."""
        self._kept: dict[str, T] = {}
        self._events = 0
        self._there = asyncio.Event()

    def put(self, key: str, message: T) -> None:
        """Replace what waits under the key."""
        self._kept.pop(key, None)
        self._kept[key] = message
        if len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]
        self._there.set()

    def put_event(self, message: T) -> None:
        """Add beside all others."""
        self._events += 1
        self.put(f"#{self._events}", message)

    def clear(self) -> None:
        """Forget what waits."""
        self._kept.clear()
        self._there.clear()

    async def take(self) -> list[T]:
        """Wait for messages and take all."""
        await self._there.wait()
        taken = list(self._kept.values())
        self.clear()
        return taken
