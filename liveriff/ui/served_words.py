"""What browsers may ask of the terminal screen that is served to them. Pure.

textual-serve passes on what they say as it is. A screen as large as one asks for would take all memory, and what is no
message would end in a traceback.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

MOST_SCREENS = 8  # each is a process of some fifty megabytes
OF_ONE_HOST = 4  # of them, for another machine
LARGEST = 1000  # columns and rows of a screen


class Sensible:
    """A browser's WebSocket as textual-serve reads it, without what makes no sense or no screen could bear."""

    def __init__(self, websocket: web.WebSocketResponse) -> None:
        """websocket: of a browser."""
        self._websocket, self.send_json = websocket, websocket.send_json

    async def __aiter__(self) -> AsyncIterator[WSMessage]:
        """What is left of it."""
        async for message in self._websocket:
            if message.type is WSMsgType.TEXT and sensible(message.data):
                yield message


def sensible(text: str) -> bool:
    """Whether it is a message of textual-serve's page."""
    with contextlib.suppress(ValueError, RecursionError, TypeError, LookupError):
        what, *rest = json.loads(text)
        return _known(what, rest)
    return False


def fits(digits: str) -> bool:
    """Whether it is a number of columns or rows that a screen can have."""
    return digits.isascii() and digits.isdecimal() and len(digits) < 5 and 0 < int(digits) <= LARGEST


def _known(what: object, rest: list[Any]) -> bool:
    if what == "resize":
        return all(fits(str(rest[0][side])) for side in ("width", "height"))
    if what == "stdin":
        return isinstance(rest[0], str)
    return what in ("blur", "focus") or (what == "ping" and bool(rest))
