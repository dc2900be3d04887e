"""Whom the server of clips lets in. Engine-free; the server's loop only.

Without ``lan`` it does as Riffusion's server: whoever reaches it on this machine may ask, pages of every site included.
For other machines there is a token, and pages of any site may ask that bring it; without a token only the server's own
page may.
"""

from __future__ import annotations

import time

from aiohttp import web

from liveriff.control.door.entry import Entry
from liveriff.control.door.guard import Guard, bearer, foreign_page
from liveriff.control.riffserver.replies import text

COOKIE_S = 12 * 3600  # a night


class Entrance:
    """``refused`` before a request is answered, ``headers`` for every answer."""

    def __init__(self, guard: Guard) -> None:
        """guard: lan, token and names of this machine."""
        self._guard, self._entry = guard, Entry(guard)

    @property
    def _for_all_pages(self) -> bool:
        return not self._guard.lan or bool(self._guard.token)

    def refused(self, request: web.BaseRequest, now: float) -> web.Response | None:
        """The refusal, None for whom may come in. The page itself holds no secret."""
        peer = request.remote or ""
        if not self._for_all_pages and not self._guard.host_allowed(request.headers.get("Host")):
            return text(403, "This machine does not go by that name. Use its address.")
        if not self._for_all_pages and foreign_page(request.headers, self._guard):
            return text(403, "Pages from elsewhere may not ask here; the server was started without a token.")
        if not self._entry.may_ask(peer, now):
            return text(429, "Too much at once; ask again in a second.", Retry_After="1")
        self._entry.asked(peer, now, 1.0)
        if request.path == "/" and request.method in ("GET", "HEAD"):
            return None
        cookie = request.cookies.get(self._guard.cookie[0], "")
        status = self._entry.status(peer, now, _given(request), cookie)
        if status == 200:
            return None
        sentence = "This server asks for its token: ?token=... at the end of the address."
        return text(status, sentence if status == 401 else "Too many wrong tokens came from there; wait a minute.")

    def entered(self, request: web.BaseRequest) -> web.Response | None:
        """Who brings the token to the page is sent on without it, and with the cookie that it becomes."""
        given = _given(request)
        if not (self._guard.token and given and "token" in request.query):
            return None
        cookie = request.cookies.get(self._guard.cookie[0], "")
        if self._entry.status(request.remote or "", time.monotonic(), given, cookie) != 200:
            return None
        response = web.Response(status=303, headers={"Location": "/"})
        name, value = self._guard.cookie
        response.set_cookie(name, value, max_age=COOKIE_S, httponly=True, samesite="Strict")
        return response

    def headers(self, request: web.BaseRequest) -> dict[str, str]:
        """Which pages may read an answer, and what browsers may not make of it."""
        more = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
        if self._for_all_pages:
            return {**more, "Access-Control-Allow-Origin": "*"}
        origin = request.headers.get("Origin", "")
        ours = origin and self._guard.origin_allowed(origin, request.headers.get("Host"))
        return {**more, "Vary": "Origin", **({"Access-Control-Allow-Origin": origin} if ours else {})}


def _given(request: web.BaseRequest) -> str:
    return bearer(request.headers.get("Authorization", "")) or request.query.get("token", "")
