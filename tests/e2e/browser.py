"""A headless Chromium for the tests of the web remote, and the pictures of it in the documents.

python -m e2e.browser docs        (in tests/; writes docs/remote-phone.png and the like)
"""

from __future__ import annotations

import asyncio
import io
import re
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from e2e.command import Playing, wait_until

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--no-sandbox", "--disable-quic", "--disable-background-networking", "--hide-scrollbars")
PATIENCE_MS = 60_000.0
SIZES = {"phone": (390, 844), "tablet": (1024, 768), "desktop": (1600, 1000)}
PICTURES = {
    "phone": ("phone", "decks"),
    "tablet": ("tablet", "pads"),
    "desktop": ("desktop", "decks"),
    "mixer": ("desktop", "mixer"),
}
"""Of the documents: by name, the size and the view."""

HANDS = """() => {
  liveriff.set("/deck/1/alpha", 0.35);
  liveriff.set("/deck/3/alpha", 0.6);
  for (const pad of [1, 7]) document.querySelector(`[data-path="/pad/${pad}/trigger"]`)?.dispatchEvent(
    new KeyboardEvent("keydown", { key: "Enter" }));
}"""
"""What is played in them."""


def chromium() -> str:
    """The browser's program; skips the test where there is none, or no playwright."""
    pytest.importorskip("playwright.async_api", reason="playwright is not installed")
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium is installed")
    return found


@asynccontextmanager
async def browser(*flags: str) -> AsyncIterator[Any]:
    """Playwright's browser, with more flags; every page of it that fails in JavaScript is for ``opened`` to tell."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS, *flags])
        try:
            yield running
        finally:
            await running.close()


async def opened(running: Any, url: str, size: tuple[int, int] = (1024, 768), **options: Any) -> Any:
    """A page of the remote in a window of its own, connected. ``page.failures`` lists what went wrong in it."""
    context = await running.new_context(viewport={"width": size[0], "height": size[1]}, **options)
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.failures = []
    page.on("pageerror", lambda error: page.failures.append(str(error)))
    await page.goto(url)
    await page.wait_for_selector("body[data-link=open] main section:not([hidden]) > *")
    return page


class Shared:
    """A browser for all scenarios of a module, on a loop of its own; windows are each scenario's."""

    def __init__(self, *flags: str) -> None:
        """Started by the first scenario; flags: beside the usual ones."""
        self._flags = flags
        self._loop = asyncio.new_event_loop()
        self._opened = AsyncExitStack()
        self._running: Any = None

    def run(self, scenario: Callable[[Any], Coroutine[Any, Any, None]]) -> None:
        """Run a coroutine function with it, and close its windows."""
        self._loop.run_until_complete(self._run(scenario))

    async def _run(self, scenario: Callable[[Any], Coroutine[Any, Any, None]]) -> None:
        if self._running is None:
            self._running = await self._opened.enter_async_context(browser(*self._flags))
        try:
            await scenario(self._running)
        finally:
            for window in list(self._running.contexts):
                await window.close()

    def close(self) -> None:
        """End it."""
        self._loop.run_until_complete(self._opened.aclose())
        self._loop.close()


def door_of(playing: Playing) -> str:
    """Address of the door, as the command tells it."""
    pattern = re.compile(r"browsers at (http://[\d.]+:\d+)")
    assert wait_until(lambda: pattern.search("".join(playing.said)), PATIENCE_MS / 1000), playing.said
    found = pattern.search("".join(playing.said))
    assert found is not None
    return found[1]


async def _pictures(url: str, folder: Path) -> None:
    async with browser() as running:
        for name, (size, view) in PICTURES.items():
            page = await opened(running, f"{url}/#{view}", SIZES[size])
            await page.wait_for_timeout(4000)  # the queue and the pictures fill
            await page.evaluate(HANDS)
            await page.wait_for_timeout(250)
            _write(await page.screenshot(), folder / f"remote-{name}.png")


def _write(png: bytes, path: Path) -> None:
    """With 256 colours: half the bytes, and nobody sees it."""
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def main(folder: str) -> None:
    """Play the house scene on the embedded model, and take the pictures."""
    with tempfile.TemporaryDirectory() as home:
        playing = Playing(Path(home), "--sink=null", "--osc=off", "--midi=off", "--door=127.0.0.1:0")
        try:
            playing.sounds()
            asyncio.run(_pictures(door_of(playing), Path(folder)))
        finally:
            playing.abandon()


if __name__ == "__main__":
    main(sys.argv[1])
