"""The token, and pages of other sites, in a real browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from e2e.browser import Shared, chromium
from liveriff.control.door.door import Door
from liveriff.control.osc.desk import Desk
from liveriff.params.registry import Registry

pytestmark = pytest.mark.e2e
WEB = Path(__file__).parents[2] / "liveriff" / "ui" / "web"
LEVEL = "/deck/1/level"
TRIES = """async url => {
  const tried = {};
  tried.read = await fetch(url + "/?CONTENTS").then(got => got.status, () => "refused");
  tried.blind = await fetch(url + "/deck/1/level", { mode: "no-cors" }).then(got => got.type, () => "refused");
  tried.play = await new Promise(resolve => {
    const socket = new WebSocket(url.replace("http", "ws") + "/");
    socket.onopen = () => resolve("open");
    socket.onerror = () => resolve("refused");
  });
  tried.frame = await new Promise(resolve => {
    const frame = document.createElement("iframe");
    frame.onload = () => { try { resolve(frame.contentDocument ? "blank" : "shown"); } catch { resolve("shown"); } };
    frame.src = url + "/";
    document.body.append(frame);
  });
  return tried;
}"""
"""What a page of another site may try."""


@asynccontextmanager
async def open_door(**options: Any) -> AsyncIterator[tuple[Door, Registry]]:
    """A door with the remote behind it, ticked as the engine does."""
    registry = Registry()
    door = Door(registry, Desk(registry, lambda *_: None, print).packet, print, port=0, web=WEB, **options)
    await door.start()

    async def tick() -> None:
        while True:
            door.tick()
            await asyncio.sleep(0.02)

    ticking = asyncio.ensure_future(tick())
    try:
        yield door, registry
    finally:
        ticking.cancel()
        await door.close()


@asynccontextmanager
async def elsewhere() -> AsyncIterator[int]:
    """A site of somebody else's; its port."""
    app = web.Application()

    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<p>a nice page", content_type="text/html")

    app.router.add_get("/", page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@pytest.fixture(scope="module")
def shared() -> Iterator[Shared]:
    """One browser, in which another site has a name of its own, and that name leads here."""
    chromium()
    shared = Shared("--host-resolver-rules=MAP *.example 127.0.0.1")
    yield shared
    shared.close()


async def plays(page: Any, registry: Registry) -> None:
    """The page is connected and moves a fader."""
    await page.wait_for_selector("body[data-link=open] #decks > *")
    await page.evaluate("path => liveriff.set(path, -7)", LEVEL)
    for _ in range(500):
        if registry.get(LEVEL) == -7.0:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the fader did not move")


def test_a_tablet_opens_the_address_and_keeps_the_cookie(shared: Shared) -> None:
    """As after the camera: in, with a clean address, also after a reload; and nothing breaks the pages' policy."""

    async def scenario(browser: Any) -> None:
        async with open_door(token="sesame") as (door, registry):
            context = await browser.new_context()
            page = await context.new_page()
            broken: list[str] = []
            page.on("console", lambda said: broken.append(said.text) if said.type == "error" else None)
            await page.goto(f"{door.entrance}#pads")
            await page.wait_for_selector("body[data-link=open] main section:not([hidden]) > *")
            assert page.url == f"{door.address}/#pads"
            for view in ("decks", "mixer", "pads", "scenes", "health", "all"):
                await page.evaluate("view => { location.hash = view; }", view)
                await page.locator(f"#{view}:not([hidden]) > *").first.wait_for()
            await page.reload()
            await page.evaluate("() => { location.hash = 'decks'; }")
            await plays(page, registry)
            (cookie,) = await context.cookies()
            assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
            assert await page.evaluate("() => document.cookie") == ""
            assert broken == []
            stranger = await (await browser.new_context()).new_page()
            await stranger.goto(f"{door.address}/?token=wrong")
            await stranger.locator("#sentence", has_text="not its word").wait_for()
            assert "wrong" in stranger.url

    shared.run(scenario)


def test_the_health_view_shows_the_code_for_the_next_tablet(shared: Shared) -> None:
    async def scenario(browser: Any) -> None:
        async with open_door(token="sesame", lan=True) as (door, _):
            page = await (await browser.new_context()).new_page()
            await page.goto(f"{door.entrance}#health")
            code = page.locator("#health img.code")
            await code.wait_for()
            assert await code.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")

    shared.run(scenario)


@pytest.mark.parametrize("token", ["", "sesame"])
def test_a_page_of_another_site_gets_nothing(shared: Shared, token: str) -> None:
    """On the very machine, with the remote open beside it, cookie and all."""

    async def scenario(browser: Any) -> None:
        async with open_door(token=token) as (door, registry), elsewhere() as port:
            context = await browser.new_context()
            remote, page = await context.new_page(), await context.new_page()
            await remote.goto(door.entrance)
            await plays(remote, registry)
            await page.goto(f"http://evil.example:{port}/")
            tried = await page.evaluate(TRIES, door.address)
            assert (tried["read"], tried["play"]) == ("refused", "refused")
            assert tried["blind"] in ("opaque", "refused")
            assert door.counters.strangers >= 3
            framed = [frame for frame in page.frames if frame.url.startswith(door.address)]
            assert [await frame.locator("#decks").count() for frame in framed].count(1) == 0

    shared.run(scenario)


def test_a_name_that_was_made_to_lead_here(shared: Shared) -> None:
    """DNS rebinding: the site's own name resolves to this machine, so its page is of the door's own origin."""

    async def scenario(browser: Any) -> None:
        async with open_door() as (door, _):
            page = await (await browser.new_context(bypass_csp=True)).new_page()
            port = door.address.rpartition(":")[2]
            answer = await page.goto(f"http://evil.example:{port}/")
            assert answer.status == 403
            tried = await page.evaluate(TRIES, f"http://evil.example:{port}")
            assert (tried["read"], tried["play"]) == (403, "refused")

    shared.run(scenario)
