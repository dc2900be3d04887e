"""The terminal screen in a browser, by textual-serve: one process, and one screen for each browser that comes.

``python -m liveriff.ui.served HOST PORT DOOR`` prints the page's address, or on standard error one sentence why not
(status 2), and serves until its standard input ends, which happens when whoever started it is gone. LIVERIFF_TOKEN is
the word that the door wants, and that browsers must know here too (?token=WORD, then a cookie); LIVERIFF_LAN=1 lets
other machines in.

Browsers run pages from everywhere, and a page may open a WebSocket to any place; so the same guard stands here as at
the door, with the same limits: who could guess the word here would know it there. Nothing is fetched from elsewhere:
the page is our own, and its font is textual-serve's.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psutil
from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.server import Server

from liveriff.control.door.addresses import lan_address, own_names
from liveriff.control.door.connections import Connections
from liveriff.control.door.counters import Counters
from liveriff.control.door.entry import Entry
from liveriff.control.door.guard import Guard, foreign_page
from liveriff.control.peers import is_here
from liveriff.ui.served_words import LARGEST, MOST_SCREENS, OF_ONE_HOST, Sensible, fits

TOKEN, LAN = "LIVERIFF_TOKEN", "LIVERIFF_LAN"
GRACE_S = 2.0
SWEEP_S = 1.0
REFUSALS = {
    401: "This page wants its word: add ?token=WORD to the address.",
    429: "Too much came from there; wait a minute.",
}
PAGE = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Served(Server):
    """textual-serve with our page, a guard, and nothing printed."""

    def __init__(self, door: str, host: str, port: int, guard: Guard) -> None:
        """door: its address, for the screens."""
        super().__init__(
            screen_command(door), host, port, "liveriff", templates_path=Path(__file__).with_name("terminal_page")
        )
        self._guard, self._entry = guard, Entry(guard)
        self._screens: Counter[str] = Counter()  # by machine

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing."""

    async def application(self) -> web.Application:
        """What is served, behind the guard."""
        app: web.Application = await self._make_app()
        app.middlewares.append(self._guarded)
        return app

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not self._guard.host_allowed(request.headers.get("Host")) or foreign_page(request.headers, self._guard):
            return web.Response(status=403, text="This page is not for other sites.")
        asked, (name, value) = request.query.get("token", ""), self._guard.cookie
        status = self._status(request, asked, request.cookies.get(name, ""))
        if status != 200:
            return web.Response(status=status, text=REFUSALS[status])
        if asked and self._guard.token:
            away = web.Response(status=303, headers={"Location": "/", **PAGE})
            away.set_cookie(name, value, httponly=True, samesite="Strict")
            return away
        response = await (self._shown(request, handler) if request.path == "/ws" else handler(request))
        if not response.prepared:
            response.headers.update(PAGE)
        return response

    def _status(self, request: web.Request, asked: str, cookie: str) -> int:
        """As at the door."""
        peer, now = request.remote or "", time.monotonic()
        if not self._entry.may_ask(peer, now):
            return 429
        self._entry.asked(peer, now, 1.0)
        return self._entry.status(peer, now, asked, cookie)

    async def _shown(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A screen, unless there are too many."""
        peer = request.remote or ""
        if not all(fits(request.query.get(side, "1")) for side in ("width", "height")):
            return web.Response(status=400, text=f"A screen has at most {LARGEST} columns and rows.")
        if self._screens.total() >= MOST_SCREENS or (self._screens[peer] >= OF_ONE_HOST and not is_here(peer)):
            return web.Response(status=503, text=f"There are {self._screens.total()} screens already.")
        self._screens[peer] += 1
        try:
            return await handler(request)
        finally:
            self._screens[peer] -= 1
            self._screens += Counter()  # forgets who has none

    async def _process_messages(self, websocket: web.WebSocketResponse, app_service: AppService) -> None:
        """textual-serve's, which trusts what browsers say."""
        await super()._process_messages(Sensible(websocket), app_service)  # type: ignore[arg-type]


def screen_command(door: str) -> str:
    """The screen of a performance, for a shell, which must not stay between it and us."""
    words = [sys.executable, "-m", "liveriff", "attach", door]
    return subprocess.list2cmdline(words) if sys.platform == "win32" else f"exec {shlex.join(words)}"


async def serve(host: str, port: int, door: str) -> int:
    """Serve until the standard input ends; returns the exit status."""
    lan = os.environ.get(LAN) == "1"
    guard = Guard(lan, os.environ.get(TOKEN, ""), own_names())
    runner = web.AppRunner(await Served(door, host, port, guard).application(), shutdown_timeout=GRACE_S)
    await runner.setup()
    connections = bounded(runner)
    try:
        try:
            server = await asyncio.get_running_loop().create_server(connections, host, port)
        except OSError as error:
            _say(sys.stderr, f"The screen's page cannot be served at {host}:{port} ({error.strerror or error}).")
            return 2
        shown = lan_address() if lan else host
        _say(sys.stdout, f"http://{shown}:{server.sockets[0].getsockname()[1]}")
        await _until_deserted(connections)
        server.close()
    finally:
        await asyncio.to_thread(end_screens)
        await connections.shutdown(GRACE_S)
        await runner.cleanup()
    return 0


def bounded(runner: web.AppRunner) -> Connections:
    """Connections to what a runner has set up, of which there are no more, and none longer, than at the door."""
    plain: Any = runner.server
    return Connections(plain.request_handler, Counters(), request_factory=plain.request_factory)


async def _until_deserted(connections: Connections) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def wait() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait, name="stdin", daemon=True).start()
    while not ended.is_set():
        connections.sweep()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(ended.wait(), SWEEP_S)


def end_screens() -> None:
    """End the screens that we have started: a server that leaves first would leave them behind."""
    screens = psutil.Process().children(recursive=True)
    for screen in screens:
        with contextlib.suppress(psutil.Error):  # it has just left by itself
            screen.terminate()
    for screen in psutil.wait_procs(screens, GRACE_S)[1]:
        with contextlib.suppress(psutil.Error):
            screen.kill()


def _say(stream: object, sentence: str) -> None:
    print(sentence, file=stream, flush=True)  # type: ignore[call-overload]


if __name__ == "__main__":
    sys.exit(asyncio.run(serve(sys.argv[1], int(sys.argv[2]), sys.argv[3])))
