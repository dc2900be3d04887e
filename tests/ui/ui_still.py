"""The app with a clock that stops: frames at given times, and then none."""

from __future__ import annotations

import asyncio

from liveriff.ui.app import Face
from liveriff.ui.local import LocalLink

FRAMES, APART_S = 40, 0.1


class Still(Face):
    """Draws FRAMES frames and stands still; ``stood`` tells when."""

    def __init__(self, link: LocalLink, first: str = "play") -> None:
        link.registry.set("/play", False, "engine")
        super().__init__(link, first)
        self.stood = asyncio.Event()
        self._now = 0.0

    async def _frame_loop(self) -> None:
        await self.draw()
        self.stood.set()

    async def draw(self, frames: int = FRAMES) -> None:
        """Some frames more."""
        for _ in range(frames):
            self._now += APART_S
            self.frame(self._now)
            await asyncio.sleep(0.005)
