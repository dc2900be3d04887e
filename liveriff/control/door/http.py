"""The HTTP side of the door: GET any path for its JSON, the pages of the remote, and the way to the WebSocket.

Engine's loop only. Every answer is made at once from memory; nothing here waits, reads a file or reads a body.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from aiohttp import web

from liveriff.control.door.connections import Connections
from liveriff.control.door.counters import Counters
from liveriff.control.door.faults import Faults
from liveriff.control.door.guard import Guard
from liveriff.control.door.pages import INDEX, Page
from liveriff.control.door.query import HTML, Answer, Host, answer, refusal
from liveriff.control.door.tree import Tree

METHODS = ("GET", "HEAD", "OPTIONS")
TOKEN = "token"
MOST_FIELDS = 20  # of a query string
_BASE = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", "Vary": "Origin"}
_PAGE = {**_BASE, "Content-Security-Policy": "frame-ancestors 'none'", "Referrer-Policy": "no-referrer"}
_PREFLIGHT = {"Access-Control-Allow-Methods": "GET, HEAD, OPTIONS", "Access-Control-Allow-Headers": "Authorization"}

Converse = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass
class House:
    """What is served. host and index are known once the ports are."""

    tree: Tree
    guard: Guard
    pages: Mapping[str, Page]
    host: Host
    index: Page


class Http:
    """Answers requests; WebSocket upgrades go to ``converse``."""

    def __init__(self, house: House, converse: Converse, counters: Counters, faults: Faults) -> None:
        """Nothing is open yet; ``connections`` makes the protocols."""
        self._house, self._converse = house, converse
        self._counters, self._faults = counters, faults
        self.connections = Connections(self._answer, counters)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            refused = self._refused(request)
            # Not "or": older aiohttp's responses are false, being empty mappings.
            return refused if refused is not None else await self._served(request)
        except web.HTTPException:  # aiohttp's answer to a WebSocket handshake that is none
            self._counters.improper += 1
            raise
        except Exception as error:
            self._faults.tell(error)
            return self._json(refusal(500, "The door failed on this; the music goes on."))

    def _refused(self, request: web.BaseRequest) -> web.StreamResponse | None:
        if request.body_exists:
            return self._improper(request, refusal(413, "Requests have no body here; values go over OSC."))
        if request.method not in METHODS:
            return self._improper(request, refusal(405, "Only GET, HEAD and OPTIONS."))
        if not self._house.guard.host_allowed(request.headers.get("Host")):
            return self._stranger(refusal(403, "This machine does not go by that name. Use its address."))
        return None

    async def _served(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.method == "OPTIONS":
            return web.Response(status=204, headers={**self._shared(), **_PREFLIGHT, "Allow": ", ".join(METHODS)})
        try:
            query = parse_qsl(request.query_string, keep_blank_values=True, max_num_fields=MOST_FIELDS)
        except ValueError:
            return self._improper(request, refusal(400, "Ask for one attribute at a time."))
        asked = [name for name, _ in query if name != TOKEN]
        page = None if _is_upgrade(request) else self._page(request, asked)
        if page is not None:
            return web.Response(body=page.body, headers={**_PAGE, "Content-Type": page.content_type})
        given = next((value for name, value in query if name == TOKEN), "")
        if not self._house.guard.token_right(given, request.headers.get("Authorization", "")):
            return self._stranger(refusal(401, "This door asks for its token: ?token=... at the end of the address."))
        if _is_upgrade(request):
            return await self._upgraded(request, bool(given))
        return self._json(answer(self._house.tree, self._house.host, request.path, asked))

    async def _upgraded(self, request: web.BaseRequest, knows_token: bool) -> web.StreamResponse:
        guard, headers = self._house.guard, request.headers
        known = guard.token != "" and knows_token
        if not known and not guard.origin_allowed(headers.get("Origin"), headers.get("Host")):
            return self._stranger(refusal(403, "Pages from elsewhere may not play this instrument."))
        return await self._converse(request)

    def _page(self, request: web.BaseRequest, asked: list[str]) -> Page | None:
        """Pages hold no secret and need no token; a parameter goes before a file of the same name."""
        if asked == [HTML] or (request.path == "/" and not asked and "text/html" in request.headers.get("Accept", "")):
            return self._house.pages.get(INDEX, self._house.index)
        return None if request.path in self._house.tree else self._house.pages.get(request.path)

    def _json(self, told: Answer) -> web.Response:
        headers = {**_BASE, **self._shared()}
        if told.status == 204:
            return web.Response(status=204, headers=headers)
        return web.Response(status=told.status, text=told.body, content_type="application/json", headers=headers)

    def _shared(self) -> dict[str, str]:
        return {"Access-Control-Allow-Origin": "*"} if self._house.guard.shares_with_pages else {}

    def _stranger(self, told: Answer) -> web.Response:
        self._counters.strangers += 1
        response = self._json(told)
        if told.status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response

    def _improper(self, request: web.BaseRequest, told: Answer) -> web.Response:
        self._counters.improper += 1
        response = self._json(told)
        response.headers["Allow"] = ", ".join(METHODS)
        response.force_close()
        return response


def _is_upgrade(request: web.BaseRequest) -> bool:
    return request.method == "GET" and request.headers.get("Upgrade", "").casefold() == "websocket"
