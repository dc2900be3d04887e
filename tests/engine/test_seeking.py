"""A lost device is looked for until it is there, whatever the looks do."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import pytest

from liveriff.engine import seeking
from liveriff.engine.seeking import Seeker
from liveriff.wire.messages import Found


class Look:
    """A process that is a thread: says something, or nothing, and leaves or stays."""

    pid: int | None = 1

    def __init__(self, pipe: Connection, says: object, stays: bool) -> None:
        self._pipe, self._says, self._stays = pipe, says, stays
        self.killed = threading.Event()

    def start(self) -> None:
        pipe = self._pipe

        def run() -> None:
            own = Connection(seeking_dup(pipe))
            told.set()
            if self._says is not None:
                own.send(self._says)
            if self._stays:
                self.killed.wait(20.0)
            own.close()

        told = threading.Event()
        threading.Thread(target=run, daemon=True).start()
        told.wait()

    def kill(self) -> None:
        self.killed.set()

    def join(self, timeout: float | None = None) -> None:
        self.killed.wait(timeout)

    def is_alive(self) -> bool:
        return not self.killed.is_set()


def seeking_dup(pipe: Connection) -> int:
    import os

    return os.dup(pipe.fileno())


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeking, "PACE_S", 0.01)
    monkeypatch.setattr(seeking, "HANGS_S", 0.1)


def sought(looks: list[Callable[[Connection], Any]]) -> tuple[int, int]:
    """How many looks it took, and how often it was found."""
    taken, found = [0], [0]

    def make(pipe: Connection) -> Any:
        taken[0] += 1
        return looks[taken[0] - 1](pipe)

    async def run() -> None:
        there = asyncio.Event()

        def back() -> None:
            found[0] += 1
            there.set()

        seeker = Seeker(make, back)
        seeker.begin()
        seeker.begin()
        assert seeker.seeks
        await asyncio.wait_for(there.wait(), 20.0)
        assert not seeker.seeks
        seeker.close()

    asyncio.run(run())
    return taken[0], found[0]


def refuses(pipe: Connection) -> Any:
    raise OSError(24, "Too many open files")


def test_it_is_found_once_after_looks_that_fail_hang_or_cannot_be() -> None:
    looks: list[Callable[[Connection], Any]] = [
        lambda pipe: Look(pipe, None, stays=False),
        lambda pipe: Look(pipe, None, stays=True),
        refuses,
        lambda pipe: Look(pipe, "something else", stays=False),
        lambda pipe: Look(pipe, Found(), stays=True),
    ]
    assert sought(looks) == (5, 1)


def test_who_closes_looks_no_more() -> None:
    async def run() -> None:
        seeker = Seeker(lambda pipe: Look(pipe, None, stays=False), lambda: None)
        seeker.begin()
        await asyncio.sleep(0)
        seeker.close()
        assert not seeker.seeks
        seeker.close()

    asyncio.run(run())
