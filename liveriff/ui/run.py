"""Running the screen: find the door, show the face, leave in order, whatever happens to either.

``show`` blocks until the performer leaves. It needs a Source, which knows where the engine's door is; the link looks
for it again whenever the engine is gone, so that a new performance appears on the same screen.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator
from typing import Any, NamedTuple, Protocol

from liveriff.control.door.client import DoorClient
from liveriff.ui.app import DETACHED, ENDED, Face
from liveriff.ui.desertion import Watch
from liveriff.ui.keys import VIEWS

__all__ = ["DETACHED", "ENDED", "FAILED", "OVER", "Place", "SeekingLink", "Source", "show"]
OVER, FAILED = "over", "failed"
"""The music has ended by itself; the screen has failed."""
LOOK_S = 0.1
BACK_OFF_S = (0.1, 0.25, 0.5, 1.0)
WAITING = 64  # changes passed on before the client keeps only the latest of each value


class Place(NamedTuple):
    """A door: its address, and the word it wants, or ""."""

    url: str
    token: str = ""


class Source(Protocol):
    """What the screen asks about the engine, ten times a second: cheap, and never waits."""

    def place(self) -> Place | None:
        """Where its door is, None while nobody knows."""

    def trouble(self, tried: str) -> str:
        """One sentence on why there is no connection; tried: what the door had to say to the last attempt, or ""."""

    def over(self) -> bool:
        """Whether the music has ended by itself, and the screen with it."""


class SeekingLink:
    """A ``ui.store.Link`` that finds the door through a source, again and again. An asynchronous context manager."""

    def __init__(self, source: Source) -> None:
        """Nothing is opened yet."""
        self.nodes: dict[str, dict[str, Any]] = {}
        self.connected = False
        self.trouble = source.trouble("")
        self.new_engine: Any = lambda: None
        self._source = source
        self._place: Place | None = None
        self._client: DoorClient | None = None
        self._news: asyncio.Queue[tuple[str, Any]] = asyncio.Queue(WAITING)
        self._pump: asyncio.Task[None] | None = None

    async def __aenter__(self) -> SeekingLink:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._leave()

    def set(self, path: str, value: object = True) -> bool:
        """As ``DoorClient.set``."""
        return self._client is not None and self.connected and self._client.set(path, value)

    def value(self, path: str) -> Any:
        """The latest value heard; it outlives the engine."""
        return next(iter(self.nodes.get(path, {}).get("VALUE", [])), None)

    async def updates(self) -> AsyncIterator[tuple[str, Any]]:
        """Changes as they come, from whichever engine there is."""
        while True:
            yield await self._news.get()

    async def look(self) -> None:
        """Go where the engine is now. Called every LOOK_S."""
        if not self.connected:
            place = self._source.place()
            if place is not None and place != self._place:
                await self._leave()
                await self._enter(place)
        self.trouble = "" if self.connected else self._source.trouble(self._client.trouble if self._client else "")

    async def _enter(self, place: Place) -> None:
        self._place = place
        client = DoorClient(place.url, token=place.token, on_connection=self._connection, back_off_s=BACK_OFF_S)
        self._client = await client.__aenter__()
        self._pump = asyncio.ensure_future(self._pass_on(client))

    async def _leave(self) -> None:
        if self._pump is not None:
            self._pump.cancel()
            await asyncio.wait([self._pump])
        if self._client is not None:
            await self._client.close()
        self._client = self._pump = self._place = None

    async def _pass_on(self, client: DoorClient) -> None:
        async for update in client.updates():
            await self._news.put(update)

    def _connection(self, connected: bool) -> None:
        self.connected = connected
        if connected and self._client is not None:
            self.nodes = self._client.nodes
            self.new_engine()


def show(source: Source, first: str = VIEWS[0]) -> str:
    """Show the screen until the performer leaves: DETACHED, ENDED, OVER or FAILED. The main thread's, blocks."""
    # No nice level: at 2 a key waits twice as long for its answer, and the player does not notice the difference.
    return asyncio.run(_show(source, first))


async def _show(source: Source, first: str) -> str:
    async with SeekingLink(source) as link:
        face = Face(link, first)
        Watch().start()
        link.new_engine = face.store.forget
        seeking = asyncio.ensure_future(_seek(face, link, source))
        mind_signals(face)
        try:
            outcome = await face.run_async()
        finally:
            seeking.cancel()
            await asyncio.wait([seeking])
    return outcome or FAILED


async def _seek(face: Face, link: SeekingLink, source: Source) -> None:
    await asyncio.to_thread(_import)
    _settle_memory()
    while not source.over():
        await link.look()
        await asyncio.sleep(LOOK_S)
    face.exit(OVER)


def _settle_memory() -> None:
    """What stands on the screen stays there: a collection that walks through all of it holds a frame up."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _import() -> None:
    """A quarter of a second of work that the first frames have no time for."""
    import aiohttp  # noqa: F401


def mind_signals(face: Face) -> None:
    """A terminal that closes, and whoever asks politely, ends the screen in order; the music goes on."""
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            with contextlib.suppress(NotImplementedError, RuntimeError):
                loop.add_signal_handler(getattr(signal, name), face.exit, DETACHED)
