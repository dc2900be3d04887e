"""The terminal screen in a browser: served beside the music, to nobody else, and gone with it."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from e2e.command import wait_until
from e2e.screened import Stage
from e2e.terminal import MISSING

aiohttp = pytest.importorskip("aiohttp")
pytest.importorskip("textual_serve", reason="textual-serve is not installed (pip install 'liveriff[web]')")
pytestmark = [pytest.mark.e2e, pytest.mark.skipif(bool(MISSING), reason=MISSING)]
LOADED_S = 90.0


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Whatever was started in it ends with the test."""
    stage = Stage(tmp_path)
    yield stage
    stage.close()


def free_port() -> int:
    """One that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def served(stage: Stage) -> psutil.Process | None:
    """The process that serves the screen."""
    for child in stage.engine().children():
        if "liveriff.ui.served" in " ".join(child.cmdline()):
            return child
    return None


def alive(process: psutil.Process) -> bool:
    """Whether it runs; one that nobody waits for stays on as a zombie."""
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


async def drawn(port: int, words: bytes) -> None:
    """Be a browser until some words have been drawn."""
    async with aiohttp.ClientSession() as http:  # noqa: SIM117
        async with http.ws_connect(f"http://127.0.0.1:{port}/ws?width=120&height=40") as ws:
            heard = b""
            while words not in heard:
                message = await ws.receive(timeout=LOADED_S)
                assert message.type == aiohttp.WSMsgType.BINARY, message
                heard += message.data


async def answers(port: int, path: str, **headers: str) -> tuple[int, str]:
    """Status and text of a page."""
    async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}{path}", headers=headers) as page:
        return page.status, await page.text()


@pytest.mark.parametrize("how", ["ended", "killed"])
def test_a_browser_gets_the_screen_and_both_end_with_the_music(stage: Stage, how: str) -> None:
    port = free_port()
    terminal = stage.play("--sink=null", "--midi=off", f"--web=127.0.0.1:{port}")
    terminal.until("The screen is at", LOADED_S)
    status, page = asyncio.run(answers(port, "/"))
    assert status == 200
    assert not re.findall(r"(?:src|href|url)\W{1,3}(?:https?:)?//", page)  # nothing from elsewhere
    assert asyncio.run(answers(port, "/", Host="evil.example"))[0] == 403
    assert asyncio.run(answers(port, "/ws", Origin="http://evil.example"))[0] == 403

    async def main() -> None:
        watching = asyncio.ensure_future(drawn(port, b"never drawn"))
        await drawn(port, b"house")
        server = served(stage)
        assert server is not None
        if how == "ended":
            stage.engine().send_signal(signal.SIGTERM)
        else:
            screens = server.children(recursive=True)
            assert screens
            server.kill()  # its screens have nobody to draw for
            assert await asyncio.to_thread(wait_until, lambda: not any(alive(screen) for screen in screens), 20)
            stage.engine().send_signal(signal.SIGTERM)
        with pytest.raises((AssertionError, aiohttp.ClientError)):
            await watching

    asyncio.run(main())
    assert terminal.status(LOADED_S) == 0
    assert stage.left_behind() == []


def test_a_port_that_is_taken_is_told_in_a_sentence(stage: Stage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        terminal = stage.play("--sink=null", "--midi=off", f"--web=127.0.0.1:{port}")
        assert terminal.status(LOADED_S) == 2
    assert "cannot be served" in terminal.shown().replace("\n", "")


def test_other_machines_only_with_lan(stage: Stage) -> None:
    done = stage.command("play", "--headless", "--sink=null", "--web=0.0.0.0:8090")
    assert done.status == 2
    assert "say so with --lan" in done.err
