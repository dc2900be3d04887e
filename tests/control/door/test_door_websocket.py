"""The WebSocket over a real socket: listening, playing, and what a bad client can do (nothing)."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import socket
import sys
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, web_protocol

from liveriff.control.door import session, websocket
from liveriff.control.osc.codec import message
from liveriff.control.osc.packets import parse
from liveriff.params.table import TABLE


def command(name: str, path: str) -> str:
    return json.dumps({"COMMAND": name, "DATA": path})


async def heard(ws: ClientWebSocketResponse, number: int) -> list[tuple[str, Any]]:
    """The next messages: (path, value), or (COMMAND, DATA) of a text frame."""
    got: list[tuple[str, Any]] = []
    while len(got) < number:
        received = await asyncio.wait_for(ws.receive(), 10)
        if received.type is WSMsgType.TEXT:
            told = json.loads(received.data)
            got.append((told["COMMAND"], told["DATA"]))
        else:
            assert received.type is WSMsgType.BINARY, received
            got.extend((address, args[0] if args else None) for _, address, args in parse(received.data))
    return got


def test_listening_to_a_parameter_and_to_a_container(open_door: Callable[..., Any]) -> None:
    async def run() -> None:
        async with open_door() as opened, aiohttp.ClientSession(opened.door.address) as http:
            async with http.ws_connect("/") as ws:
                await ws.send_str(command("LISTEN", "/deck/1/seed"))
                assert await heard(ws, 1) == [("/deck/1/seed", 1)]
                opened.registry.set("/deck/1/seed/drift", 0.5)
                opened.registry.set("/deck/1/seed", 7)
                assert await heard(ws, 1) == [("/deck/1/seed", 7)]
                await ws.send_str(command("LISTEN", "/key"))
                assert dict(await heard(ws, 2)) == {"/key/tonic": "A", "/key/mode": "minor"}
                await ws.send_str(command("IGNORE", "/key/tonic"))
                await ws.send_bytes(message("/ping"))
                assert await heard(ws, 1) == [("/pong", None)]
                opened.registry.set("/key/tonic", "C")
                opened.registry.set("/key/mode", "major")
                assert await heard(ws, 1) == [("/key/mode", "major")]
            await opened.until(lambda: opened.door.counters.listeners == 0)
            assert opened.door.counters.faults == 0

    asyncio.run(run())


def test_everything_and_a_snapshot(open_door: Callable[..., Any]) -> None:
    async def run() -> None:
        held = [path for path, spec in TABLE.items() if spec.kind.held]
        async with (
            open_door() as opened,
            aiohttp.ClientSession(opened.door.address) as http,
            http.ws_connect("/") as ws,
        ):
            await ws.send_str(command("LISTEN", "/"))
            assert [path for path, _ in await heard(ws, len(held))] == held
            await ws.send_str(command("SNAPSHOT", "/reverb"))
            assert len(await heard(ws, 3)) == 3

    asyncio.run(run())


def test_playing_and_the_settled_value_that_comes_back(open_door: Callable[..., Any]) -> None:
    async def run() -> None:
        async with (
            open_door() as opened,
            aiohttp.ClientSession(opened.door.address) as http,
            http.ws_connect("/") as first,
            http.ws_connect("/") as second,
        ):
            for ws in (first, second):
                await ws.send_str(command("LISTEN", "/deck/1/alpha"))
                await heard(ws, 1)
            await first.send_bytes(message("/deck/1/alpha", 5.0))
            assert await heard(second, 1) == [("/deck/1/alpha", 1.0)]
            assert await heard(first, 1) == [("/deck/1/alpha", 1.0)]  # clamped, so its fader has to move back
            assert opened.arrived == [("ws:1", "/deck/1/alpha", (5.0,))]

    asyncio.run(run())


def test_triggers_reach_all_but_who_pulled_them(open_door: Callable[..., Any]) -> None:
    async def run() -> None:
        async with (
            open_door() as opened,
            aiohttp.ClientSession(opened.door.address) as http,
            http.ws_connect("/") as first,
            http.ws_connect("/") as second,
        ):
            for ws in (first, second):
                await ws.send_str(command("LISTEN", "/pad/1/trigger"))
                await ws.send_bytes(message("/ping"))
                assert await heard(ws, 1) == [("/pong", None)]
            await first.send_bytes(message("/pad/1/trigger", 0.75))
            await first.send_bytes(message("/pad/1/trigger", 0.0))
            assert await heard(second, 2) == [("/pad/1/trigger", 0.75), ("/pad/1/trigger", 0.0)]
            await first.send_bytes(message("/ping"))
            assert await heard(first, 1) == [("/pong", None)]

    asyncio.run(run())


def test_new_offers_are_told(open_door: Callable[..., Any]) -> None:
    async def run() -> None:
        async with (
            open_door() as opened,
            aiohttp.ClientSession(opened.door.address) as http,
            http.ws_connect("/") as ws,
        ):
            await ws.send_bytes(message("/ping"))
            await heard(ws, 1)
            opened.registry.offer("/deck/2/prompt/b", ["dub"])
            assert await heard(ws, 1) == [("PATH_CHANGED", "/deck/2/prompt/b")]
            opened.door.path_changed("/deck/2/steps")
            assert await heard(ws, 1) == [("PATH_CHANGED", "/deck/2/steps")]

    asyncio.run(run())


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
def test_pages_from_elsewhere_may_not_play(open_door: Callable[..., Any], origin: str) -> None:
    async def run() -> None:
        async with open_door() as opened, aiohttp.ClientSession(opened.door.address) as http:
            with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                await http.ws_connect("/", origin=origin)
            async with http.ws_connect("/", origin=opened.door.address) as ws:
                assert not ws.closed
            assert opened.door.counters.strangers == 1

    asyncio.run(run())


def test_wrong_words_and_packets_are_answered_or_counted(open_door: Callable[..., Any]) -> None:
    chance = random.Random(1)

    async def run() -> None:
        async with (
            open_door() as opened,
            aiohttp.ClientSession(opened.door.address) as http,
            http.ws_connect("/") as ws,
        ):
            await ws.send_str("nonsense")
            assert (await heard(ws, 1))[0][0] == "ERROR"
            for _ in range(300):
                await ws.send_str("".join(chance.choice('{}[]":,/COMANDTx*\0é😀') for _ in range(30)))
            await ws.send_bytes(message("/ping"))
            while (await heard(ws, 1))[0] != ("/pong", None):
                pass
            assert opened.door.counters.refused == 301
            assert opened.door.counters.faults == 0
            for _ in range(100):
                await ws.send_bytes(chance.randbytes(40))
            await ws.send_bytes(message("/ping"))
            while (await heard(ws, 1))[0] != ("/pong", None):
                pass
            # This dispatcher lets its exceptions out, which a real one must not: the door survives it.
            assert opened.door.counters.faults == 100

    asyncio.run(run())


@pytest.mark.parametrize(
    "frame",
    [
        b"\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0",  # a frame of 2**63 bytes
        b"\x81\x81\0\0\0\0\xff",  # not UTF-8
        b"\x83\x80\0\0\0\0",  # no such opcode
        b"\xf1\x80\0\0\0\0",  # reserved bits
    ],
)
def test_frames_against_the_rules_end_only_their_own_connection(open_door: Callable[..., Any], frame: bytes) -> None:
    async def run() -> None:
        async with open_door() as opened, aiohttp.ClientSession(opened.door.address) as http:
            async with http.ws_connect("/") as good:
                reader, writer = await asyncio.open_connection("127.0.0.1", opened.port)
                writer.write(
                    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
                )
                assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
                await opened.until(lambda: opened.door.counters.listeners == 2)
                writer.write(frame)
                await opened.until(lambda: opened.door.counters.listeners == 1)
                writer.close()
                await good.send_bytes(message("/ping"))
                assert await heard(good, 1) == [("/pong", None)]
            assert opened.door.counters.faults == 0

    asyncio.run(run())


def test_a_client_that_stops_reading_is_ended_and_others_hear_on(
    open_door: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "SLOW_S", 0.5)

    async def run() -> None:
        async with open_door() as opened, aiohttp.ClientSession(opened.door.address) as http:
            deaf = socket.socket()
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.connect(("127.0.0.1", opened.port))
            deaf.setblocking(False)
            text = command("LISTEN", "/deck/1/spectrogram").encode()
            deaf.sendall(
                b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
                + bytes((0x81, 0x80 | len(text), 0, 0, 0, 0))
                + text
            )
            async with http.ws_connect("/") as good:
                await good.send_str(command("LISTEN", "/deck/1/spectrogram"))
                await heard(good, 1)
                n = 0
                while opened.door.counters.too_slow == 0:
                    n += 1
                    opened.registry.publish("/deck/1/spectrogram", n.to_bytes(4, "big") * 2048)
                    assert await heard(good, 1) == [("/deck/1/spectrogram", n.to_bytes(4, "big") * 2048)]
                await opened.until(lambda: opened.door.counters.listeners == 1)
            deaf.close()

    asyncio.run(run())


def test_a_flood_of_packets_leaves_room_for_others(open_door: Callable[..., Any]) -> None:
    async def run() -> None:
        async with (
            open_door() as opened,
            aiohttp.ClientSession(opened.door.address) as http,
            http.ws_connect("/") as flood,
            http.ws_connect("/") as good,
        ):
            for n in range(3000):
                await flood.send_bytes(message("/deck/1/alpha", n / 3000))
            await good.send_bytes(message("/ping"))
            assert await heard(good, 1) == [("/pong", None)]
            assert len(opened.arrived) < 3000  # it was served in between
            await opened.until(lambda: len(opened.arrived) == 3000)
            assert opened.registry.get("/deck/1/alpha") == 1.0

    asyncio.run(run())


def test_a_flood_of_pings_leaves_room_for_others(open_door: Callable[..., Any]) -> None:
    """Pings are no messages to who reads; they take their turns all the same, and of many only some are answered."""

    async def run() -> None:
        async with (
            open_door() as opened,
            aiohttp.ClientSession(opened.door.address) as http,
            http.ws_connect("/", autoping=False) as flood,
            http.ws_connect("/") as good,
        ):
            for n in range(3000):
                await flood.ping(b"%d" % n)
            await good.send_bytes(message("/ping"))
            assert await heard(good, 1) == [("/pong", None)]
            answers = [0]
            while answers[-1] < 2999:
                received = await asyncio.wait_for(flood.receive(), 10)
                assert received.type is WSMsgType.PONG
                answers.append(int(received.data))
            assert answers == sorted(answers)
            assert len(answers) < 1500

    asyncio.run(run())


@pytest.mark.skipif(sys.platform == "win32", reason="its loop reads 64 KiB at a time")
def test_what_comes_at_once_is_taken_in_small_pieces(
    open_door: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frames that say nothing, empty pieces of one that never ends, cost time before anybody hears of them."""
    sizes: list[int] = []
    take = web_protocol.RequestHandler.data_received

    def taken(handler: Any, data: bytes) -> None:
        sizes.append(len(data))
        take(handler, data)

    monkeypatch.setattr(web_protocol.RequestHandler, "data_received", taken)

    async def run() -> None:
        async with (
            open_door() as opened,
            aiohttp.ClientSession(opened.door.address) as http,
            http.ws_connect("/") as ws,
        ):
            peer = ws.get_extra_info("socket").dup()
            with peer:
                peer.setblocking(True)
                pieces = b"\x01\x80\0\0\0\0" + b"\x00\x80\0\0\0\0" * 40_000
                await asyncio.to_thread(peer.sendall, pieces)
            await opened.until(lambda: sum(sizes) >= len(pieces))
            assert max(sizes) <= websocket.READ

    asyncio.run(run())


def test_many_listeners_share_what_time_there_is(
    open_door: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "BUDGET_S", 0.0)  # one in a tick

    async def run() -> None:
        async with (
            open_door() as opened,
            aiohttp.ClientSession(opened.door.address) as http,
            contextlib.AsyncExitStack() as stack,
        ):
            crowd = [await stack.enter_async_context(http.ws_connect("/")) for _ in range(5)]
            for ws in crowd:
                await ws.send_str(command("LISTEN", "/deck/1/pan"))
            for ws in crowd:
                assert await heard(ws, 1) == [("/deck/1/pan", 0.0)]
            opened.registry.set("/deck/1/pan", 1.0)
            for ws in crowd:
                assert await heard(ws, 1) == [("/deck/1/pan", 1.0)]

    asyncio.run(run())


def test_there_is_an_end_to_the_number_of_listeners(
    open_door: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "MOST", 2)

    async def run() -> None:
        async with (
            open_door() as opened,
            aiohttp.ClientSession(opened.door.address) as http,
            http.ws_connect("/"),
            http.ws_connect("/"),
        ):
            with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
                await http.ws_connect("/")
            assert opened.door.counters.full == 1

    asyncio.run(run())


def test_closing_says_goodbye(open_door: Callable[..., Any]) -> None:
    async def run() -> None:
        async with aiohttp.ClientSession() as http:
            async with open_door() as opened:
                ws = await http.ws_connect(opened.door.address)
                await opened.until(lambda: opened.door.counters.listeners == 1)
                reading = asyncio.ensure_future(ws.receive())
            assert (await reading).type is WSMsgType.CLOSE
            assert ws.close_code == 1001

    asyncio.run(run())
