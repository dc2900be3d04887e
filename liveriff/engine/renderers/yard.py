"""Renderers without a performance: jobs in, chunks out, as fast as they come. For measurements and tests."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from liveriff.engine.moment import InFlight, Speed
from liveriff.engine.renderers.asked import RendererEvents, RendererOptions
from liveriff.engine.rendering import Renderer
from liveriff.engine.segments import segment_name
from liveriff.errors import ModelError
from liveriff.wire.job import Job
from liveriff.wire.messages import Refused, Rendered
from liveriff.wire.slots import Slots, SlotSpec, slot_frames

TICK_S = 1 / 60  # as often as a performance looks
SLOTS = 16
Look = Callable[["Yard", int], None]
"""``look(yard, done)``: called after every chunk."""


@dataclass(frozen=True)
class Made:
    """What became of some jobs. seconds: from the first request to the last chunk; digests: of each job's samples, in
    the order of the jobs, "" where there is none; way_s: to the renderers and back; lost: requests that died with their
    renderers, and were made again; refused: why chunks were."""

    seconds: float
    digests: tuple[str, ...]
    way_s: float
    lost: int
    refused: tuple[str, ...]


@dataclass
class Yard:
    """``async with``: the renderers of some options, ready when it is entered. patience_s: that this may take; count:
    how many of them have to be; keep: is given each chunk's samples (frames, 2) with the place of its job."""

    options: RendererOptions
    count: int = 1
    rate: int = 44100
    patience_s: float = 120.0
    said: list[str] = field(default_factory=list)
    keep: Callable[[int, NDArray[np.float32]], None] = lambda place, samples: None

    def __post_init__(self) -> None:
        """Nothing is started yet."""
        spec = SlotSpec(segment_name("yard"), SLOTS, slot_frames(self.rate))
        self._slots = Slots(spec, create=True)
        self._free = list(range(SLOTS))
        self._speed = Speed()
        events = RendererEvents(self._heard, self._lost, self.said.append, lambda: self._speed)
        self.renderer = Renderer(self.options, spec, events)
        self._todo: deque[int] = deque()
        self._jobs: Sequence[Job] = ()
        self._digests: dict[int, str] = {}
        self._which: dict[int, int] = {}  # by request: the job's place
        self._lost_count = 0
        self._refused: list[str] = []

    async def __aenter__(self) -> Yard:
        """ModelError where they are not ready in time."""
        await asyncio.to_thread(Renderer.warm, self.options)
        await self.renderer.start()
        end = time.monotonic() + self.patience_s
        while self.renderer.ready < self.count:
            if time.monotonic() > end:
                self.close()
                raise ModelError(f"{self.options.where}: {' '.join(self.said) or 'the renderers are not ready'}.")
            self.renderer.watch()
            await asyncio.sleep(TICK_S)
        return self

    async def __aexit__(self, *_: object) -> None:
        """As ``close``."""
        self.close()

    def close(self) -> None:
        """End everything."""
        self.renderer.close()
        self._slots.close()

    async def make(self, jobs: Sequence[Job], look: Look | None = None) -> Made:
        """Let all jobs be made, in their order, as many at a time as begin at once."""
        self._jobs, self._todo, self._digests = jobs, deque(range(len(jobs))), {}
        self._which, self._lost_count, self._refused = {}, 0, []
        begun, known = time.monotonic(), 0
        while len(self._digests) < len(jobs):
            self.renderer.watch()
            self._submit()
            await asyncio.sleep(TICK_S)
            if look and len(self._digests) > known:
                known = len(self._digests)
                look(self, known)
        seconds = time.monotonic() - begun
        digests = tuple(self._digests[place] for place in range(len(jobs)))
        return Made(seconds, digests, self.renderer.way_s, self._lost_count, tuple(self._refused))

    def _submit(self) -> None:
        while self._todo and self._free and self.renderer.idle:
            place, slot = self._todo.popleft(), self._free.pop()
            self.renderer.submit(1, self._jobs[place], slot)
            self._which[self.renderer.flights[-1].request] = place

    def _heard(self, message: object) -> None:
        if not isinstance(message, (Rendered, Refused)):
            return
        flight, place = self.renderer.flight(message.request), self._which.get(message.request)
        if flight is None or place is None:
            return
        if isinstance(message, Rendered):
            samples = self._slots[message.slot][: message.frames]
            self._digests[place] = hashlib.sha256(samples.tobytes()).hexdigest()
            self.keep(place, samples.copy())
            self._speed = self._speed.learnt(flight.job, message.seconds, message.redecoded)
        else:
            self._digests[place] = ""
            self._refused.append(message.reason)
        self._free.append(flight.slot)
        asyncio.get_running_loop().call_soon(self._submit)

    def _lost(self, flights: tuple[InFlight, ...]) -> None:
        for flight in flights:
            self._lost_count += 1
            self._free.append(flight.slot)
            self._todo.appendleft(self._which[flight.request])
