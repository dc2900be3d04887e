"""The terminal screen in a browser, by textual-serve: one process, and one screen for each browser that comes.

``python -m liveriff.ui.served HOST PORT DOOR`` prints the page's address, or on standard error one sentence why not
(status 2), and serves until its standard input ends, which happens when whoever started it is gone. LIVERIFF_TOKEN is
the word that the door wants, and that browsers must know here too (?token=WORD, then a cookie); LIVERIFF_LAN=1 lets
other machines in.

Browsers run pages from everywhere, and a page may open a WebSocket to any place; so the same guard stands here as at
the door. Nothing is fetched from elsewhere: the page is our own, and its font is textual-serve's.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
from aiohttp import web
from textual_serve.server import Server

from liveriff.control.door.addresses import lan_address, own_names
from liveriff.control.door.guard import Guard

TOKEN, LAN = "LIVERIFF_TOKEN", "LIVERIFF_LAN"
MOST_SCREENS = 8  # each is a process of some fifty megabytes
GRACE_S = 2.0
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
        self._guard = guard
        self._screens = 0

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing."""

    async def application(self) -> web.Application:
        """What is served, behind the guard."""
        app: web.Application = await self._make_app()
        app.middlewares.append(self._guarded)
        return app

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        host, origin = request.headers.get("Host"), request.headers.get("Origin")
        if not self._guard.host_allowed(host) or not self._guard.origin_allowed(origin, host):
            return web.Response(status=403, text="This page is not for other sites.")
        asked, (name, value) = request.query.get("token", ""), self._guard.cookie
        if not self._guard.token_right(asked, "", request.cookies.get(name, "")):
            return web.Response(status=403, text="This page wants its word: add ?token=WORD to the address.")
        if asked and self._guard.token:
            away = web.Response(status=303, headers={"Location": "/", **PAGE})
            away.set_cookie(name, value, httponly=True, samesite="Strict")
            return away
        response = await (self._shown(request, handler) if request.path == "/ws" else handler(request))
        if not response.prepared:
            response.headers.update(PAGE)
        return response

    async def _shown(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A screen, unless there are too many."""
        if self._screens >= MOST_SCREENS:
            return web.Response(status=503, text=f"There are {MOST_SCREENS} screens already.")
        self._screens += 1
        try:
            return await handler(request)
        finally:
            self._screens -= 1


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
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            _say(sys.stderr, f"The screen's page cannot be served at {host}:{port} ({error.strerror or error}).")
            return 2
        shown = lan_address() if lan else host
        _say(sys.stdout, f"http://{shown}:{runner.addresses[0][1]}")
        await _until_deserted()
    finally:
        await asyncio.to_thread(end_screens)
        await runner.cleanup()
    return 0


async def _until_deserted() -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def wait() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait, name="stdin", daemon=True).start()
    await ended.wait()


def end_screens() -> None:
    """End the screens that we have started: a server that leaves first would leave them behind."""
    screens = psutil.Process().children(recursive=True)
    for screen in screens:
        screen.terminate()
    for screen in psutil.wait_procs(screens, GRACE_S)[1]:
        screen.kill()


def _say(stream: object, sentence: str) -> None:
    print(sentence, file=stream, flush=True)  # type: ignore[call-overload]


if __name__ == "__main__":
    sys.exit(asyncio.run(serve(sys.argv[1], int(sys.argv[2]), sys.argv[3])))
