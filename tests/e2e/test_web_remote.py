"""The web remote in a real browser, against the real command, beside an OSC program and a screen in Python."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from e2e.browser import Shared, chromium, door_of, opened
from e2e.command import Playing, wait_until
from e2e.house import TONE
from liveriff.control.door.client import DoorClient
from liveriff.control.door.door import Door
from liveriff.control.osc import codec
from liveriff.control.osc.desk import Desk
from liveriff.params.registry import Registry

pytestmark = pytest.mark.e2e
PATIENCE_S = 60.0
TOGETHER_S = 1.0
SETTLED_S = 0.3  # who has just moved a control is told of others' moves a quarter of a second later
WEB = Path(__file__).parents[2] / "liveriff" / "ui" / "web"
LEVEL, OTHER = "/deck/1/level", "/deck/2/level"
SPARE = "() => ['html', 'main'].map(name => document.querySelector(name)).map(e => e.scrollWidth - e.clientWidth)"
MOVED = "paths => paths.every(path => liveriff.values.get(path) > -19.5)"
VIEWS = ("decks", "mixer", "pads", "scenes", "health", "all")


def play(home: Path, *more: str, door: str = "127.0.0.1:0") -> Playing:
    """The command on the test tone, silent and in time."""
    return Playing(home, *TONE, "--sink=null", "--midi=off", "--osc=127.0.0.1:0", f"--door={door}", *more)


@pytest.fixture(scope="module")
def playing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playing]:
    """One performance for all tests that do not end it."""
    chromium()
    performance = play(tmp_path_factory.mktemp("home"), "--set=/quantum=off")
    performance.sounds()
    yield performance
    performance.abandon()


@pytest.fixture(scope="module")
def shared() -> Iterator[Shared]:
    """One browser for all tests."""
    chromium()
    shared = Shared()
    yield shared
    shared.close()


async def until(holds: Callable[[], object], patience_s: float = PATIENCE_S) -> float:
    """Wait for something; the moment when it held (time.time)."""
    end = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < end, "this never came"
        await asyncio.sleep(0.002)
    return time.time()


async def page_holds(page: Any, path: str, value: float) -> float:
    """Wait until a page shows a value; the moment by the page's own clock."""
    script = """async ([path, value]) => {
      const shows = () => [...document.querySelectorAll(`[data-path="${path}"]`)]
        .some(each => Math.abs(each.getAttribute("aria-valuenow") - value) < 0.006);
      while (!shows()) await new Promise(requestAnimationFrame);
      return performance.timeOrigin + performance.now();
    }"""
    moment: float = await asyncio.wait_for(page.evaluate(script, [path, value]), PATIENCE_S)
    return moment / 1000


class OscProgram:
    """A fader box on one UDP socket, and what it was told last of each address."""

    def __init__(self, port: int) -> None:
        self.values: dict[str, object] = {}
        self._sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sock.setblocking(False)
        self._sock.connect(("127.0.0.1", port))
        asyncio.get_running_loop().add_reader(self._sock, self._listen)
        self.send("/subscribe")

    def send(self, address: str, *args: Any) -> None:
        self._sock.send(codec.message(address, *args))

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._sock)
        self._sock.close()

    def _listen(self) -> None:
        """Take all that has come: one packet at a time, beside a browser, is too slow for a snapshot."""
        with contextlib.suppress(BlockingIOError):
            while True:
                for message in codec.parse(self._sock.recv(65_535)):
                    self.values[message.address] = message.args[0] if message.args else None


def near(value: object, wanted: float) -> bool:
    return isinstance(value, float) and abs(value - wanted) < 0.006


def test_pages_an_osc_program_and_a_screen_stay_in_step(playing: Playing, shared: Shared) -> None:
    async def scenario(browser: Any) -> None:
        url = door_of(playing)
        pages = [await opened(browser, f"{url}/#mixer") for _ in range(2)]
        async with DoorClient(url) as door:
            await door.ready(PATIENCE_S)
            port = re.search(r"OSC at [\d.]+:(\d+)", "".join(playing.said))
            assert port is not None
            box = OscProgram(int(port[1]))
            await until(lambda: LEVEL in box.values)
            page_sets = "([path, value]) => (liveriff.set(path, value), performance.timeOrigin + performance.now())"
            hands: list[Callable[[float], Any]] = [
                lambda value: pages[0].evaluate(page_sets, [LEVEL, value]),
                lambda value: pages[1].evaluate(page_sets, [LEVEL, value]),
                lambda value: box.send(LEVEL, value),
                lambda value: door.set(LEVEL, value),
            ]
            delays: list[float] = []
            for turn in range(24):
                value, writer = -30.0 + turn, turn % len(hands)
                watching = [asyncio.ensure_future(page_holds(page, LEVEL, value)) for page in pages]
                began = time.time()
                done = hands[writer](value)
                if asyncio.iscoroutine(done):
                    began = (await done) / 1000  # when the page did it, not when it was told to
                others = [watching[index] for index in range(2) if index != writer]
                if writer != 2:
                    others.append(asyncio.ensure_future(until(lambda v=value: near(box.values[LEVEL], v))))  # type: ignore[misc]
                if writer != 3:
                    others.append(asyncio.ensure_future(until(lambda v=value: near(door.value(LEVEL), v))))  # type: ignore[misc]
                delays.append(max(await asyncio.gather(*others)) - began)
                await asyncio.gather(*watching)
                await asyncio.sleep(SETTLED_S)
            box.close()
            delays.sort()
            assert statistics.median(delays) < TOGETHER_S
        assert [page.failures for page in pages] == [[], []]

    shared.run(scenario)


async def fingers(page: Any, kind: str, *points: tuple[float, float]) -> None:
    """Touch events as from the glass: the fingers that are down now."""
    page.glass = getattr(page, "glass", None) or await page.context.new_cdp_session(page)
    touches = [{"x": x, "y": y, "id": number, "force": 1} for number, (x, y) in enumerate(points)]
    await page.glass.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": touches})


async def spot(page: Any, path: str, across: float, up: float) -> tuple[float, float]:
    """Where a place of a control is on the glass; across and up 0..1."""
    box = await page.locator(f"section:not([hidden]) [data-path='{path}']").first.bounding_box()
    return box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"]


def test_several_fingers_play_pads_with_their_velocities(playing: Playing, shared: Shared) -> None:
    async def scenario(browser: Any) -> None:
        url = door_of(playing)
        page = await opened(browser, f"{url}/#pads", has_touch=True)
        async with DoorClient(url, listen=("/pad/1", "/pad/6")) as door:
            await door.ready(PATIENCE_S)
            hits: list[tuple[str, float]] = []

            async def listen() -> None:
                async for path, value in door.updates():
                    if path.endswith("/trigger"):
                        hits.append((path, value))

            listening = asyncio.ensure_future(listen())
            low, high = await spot(page, "/pad/1/trigger", 0.5, 0.1), await spot(page, "/pad/6/trigger", 0.5, 0.9)
            await fingers(page, "Start", low)
            await fingers(page, "Start", low, high)
            await until(lambda: len(hits) == 2)
            soft, loud = dict(hits)["/pad/1/trigger"], dict(hits)["/pad/6/trigger"]
            assert 0.2 < soft < 0.5 < loud <= 1.0
            assert await page.locator(".pad.held").count() == 2
            await fingers(page, "End")
            await until(lambda: len(hits) == 4)
            assert sorted(hits[2:]) == [("/pad/1/trigger", 0.0), ("/pad/6/trigger", 0.0)]
            await page.keyboard.press("z")
            await until(lambda: hits[4:] == [("/pad/1/trigger", pytest.approx(0.8)), ("/pad/1/trigger", 0.0)])
            listening.cancel()
        assert page.failures == []

    shared.run(scenario)


def test_two_faders_move_at_once_and_nobody_fights_a_finger(playing: Playing, shared: Shared) -> None:
    async def scenario(browser: Any) -> None:
        url = door_of(playing)
        page = await opened(browser, f"{url}/#mixer", has_touch=True)
        async with DoorClient(url) as door:
            await door.ready(PATIENCE_S)
            for path in (LEVEL, OTHER):
                door.set(path, -20.0)
            await page_holds(page, LEVEL, -20.0)
            await page_holds(page, OTHER, -20.0)
            first, second = await spot(page, LEVEL, 0.5, 0.5), await spot(page, OTHER, 0.5, 0.5)
            up = [(x, y - 40) for x, y in (first, second)]
            await fingers(page, "Start", first, second)
            await fingers(page, "Move", *up)
            await page.wait_for_function(MOVED, arg=[LEVEL, OTHER])
            held, beside = [await page.evaluate("path => liveriff.values.get(path)", path) for path in (LEVEL, OTHER)]
            await until(lambda: near(door.value(LEVEL), held) and near(door.value(OTHER), beside))
            door.set(LEVEL, -50.0)  # somebody else, meanwhile
            await asyncio.sleep(0.6)
            assert await page.evaluate("path => liveriff.values.get(path)", LEVEL) == held
            await fingers(page, "End")
            await page_holds(page, LEVEL, -50.0)  # the last word counts once the finger is gone
        assert page.failures == []

    shared.run(scenario)


def test_a_prompt_typed_in_the_page_is_heard(playing: Playing, shared: Shared) -> None:
    async def scenario(browser: Any) -> None:
        url = door_of(playing)
        page = await opened(browser, f"{url}/#decks")
        async with DoorClient(url) as door:
            await door.ready(PATIENCE_S)
            field = page.locator("[data-path='/deck/2/prompt/a']").first
            await field.fill("slow whale song")
            assert await page.locator(".field.dirty").count() == 1, "the field does not say that it waits for Enter"
            await field.press("Enter")
            await until(lambda: door.value("/deck/2/prompt/a") == "slow whale song")
            await until(lambda: door.value("/deck/2/heard/prompt/a") == "slow whale song")
            entry = page.locator(".field", has=page.locator("[data-path='/deck/2/prompt/a']")).first
            await entry.locator(".mark", has_text="heard").wait_for()
        assert page.failures == []

    shared.run(scenario)


def test_the_page_comes_back_when_the_engine_does(tmp_path: Path, shared: Shared) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    performances = [play(tmp_path, "--set=/deck/1/level=-21", door=place)]

    async def scenario(browser: Any) -> None:
        page = await opened(browser, f"http://{place}/#mixer")
        await page_holds(page, LEVEL, -21.0)
        family = performances[0].family()
        family[0].send_signal(signal.SIGKILL)
        await page.locator(".connection", has_text="no connection").wait_for()
        for process in family[1:]:
            if process.is_running():
                process.kill()
        performances.append(play(tmp_path, "--set=/deck/1/level=-33", door=place))
        await page.locator(".connection", has_text="live").wait_for()
        await page_holds(page, LEVEL, -33.0)
        async with DoorClient(f"http://{place}") as door:
            await door.ready(PATIENCE_S)
            await page.evaluate("path => liveriff.set(path, -7)", LEVEL)
            await until(lambda: near(door.value(LEVEL), -7.0))
        assert page.failures == []

    try:
        assert wait_until(lambda: door_of(performances[0]) == f"http://{place}")
        shared.run(scenario)
    finally:
        for performance in performances:
            performance.abandon()


def test_the_page_notices_a_line_that_died_without_a_word(tmp_path: Path, shared: Shared) -> None:
    """An engine that stands still is to the page what a network is that was switched off: the socket stays open."""
    performance = play(tmp_path, "--set=/deck/1/level=-21")

    async def scenario(browser: Any) -> None:
        page = await opened(browser, f"{door_of(performance)}/#mixer")
        await page_holds(page, LEVEL, -21.0)
        engine = performance.family()[0]
        engine.suspend()
        try:
            await page.locator(".connection", has_text="no connection").wait_for()
        finally:
            engine.resume()
        await page.locator(".connection", has_text="live").wait_for()
        await page_holds(page, LEVEL, -21.0)

    try:
        performance.sounds()
        shared.run(scenario)
    finally:
        performance.abandon()


def test_nothing_is_wider_than_the_screen(playing: Playing, shared: Shared) -> None:
    async def scenario(browser: Any) -> None:
        page = await opened(browser, f"{door_of(playing)}/", (360, 800))
        for width in (360, 390, 768, 1024, 1600):
            await page.set_viewport_size({"width": width, "height": 800})
            for view in VIEWS:
                await page.evaluate("view => { location.hash = view; }", view)
                await page.locator(f"#{view}:not([hidden]) > *").first.wait_for()
                await page.evaluate("() => new Promise(requestAnimationFrame)")
                assert await page.evaluate(SPARE) == [0, 0], (width, view)
        assert page.failures == []

    shared.run(scenario)


def test_every_control_has_a_name_and_a_key(playing: Playing, shared: Shared) -> None:
    nameless = """() => [...document.querySelectorAll("button, input, textarea, select, [role=slider], [role=meter]")]
      .filter(each => !(each.getAttribute("aria-label") || each.textContent.trim() || each.closest("label")))
      .map(each => each.outerHTML.slice(0, 120))"""

    async def scenario(browser: Any) -> None:
        page = await opened(browser, f"{door_of(playing)}/#mixer")
        for view in VIEWS:
            await page.evaluate("view => { location.hash = view; }", view)
            await page.locator(f"#{view} > *").first.wait_for()
        assert await page.evaluate(nameless) == []
        await page.evaluate("() => { location.hash = 'mixer'; }")
        fader = page.locator(f"#mixer [role=slider][data-path='{OTHER}']")
        await fader.focus()
        await fader.press("Enter")
        await page.keyboard.type("-18")
        await page.keyboard.press("Enter")
        await page_holds(page, OTHER, -18.0)
        await fader.press("ArrowUp")
        assert await page.evaluate("path => liveriff.values.get(path)", OTHER) > -18
        assert page.failures == []

    shared.run(scenario)


def test_a_door_with_a_word_asks_for_it(shared: Shared) -> None:
    async def scenario(browser: Any) -> None:
        registry = Registry()
        desk = Desk(registry, lambda pad, velocity, time_s: None, print)
        door = Door(registry, desk.packet, print, port=0, token="sesame", web=WEB)
        await door.start()

        async def tick() -> None:
            while True:
                door.tick()
                await asyncio.sleep(0.02)

        ticking = asyncio.ensure_future(tick())
        try:
            page = await (await browser.new_context()).new_page()
            await page.goto(door.address)
            await page.locator("#unlock input").fill("sesame")
            await page.locator("#unlock button").click()
            await page.wait_for_selector("body[data-link=open] #decks > *")
            await page.evaluate("path => liveriff.set(path, -7)", LEVEL)
            await until(lambda: registry.get(LEVEL) == -7.0)
        finally:
            ticking.cancel()
            await door.close()

    shared.run(scenario)
