"""Whatever happens to the screen, the sound does not notice: stopped, resized and killed while it plays."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from e2e.command import wait_until
from e2e.house import RATE
from e2e.jackserver import MISSING as NO_JACK
from e2e.jackserver import JackServer
from e2e.screened import Stage
from e2e.terminal import MISSING, Terminal
from e2e.test_play_control import seen, until
from liveriff.control.door.client import DoorClient

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.alone,
    pytest.mark.skipif(bool(MISSING or NO_JACK), reason=MISSING or NO_JACK),
]
LOADED_S = 90.0
STILL_S = 3.0
TROUBLES = ("/status/underruns", "/status/late_blocks")
FLOOR = 3  # late blocks that any machine has once in a while


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """With an audio server that counts late clients and waits for them."""
    with JackServer(RATE, 256, sync=True) as server:
        stage = Stage(tmp_path, server.env)
        yield stage
        stage.close()


async def troubles(door: DoorClient, seconds: float, do: Callable[[], object] = lambda: None) -> float:
    """How many blocks were late or missing while something was done, and for so long after."""
    before = [float(door.value(path) or 0) for path in TROUBLES]
    await asyncio.to_thread(do)
    await asyncio.sleep(seconds)
    return max(float(door.value(path) or 0) - was for path, was in zip(TROUBLES, before, strict=True))


def resize(terminal: Terminal) -> None:
    """Drag a corner to and fro."""
    for size in [(80, 24), (200, 60), (40, 12), (120, 40)] * 5:
        terminal.resize(*size)


def test_a_stopped_a_resized_and_a_killed_screen_cost_no_block(stage: Stage) -> None:
    terminal = stage.play("--midi=off")
    terminal.until("house", LOADED_S)
    screen, engine = stage.screen(terminal), stage.engine()

    async def script(door: DoorClient) -> None:
        await until(door, "/deck/1/heard/prompt/a", bool)
        await asyncio.sleep(2)
        alone = await troubles(door, STILL_S)
        most = 2 * alone + FLOOR
        assert await troubles(door, STILL_S, screen.suspend) <= most
        frame = door.value("/status/frame")
        screen.resume()
        await until(door, "/status/frame", lambda now: now != frame)
        terminal.resize(100, 30)
        terminal.until(lambda shown: "house" in shown and len(shown.splitlines()) <= 30)  # it draws again
        assert await troubles(door, STILL_S, lambda: resize(terminal)) <= most
        assert await troubles(door, STILL_S, lambda: screen.send_signal(signal.SIGKILL)) <= most
        terminal.until("STATUS 137")
        assert engine.is_running()
        beat = door.value("/status/beat")
        await until(door, "/status/beat", lambda now: now != beat)

    seen(stage.url(), script)
    again = stage.run("attach")
    again.until("house")
    assert stage.command("attach", "--end").status == 0
    assert wait_until(lambda: not stage.left_behind(), 10)


def test_a_screen_that_stands_still_for_long_is_let_go_and_comes_back(stage: Stage) -> None:
    terminal = stage.play("--midi=off", "--sink=null")
    terminal.until("house", LOADED_S)
    screen = stage.screen(terminal)

    def connections() -> int:
        return sum(c.status == "ESTABLISHED" for c in stage.engine().net_connections("tcp"))

    assert wait_until(lambda: connections() >= 1, 20)
    screen.suspend()
    assert wait_until(lambda: connections() == 0, 120)
    screen.resume()
    assert wait_until(lambda: connections() >= 1, 60)

    def answers() -> bool:
        """What it missed may come between a key and its answer."""
        terminal.keys("]")
        return wait_until(lambda: "in hand" in terminal.shown(), 3)

    assert wait_until(answers, 40)
