"""One process that makes clips for a server, started again when it leaves. The server's loop only.

It works on one order at a time. An order that nobody wants any more is cancelled within a denoising step; a renderer
that does not hear is killed.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Protocol, cast

from liveriff.control.riffserver.kitchen import Failed, Late, Mistaken
from liveriff.engine.renderers.local import best_start_method
from liveriff.engine.supervise import Backoff, Child, Events, Process
from liveriff.errors import ModelError
from liveriff.render.environment import PRELOAD, VARIABLES
from liveriff.wire.clips import Clip, Made, Make, NotLoaded, Unmade, Wish
from liveriff.wire.messages import Cancel, Dropped, Quit, Ready

CANCEL_S = 10.0  # a renderer that is deaf for so long after a cancel is killed

Main = Callable[[Connection, str, str, str], None]


@dataclass(frozen=True)
class PoolOptions:
    """model, device, category: as renderers are started; workers: how many; queue: how many may wait; timeout_s: a
    clip's longest making."""

    model: str = "embedded"
    device: str = "cpu"
    category: str = "mix"
    workers: int = 1
    queue: int = 100
    timeout_s: float = 120.0
    start_method: str = ""


@dataclass(eq=False)
class Order:
    """A wish and who waits for it."""

    number: int
    wish: Wish
    answer: asyncio.Future[Clip]
    given_up: bool = False


def fail(order: Order, error: Exception) -> None:
    """Tell who waits, if anybody does."""
    if not order.answer.done():
        order.answer.set_exception(error)


class Owner(Protocol):
    """Whose workers they are."""

    options: PoolOptions
    main: Main

    def hand_out(self) -> None:
        """Somebody is idle."""

    def hopeless(self, error: Exception) -> None:
        """The model could not be loaded again."""

    def done(self, seconds: float) -> None:
        """A clip is made."""


class Worker:
    """One renderer process, started again when it leaves."""

    def __init__(self, pool: Owner, index: int) -> None:
        """Nothing is started yet."""
        self._pool, self._index = pool, index
        self.order: Order | None = None
        self.ready = False
        self.loaded: asyncio.Future[None]
        self._child: Child | None = None
        self._backoff = Backoff()
        self._began = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._wanted = True

    @property
    def idle(self) -> bool:
        """Whether it would begin at once."""
        return self.ready and self.order is None and self._child is not None

    async def start(self) -> None:
        """Start the process; ``loaded`` is done when its model is."""
        if not hasattr(self, "loaded"):
            self.loaded = asyncio.get_running_loop().create_future()
        name = f"clips-{self._index}"
        child = await Child.start(name, self._process, Events(self._message, self._gone))
        if self._wanted:
            self._child = child
        else:
            child.close(Quit(), patience_s=0.0)

    def _process(self, pipe: Connection) -> Process:
        options = self._pool.options
        method = options.start_method or best_start_method(options.device)
        os.environ.update(VARIABLES)  # read by the allocator and OpenMP when the child's Python starts
        context: Any = get_context(method)
        if method == "forkserver":
            context.set_forkserver_preload(list(PRELOAD))
        args = (pipe, options.model, options.device, options.category)
        name = f"liveriff-clips-{self._index}"
        return cast(Process, context.Process(target=self._pool.main, args=args, name=name, daemon=True))

    def take(self, order: Order) -> None:
        """Begin to make a clip; only when ``idle``."""
        assert self._child is not None
        self.order, self._began = order, time.monotonic()
        self._after(self._pool.options.timeout_s, self._late)
        self._child.send(Make(order.number, order.wish))

    def cancel(self) -> None:
        """Give up what it works on."""
        if self.order is None or self.order.given_up or self._child is None:
            return
        self.order.given_up = True
        self._child.send(Cancel(self.order.number))
        self._after(CANCEL_S, self._child.kill)

    def close(self) -> None:
        """End the process for good."""
        self._wanted = self.ready = False
        self._free(Failed("The server is closing."))
        if self._child is not None:
            self._child.close(Quit(), patience_s=1.0)
            self._child = None

    # --- what comes back ---------------------------------------------------------------------------------------------

    def _message(self, message: object) -> None:
        if isinstance(message, Ready):
            self.ready = True
            _settle(self.loaded, None)
        elif isinstance(message, NotLoaded):
            _settle(self.loaded, ModelError(message.reason))
            self._pool.hopeless(Failed(message.reason))
            return
        elif isinstance(message, (Made, Unmade, Dropped)):
            if self.order is None or message.request != self.order.number:
                return
            self._answered(message)
        else:
            return
        self._pool.hand_out()

    def _answered(self, message: Made | Unmade | Dropped) -> None:
        assert self.order is not None
        self._backoff.worked()
        if isinstance(message, Made):
            if not self.order.answer.done():
                self.order.answer.set_result(message.clip)
            self._pool.done(time.monotonic() - self._began)
            self._free(None)
        elif isinstance(message, Unmade):
            self._free(Mistaken(message.reason) if message.mistaken else Failed(message.reason))
        else:
            self._free(Late())

    def _late(self) -> None:
        """It took too long: the client is told at once, the renderer to stop."""
        if self.order is not None:
            fail(self.order, Late())
            self.cancel()

    def _gone(self) -> None:
        self.ready, self._child = False, None
        _settle(self.loaded, ModelError("the renderer left while it loaded the model; is there enough memory?"))
        self._free(Failed("The renderer left while it made this clip; it is started again."))
        if self._wanted:
            asyncio.get_running_loop().call_later(self._backoff.next_s(), self._again)

    def _again(self) -> None:
        if self._wanted:
            self._task = asyncio.ensure_future(self.start())

    def _free(self, error: Exception | None) -> None:
        """Done with its order, well or not."""
        order, self.order = self.order, None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if order is not None and error is not None:
            fail(order, error)

    def _after(self, seconds: float, call: Any) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, call)


def _settle(future: asyncio.Future[None], error: Exception | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
