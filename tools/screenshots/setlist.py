"""The short set that is played for the pictures: what a performer does when, through the engine's door."""

from __future__ import annotations

import asyncio
import threading
import time

from liveriff.control.door.client import DoorClient

MOVES: tuple[tuple[float, str, object], ...] = (
    (24, "/deck/1/prompt/a", "minimal techno drums, clicks, dry kick, sparse hats"),
    (32, "/deck/2/mute", True),
    (40, "/deck/2/mute", False),
    (44, "/deck/2/alpha", 0.25),
    (48, "/deck/2/alpha", 0.5),
    (52, "/deck/2/alpha", 0.75),
    (56, "/deck/2/alpha", 1.0),
    (62, "/tempo/bpm", 134.0),
    (66, "/deck/3/freeze", True),
    (70, "/deck/4/next", 1.0),
    (86, "/deck/3/freeze", False),
    (90, "/key/tonic", "A"),
    (94, "/deck/1/level", -20.0),
    (104, "/deck/1/level", -8.5),
    (112, "/scene", "house"),
    (132, "/deck/3/prompt/a", "glass bells, shimmering"),
    (140, "/master/level", -9.0),
    (148, "/master/level", 0.0),
    (154, "/deck/4/mute", True),
    (164, "/deck/4/mute", False),
    (170, "/deck/2/prompt/b", "acid bass, 303, squelching resonance"),
    (172, "/deck/2/alpha", 0.4),
    (184, "/deck/2/alpha", 0.8),
    (200, "/scene", "drum-and-bass"),
    (226, "/deck/3/alpha", 0.5),
    (236, "/deck/4/next", 1.0),
)
FILLS = ((28, 16, 0.45, 1), (76, 16, 0.45, 5), (150, 24, 0.24, 1), (210, 32, 0.17, 3))
"""start, strokes, seconds between them, pad of the first."""
END_S = 250.0
LEVELS = (0.5, 0.7, 0.6, 0.9, 1.0)


def moves() -> list[tuple[float, str, object]]:
    """Everything, in the order in which it is done."""
    strokes = [
        (start + every * stroke, f"/pad/{(first - 1 + stroke * 3) % 16 + 1}/trigger", LEVELS[stroke % len(LEVELS)])
        for start, count, every, first in FILLS
        for stroke in range(count)
    ]
    return sorted([*MOVES, *strokes], key=lambda move: move[0])


class Performer(threading.Thread):
    """Plays the set once, beside whoever takes pictures of it."""

    def __init__(self, url: str) -> None:
        """Starts with ``start``."""
        super().__init__(name="performer", daemon=True)
        self._url = url

    def run(self) -> None:
        """All of it."""
        asyncio.run(self._play())

    async def _play(self) -> None:
        async with DoorClient(self._url, listen=("/play",)) as door:
            await door.ready(60)
            began = time.monotonic()
            for at, path, value in moves():
                await asyncio.sleep(max(0.0, began + at - time.monotonic()))
                door.set(path, value)
            await asyncio.sleep(max(0.0, began + END_S - time.monotonic()))
