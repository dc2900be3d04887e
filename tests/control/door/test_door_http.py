"""HTTP: what is served, what is refused, and that neither floods nor dawdlers hold the door."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from liveriff.control.door import connections
from liveriff.control.door.door import Door
from liveriff.control.door.pages import LARGEST, read_pages
from liveriff.errors import UsageError
from liveriff.params.registry import Registry


async def raw(port: int, sent: bytes, patience_s: float = 10.0) -> bytes:
    """Send bytes, and read until the other side hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    try:
        return await asyncio.wait_for(reader.read(-1), patience_s)
    finally:
        writer.close()


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def test_get_head_and_options(open_door: Callable[..., Any]) -> None:
    async def run() -> None:
        async with open_door(osc_port=9000) as opened, aiohttp.ClientSession(opened.door.address) as http:
            async with http.get("/deck/1/level") as got:
                assert (got.status, got.content_type) == (200, "application/json")
                assert (await got.json())["VALUE"] == [-12.0]
            async with http.get("/deck/1/level?VALUE") as got:
                assert await got.json() == {"VALUE": [-12.0]}
            async with http.get("/?HOST_INFO") as got:
                assert (await got.json())["OSC_PORT"] == 9000
            async with http.get("/tempo/tap?VALUE") as got:
                assert (got.status, await got.read()) == (204, b"")
            async with http.head("/deck/1/level") as got:
                assert (got.status, await got.read()) == (200, b"")
                assert int(got.headers["Content-Length"]) > 0
            async with http.options("/deck/1/level", headers={"Origin": "http://localhost:3000"}) as got:
                assert got.status == 204
                assert "Authorization" in got.headers["Access-Control-Allow-Headers"]
            async with http.post("/deck/1/level") as got:
                assert (got.status, got.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
            assert opened.door.counters.improper == 1

    asyncio.run(run())


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Host": "evil.example"}, 403), ({"Host": "localhost"}, 200), ({"Host": "127.0.0.1:1"}, 200)],
)
def test_a_name_that_a_page_made_up_is_refused(open_door: Callable[..., Any], headers: dict, status: int) -> None:
    async def run() -> None:
        async with open_door() as opened, aiohttp.ClientSession(opened.door.address) as http:
            async with http.get("/deck/1/level", headers=headers) as got:
                assert got.status == status
            assert opened.door.counters.strangers == (status == 403)

    asyncio.run(run())


def test_the_token_is_asked_for_but_not_by_pages(open_door: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>remote")

    async def run() -> None:
        options = {"token": "sesame", "web": tmp_path}
        async with open_door(**options) as opened, aiohttp.ClientSession(opened.door.address) as http:
            for path, headers, status in (
                ("/deck/1/level", {}, 401),
                ("/?HOST_INFO", {}, 401),
                ("/deck/1/level?token=wrong", {}, 401),
                ("/deck/1/level?token=sesame", {}, 200),
                ("/deck/1/level?VALUE&token=sesame", {}, 200),
                ("/deck/1/level", {"Authorization": "Bearer sesame"}, 200),
                ("/", {"Accept": "text/html"}, 200),
                ("/index.html", {}, 200),
            ):
                async with http.get(path, headers=headers) as got:
                    assert got.status == status, path
            with pytest.raises(aiohttp.WSServerHandshakeError, match="401"):
                await http.ws_connect("/")
            async with http.ws_connect("/?token=sesame", origin="http://elsewhere.example") as ws:
                assert not ws.closed

    asyncio.run(run())


def test_pages_of_the_remote_and_nothing_else(open_door: Callable[..., Any], tmp_path: Path) -> None:
    web = tmp_path / "web"
    (web / "js").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret")
    (web / "index.html").write_text("<p>remote")
    (web / "js" / "app.js").write_text("1")
    (web / ".hidden").write_text("secret")
    (web / "play").write_text("a file that is called as a parameter")
    with contextlib.suppress(OSError):  # Windows without the right to make links
        (web / "link.txt").symlink_to(tmp_path / "secret.txt")

    async def run() -> None:
        async with open_door(web=web) as opened, aiohttp.ClientSession(opened.door.address) as http:
            async with http.get("/", headers={"Accept": "text/html,*/*"}) as got:
                assert (got.content_type, await got.text()) == ("text/html", "<p>remote")
            async with http.get("/?HTML") as got:
                assert await got.text() == "<p>remote"
            async with http.get("/") as got:
                assert got.content_type == "application/json"
            async with http.get("/js/app.js") as got:
                assert (got.content_type, await got.text()) == ("text/javascript", "1")
            async with http.get("/play") as got:
                assert (await got.json())["TYPE"] == "T"
        for path in ("/../secret.txt", "/js/../../secret.txt", "/%2e%2e/secret.txt", "/.hidden", "/link.txt",
                     "//secret.txt", "/js", "/js/%00", str(tmp_path / "secret.txt")):  # fmt: skip
            async with open_door(web=web) as opened:
                answer = await raw(
                    opened.port, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
                )
                assert status_of(answer) in (400, 404), path
                assert b"secret\r\n" not in answer
                assert not answer.endswith(b"secret")

    asyncio.run(run())


def test_a_page_stands_in_where_there_is_no_remote(open_door: Callable[..., Any]) -> None:
    async def run() -> None:
        async with open_door(osc_port=9000) as opened, aiohttp.ClientSession(opened.door.address) as http:
            async with http.get("/", headers={"Accept": "text/html"}) as got:
                text = await got.text()
            assert opened.door.address in text
            assert "127.0.0.1:9000" in text

    asyncio.run(run())


def test_a_folder_that_is_no_remote_fills_no_memory(tmp_path: Path) -> None:
    with (tmp_path / "huge.bin").open("wb") as huge:
        huge.truncate(LARGEST + 1)
    (tmp_path / "index.html").write_text("x")
    assert "/huge.bin" not in read_pages(tmp_path)
    assert read_pages(tmp_path / "missing") == {}
    assert read_pages(None) == {}


def test_ten_megabytes_are_refused_before_they_come(open_door: Callable[..., Any]) -> None:
    async def run() -> None:
        async with open_door() as opened:
            head = b"POST /deck/1/level HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000\r\n\r\n"
            assert status_of(await raw(opened.port, head)) == 413
            chunked = b"GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
            assert status_of(await raw(opened.port, chunked)) == 413

    asyncio.run(run())


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 1000 + b"\r\n",
        b"\x16\x03\x01\x00\xa5 this is TLS",
        b"/ping\0\0\0,\0\0\0 this is OSC\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"?a&" * 500 + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\nConnection: Upgrade, close\r\n\r\n",
        b"GET /%ff%fe%00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    ],
)
def test_garbage_is_answered_and_the_door_stays_open(
    open_door: Callable[..., Any], sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "PATIENCE_S", 0.5)

    async def run() -> None:
        async with open_door() as opened:
            answer = await raw(opened.port, sent)
            assert answer == b"" or status_of(answer) in (200, 400, 404, 426, 505)
            async with aiohttp.ClientSession(opened.door.address) as http, http.get("/play?VALUE") as got:
                assert got.status == 200
            assert opened.door.counters.faults == 0

    asyncio.run(run())


@pytest.mark.parametrize("begun", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: localhost\r\n"])
def test_who_dawdles_is_sent_away(open_door: Callable[..., Any], begun: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PATIENCE_S", 0.5)

    async def run() -> None:
        async with open_door() as opened:
            reader, writer = await asyncio.open_connection("127.0.0.1", opened.port)
            writer.write(begun)
            with contextlib.suppress(ConnectionResetError):
                assert await asyncio.wait_for(reader.read(-1), 10.0) == b""
            writer.close()

    asyncio.run(run())


def test_who_does_not_read_the_answers_is_sent_away(
    open_door: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "PATIENCE_S", 0.5)

    async def run() -> None:
        async with open_door() as opened:
            deaf = socket.socket()
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.connect(("127.0.0.1", opened.port))
            deaf.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100)  # 14 MB of answers
            await opened.until(lambda: opened.door.counters.too_slow == 1)
            deaf.close()
            assert opened.door.counters.requests < 100

    asyncio.run(run())


def test_a_thousand_connections_are_counted_and_most_refused(open_door: Callable[..., Any]) -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 3000:
        pytest.skip("not enough file descriptors are allowed here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 3000), hard))

    async def run() -> None:
        async with open_door() as opened:
            crowd = [await asyncio.open_connection("127.0.0.1", opened.port) for _ in range(1000)]
            await opened.until(lambda: opened.door.counters.full == 1000 - connections.MOST)
            turned_away = await asyncio.wait_for(crowd[-1][0].read(-1), 5)
            assert status_of(turned_away) == 503
            for _, writer in crowd:
                writer.close()
            await asyncio.sleep(0.2)
            async with aiohttp.ClientSession(opened.door.address) as http, http.get("/play?VALUE") as got:
                assert json.loads(await got.text()) == {"VALUE": [True]}

    try:
        asyncio.run(run())
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_taken_port_is_told_and_another_one_used(open_door: Callable[..., Any]) -> None:
    async def run() -> None:
        async with open_door() as first, open_door(port=first.port) as second:
            assert second.port != first.port
            assert second.notices == [
                f"Port {first.port} is in use; screens and browsers come in at port {second.port}."
            ]
            assert first.notices == []

    asyncio.run(run())


def test_others_come_in_only_when_asked_for() -> None:
    with pytest.raises(UsageError, match="--lan"):
        Door(Registry(), lambda *_: None, print, host="0.0.0.0")


def test_an_address_that_is_not_ours_is_a_sentence() -> None:
    door = Door(Registry(), lambda *_: None, print, host="192.0.2.77", lan=True)
    with pytest.raises(UsageError, match=r"192\.0\.2\.77"):
        asyncio.run(door.start())


def test_a_door_can_be_closed_at_any_time() -> None:
    async def run() -> None:
        door = Door(Registry(), lambda *_: None, print, port=0)
        door.tick()
        await door.close()
        await door.start()
        await door.close()
        await door.close()
        door.tick()

    asyncio.run(run())
