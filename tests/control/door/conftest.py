"""A door on a free loopback port with a registry behind it, ticked as the engine does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from liveriff.control.door.door import Door
from liveriff.control.osc import packets
from liveriff.params.registry import Registry

TICK_S = 0.01


@dataclass
class Opened:
    """An open door, and what came through it."""

    door: Door
    registry: Registry
    notices: list[str]
    arrived: list[tuple[str, str, tuple[Any, ...]]] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.door.address.rpartition(":")[2])

    async def until(self, happened: Callable[[], object], patience_s: float = 10.0) -> None:
        """Wait for something, and say so if it does not happen."""
        for _ in range(int(patience_s / TICK_S)):
            if happened():
                return
            await asyncio.sleep(TICK_S)
        raise AssertionError(f"waited in vain; {self.door.counters}")


@contextlib.asynccontextmanager
async def _open(registry: Registry | None = None, **options: Any) -> AsyncIterator[Opened]:
    registry = registry or Registry()
    notices: list[str] = []

    def dispatch(packet: bytes, origin: str, reply: Callable[[bytes], None]) -> None:
        if packet.startswith(b"/ping"):
            reply(b"/pong\0\0\0,\0\0\0")
            return
        for _, address, args in packets.parse(packet):
            opened.arrived.append((origin, address, args))
            registry.set(address, args[0] if args else 1.0, origin)

    door = Door(registry, dispatch, notices.append, port=options.pop("port", 0), **options)
    opened = Opened(door, registry, notices)
    await door.start()

    async def tick() -> None:
        while True:
            door.tick()
            await asyncio.sleep(TICK_S)

    ticking = asyncio.ensure_future(tick())
    try:
        yield opened
    finally:
        ticking.cancel()
        await door.close()


@pytest.fixture
def open_door() -> Callable[..., contextlib.AbstractAsyncContextManager[Opened]]:
    """``async with open_door(**options) as opened``; options as of Door."""
    return _open
