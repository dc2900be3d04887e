"""The HTTP side of the door: GET any path for its JSON, the pages of the remote, and the way to the WebSocket.

Engine's loop only. Every answer is made at once from memory; nothing here waits, reads a file or reads a body.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from liveriff.control.door.connections import Connections
from liveriff.control.door.counters import Counters
from liveriff.control.door.entry import Entry
from liveriff.control.door.faults import Faults
from liveriff.control.door.guard import Guard, bearer, foreign_page
from liveriff.control.door.headers import METHODS, data_headers, page_headers, preflight_headers
from liveriff.control.door.pages import INDEX, QR, Page
from liveriff.control.door.query import HTML, Answer, Host, answer, refusal
from liveriff.control.door.tree import Tree
from liveriff.control.peers import is_here

TOKEN = "token"
MOST_FIELDS = 20  # of a query string
UPGRADE_UNITS = 20.0  # a listener is told everything at first
UNIT_BYTES = 10_000  # of an answer; a request is a unit as well
COOKIE_S = 12 * 3600  # a night

Converse = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
Query = list[tuple[str, str]]


@dataclass
class House:
    """What is served. index: the page where there is no remote; host: what HOST_INFO tells this machine, and afar all
    others; qr: the remote's address as a picture for cameras. All are known once the ports are."""

    tree: Tree
    guard: Guard
    pages: Mapping[str, Page]
    index: Page
    host: Host
    afar: Host
    qr: Page | None = None


class Http:
    """Answers requests; WebSocket upgrades go to ``converse``."""

    def __init__(self, house: House, converse: Converse, counters: Counters, faults: Faults) -> None:
        """Nothing is open yet; ``connections`` makes the protocols."""
        self._house, self._converse = house, converse
        self._counters, self._faults = counters, faults
        self._entry = Entry(house.guard)
        self.connections = Connections(self._answer, counters)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            refused = self._refused(request)
            # Not "or": older aiohttp's responses are false, being empty mappings.
            return refused if refused is not None else await self._asked(request)
        except web.HTTPException:  # aiohttp's answer to a WebSocket handshake that is none
            self._counters.improper += 1
            raise
        except Exception as error:
            self._faults.tell(error)
            return _json(refusal(500, "The door failed on this; the music goes on."))

    def _refused(self, request: web.BaseRequest) -> web.StreamResponse | None:
        if request.body_exists:
            return self._improper(refusal(413, "Requests have no body here; values go over OSC."))
        if request.method not in METHODS:
            return self._improper(refusal(405, "Only GET, HEAD and OPTIONS."))
        if not self._house.guard.host_allowed(request.headers.get("Host")):
            return self._stranger(refusal(403, "This machine does not go by that name. Use its address."))
        return None

    async def _asked(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.method == "OPTIONS":
            headers = preflight_headers(request.headers, self._shared(request, bool(self._house.guard.token)))
            return web.Response(status=204, headers=headers)
        try:
            query = parse_qsl(request.query_string, keep_blank_values=True, max_num_fields=MOST_FIELDS)
        except ValueError:
            return self._improper(refusal(400, "Ask for one attribute at a time."))
        peer, now = request.remote or "", time.monotonic()
        given = bearer(request.headers.get("Authorization", "")) or next((v for name, v in query if name == TOKEN), "")
        status = self._entry.status(peer, now, given, request.cookies.get(self._house.guard.cookie[0], ""))
        knows = status == 200 and given != "" and self._house.guard.token != ""
        if not knows and foreign_page(request.headers, self._house.guard):
            return self._stranger(refusal(403, "Pages from elsewhere may not play this instrument, nor look at it."))
        if not self._entry.may_ask(peer, now):
            self._counters.hurried += 1
            return _later(refusal(429, "Too much at once; ask again in a second."))
        rest = [(name, value) for name, value in query if name != TOKEN]
        response = await self._served(request, rest, status, knows)
        self._entry.asked(peer, now, 1.0 + _length(response) / UNIT_BYTES)
        return response

    async def _served(self, request: web.BaseRequest, query: Query, status: int, knows: bool) -> web.StreamResponse:
        names = [name for name, _ in query]
        page = None if _is_upgrade(request) else self._page(request, names)
        if page is not None:
            return self._paged(request, page, query, knows)
        if status == 429:
            return _later(refusal(429, "Too many wrong tokens came from there; wait a minute."))
        if status != 200:
            return self._stranger(refusal(401, "This door asks for its token: ?token=... at the end of the address."))
        if _is_upgrade(request):
            self._entry.asked(request.remote or "", time.monotonic(), UPGRADE_UNITS)
            return await self._converse(request)
        share = self._shared(request, knows)
        if request.path == QR and self._house.qr is not None:
            qr = self._house.qr
            return web.Response(body=qr.body, headers={**data_headers(share), "Content-Type": qr.content_type})
        host = self._house.host if is_here(request.remote or "") else self._house.afar
        return _json(answer(self._house.tree, host, request.path, names), share)

    def _page(self, request: web.BaseRequest, names: list[str]) -> Page | None:
        """Pages hold no secret and need no token; a parameter goes before a file of the same name."""
        if names == [HTML] or (request.path == "/" and not names and "text/html" in request.headers.get("Accept", "")):
            return self._house.pages.get(INDEX, self._house.index)
        return None if request.path in self._house.tree else self._house.pages.get(request.path)

    def _paged(self, request: web.BaseRequest, page: Page, query: Query, knows: bool) -> web.StreamResponse:
        """A page; who brings the token is sent on without it, so that it stands in no address bar and no history."""
        headers = page_headers(page.content_type, request.headers.get("Host"), page.styles)
        if not knows or TOKEN not in request.query_string:
            return web.Response(body=page.body, headers=headers)
        headers["Location"] = f"?{urlencode(query)}" if query else request.path
        response = web.Response(status=303, headers=headers)
        name, value = self._house.guard.cookie
        response.set_cookie(name, value, max_age=COOKIE_S, httponly=True, samesite="Strict")
        return response

    def _shared(self, request: web.BaseRequest, knows: bool) -> str:
        """The origin whose pages may read the answer: ours, or any that brings the token."""
        origin = request.headers.get("Origin", "")
        ours = self._house.guard.origin_allowed(origin, request.headers.get("Host"))
        return origin if origin and (ours or knows) else ""

    def _stranger(self, told: Answer) -> web.Response:
        self._counters.strangers += 1
        response = _json(told)
        if told.status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response

    def _improper(self, told: Answer) -> web.Response:
        self._counters.improper += 1
        response = _json(told)
        response.headers["Allow"] = ", ".join(METHODS)
        response.force_close()
        return response


def _json(told: Answer, share: str = "") -> web.Response:
    headers = data_headers(share)
    if told.status == 204:
        return web.Response(status=204, headers=headers)
    return web.Response(status=told.status, text=told.body, content_type="application/json", headers=headers)


def _later(told: Answer) -> web.Response:
    response = _json(told)
    response.headers["Retry-After"] = "1"
    return response


def _length(response: web.StreamResponse) -> int:
    body = getattr(response, "body", None)
    return len(body) if isinstance(body, bytes) else 0


def _is_upgrade(request: web.BaseRequest) -> bool:
    return request.method == "GET" and request.headers.get("Upgrade", "").casefold() == "websocket"
