"""The terminal screen for browsers: the same guard and limits as at the door, and nothing taken on trust."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator

import pytest

aiohttp = pytest.importorskip("aiohttp")
pytest.importorskip("textual_serve", reason="textual-serve is not installed (pip install 'liveriff[web]')")

from aiohttp import web  # noqa: E402

from liveriff.control.door import connections, entry  # noqa: E402
from liveriff.control.door.guard import Guard  # noqa: E402
from liveriff.ui import served  # noqa: E402
from liveriff.ui.served_words import LARGEST, sensible  # noqa: E402

WORD = "sesame"


@contextlib.asynccontextmanager
async def opened() -> AsyncIterator[int]:
    """What is served, with a word and no door behind it; its port."""
    screen = served.Served("http://127.0.0.1:9", "127.0.0.1", 0, Guard(token=WORD))
    runner = web.AppRunner(await screen.application())
    await runner.setup()
    limited = served.bounded(runner)
    server = await asyncio.get_running_loop().create_server(limited, "127.0.0.1", 0)
    sweeping = asyncio.ensure_future(swept(limited))
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        sweeping.cancel()
        server.close()
        await limited.shutdown(0.1)
        await runner.cleanup()


async def swept(limited: connections.Connections) -> None:
    while True:
        limited.sweep()
        await asyncio.sleep(0.05)


async def statuses(port: int, *paths: str, **headers: str) -> list[int]:
    """What a browser without cookies is answered."""
    got = []
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", cookie_jar=aiohttp.DummyCookieJar()) as http:
        for path in paths:
            async with http.get(path, headers=headers, allow_redirects=False) as answer:
                got.append(answer.status)
    return got


@pytest.fixture
def from_afar(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine counts as another one."""
    monkeypatch.setattr(entry, "is_here", lambda host: False)
    monkeypatch.setattr(served, "is_here", lambda host: False)


@pytest.mark.usefixtures("from_afar")
async def test_the_word_is_guessed_no_faster_than_at_the_door() -> None:
    async with opened() as port:
        guesses = [f"/?token=guess{number}" for number in range(25)]
        assert await statuses(port, *guesses) == [401] * 20 + [429] * 5
        assert await statuses(port, f"/?token={WORD}") == [429]


async def test_who_knows_the_word_comes_in() -> None:
    async with opened() as port:
        assert await statuses(port, "/", "/ws", "/static/js/textual.js") == [401] * 3
        assert await statuses(port, f"/?token={WORD}") == [303]
        name, value = Guard(token=WORD).cookie
        assert await statuses(port, "/", "/static/js/textual.js", Cookie=f"{name}={value}") == [200, 200]
        assert await statuses(port, f"/?token={WORD}", Origin="http://evil.example") == [403]
        assert await statuses(port, "/", Cookie=f"{name}={value}", **{"Sec-Fetch-Site": "cross-site"}) == [403]


@pytest.mark.parametrize("size", ["width=1001", "height=99999999", "width=0", "height=-3", "width=%C2%B2"])
async def test_no_screen_is_larger_than_a_screen(size: str) -> None:
    async with opened() as port:
        name, value = Guard(token=WORD).cookie
        assert await statuses(port, f"/ws?{size}", Cookie=f"{name}={value}") == [400]


@pytest.mark.usefixtures("from_afar")
async def test_one_machine_does_not_take_all_screens() -> None:
    screen = served.Served("http://127.0.0.1:9", "127.0.0.1", 0, Guard())
    leave = asyncio.Event()

    async def shown(request: web.Request) -> web.StreamResponse:
        await leave.wait()
        return web.Response()

    class Asked:
        def __init__(self, remote: str) -> None:
            self.remote, self.query = remote, dict[str, str]()

    def ask(remote: str) -> asyncio.Task[web.StreamResponse]:
        return asyncio.ensure_future(screen._shown(Asked(remote), shown))  # type: ignore[arg-type]

    tasks = [ask("192.168.1.20") for _ in range(6)] + [ask(f"192.168.1.{n}") for n in range(30, 36)]
    await asyncio.sleep(0)
    leave.set()
    got = [(await task).status for task in tasks]
    assert got == [200] * 4 + [503] * 2 + [200] * 4 + [503] * 2
    assert not screen._screens


async def test_a_request_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PATIENCE_S", 0.3)
    async with opened() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        with contextlib.suppress(ConnectionResetError):
            assert await asyncio.wait_for(reader.read(-1), 10.0) == b""
        writer.close()


async def test_there_is_an_end_to_the_number_of_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST", 2)
    async with opened() as port:
        many = []
        for _ in range(3):
            many.append(await asyncio.to_thread(socket.create_connection, ("127.0.0.1", port)))
            await asyncio.sleep(0.1)
        answer = await asyncio.wait_for(asyncio.to_thread(many[2].recv, 100), 10.0)
        assert answer.startswith(b"HTTP/1.1 503")
        for each in many:
            each.close()


@pytest.mark.parametrize(
    ("said", "is_sensible"),
    [
        (["stdin", "q"], True),
        (["resize", {"width": 120, "height": 40}], True),
        (["resize", {"width": LARGEST, "height": LARGEST}], True),
        (["ping", 3], True),
        (["blur"], True),
        (["focus"], True),
        (["resize", {"width": LARGEST + 1, "height": 40}], False),
        (["resize", {"width": 1e9, "height": 40}], False),
        (["resize", {"width": "x", "height": 40}], False),
        (["resize", {"height": 40}], False),
        (["resize", 7], False),
        (["resize"], False),
        (["stdin", 7], False),
        (["stdin"], False),
        (["ping"], False),
        (["rm", "-rf"], False),
        ([], False),
        ([["stdin"], "q"], False),
        ({"stdin": "q"}, False),
        (7, False),
        (None, False),
    ],
)
def test_only_what_makes_sense_is_passed_on(said: object, is_sensible: bool) -> None:
    assert sensible(json.dumps(said)) is is_sensible


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "\0", "NaN"])
def test_what_is_no_json_is_left_out(text: str) -> None:
    assert not sensible(text)
