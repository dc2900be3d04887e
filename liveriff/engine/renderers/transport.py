"""How messages come to renderers: what the engine asks of a transport, and of one that stands for a distance."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class SeatEvents:
    """Called on the engine's loop. opened: a renderer is being started, told by its number; heard: it said something;
    lost: some are gone, all at once; told: one sentence for a person."""

    opened: Callable[[int], None]
    heard: Callable[[int, object], None]
    lost: Callable[[Iterable[int]], None]
    told: Callable[[str], None]


class Transport(Protocol):
    """Starts renderers, carries messages, replaces those that leave. On the engine's loop; nothing here waits."""

    @property
    def pids(self) -> Mapping[str, int]:
        """The processes of it that run on this machine, by name."""

    async def start(self) -> None:
        """Begin to start them; they tell when they are ready."""

    def tell(self, seat: int, message: object) -> None:
        """Send; a renderer that is gone is told nothing."""

    def kill(self, seat: int) -> None:
        """End one that hangs; ``lost`` follows."""

    def watch(self) -> None:
        """Called at every tick."""

    def close(self) -> None:
        """End them all for good; blocks for at most two seconds."""


class Distant:
    """A transport with a way before it: every message takes half of ``round_trip_s``, in either direction. For
    measurements; to be changed only while nothing is on its way."""

    def __init__(self, make: Callable[[SeatEvents], Transport], events: SeatEvents, round_trip_s: float) -> None:
        """make: the transport, given the events that it is to call."""
        self.round_trip_s = round_trip_s
        self._events = events
        self._far = make(SeatEvents(self._opened, self._heard, self._lost, events.told))

    def _later(self, call: Callable[..., None], *args: object) -> None:
        asyncio.get_running_loop().call_later(self.round_trip_s / 2, call, *args)

    def _opened(self, seat: int) -> None:
        self._later(self._events.opened, seat)

    def _heard(self, seat: int, message: object) -> None:
        self._later(self._events.heard, seat, message)

    def _lost(self, seats: Iterable[int]) -> None:
        self._later(self._events.lost, tuple(seats))

    @property
    def pids(self) -> Mapping[str, int]:
        """Of the transport behind it."""
        return self._far.pids

    async def start(self) -> None:
        """As the transport behind it."""
        await self._far.start()

    def tell(self, seat: int, message: object) -> None:
        """Arrives half a round trip later."""
        self._later(self._far.tell, seat, message)

    def kill(self, seat: int) -> None:
        """At once."""
        self._far.kill(seat)

    def watch(self) -> None:
        """As the transport behind it."""
        self._far.watch()

    def close(self) -> None:
        """As the transport behind it."""
        self._far.close()
