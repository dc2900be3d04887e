"""The engine's hand on the renderer process: start, feed, watch, kill, start again.

Runs on the engine's loop only. The renderer works on one request at a time, so that a stale one is cancelled within
a denoising step and a killed one costs one slot.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, cast

from liveriff.engine.moment import InFlight
from liveriff.engine.supervise import Backoff, Child, Events, Process, deaf_to_ctrl_c
from liveriff.render.entry import renderer_main
from liveriff.render.environment import PRELOAD, VARIABLES
from liveriff.wire.job import Job
from liveriff.wire.messages import Cancel, Dropped, Loading, Preview, Progress, Quit, Ready, Refused, Render, Rendered
from liveriff.wire.slots import SlotSpec

LOAD_PATIENCE_S = 120.0  # a model may take this long to load
HANG_S = 10.0  # without a step or an answer for so long, a renderer is taken for dead


@dataclass(frozen=True)
class RendererOptions:
    """What a renderer is started with. start_method: a multiprocessing start method, or "" for the best one here."""

    model: str = "embedded"
    device: str = "cpu"
    cache_dir: str | None = None
    start_method: str = ""


@dataclass(frozen=True)
class RendererEvents:
    """Called on the engine's loop. ``lost`` brings the request that died with the renderer, if there was one."""

    message: Callable[[object], None]
    lost: Callable[[InFlight | None, int | None], None]


def _context(options: RendererOptions) -> Any:
    method = options.start_method or best_start_method(options.device)
    os.environ.update(VARIABLES)  # read by the allocator and OpenMP when the child's Python starts
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(list(PRELOAD))
    return context


def best_start_method(device: str) -> str:
    """forkserver where it is safe (a new renderer in 0.3 s instead of 5): Linux, and no CUDA context to inherit."""
    return "forkserver" if sys.platform == "linux" and not device.startswith("cuda") else "spawn"


class Renderer:
    """One renderer process, always wanted: when it leaves it is started again."""

    def __init__(self, options: RendererOptions, slots: SlotSpec, events: RendererEvents) -> None:
        """Nothing is started yet; see ``run``."""
        self.options = options
        self.state = "off"
        self.in_flight: InFlight | None = None
        self.restarts = 0
        self.slot: int | None = None  # where the request in flight goes
        self._slots = slots
        self._events = events
        self._child: Child | None = None
        self._backoff = Backoff()
        self._heard = time.monotonic()
        self._loads = False  # the model of the request in flight
        self._wanted = True
        self._requests = 0

    @property
    def idle(self) -> bool:
        """Whether it would start on a request at once."""
        return self.state == "ready" and self.in_flight is None

    @property
    def loads(self) -> bool:
        """Whether the model of the request in flight is being loaded."""
        return self._loads

    @property
    def pid(self) -> int | None:
        """Process id while one runs."""
        return self._child.pid if self._child else None

    async def start(self) -> None:
        """Start the process; ``Ready`` comes when the model is loaded."""
        self.state = "loading"
        self._heard = time.monotonic()
        self._child = await Child.start("renderer", self._make, Events(self._message, self._gone))

    @staticmethod
    def warm(options: RendererOptions) -> None:
        """Begin to import torch where renderers are forked from, so that it is done when the first is asked for."""
        _context(options)
        if (options.start_method or best_start_method(options.device)) == "forkserver":
            from multiprocessing import forkserver  # Windows has none

            with deaf_to_ctrl_c():
                forkserver.ensure_running()

    def _make(self, pipe: Connection) -> Process:
        context = _context(self.options)
        args = (pipe, self._slots, self.options.model, self.options.device, self.options.cache_dir)
        return cast(Process, context.Process(target=renderer_main, args=args, name="liveriff-renderer", daemon=True))

    def submit(
        self,
        deck: int,
        job: Job,
        slot: int,
        pad: int = 0,
        fill: bool = False,
        strip: bool = False,
        beside: tuple[Job, ...] = (),
    ) -> None:
        """Give it a job of a deck, or of a pad, a fill or a point of a strip; only when ``idle``. beside: what it will
        be given next, if nothing comes between."""
        if not self.idle or self._child is None:
            raise RuntimeError("the renderer is not idle")
        self._requests += 1
        self._heard, self._loads = time.monotonic(), False
        self.in_flight = InFlight(self._requests, deck, job, pad, fill, strip)
        self.slot = slot
        self._child.send(Render(self._requests, job, slot, beside))

    def cancel(self) -> None:
        """Drop what it works on; answered by Dropped, or by Rendered if it was just done."""
        if self.in_flight and self._child:
            self._child.send(Cancel(self.in_flight.request))

    def _message(self, message: object) -> None:
        self._heard = time.monotonic()
        self._loads = isinstance(message, Loading)
        if isinstance(message, Loading):
            return
        if isinstance(message, Ready):
            self.state = "ready"
        if isinstance(message, Rendered):
            self._backoff.worked()
        if isinstance(message, (Progress, Preview, Rendered, Refused, Dropped)) and not self._answers(message.request):
            return  # about a request of an earlier life
        self._events.message(message)
        if isinstance(message, (Rendered, Refused, Dropped)):
            self.in_flight, self.slot = None, None

    def _answers(self, request: int) -> bool:
        return self.in_flight is not None and self.in_flight.request == request

    def _gone(self) -> None:
        if not self._wanted:
            return
        self.restarts += 1
        lost, slot = self.in_flight, self.slot
        self.in_flight, self.slot, self._child = None, None, None
        self.state = "restarting"
        self._events.lost(lost, slot)
        asyncio.get_running_loop().call_later(self._backoff.next_s(), self._again)

    def _again(self) -> None:
        if self._wanted:
            self._task = asyncio.ensure_future(self.start())

    def watch(self) -> None:
        """Kill it if it hangs; called by the hub every tick."""
        silent = time.monotonic() - self._heard
        loads = self.state == "loading" or (self._loads and self.in_flight is not None)
        patience = LOAD_PATIENCE_S if loads else HANG_S if self.in_flight else None
        if patience is not None and silent > patience and self._child:
            self._heard = time.monotonic()
            self._child.kill()

    def close(self) -> None:
        """End the process for good; blocks for at most two seconds."""
        self._wanted = False
        if self._child:
            self._child.close(Quit(), patience_s=1.0)
            self._child = None
        self.state = "off"
