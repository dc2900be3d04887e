"""The door against programs by others: npm's oscquery reads the tree, npm's ws and osc listen and play."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from liveriff.control.door.door import Door
from liveriff.control.osc.packets import parse
from liveriff.params.registry import Registry
from liveriff.params.table import TABLE

pytestmark = pytest.mark.e2e

PACKAGES = ("oscquery@1.1.1", "ws@8", "osc-min@2")

READ_TREE = """
const { OSCQueryDiscovery } = require("oscquery");
const [host, port] = process.argv.slice(1);
new OSCQueryDiscovery().queryNewService(host, Number(port)).then(service => {
  const level = service.resolvePath("/deck/1/level")._getMethodDescription("/deck/1/level");
  console.log(JSON.stringify({
    name: service.hostInfo.name, port: service.hostInfo.oscPort, listen: service.hostInfo.extensions.LISTEN,
    paths: service.flat().map(each => each.full_path), level,
  }));
}).catch(error => { console.error(error); process.exit(1); });
"""

PLAY = """
const WebSocket = require("ws");
import("osc-min").then(({ fromBuffer, toBuffer }) => {
const ws = new WebSocket(process.argv[1]);
const say = (COMMAND, DATA) => ws.send(JSON.stringify({ COMMAND, DATA }));
const seen = [];
ws.on("open", () => { say("LISTEN", "/deck/1/level"); say("LISTEN", "/deck/1/mute"); say("LISTEN", "/nonsense"); });
ws.on("message", (data, binary) => {
  if (!binary) { seen.push(JSON.parse(data).COMMAND); return; }
  const packet = fromBuffer(data);
  seen.push([packet.address, packet.args.map(arg => [arg.type, arg.value])]);
  const { address, args: [{ value }] } = packet;
  if (address === "/deck/1/mute" && value === false) {
    ws.send(toBuffer({ address: "/deck/1/mute", args: [{ type: "true", value: true }] }));
  }
  if (address === "/deck/1/level" && value === -3) {
    ws.send(toBuffer({ address: "/deck/2/level", args: [{ type: "float", value: -20 }] }));
  }
  if (address === "/deck/1/mute" && value === true) {
    console.log(JSON.stringify(seen));
    ws.close();
  }
});
});
"""


@pytest.fixture(scope="module")
def node() -> Path:
    """A folder with the packages, kept between runs."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("node and npm are not installed")
    folder = Path(os.environ.get("LIVERIFF_TEST_CACHE", tempfile.gettempdir())) / "liveriff-oscquery-peers"
    folder.mkdir(parents=True, exist_ok=True)
    if not all((folder / "node_modules" / name.partition("@")[0]).is_dir() for name in PACKAGES):
        command = [shutil.which("npm") or "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", *PACKAGES]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240)
        if done.returncode:
            pytest.skip(f"npm cannot install its packages here: {done.stderr[-300:]}")
    return folder


async def run_node(folder: Path, script: str, *arguments: str) -> str:
    """Run a script among the packages; what it printed."""
    process = await asyncio.create_subprocess_exec(
        "node", "-e", script, "--", *arguments, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(), 60)
    except asyncio.TimeoutError:
        process.kill()
        raise
    assert process.returncode == 0, err.decode()
    return out.decode()


def with_door(use: Callable[[Door, Registry], object]) -> None:
    """Open a door, tick it, and run a coroutine function against it."""

    async def run() -> None:
        registry = Registry()

        def dispatch(packet: bytes, origin: str, _: Callable[[bytes], None]) -> None:
            for _, address, args in parse(packet):
                registry.set(address, args[0], origin)

        door = Door(registry, dispatch, print, port=0, osc_port=9000, name="stage left")
        await door.start()

        async def tick() -> None:
            while True:
                door.tick()
                await asyncio.sleep(0.02)

        ticking = asyncio.ensure_future(tick())
        try:
            await use(door, registry)  # type: ignore[misc]
        finally:
            ticking.cancel()
            await door.close()

    asyncio.run(run())


def test_an_oscquery_client_reads_the_tree(node: Path) -> None:
    async def use(door: Door, _: Registry) -> None:
        told = json.loads(await run_node(node, READ_TREE, "127.0.0.1", door.address.rpartition(":")[2]))
        assert (told["name"], told["port"], told["listen"]) == ("stage left", 9000, True)
        assert sorted(told["paths"]) == sorted(TABLE)
        level = told["level"]
        assert (level["access"], level["description"]) == (3, TABLE["/deck/1/level"].doc)
        assert level["arguments"] == [
            {"type": "f", "range": {"min": -60, "max": 6}, "clipmode": "both", "value": -12},
        ]

    with_door(use)


def test_a_websocket_client_listens_and_plays(node: Path) -> None:
    async def use(door: Door, registry: Registry) -> None:
        playing = asyncio.ensure_future(run_node(node, PLAY, door.address.replace("http", "ws", 1)))
        while door.counters.commands < 3:
            assert not playing.done(), playing.result()
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)
        registry.set("/deck/1/level", -3.0)
        seen = json.loads(await playing)
        for expected in (["/deck/1/level", [["float", -12]]], ["/deck/1/mute", [["false", False]]], "ERROR"):
            assert expected in seen[:3]
        assert ["/deck/1/level", [["float", -3]]] in seen
        assert seen[-1] == ["/deck/1/mute", [["true", True]]]  # its own, settled
        assert registry.get("/deck/2/level") == -20.0
        assert registry.get("/deck/1/mute") is True

    with_door(use)


def test_what_the_manual_says_about_browsers_is_true(node: Path) -> None:
    manual = (Path(__file__).parents[2] / "docs" / "oscquery.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"```js\n(.*?)```", manual, re.DOTALL)

    async def use(door: Door, registry: Registry) -> None:
        registry.publish("/deck/1/spectrogram", b"\1\2\3")
        here = script.replace("ws://127.0.0.1:8080/", door.address.replace("http", "ws", 1))
        ending = "setTimeout(() => ws.close(), 2000);"
        out = await run_node(node, f'const WebSocket = require("ws");\n{here}\n{ending}')
        assert registry.get("/deck/1/level") == -6.0
        said = out.splitlines()
        assert "/deck/1/level -6" in said
        assert "/deck/1/seed 1" in said
        assert "/deck/1/category drums" in said
        assert "/deck/1/freeze false" in said
        assert any(line.startswith("/deck/1/spectrogram Uint8Array(3)") for line in said)

    with_door(use)
