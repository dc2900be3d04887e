"""The server as its clients meet it: replies, refusals, CORS, limits, clients that leave."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from riffhouse import CLIP, Cook, right, serving

from liveriff.cli.serve import tls_of
from liveriff.control.riffserver import server
from liveriff.control.riffserver.kitchen import Failed, Full, Late, Mistaken
from liveriff.errors import DeviceError
from liveriff.wire.clips import Clip, Wish

PATH = "/run_inference/"
SOUND = base64.b64encode(b"RIFFgiven").decode()


def played(test: Callable[[aiohttp.ClientSession, Cook], Awaitable[None]], cook: Cook | None = None) -> None:
    async def run() -> None:
        kitchen = cook or Cook()
        async with serving(kitchen) as http:
            await test(http, kitchen)

    asyncio.run(run())


def decoded(uri: str, media: str) -> bytes:
    assert uri.startswith(f"data:{media};base64,")
    return base64.b64decode(uri.partition(",")[2], validate=True)


@pytest.mark.parametrize("path", ["/run_inference/", "/run_inference"])
def test_the_documented_reply(path: str) -> None:
    async def test(http: aiohttp.ClientSession, cook: Cook) -> None:
        async with http.post(path, json=right()) as got:
            assert (got.status, got.content_type) == (200, "application/json")
            reply = await got.json()
        assert set(reply) == {"image", "audio", "duration_s"}
        assert decoded(reply["image"], "image/jpeg") == CLIP.image
        assert decoded(reply["audio"], "audio/mpeg") == CLIP.mp3
        assert reply["duration_s"] == 5.12
        assert cook.wishes[0].alpha == 0.25

    played(test)


def test_the_content_type_does_not_matter() -> None:
    async def test(http: aiohttp.ClientSession, cook: Cook) -> None:
        for media in ("text/plain", "application/x-www-form-urlencoded", "application/json"):
            async with http.post(PATH, data=json.dumps(right()), headers={"Content-Type": media}) as got:
                assert got.status == 200

    played(test)


def test_wrapped_for_worklets_and_proxies() -> None:
    async def test(http: aiohttp.ClientSession, cook: Cook) -> None:
        async def post(path: str, body: Any) -> Any:
            async with http.post(path, json=body) as got:
                assert got.status == 200
                return await got.json()

        plain = await post(PATH, right())
        assert await post(PATH, {"worklet_input": right()}) == {"output": plain}
        assert await post("/api/server", right()) == {"data": plain}
        assert await post("/api/baseten", {"worklet_input": right()}) == {"data": {"output": plain}}

    played(test)


def test_the_plug_in_gets_a_bare_wav() -> None:
    async def test(http: aiohttp.ClientSession, cook: Cook) -> None:
        async with http.post("/run_vst/", json=right(audio=SOUND)) as got:
            assert got.status == 200
            reply = await got.json()
        assert base64.b64decode(reply["audio"], validate=True) == CLIP.wav
        assert cook.wishes[0].audio == b"RIFFgiven"
        async with http.post("/run_vst/", json=right()) as got:
            assert (got.status, await got.text()) == (400, 'missing value for field "audio"')

    played(test)


@pytest.mark.parametrize("accept", ["audio/wav", "text/html, audio/x-wav;q=0.9"])
def test_a_script_gets_a_wav(accept: str) -> None:
    async def test(http: aiohttp.ClientSession, cook: Cook) -> None:
        async with http.post(PATH, json=right(), headers={"Accept": accept}) as got:
            assert (got.status, got.content_type, await got.read()) == (200, "audio/wav", CLIP.wav)
            assert float(got.headers["X-Duration"]) == 5.12
        assert cook.wishes[0].sound_only

    played(test)


def test_health_and_the_page() -> None:
    async def test(http: aiohttp.ClientSession, cook: Cook) -> None:
        async with http.get("/health") as got:
            told = await got.json()
        assert (told["status"], told["model"], told["waiting"], told["seconds"]) == ("ready", "test", 0, 1.25)
        assert "og_beat" in told["pictures"]
        async with http.get("/") as got:
            assert (got.status, got.content_type) == (200, "text/html")
            assert "/run_inference/" in await got.text()

    played(test)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"alpha": "x"}, 'wrong value type for field "alpha" - should be "float" instead of value "x" of type "str"'),
        ({"seed_image_id": "../../etc/passwd"}, "Invalid seed image: ../../etc/passwd"),
        ({"seed_image_id": "mine"}, "Invalid seed image: mine"),
        ({"mask_image_id": "mine"}, "Invalid mask image: mine"),
        ({"start": {"prompt": "x"}}, 'missing value for field "start.seed"'),
    ],
)
def test_refusals_are_texts_with_400(changes: dict, text: str) -> None:
    async def test(http: aiohttp.ClientSession, cook: Cook) -> None:
        async with http.post(PATH, json=right(**changes)) as got:
            assert (got.status, got.content_type, await got.text()) == (400, "text/plain", text)
            assert got.headers["Access-Control-Allow-Origin"] == "*"
        assert not cook.wishes

    played(test)


@pytest.mark.parametrize(
    ("error", "status", "text"),
    [
        (Mistaken("Not so."), 400, "Not so."),
        (Failed("the model broke."), 500, "the model broke."),
        (Late(), 504, "The clip took too long and was given up."),
        (Full(7), 503, "Too many requests wait already; try again later."),
        (RuntimeError("a secret path"), 500, "The server failed on this request."),
    ],
)
def test_what_the_kitchen_cannot_do(error: Exception, status: int, text: str) -> None:
    async def broken(wish: Wish) -> Clip:
        raise error

    async def test(http: aiohttp.ClientSession, cook: Cook) -> None:
        async with http.post(PATH, json=right()) as got:
            assert (got.status, await got.text()) == (status, text)
            assert got.headers["Access-Control-Allow-Origin"] == "*"
            assert got.headers.get("Retry-After") == ("7" if status == 503 else None)

    played(test, Cook(broken))


@pytest.mark.parametrize("path", [PATH, "/run_vst/", "/api/server", "/nowhere"])
def test_preflight(path: str) -> None:
    async def test(http: aiohttp.ClientSession, cook: Cook) -> None:
        asked = {
            "Origin": "https://www.riffusion.com",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "access-control-allow-origin,content-type",
        }
        async with http.options(path, headers=asked) as got:
            assert got.status == 200
            assert got.headers["Access-Control-Allow-Origin"] == "*"
            assert "POST" in got.headers["Access-Control-Allow-Methods"]
            assert got.headers["Access-Control-Allow-Headers"] == "access-control-allow-origin,content-type"
            assert "Access-Control-Allow-Private-Network" not in got.headers
        async with http.options(path, headers={**asked, "Access-Control-Request-Private-Network": "true"}) as got:
            assert got.headers["Access-Control-Allow-Private-Network"] == "true"

    played(test)


def test_other_paths_and_methods() -> None:
    async def test(http: aiohttp.ClientSession, cook: Cook) -> None:
        async with http.get("/nowhere") as got:
            assert (got.status, got.headers["Access-Control-Allow-Origin"]) == (404, "*")
        async with http.get(PATH) as got:
            assert got.status == 405
            assert "POST" in got.headers["Allow"]
        async with http.get("/../../etc/passwd") as got:
            assert got.status == 404

    played(test)


def test_a_huge_body_is_refused_announced_or_not() -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 65536

    async def test(http: aiohttp.ClientSession, cook: Cook) -> None:
        large = b" " * (server.LARGEST_JSON + 1)
        for body in (large, parts()):
            with contextlib.suppress(aiohttp.ClientConnectionError):  # it may hang up while we still send
                async with http.post(PATH, data=body) as got:
                    assert (got.status, got.headers["Access-Control-Allow-Origin"]) == (413, "*")
        async with http.post(PATH, json=right()) as got:
            assert got.status == 200
        assert len(cook.wishes) == 1

    played(test)


def test_a_body_that_does_not_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "SLOWEST_BODY_S", 0.05)

    async def test(http: aiohttp.ClientSession, cook: Cook) -> None:
        port = urlsplit(str(http._base_url)).port
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /run_inference/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        assert b" 408 " in await asyncio.wait_for(reader.readline(), 10)
        writer.close()

    played(test)


def test_a_client_that_leaves_gives_its_wish_up() -> None:
    begun = asyncio.Event()

    async def slow(wish: Wish) -> Clip:
        begun.set()
        await asyncio.sleep(60)
        return CLIP

    async def test(http: aiohttp.ClientSession, cook: Cook) -> None:
        post = asyncio.ensure_future(http.post(PATH, json=right()))
        await asyncio.wait_for(begun.wait(), 10)
        post.cancel()
        for _ in range(500):
            if cook.cancelled:
                return
            await asyncio.sleep(0.01)
        raise AssertionError("the kitchen was not told")

    played(test, Cook(slow))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate with")
def test_https(tmp_path: Path) -> None:
    certificate, key = str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-days", "2"]
    command += ["-keyout", key, "-out", certificate, "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(command, check=True, capture_output=True)
    trust = ssl.create_default_context(cafile=certificate)

    async def run() -> None:
        async with serving(Cook(), tls=tls_of(certificate, key)) as http:
            assert str(http._base_url).startswith("https://")
            async with http.post(PATH, json=right(), ssl=trust) as got:
                assert got.status == 200

    asyncio.run(run())


def test_a_port_that_is_taken() -> None:
    async def test(http: aiohttp.ClientSession, cook: Cook) -> None:
        port = urlsplit(str(http._base_url)).port
        with pytest.raises(DeviceError, match="choose another --port"):
            await server.ClipServer(cook, port=port or 0).start()

    played(test)
