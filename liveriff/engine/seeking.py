"""Looks for a sound device that was lost, until it is back. Engine's loop only.

A look is a process of its own that opens the device and leaves: audio libraries learn of a server or a card that has
come only when they start anew, and one that half is there may hang them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

from liveriff.engine.supervise import Child, Events, Process
from liveriff.wire.messages import Found, Quit

PACE_S, LATER_PACE_S, LATER_S = 0.5, 4.0, 60.0
"""How often is looked: at first, and when a card is not just plugged in again."""
HANGS_S = 5.0


class Seeker:
    """``begin`` when the device is lost; ``found`` is called once for it."""

    def __init__(self, make: Callable[[Connection], Process], found: Callable[[], None]) -> None:
        """make: a process that looks, told by what end of its pipe it says Found."""
        self._make, self._found = make, found
        self._task: asyncio.Task[None] | None = None

    @property
    def seeks(self) -> bool:
        """Whether a device is missing."""
        return self._task is not None

    def begin(self) -> None:
        """Look until it is there."""
        if self._task is None:
            self._task = asyncio.ensure_future(self._run())

    def close(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        began = time.monotonic()
        while not await self._look():
            await asyncio.sleep(PACE_S if time.monotonic() - began < LATER_S else LATER_PACE_S)
        self._task = None
        self._found()

    async def _look(self) -> bool:
        """One look; what hangs is killed."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def say(found: bool) -> None:
            if not answer.done():
                answer.set_result(found)

        events = Events(lambda message: say(isinstance(message, Found)), lambda: say(False))
        try:
            child = await Child.start("seeker", self._make, events)
        except OSError:  # no more files or processes: another time
            return False
        try:
            return await asyncio.wait_for(answer, HANGS_S)
        except asyncio.TimeoutError:
            return False
        finally:
            child.kill()
            child.close(Quit(), patience_s=0.1)
