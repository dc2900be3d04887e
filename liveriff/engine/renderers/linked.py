"""Renderers of a cluster, behind one process of ours that speaks with it. Engine's loop only.

What holds the cluster may block, fall or take its process with it: so it is a process, which can be killed, and is
started again 0, 1, 2, 4, 8, 8 ... seconds after it has left.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import cast

from liveriff.engine.renderers.transport import SeatEvents
from liveriff.engine.renderers.where import Where
from liveriff.engine.supervise import Backoff, Child, Events, Process
from liveriff.render.entry import link_main
from liveriff.wire.messages import At, Away, Left, Opening, Quit, Rendered
from liveriff.wire.slots import SlotSpec

REACH_S = 150.0  # a cluster may take so long to answer, and to start a renderer
LEAVE_S = 10.0  # a cluster that was started here ends its processes: moments, seconds on a busy machine
SILENT_S = 10.0  # one whose renderers live is heard of every second
STANDS_IN = "the embedded model plays here until it is back"


@dataclass(frozen=True)
class LinkOptions:
    """where: the cluster; model: what its renderers load first; cache_dir: folder of kept chunks on this machine."""

    where: Where
    model: str = "embedded"
    cache_dir: str | None = None


class LinkedSeats:
    """A transport: the renderers that a cluster has for us."""

    def __init__(self, options: LinkOptions, slots: SlotSpec, events: SeatEvents) -> None:
        """Nothing is reached for yet."""
        self.restarts = 0
        self._options, self._slots, self._events = options, slots, events
        self._child: Child | None = None
        self._seats: set[int] = set()
        self._backoff = Backoff()
        self._heard_s = time.monotonic()
        self._living: set[int] = set()  # those that have been heard
        self._away = False
        self._reason = "it does not answer"
        self._wanted = True

    @property
    def pids(self) -> Mapping[str, int]:
        """Of the process that holds the cluster."""
        return {"link": self._child.pid} if self._child else {}

    async def start(self) -> None:
        """Reach for the cluster."""
        self._heard_s, self._reason = time.monotonic(), "it does not answer"
        self._child = await Child.start("link", self._make, Events(self._said, self._gone))
        if not self._wanted:
            self.close()

    def _make(self, pipe: Connection) -> Process:
        context = multiprocessing.get_context("spawn")
        options = self._options
        args = (pipe, self._slots, options.where.address, options.where.count, options.model, options.cache_dir)
        return cast(Process, context.Process(target=link_main, args=args, name="liveriff-link", daemon=True))

    def _said(self, message: object) -> None:
        self._heard_s = time.monotonic()
        match message:
            case At(seat=seat, message=Opening()):
                self._seats.add(seat)
                self._events.opened(seat)
            case At(seat=seat, message=Left(reason=reason)):
                self._left(seat, reason)
            case At(seat=seat, message=said):
                self._lives(seat, said)
                self._events.heard(seat, said)
            case Away(reason=reason):
                self._reason = reason

    def _left(self, seat: int, reason: str) -> None:
        self._seats.discard(seat)
        self._events.lost([seat])
        if seat in self._living or reason != self._reason:  # one that cannot even begin is told of once
            self._events.told(f"A renderer of {self._options.where} left ({reason}); another takes its place.")
        self._living.discard(seat)
        self._reason = reason

    def _lives(self, seat: int, said: object) -> None:
        self._living.add(seat)
        if isinstance(said, Rendered):
            self._backoff.worked()
            if self._away:
                self._away = False
                self._events.told(f"{self._options.where} renders again.")

    def _gone(self) -> None:
        self._child = None
        if not self._wanted:
            return
        self.restarts += 1
        lost, self._seats, self._living = self._seats, set(), set()
        self._events.lost(lost)
        if not self._away:
            self._away = True
            self._events.told(f"{self._options.where} is away ({self._reason}); {STANDS_IN}.")
        asyncio.get_running_loop().call_later(self._backoff.next_s(), self._again)

    def _again(self) -> None:
        if self._wanted:
            self._task = asyncio.ensure_future(self.start())

    def tell(self, seat: int, message: object) -> None:
        """See ``Transport``."""
        if self._child:
            self._child.send(At(seat, message))

    def kill(self, seat: int) -> None:
        """Let the cluster end one; if it does not tell that it has, all are taken for lost."""
        self.tell(seat, Quit())

    def watch(self) -> None:
        """Kill a link that is silent."""
        silent_s = time.monotonic() - self._heard_s
        if self._child and silent_s > (SILENT_S if self._living else REACH_S):
            self._heard_s = time.monotonic()
            self._child.kill()

    def close(self) -> None:
        """See ``Transport``, but up to six seconds."""
        self._wanted = False
        if self._child:
            self._child.close(Quit(), patience_s=LEAVE_S)
            self._child = None
