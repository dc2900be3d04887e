"""Whom the server of clips lets in: this machine as Riffusion's does, others by a token, dawdlers not at all."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any
from urllib.parse import urlsplit

import pytest
from riffhouse import Cook, right, serving

from liveriff.cli.serve import guard_of
from liveriff.control.door import entry
from liveriff.control.door.guard import Guard
from liveriff.control.riffserver import server
from liveriff.control.riffserver.kitchen import Full
from liveriff.control.riffserver.page import headers, page
from liveriff.control.riffserver.server import ClipServer, _named
from liveriff.errors import UsageError
from liveriff.wire.clips import Clip, Wish

PATH = "/run_inference/"
SITE = {"Origin": "https://www.riffusion.com"}
FOREIGN = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
LAN, TOKEN = Guard(lan=True), Guard(lan=True, token="sesame")


@pytest.mark.parametrize(
    ("guard", "where", "headers", "status", "share"),
    [
        (Guard(), PATH, SITE, 200, "*"),
        (Guard(), PATH, {"Host": "evil.example"}, 200, "*"),
        (LAN, PATH, {}, 200, None),
        (LAN, PATH, SITE, 403, None),
        (LAN, PATH, FOREIGN, 403, None),
        (LAN, PATH, {"Host": "evil.example"}, 403, None),
        (LAN, PATH, {"Origin": "http://localhost:3000"}, 200, "http://localhost:3000"),
        (TOKEN, PATH, {}, 401, "*"),
        (TOKEN, f"{PATH}?token=wrong", {}, 401, "*"),
        (TOKEN, f"{PATH}?token=sesame", SITE, 200, "*"),
        (TOKEN, PATH, {"Authorization": "Bearer sesame", **SITE}, 200, "*"),
        (TOKEN, PATH, {"Cookie": "=".join(TOKEN.cookie)}, 200, "*"),
        (TOKEN, "/api/server", {}, 401, "*"),
    ],
)
def test_who_may_ask(guard: Guard, where: str, headers: dict[str, str], status: int, share: str | None) -> None:
    async def run() -> None:
        cook = Cook()
        async with serving(cook, guard=guard) as http, http.post(where, json=right(), headers=headers) as got:
            assert got.status == status
            assert got.headers.get("Access-Control-Allow-Origin") == share
        assert len(cook.wishes) == (status == 200)

    asyncio.run(run())


def test_the_page_takes_the_token_and_keeps_a_cookie() -> None:
    async def run() -> None:
        async with serving(Cook(), guard=TOKEN) as http:
            async with http.get("/") as got:
                assert got.status == 200
            async with http.get("/health") as got:
                assert got.status == 401
            async with http.get("/?token=wrong", allow_redirects=False) as got:
                assert (got.status, "Set-Cookie" in got.headers) == (200, False)
            async with http.get("/?token=sesame", allow_redirects=False) as got:
                assert (got.status, got.headers["Location"]) == (303, "/")
                cookie = got.headers["Set-Cookie"]
            assert "HttpOnly" in cookie
            async with http.get("/health", headers={"Cookie": cookie.partition(";")[0]}) as got:
                assert got.status == 200

    asyncio.run(run())


def test_the_page_runs_its_own_script_and_no_other() -> None:
    policy = headers()["Content-Security-Policy"]
    assert page().count("<script") == page().count("<style") == policy.count("script-src 'sha256-") == 1
    assert "unsafe" not in policy
    assert "*" not in policy


def test_only_this_machine_unless_it_is_said() -> None:
    with pytest.raises(UsageError, match="say so with --lan"):
        guard_of("0.0.0.0", False, "sesame")
    assert guard_of("0.0.0.0", True, "").lan
    assert guard_of("127.0.0.1", False, "sesame").token == "sesame"


@pytest.mark.parametrize("begun", [b"", b"POST /run_inf", b"POST / HTTP/1.1\r\nHost: localhost\r\n"])
def test_who_dawdles_is_sent_away(begun: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PATIENCE_S", 0.3)

    async def run() -> None:
        async with serving(Cook()) as http:
            reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(str(http._base_url)).port)
            writer.write(begun)
            with contextlib.suppress(ConnectionResetError):
                assert await asyncio.wait_for(reader.read(-1), 10.0) == b""
            writer.close()

    asyncio.run(run())


class Asking:
    """As much of a request as its place in the queue needs."""

    def __init__(self, remote: str) -> None:
        self.remote = remote


@pytest.mark.parametrize(("host", "let_in"), [("192.168.1.20", server.OF_ONE_HOST), ("127.0.0.1", 30)])
def test_one_machine_does_not_fill_the_queue(host: str, let_in: int) -> None:
    async def run() -> None:
        done = asyncio.Event()

        async def slow(wish: Wish) -> Clip:
            raise AssertionError

        async def cook(request: Any) -> Any:
            await done.wait()
            return "clip"

        clips = ClipServer(Cook(slow))
        asked = [asyncio.ensure_future(clips._counted(cook)(Asking(host))) for _ in range(30)]  # type: ignore[arg-type]
        await asyncio.sleep(0.01)
        assert clips._asking[host] == let_in
        done.set()
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert answers.count("clip") == let_in
        assert sum(isinstance(each, Full) for each in answers) == 30 - let_in
        assert not clips._asking

    asyncio.run(run())


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("embedded", "embedded"),
        ("riffusion:owner/name", "riffusion:owner/name"),
        ("riffusion:/home/somebody/models/funk/", "riffusion:funk"),
        ("riffusion:~/models/funk", "riffusion:funk"),
        (r"riffusion:C:\models\funk", "riffusion:funk"),
    ],
)
def test_nobody_is_told_where_models_lie(model: str, told: str) -> None:
    assert _named(model) == told


def test_a_flood_of_requests_is_slowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry, "UNITS_AT_ONCE", 1.0)  # of this machine ten times as much
    monkeypatch.setattr(entry, "UNITS_PER_S", 0.001)

    async def run() -> None:
        async with serving(Cook()) as http:
            statuses = []
            for _ in range(15):
                async with http.get("/nowhere") as got:
                    statuses.append(got.status)
            assert set(statuses[:10]) == {404}
            assert statuses[-1] == 429

    asyncio.run(run())
