"""When a screen has done what it was asked to: Textual's answer for tests, without its guessing by the clock.

Textual waits until a fiftieth of a second has gone by with less than a thousandth of processor time. A screen that
draws thirty frames a second seldom lets that happen, and a busy machine makes it happen too early.
"""

from __future__ import annotations

import asyncio
import time

ROUNDS = 3  # of the loop with nothing to do, so that what was done has not asked for more
DRAWN_S = 1 / 50  # Textual lays out and paints by a timer of 60 Hz


async def until_idle(min_sleep: float = DRAWN_S, max_sleep: float = 1.0) -> None:
    """Until nothing is left to be done but to wait for timers; at least min_sleep seconds of those."""
    end = time.monotonic() + max_sleep
    await asyncio.sleep(0)
    await _settled(end)
    if min_sleep > 0:
        await asyncio.sleep(min_sleep)
        await _settled(end)


async def _settled(end: float) -> None:
    ready, quiet = asyncio.get_running_loop()._ready, 0  # type: ignore[attr-defined]
    while quiet < ROUNDS and time.monotonic() < end:
        quiet = 0 if ready else quiet + 1
        await asyncio.sleep(0)
