"""What a screen would see: readings of the door, each with the time at which it came. A thread with a loop of its own.

The door may go and another come in its place at the same address; the client finds it by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from typing import NamedTuple

from liveriff.control.door.client import DoorClient

COUNTED = ("/status/underruns", "/status/late_blocks", "/status/late_chunks", "/status/refused_chunks")
FOLLOWED = (
    *COUNTED, "/status/renderer", "/status/x_realtime", "/status/frame", "/status/message", "/status/midi",
    "/status/clock", "/status/recording", "/status/processes", "/tempo/bpm", "/deck/1/pan",
)  # fmt: skip
HEARD = "/heard/"


class Reading(NamedTuple):
    """A value that came at a time (time.monotonic())."""

    at: float
    path: str
    value: object


class Watch:
    """``readings``: all that came, in order; only ever appended to. A context manager."""

    def __init__(self, url: str) -> None:
        """Not listening yet."""
        self.readings: list[Reading] = []
        self._url = url
        self._over = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="drill-watch", daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(5.0)

    async def _run(self) -> None:
        """ON THE THREAD."""
        async with DoorClient(self._url, ("/status", "/deck", "/tempo"), back_off_s=(0.2,)) as door:
            hearing = asyncio.ensure_future(self._hear(door))
            while not self._over.is_set():
                await asyncio.sleep(0.1)
            hearing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await hearing

    async def _hear(self, door: DoorClient) -> None:
        async for path, value in door.updates():
            if path in FOLLOWED or HEARD in path:
                self.readings.append(Reading(time.monotonic(), path, value))

    # --- questions ---------------------------------------------------------------------------------------------------

    def _of(self, path: str, since: float = 0.0) -> Iterator[Reading]:
        return (reading for reading in self.readings[:] if reading.path == path and reading.at >= since)

    def latest(self, path: str) -> object:
        """The value now, None if none has come."""
        for reading in reversed(self.readings[:]):
            if reading.path == path:
                return reading.value
        return None

    def values(self, path: str, since: float = 0.0) -> list[object]:
        """All values of a path from a time on."""
        return [reading.value for reading in self._of(path, since)]

    def first(self, path: str, since: float) -> float | None:
        """When a path was first told after a time."""
        return next((reading.at for reading in self._of(path, since)), None)

    def first_heard(self, since: float) -> float | None:
        """When a deck first played another chunk after a time."""
        return next((each.at for each in self.readings[:] if HEARD in each.path and each.at >= since), None)

    def count(self, path: str, since: float) -> float:
        """By how much a counter has grown since a time; a player that is started again counts from 0."""
        before, grown = None, 0.0
        for reading in self._of(path):
            value = float(reading.value) if isinstance(reading.value, int | float) else 0.0
            if before is not None and reading.at >= since:
                grown += value - before if value >= before else value
            before = value
        return grown

    def pid(self, name: str) -> int | None:
        """Of a process of the performance, as it tells itself."""
        for line in str(self.latest("/status/processes") or "").splitlines():
            fields = line.split("\t")
            if fields[0] == name and len(fields) > 1 and fields[1].isdecimal():
                return int(fields[1])
        return None
