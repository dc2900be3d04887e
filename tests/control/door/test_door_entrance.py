"""The token and its cookie, pages of other sites, headers, and how much one machine may ask."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.control.door import connections, entry, http, websocket
from liveriff.control.door.door import Door
from liveriff.control.door.entry import Entry
from liveriff.control.door.guard import Guard, token_of
from liveriff.control.door.headers import policy
from liveriff.control.qr import encoded, svg
from liveriff.errors import UsageError
from liveriff.params.registry import Registry

WEB = Path(__file__).parents[3] / "liveriff" / "ui" / "web"
PAGE = {"Accept": "text/html"}
TABLET = "192.168.1.20"
EVIL = "http://evil.example"


@pytest.mark.parametrize("text", ["", "sesame", "a-b.c_d~e", "x" * 128])
def test_words_that_can_be_tokens(text: str) -> None:
    assert token_of(text) == text


@pytest.mark.parametrize("text", ["two words", "ä", "a/b", "a&b", "x" * 129, "a\n", "#"])
def test_words_that_cannot(text: str) -> None:
    with pytest.raises(UsageError, match="a token is made of"):
        token_of(text)


def test_a_new_token_is_another_each_time() -> None:
    made = {token_of("auto") for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"[a-z2-9]{12}", each) for each in made)


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=80))
def test_nothing_but_the_token_opens(query: str, authorization: str, cookie: str) -> None:
    guard = Guard(lan=True, token="a-word-that-hypothesis-does-not-find")
    assert not guard.token_right(query, authorization, cookie)


def test_the_cookie_is_not_the_token_and_belongs_to_it() -> None:
    one, other = Guard(token="sesame"), Guard(token="simsim")
    assert one.token_right("", "", one.cookie[1])
    assert not other.token_right("", "", one.cookie[1])
    assert not one.token_right("wrong", "", one.cookie[1]), "who shows a token is judged by it"
    assert one.cookie[0] != other.cookie[0], "two instruments on one machine share the cookies"
    assert "sesame" not in "".join(one.cookie)


def test_the_token_in_the_address_becomes_a_cookie(open_door: Callable[..., Any]) -> None:
    """And leaves the address: it stands in no history, no bookmark, and on nobody's photograph of the stage."""

    async def run() -> None:
        options = {"token": "sesame", "web": WEB}
        async with open_door(**options) as opened:
            jar = aiohttp.CookieJar(unsafe=True)  # "unsafe" are addresses without a name
            async with aiohttp.ClientSession(opened.door.address, cookie_jar=jar) as browser:
                async with browser.get("/deck/1/level") as got:
                    assert got.status == 401
                async with browser.get("/?token=sesame", headers=PAGE, allow_redirects=False) as got:
                    assert (got.status, got.headers["Location"]) == (303, "/")
                    cookie = got.headers["Set-Cookie"]
                    assert all(word in cookie for word in ("HttpOnly", "SameSite=Strict", "Path=/"))
                    assert "sesame" not in cookie
                async with browser.get("/deck/1/level") as got:
                    assert got.status == 200
                async with browser.ws_connect("/", origin=opened.door.address) as ws:
                    assert not ws.closed
                with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                    await browser.ws_connect("/", origin=EVIL)
            async with aiohttp.ClientSession(opened.door.address) as other:
                async with other.get("/?token=wrong", headers=PAGE, allow_redirects=False) as got:
                    assert (got.status, "Set-Cookie" in got.headers) == (200, False)
                async with other.get("/?HTML&token=sesame", allow_redirects=False) as got:
                    assert got.headers["Location"] == "?HTML="

    asyncio.run(run())


def test_pages_of_other_sites_neither_look_nor_play(open_door: Callable[..., Any]) -> None:
    """Nor on this machine, where any page that is open in a browser reaches the door."""
    own, foreign = "http://localhost:3000", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    cases: list[tuple[str, dict[str, str], int, str | None]] = [
        ("/deck/1/level", {"Origin": EVIL}, 403, None),
        ("/deck/1/level", {"Origin": "null"}, 403, None),
        ("/deck/1/level", {"Origin": own}, 200, own),
        ("/deck/1/level", foreign, 403, None),
        ("/js/app.js", foreign, 403, None),
        ("/qr.svg", foreign, 403, None),
        ("/", {**foreign, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", **PAGE}, 200, None),
        ("/", {**foreign, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe", **PAGE}, 403, None),
        ("/deck/1/level", {}, 200, None),
    ]

    async def run() -> None:
        async with open_door(web=WEB) as opened, aiohttp.ClientSession(opened.door.address) as page:
            for path, headers, status, share in cases:
                async with page.get(path, headers=headers) as got:
                    assert got.status == status, (path, headers)
                    assert got.headers.get("Access-Control-Allow-Origin") == share
            async with page.options("/deck/1/level", headers={"Origin": EVIL}) as got:
                assert "Access-Control-Allow-Origin" not in got.headers
        async with open_door(token="sesame") as opened, aiohttp.ClientSession(opened.door.address) as page:
            async with page.get("/deck/1/level?token=sesame", headers={"Origin": EVIL}) as got:
                assert (got.status, got.headers["Access-Control-Allow-Origin"]) == (200, EVIL)
            async with page.get("/deck/1/level?token=wrong", headers={"Origin": EVIL}) as got:
                assert got.status == 403
            ask = {"Origin": EVIL, "Access-Control-Request-Private-Network": "true"}
            async with page.options("/deck/1/level", headers=ask) as got:
                assert got.headers["Access-Control-Allow-Headers"] == "Authorization"
                assert got.headers["Access-Control-Allow-Private-Network"] == "true"

    asyncio.run(run())


def test_headers_of_pages_and_data(open_door: Callable[..., Any]) -> None:
    async def run() -> None:
        async with open_door(web=WEB) as opened, aiohttp.ClientSession(opened.door.address) as browser:
            for path in ("/", "/js/app.js", "/style/base.css"):
                async with browser.get(path, headers=PAGE) as got:
                    rules = got.headers["Content-Security-Policy"].split("; ")
                    assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= set(rules)
                    assert not any("unsafe" in rule or "*" in rule for rule in rules)
                    assert f"connect-src 'self' ws://127.0.0.1:{opened.port} wss://127.0.0.1:{opened.port}" in rules
                    assert got.headers["X-Frame-Options"] == "DENY"
                    assert got.headers["X-Content-Type-Options"] == "nosniff"
                    assert got.headers["Referrer-Policy"] == "no-referrer"
            async with browser.get("/deck/1") as got:
                assert got.headers["Cache-Control"] == "no-store"
                assert got.headers["X-Content-Type-Options"] == "nosniff"
        async with (
            open_door() as opened,
            aiohttp.ClientSession(opened.door.address) as browser,
            browser.get("/", headers=PAGE) as got,
        ):
            assert re.search(r"style-src 'self' 'sha256-[\w+/=]+'", got.headers["Content-Security-Policy"])

    asyncio.run(run())


@pytest.mark.parametrize("host", ["a b", "x;script-src *", "x\r\nX: y", "[::1", "ä", ""])
def test_a_host_writes_nothing_into_the_policy(host: str) -> None:
    assert policy(host) == policy(None)


def test_the_remote_has_no_script_or_style_in_its_pages() -> None:
    """Or else the policy would have to allow every script that somebody gets into the page."""
    html = (WEB / "index.html").read_text("utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)", html) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:", html) == []
    for script in (WEB / "js").rglob("*.js"):
        text = script.read_text("utf-8")
        assert re.findall(r"\beval\(|new Function|document\.write|setAttribute\(.style|style=.?\"", text) == [], script
        assert re.findall(r"https?://(?!www\.w3\.org/)", text) == [], script


def test_the_picture_for_cameras(open_door: Callable[..., Any]) -> None:
    """It holds the token, so it is for those who know it."""

    async def run() -> None:
        async with open_door(token="sesame") as opened, aiohttp.ClientSession(opened.door.address) as browser:
            assert opened.door.entrance == f"{opened.door.address}/?token=sesame"
            async with browser.get("/qr.svg") as got:
                assert got.status == 401
            async with browser.get("/qr.svg", headers={"Authorization": "Bearer sesame"}) as got:
                assert got.content_type == "image/svg+xml"
                assert await got.text() == svg(encoded(opened.door.entrance))
            async with browser.get("/?HOST_INFO&token=sesame") as got:
                told = await got.json()
                assert told["ADDRESS"] == opened.door.address
                assert "sesame" not in str(told)

    asyncio.run(run())


def test_osc_that_listens_to_this_machine_is_told_to_no_other() -> None:
    near = Door(Registry(), lambda *_: None, print, osc_port=8000, lan=True)._hosts("x")
    both = Door(Registry(), lambda *_: None, print, osc_host="0.0.0.0", osc_port=8000, lan=True)._hosts("x")
    assert [host.osc_port for host in near] == [8000, 0]
    assert both[0] == both[1]


# --- how much ---------------------------------------------------------------------------------------------------------


def test_guessing_is_slow_for_others_and_does_not_lock_this_machine() -> None:
    door = Entry(Guard(lan=True, token="sesame"))
    asked = [door.status(TABLET, 0.0, f"guess{n}", "") for n in range(30)]
    assert asked == [401] * 20 + [429] * 10
    assert door.status(TABLET, 0.1, "sesame", "") == 429, "or guessing would go on unseen"
    assert door.status(TABLET, 0.1, "", "") == 401, "who shows nothing guesses nothing"
    assert door.status("192.168.1.21", 0.1, "sesame", "") == 200
    assert door.status(TABLET, 10.0, "sesame", "") == 200
    assert {door.status("127.0.0.1", 0.0, "wrong", "") for _ in range(50)} == {401}
    assert door.status("127.0.0.1", 0.0, "sesame", "") == 200


def test_one_machine_asks_too_much(open_door: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry, "UNITS_AT_ONCE", 3.0)  # of this machine ten times as much
    monkeypatch.setattr(entry, "UNITS_PER_S", 0.001)

    async def run() -> None:
        async with open_door() as opened, aiohttp.ClientSession(opened.door.address) as greedy:
            statuses = []
            for _ in range(40):
                async with greedy.get("/deck/1/level?VALUE") as got:
                    statuses.append(got.status)
            assert statuses[:25] == [200] * 25
            assert statuses[-5:] == [429] * 5
            assert opened.door.counters.hurried == statuses.count(429)
            async with greedy.get("/deck/1/level", headers={"Origin": EVIL}) as got:
                assert got.status == 403, "what is refused anyway costs no one anything"

    asyncio.run(run())


def test_whole_trees_cost_more_than_values() -> None:
    assert http.UNIT_BYTES < 567_000 / 10
    assert entry.UNITS_AT_ONCE > 5 * 64, "a reconnecting screen reads again what has changed"


class Handler:
    """As much of aiohttp's."""

    _task_handler = None


class Line:
    """As much of a transport as a connection needs to be counted."""

    def __init__(self, host: str) -> None:
        self.host, self.written, self.closed = host, b"", False

    def get_extra_info(self, name: str) -> object:
        return (self.host, 5000) if name == "peername" else None

    def write(self, data: bytes) -> None:
        self.written += data

    def close(self) -> None:
        self.closed = True


def test_one_machine_has_few_connections_and_ours_always_comes_in() -> None:
    async def run() -> None:
        async def answer(request: Any) -> Any:
            raise AssertionError

        house = connections.Connections(answer, connections.Counters())
        lines = []
        for number in range(300):
            host = TABLET if number < 60 else f"10.0.{number}.1"
            handler, line = Handler(), Line(host)
            house.connection_made(handler, line)  # type: ignore[arg-type]
            if line.closed:
                house.connection_lost(handler)
            lines.append(line)
        let_in = [line for line in lines if not line.closed]
        assert sum(line.host == TABLET for line in let_in) == connections.OF_ONE_HOST
        assert len(let_in) == connections.MOST - connections.KEPT
        assert lines[-1].written.startswith(b"HTTP/1.1 503 ")
        own = [Line("127.0.0.1") for _ in range(2 * connections.KEPT)]  # accepted at once, before one is counted
        for line in own:
            house.connection_made(Handler(), line)  # type: ignore[arg-type]
        assert [line.closed for line in own] == [False] * connections.KEPT + [True] * connections.KEPT
        assert house._counters.full == 300 - len(let_in) + connections.KEPT

    asyncio.run(run())


def test_one_machine_has_few_listeners() -> None:
    there = websocket.Listeners.__new__(websocket.Listeners)
    there._sessions, there._hosts = {}, {}
    taken = 0
    for number in range(100):
        host = TABLET if number < 40 else f"10.0.0.{number}"
        if there._room_for(host):
            there._sessions[number] = there._hosts[number] = host  # type: ignore[index,assignment]
            taken += host == TABLET
    assert taken == websocket.OF_ONE_HOST
    assert len(there._sessions) == websocket.MOST - websocket.KEPT
    assert there._room_for("127.0.0.1")
