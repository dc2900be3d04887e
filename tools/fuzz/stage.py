"""What targets play on: a registry whose every value is looked at, a loop that runs when it is told to."""

from __future__ import annotations

import asyncio
import math
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from fuzz.surface import must
from liveriff.params.listeners import Change
from liveriff.params.registry import Registry
from liveriff.params.spec import Spec
from liveriff.params.table import TABLE
from liveriff.params.words import PADS

T = TypeVar("T")
MEMORY = Path("/dev/shm")
PREFIX = "liveriff-fuzz-"
EACH = 2


def _is_among_few(path: str) -> bool:
    kind, number = (*path.split("/")[1:], "")[:2]
    return kind not in ("deck", "pad") or not number.isdecimal() or int(number) <= EACH


FEW = {path: spec for path, spec in TABLE.items() if _is_among_few(path)}
"""Parameters of every kind there is, but of two decks and two pads only: for surfaces that tell of all of them at every
input, or guess which was meant. The other decks and pads are alike, and made these several times as slow."""


class Stage:
    """A registry and the pads, with what has happened to them since the last ``begin``."""

    def __init__(self, table: Mapping[str, Spec] = TABLE) -> None:
        """At its defaults."""
        self.registry = Registry(table)
        self.changed: list[str] = []
        self.strokes = 0
        self.told: list[str] = []
        self.registry.subscribe(self._hear)

    def begin(self) -> None:
        """Forget what has happened."""
        self.changed.clear()
        self.told.clear()
        self.strokes = 0

    def strike(self, pad: int, velocity: float, time_s: float) -> None:
        """A ``Strike``."""
        must(pad in PADS and isinstance(pad, int), f"pad {pad!r} was struck")
        must(0.0 <= velocity <= 1.0, f"a pad was struck with {velocity!r}")
        must(math.isfinite(time_s), f"a pad was struck at {time_s!r}")
        self.strokes += 1

    def notice(self, sentence: str) -> None:
        """One sentence for the performer."""
        must(isinstance(sentence, str) and sentence != "", "the performer was told nothing")
        self.told.append(sentence)

    def _hear(self, change: Change) -> None:
        self.changed.append(change.path)

    def check(self, untouched: bool = False) -> None:
        """Every value that has changed is one that its parameter can have; none has, if it was to be ``untouched``."""
        must(not (untouched and (self.changed or self.strokes)), f"refused, but {self.changed[:3]} changed")
        must(self.registry.failures == 0, "a subscriber failed")
        for path in dict.fromkeys(self.changed):
            spec, value = self.registry.spec(path), self.registry.get(path)
            kept = spec.coerce(value)
            must(type(kept) is type(value) and kept == value, f"{path} has become {value!r}")


@contextmanager
def running(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """As if the loop called us: so that what is decoded may ask it to call back."""
    asyncio.events._set_running_loop(loop)
    try:
        yield
    finally:
        asyncio.events._set_running_loop(None)


class Loop:
    """A loop that stands still between inputs."""

    def __init__(self) -> None:
        """New, with no callbacks."""
        self.loop = asyncio.new_event_loop()
        self.failed: list[BaseException] = []
        self.loop.set_exception_handler(self._fails)
        self._ahead_s = 0.0
        clock: Any = lambda: time.monotonic() + self._ahead_s  # noqa: E731
        self.loop.time = clock  # type: ignore[method-assign]

    def _fails(self, _loop: asyncio.AbstractEventLoop, about: dict[str, Any]) -> None:
        error = about.get("exception")
        if error is not None:
            self.failed.append(error)

    def call(self, function: Callable[..., T], *given: object) -> T:
        """Call something as the loop would."""
        with running(self.loop):
            return function(*given)

    def turn(self, times: int = 1) -> None:
        """Let it do what is due, so many times at most. Raises what a callback has raised."""
        waiting = getattr(self.loop, "_ready", None)  # of asyncio's own loops: turns with nothing to do cost, too
        for _ in range(times):
            self.loop.call_soon(self.loop.stop)
            self.loop.run_forever()
            if waiting is not None and not waiting:
                break
        if self.failed:
            raise self.failed.pop()

    def wait(self, seconds: float) -> None:
        """As if so much time went by."""
        self._ahead_s += seconds
        self.turn(40)

    def until(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end."""
        return self.loop.run_until_complete(work)


def folder(name: str) -> Path:
    """An empty folder, in memory where the system has one; ``swept`` when this process is over."""
    return Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-{name}-", dir=_base()))


def swept(pid: int) -> None:
    """Remove what a process made by ``folder``."""
    for path in (_base() or Path(tempfile.gettempdir())).glob(f"{PREFIX}{pid}-*"):
        shutil.rmtree(path, ignore_errors=True)


def _base() -> Path | None:
    return MEMORY if MEMORY.is_dir() else None
