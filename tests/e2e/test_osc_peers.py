"""The OSC server beside programs of other hands: liblo, Pure Data, SuperCollider. All on the loopback."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import shutil
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from liveriff.control.osc.server import OscServer
from liveriff.params.registry import Registry

pytestmark = pytest.mark.e2e
PATIENCE_S = 60.0


def needs(program: str, package: str) -> pytest.MarkDecorator:
    """Skip where a program is not installed."""
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is missing (apt install {package})")


class Stage:
    """A registry and a server on a free port, ticking."""

    def __init__(self) -> None:
        self.registry = Registry()
        self.hits: list[tuple[int, float, float, float]] = []  # pad, velocity, when meant, when told
        self.server = OscServer(self.registry, self._strike, lambda sentence: None, "127.0.0.1", 0)

    @property
    def port(self) -> str:
        """As a word for a command line."""
        return str(self.server.address[1])

    def _strike(self, pad: int, velocity: float, time_s: float) -> None:
        self.hits.append((pad, velocity, time_s, time.monotonic()))

    async def run(self, seconds: float) -> None:
        """Tick for a while."""
        end = time.monotonic() + seconds
        await self.until(lambda: time.monotonic() >= end)

    async def until(self, true: Callable[[], object]) -> None:
        """Tick until something is so."""
        end = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < end, "it did not come"
            self.server.tick()
            await asyncio.sleep(0.02)


def play(scene: Callable[[Stage], Awaitable[object]]) -> None:
    """A server, and a scene with it."""

    async def whole() -> None:
        stage = Stage()
        await stage.server.start()
        try:
            await scene(stage)
        finally:
            stage.server.close()

    asyncio.run(whole())


class Program:
    """Another program and all that it printed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []
        self.reading = asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.lines.append(line.decode(errors="replace").rstrip())

    def said(self, *words: str) -> bool:
        """Whether one line has all words."""
        return any(all(word in line for word in words) for line in self.lines)


@contextlib.asynccontextmanager
async def running(*command: str, env: dict[str, str] | None = None) -> AsyncIterator[Program]:
    """A program, ended at the end."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **(env or {})},
    )
    program = Program(process)
    try:
        yield program
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        await program.reading


async def done(*command: str) -> None:
    """A program that ends by itself."""
    async with running(*command) as program:
        assert await asyncio.wait_for(program.process.wait(), PATIENCE_S) == 0, program.lines


def free_port() -> str:
    """A UDP port that nobody has now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


# --- liblo ----------------------------------------------------------------------------------------------------------


@needs("oscsend", "liblo-tools")
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_oscsend(transport: str) -> None:
    """Every type that liblo sends, over both transports."""

    async def scene(stage: Stage) -> None:
        url = f"osc.{transport}://127.0.0.1:{stage.port}/"
        for words in (
            ["/deck/1/level", "f", "-3.5"],
            ["/deck/1/seed", "h", "77"],
            ["/deck/1/pan/raw", "d", "0.75"],
            ["/deck/1/prompt/a", "s", "dub techno"],
            ["/deck/2/prompt/a", "S", "rain"],
            ["/deck/[34]/mute", "T"],
            ["/play", "F"],
            ["/pad/3/trigger", "i", "1"],
            ["/pad/4/trigger", "I"],
            ["/deck/1/density", "N"],
        ):
            await done("oscsend", url, *words)
        await stage.until(lambda: stage.server.counters.received == 10)
        get = stage.registry.get
        assert (get("/deck/1/level"), get("/deck/1/seed"), get("/deck/1/pan")) == (-3.5, 77, 0.5)
        assert (get("/deck/1/prompt/a"), get("/deck/2/prompt/a")) == ("dub techno", "rain")
        assert (get("/deck/3/mute"), get("/deck/4/mute"), get("/deck/1/mute"), get("/play")) == (
            True,
            True,
            False,
            False,
        )
        assert [(pad, velocity) for pad, velocity, _, _ in stage.hits] == [(3, 1.0), (4, 1.0)]
        assert stage.server.counters.wrong == stage.server.counters.malformed == 0

    play(scene)


@needs("oscdump", "liblo-tools")
def test_oscdump() -> None:
    """A listener that another program subscribed: a snapshot, then changes, as liblo reads them."""

    async def scene(stage: Stage) -> None:
        port = free_port()
        async with running("oscdump", "-L", port) as dump:
            subscribe = ["oscsend", "127.0.0.1", stage.port, "/subscribe", "sis", "127.0.0.1", port, "/deck/1"]
            for _ in range(int(PATIENCE_S)):  # until it listens
                await done(*subscribe)
                await stage.run(0.5)
                if dump.said("/deck/1/spectrogram"):
                    break
            assert dump.said("/deck/1/level f -12.0")
            assert dump.said("/deck/1/category s ")
            assert dump.said("/deck/1/seed i 1")
            assert not dump.said("/deck/2/")
            stage.registry.set("/deck/1/level", -1.5, "midi")
            await stage.until(lambda: dump.said("/deck/1/level f -1.5"))

    play(scene)


# --- Pure Data ------------------------------------------------------------------------------------------------------

PATCH = """\
#N canvas 0 0 450 300 12;
#X obj 10 10 loadbang;
#X msg 10 40 connect 127.0.0.1 PORT;
#X obj 100 10 delay 300;
#X msg 100 40 -3.5;
#X obj 100 70 oscformat deck 1 level;
#X msg 200 40 list dub techno 2;
#X obj 200 70 oscformat deck 1 prompt a;
#X msg 300 40 0.25;
#X obj 300 70 oscformat pad 3 trigger;
#X obj 100 100 list prepend send;
#X obj 100 130 list trim;
#X obj 100 160 netsend -u -b;
#X obj 100 190 oscparse;
#X obj 100 220 print HEARD;
#X connect 0 0 1 0;
#X connect 0 0 2 0;
#X connect 1 0 11 0;
#X connect 2 0 3 0;
#X connect 2 0 5 0;
#X connect 2 0 7 0;
#X connect 3 0 4 0;
#X connect 4 0 9 0;
#X connect 5 0 6 0;
#X connect 6 0 9 0;
#X connect 7 0 8 0;
#X connect 8 0 9 0;
#X connect 9 0 10 0;
#X connect 10 0 11 0;
#X connect 11 1 12 0;
#X connect 12 0 13 0;
"""


@needs("pd", "puredata-core")
def test_pure_data_both_ways(tmp_path: Path) -> None:
    """A patch that plays, and hears everything on the socket that it plays from, without a word of set-up."""

    async def scene(stage: Stage) -> None:
        patch = tmp_path / "hand.pd"
        patch.write_text(PATCH.replace("PORT", stage.port))
        async with running("pd", "-nogui", "-noaudio", "-nomidi", "-stderr", "-open", str(patch)) as pd:
            await stage.until(lambda: stage.registry.get("/deck/1/prompt/a") == "dub techno 2")
            await stage.until(lambda: stage.hits)
            assert stage.registry.get("/deck/1/level") == -3.5
            assert stage.hits[0][:2] == (3, 0.25)
            await stage.until(lambda: pd.said("HEARD", "deck 4 level -12"))
            await stage.until(lambda: pd.said("HEARD", "status bar 1.1.1"))
            assert pd.said("HEARD", "play 1")
            stage.registry.set("/play", False, "midi")
            stage.registry.set("/deck/2/pan", -0.5, "midi")
            await stage.until(lambda: pd.said("HEARD", "play 0") and pd.said("HEARD", "deck 2 pan -0.5"))
            assert not pd.said("unknown tag")

    play(scene)


# --- SuperCollider --------------------------------------------------------------------------------------------------

SCORE = """\
var server = NetAddr("127.0.0.1", PORT);
OSCFunc({ |message| "HEARD % %".format(message[0], message[1]).postln }, '/deck/1/level');
OSCFunc({ |message| "HEARD %".format(message[0]).postln }, '/pong');
server.sendMsg("/ping");
4.do { |n|
    server.sendBundle(0.4 + (n * 0.1), ["/pad/" ++ (n + 1) ++ "/trigger", 0.5], ["/deck/1/level", n.neg]);
};
server.sendBundle(nil, ["/deck/2/pan", 0.5], ["/deck/2/mute", 1]);
"SENT".postln;
"""


@needs("sclang", "supercollider-language")
def test_supercollider_bundles(tmp_path: Path) -> None:
    """Steady hits by timetags: told ahead, placed where they were meant; its own moves come back once, settled."""

    async def scene(stage: Stage) -> None:
        score = tmp_path / "score.scd"
        score.write_text(SCORE.replace("PORT", stage.port))
        quiet = {"QT_QPA_PLATFORM": "offscreen", "QTWEBENGINE_DISABLE_SANDBOX": "1", "HOME": str(tmp_path)}
        async with running("sclang", "-D", str(score), env=quiet) as sclang:
            await stage.until(lambda: sclang.said("SENT") and sclang.said("HEARD /pong"))
            await stage.until(lambda: len(stage.hits) == 4 and stage.registry.get("/deck/1/level") == -3.0)
            assert (stage.registry.get("/deck/2/pan"), stage.registry.get("/deck/2/mute")) == (0.5, True)
            assert [pad for pad, _, _, _ in stage.hits] == [1, 2, 3, 4]
            meant = [at for _, _, at, _ in stage.hits]
            steps = [later - earlier for earlier, later in itertools.pairwise(meant)]
            assert steps == pytest.approx([0.1] * 3, abs=0.01)
            await stage.until(lambda: sclang.said("HEARD /deck/1/level -3.0"))
            counters = stage.server.counters
            assert counters.malformed == counters.wrong == counters.refused == 0

    play(scene)
