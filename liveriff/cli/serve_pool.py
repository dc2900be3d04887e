"""The processes that make clips for a server: a bounded queue before a few renderers. The server's loop only."""

from __future__ import annotations

import asyncio
from collections import deque
from multiprocessing.connection import Connection

from liveriff.cli.serve_worker import Main, Order, PoolOptions, Worker, fail
from liveriff.control.riffserver.kitchen import Failed, Full, State
from liveriff.wire.clips import Clip, Wish

_USUAL_S = 5.0
_LATEST_SHARE = 0.3


class Pool:
    """A ``Kitchen`` of processes: ``await start()``, then ``make``, then ``close()``."""

    def __init__(self, options: PoolOptions, main: Main | None = None) -> None:
        """Nothing is started yet. main: what a process runs, by default a renderer of clips."""
        self.options, self.main = options, main or _main
        self.seconds = _USUAL_S
        self._waiting: deque[Order] = deque()
        self._numbers = self._made = 0
        self._workers = [Worker(self, index) for index in range(options.workers)]

    async def start(self) -> None:
        """Start the renderers; ModelError with one sentence if the model does not load."""
        try:
            await asyncio.gather(*(worker.start() for worker in self._workers))
            await asyncio.gather(*(worker.loaded for worker in self._workers))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the processes; what waits fails."""
        while self._waiting:
            fail(self._waiting.popleft(), Failed("The server is closing."))
        for worker in self._workers:
            worker.close()

    def state(self) -> State:
        """See ``Kitchen``."""
        ready = any(worker.ready for worker in self._workers)
        working = sum(worker.order is not None for worker in self._workers)
        return State(self.options.model, ready, len(self._waiting), working, self._made, self.seconds)

    async def make(self, wish: Wish) -> Clip:
        """See ``Kitchen``."""
        if len(self._waiting) >= self.options.queue:
            raise Full(self._retry_s())
        self._numbers += 1
        order = Order(self._numbers, wish, asyncio.get_running_loop().create_future())
        self._waiting.append(order)
        self.hand_out()
        try:
            return await order.answer
        finally:
            self._forget(order)

    def hand_out(self) -> None:
        """Give what waits to whoever is idle."""
        for worker in self._workers:
            if worker.idle and self._waiting:
                worker.take(self._waiting.popleft())

    def hopeless(self, error: Exception) -> None:
        """The model could not be loaded again: what waits fails, unless another renderer can make it."""
        while self._waiting and not any(worker.ready for worker in self._workers):
            fail(self._waiting.popleft(), error)

    def done(self, seconds: float) -> None:
        """A clip is made."""
        self._made += 1
        self.seconds += (seconds - self.seconds) * (_LATEST_SHARE if self._made > 1 else 1.0)

    def _forget(self, order: Order) -> None:
        """Nobody waits for it any more: answered, or its client is gone."""
        if order in self._waiting:
            self._waiting.remove(order)
        for worker in self._workers:
            if worker.order is order:
                worker.cancel()

    def _retry_s(self) -> int:
        return max(1, round(len(self._waiting) * self.seconds / len(self._workers)))


def _main(pipe: Connection, model: str, device: str, category: str) -> None:
    """Target of a renderer process; imports nothing until it runs in the child."""
    from liveriff.render.compat.worker import main

    main(pipe, model, device, category)
