"""The TCP side of the door: how many connections there may be, and how long one may keep us waiting.

Engine's loop only. aiohttp bounds the lengths of what it reads; this bounds numbers and times.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from liveriff.control.door.counters import Counters
from liveriff.control.peers import is_here

MOST = 256  # connections at a time
OF_ONE_HOST = 32  # of them, for another machine; a browser has six and a WebSocket
KEPT = 32  # of them, for this machine: its own screen always comes in
PATIENCE_S = 15.0  # for a whole request to arrive, for an answer to be read, and between requests
LONGEST_LINE = 8190  # bytes of the request line
LONGEST_HEADERS = 64  # number of header fields, each of at most LONGEST_LINE bytes
_FULL = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

_silent = logging.getLogger(f"{__name__}.aiohttp")  # which would write a line for each malformed request
_silent.disabled = True


class Connections(web.Server):
    """Makes a protocol for each connection; ``sweep`` ends those that keep us waiting."""

    def __init__(self, answer: Answer, counters: Counters, patience_s: float | None = None, **more: Any) -> None:
        """answer: answers one request; must not raise. patience_s: in place of PATIENCE_S; more: as web.Server's."""
        super().__init__(
            self._handle,
            access_log=None,
            logger=_silent,
            keepalive_timeout=PATIENCE_S,
            max_line_size=LONGEST_LINE,
            max_field_size=LONGEST_LINE,
            max_headers=LONGEST_HEADERS,
            lingering_time=0.5,
            **more,
        )
        self._answer, self._counters, self._patience_s = answer, counters, patience_s
        self._waiting: dict[Any, float] = {}
        self._hosts: dict[Any, str] = {}  # of other machines' connections

    def connection_made(self, handler: Any, transport: asyncio.Transport) -> None:
        """aiohttp's hook."""
        super().connection_made(handler, transport)
        self._waiting[handler] = _now()
        host = str((transport.get_extra_info("peername") or ("",))[0])
        if not self._room_for(handler, host):  # counted here: many may have been accepted since one of them was
            self._counters.full += 1
            transport.write(_FULL)
            transport.close()

    def connection_lost(self, handler: Any, exc: BaseException | None = None) -> None:
        """aiohttp's hook."""
        super().connection_lost(handler, exc)
        self._waiting.pop(handler, None)
        self._hosts.pop(handler, None)

    def _room_for(self, handler: Any, host: str) -> bool:
        """Whether one that is among the connections already may stay."""
        if is_here(host):
            return len(self.connections) <= MOST
        same = sum(each == host for each in self._hosts.values())
        self._hosts[handler] = host
        return same < OF_ONE_HOST and len(self.connections) <= MOST - KEPT

    def sweep(self) -> None:
        """End those whose turn has lasted too long. Cheap; about once a second will do."""
        self._counters.unreadable = self.requests_count - self._counters.requests
        late = _now() - (PATIENCE_S if self._patience_s is None else self._patience_s)
        for handler in [each for each, since in self._waiting.items() if since < late]:
            del self._waiting[handler]
            if handler.transport is not None:
                self._counters.too_slow += 1
                handler.transport.abort()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer; before and after it is the peer's turn, to ask and to read the answer."""
        self._counters.requests += 1
        self._waiting.pop(request.protocol, None)
        try:
            return await self._answer(request)
        finally:
            if request.transport is not None:
                self._waiting[request.protocol] = _now()


def _now() -> float:
    return asyncio.get_running_loop().time()
