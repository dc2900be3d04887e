"""Renderers as processes of this machine. Engine's loop only."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, cast

from liveriff.engine.renderers.transport import SeatEvents
from liveriff.engine.supervise import Backoff, Child, Events, Process, deaf_to_ctrl_c
from liveriff.render.entry import renderer_main
from liveriff.render.environment import PRELOAD, VARIABLES
from liveriff.wire.messages import Quit, Rendered
from liveriff.wire.slots import SlotSpec

HUSHED = "liveriff.engine.renderers.hushed"


@dataclass(frozen=True)
class LocalOptions:
    """What renderers of this machine are started with. start_method: of multiprocessing, or "" for the best one here;
    first: number of the first; of one kind."""

    model: str = "embedded"
    device: str = "cpu"
    cache_dir: str | None = None
    start_method: str = ""
    count: int = 1
    first: int = 0

    def device_of(self, seat: int) -> str:
        """Where one of them renders: of several, each has an accelerator to itself."""
        return f"{self.device}:{seat - self.first}" if self.device == "cuda" and self.count > 1 else self.device

    def name_of(self, seat: int) -> str:
        """For people."""
        return "renderer" if self.count == 1 else f"renderer {seat - self.first + 1}"


def best_start_method(device: str) -> str:
    """forkserver where it is safe (a new renderer in 0.3 s instead of 5): Linux, and no CUDA context to inherit."""
    return "forkserver" if sys.platform == "linux" and not device.startswith("cuda") else "spawn"


def warm(options: LocalOptions) -> None:
    """Begin to import torch where renderers are forked from, so that it is done when the first is asked for."""
    if _context(options).get_start_method() == "forkserver":
        from multiprocessing import forkserver  # Windows has none

        with deaf_to_ctrl_c():
            forkserver.ensure_running()


def _context(options: LocalOptions) -> Any:
    method = options.start_method or best_start_method(options.device)
    os.environ.update(VARIABLES)  # read by the allocator and OpenMP when the child's Python starts
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload([HUSHED, *PRELOAD])
    return context


class LocalSeats:
    """A transport: so many processes, always wanted; one that leaves is started again."""

    def __init__(self, options: LocalOptions, slots: SlotSpec, events: SeatEvents) -> None:
        """Nothing is started yet."""
        self.restarts = 0
        self._options, self._slots, self._events = options, slots, events
        self._seats = range(options.first, options.first + options.count)
        self._children: dict[int, Child] = {}
        self._backoffs = {seat: Backoff() for seat in self._seats}
        self._starting: set[asyncio.Future[None]] = set()
        self._wanted = True

    @property
    def pids(self) -> Mapping[str, int]:
        """Of each process that runs."""
        return {self._options.name_of(seat): child.pid for seat, child in self._children.items()}

    async def start(self) -> None:
        """Start all of them."""
        await asyncio.gather(*(self._start(seat) for seat in self._seats))

    async def _start(self, seat: int) -> None:
        self._events.opened(seat)
        events = Events(lambda message: self._heard(seat, message), lambda: self._gone(seat))
        try:
            child = await Child.start(self._options.name_of(seat), lambda pipe: self._make(seat, pipe), events)
        except (OSError, EOFError) as error:  # no more files, memory or processes; or the forkserver was just killed
            self._failed(seat, error)
            return
        self._children[seat] = child
        if not self._wanted:
            self._end(seat)

    def _make(self, seat: int, pipe: Connection) -> Process:
        options, context = self._options, _context(self._options)
        args = (pipe, self._slots, options.model, options.device_of(seat), options.cache_dir)
        return cast(Process, context.Process(target=renderer_main, args=args, name="liveriff-renderer", daemon=True))

    def _heard(self, seat: int, message: object) -> None:
        if isinstance(message, Rendered):
            self._backoffs[seat].worked()
        self._events.heard(seat, message)

    def _gone(self, seat: int) -> None:
        self._children.pop(seat, None)
        if self._wanted:
            self.restarts += 1
            self._lost(seat)

    def _failed(self, seat: int, error: OSError | EOFError) -> None:
        """It could not even be started: told once, tried for ever."""
        if self._wanted:
            if self._backoffs[seat].failures <= 1:
                reason = getattr(error, "strerror", None) or type(error).__name__
                self._events.told(f"The {self._options.name_of(seat)} cannot be started ({reason}); it is tried again.")
            self._lost(seat)

    def _lost(self, seat: int) -> None:
        self._events.lost([seat])
        asyncio.get_running_loop().call_later(self._backoffs[seat].next_s(), self._again, seat)

    def _again(self, seat: int) -> None:
        if self._wanted:
            task = asyncio.ensure_future(self._start(seat))
            self._starting.add(task)
            task.add_done_callback(self._starting.discard)

    def tell(self, seat: int, message: object) -> None:
        """See ``Transport``."""
        if child := self._children.get(seat):
            child.send(message)

    def kill(self, seat: int) -> None:
        """See ``Transport``."""
        if child := self._children.get(seat):
            child.kill()

    def watch(self) -> None:
        """The pool sees what hangs."""

    def close(self) -> None:
        """See ``Transport``."""
        self._wanted = False
        for child in self._children.values():
            child.send(Quit())
        for seat in list(self._children):
            self._end(seat)

    def _end(self, seat: int) -> None:
        self._children.pop(seat).close(Quit(), patience_s=1.0)
