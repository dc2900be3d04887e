"""A server on a free loopback port whose kitchen is a function, and a request that is right."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp

from liveriff.control.riffserver.kitchen import State
from liveriff.control.riffserver.pictures import Pictures
from liveriff.control.riffserver.server import ClipServer
from liveriff.wire.clips import Clip, Wish

CLIP = Clip(image=b"\xff\xd8picture", mp3=b"ID3sound", wav=b"RIFFsound", duration_s=5.12)


def right(**changes: Any) -> dict[str, Any]:
    """The least that a client must say, and changes to it."""
    least = {"alpha": 0.25, "start": {"prompt": "bells", "seed": 42}, "end": {"prompt": "jazz", "seed": 43}}
    return {**least, **changes}


class Cook:
    """A kitchen that notes what is wished and how each ended."""

    def __init__(self, cook: Callable[[Wish], Awaitable[Clip]] | None = None) -> None:
        self.wishes: list[Wish] = []
        self.cancelled = 0
        self._cook = cook

    async def make(self, wish: Wish) -> Clip:
        self.wishes.append(wish)
        try:
            return await self._cook(wish) if self._cook else CLIP
        except asyncio.CancelledError:
            self.cancelled += 1
            raise

    def state(self) -> State:
        return State("test", True, 0, 0, len(self.wishes), 1.25)


@contextlib.asynccontextmanager
async def serving(cook: Cook, pictures: Pictures | None = None, **more: Any) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of a running server."""
    server = ClipServer(cook, pictures or Pictures(), port=0, **more)
    address = await server.start()
    try:
        async with aiohttp.ClientSession(address) as http:
            yield http
    finally:
        await server.stop()
