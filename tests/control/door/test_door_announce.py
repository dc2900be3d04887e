"""Announcing: found by another mDNS stack's browser on a network of its own; failures are one sentence."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from liveriff.control.door.announce import Announced, Announcer

NETWORK = "ip link set lo up; ip link set lo multicast on; ip route add 224.0.0.0/4 dev lo; exec "

SCRIPT = """
import asyncio
from zeroconf import Zeroconf
from liveriff.control.door.announce import Announced, Announcer

KINDS = ("_oscjson._tcp.local.", "_osc._udp.local.")

async def main():
    said, where = [], ["127.0.0.1"]
    announcer = Announcer(Announced("stage left", 8080, 9000), said.append, lambda: where[0], ["127.0.0.1"], look_s=0.2)
    announcer.start()
    while not announcer.present:
        await asyncio.sleep(0.05)
    other = Zeroconf(interfaces=["127.0.0.1"])
    def ask(kind):
        info = other.get_service_info(kind, f"stage left.{kind}", timeout=5000)
        return info and (info.port, info.properties, info.parsed_addresses())
    for kind in KINDS:
        print(await asyncio.to_thread(ask, kind))
    where[0] = "127.0.0.9"
    while announcer.present != "127.0.0.9":
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.2)
    await announcer.close()
    other.close()
    print(said, announcer.failures, repr(announcer.present))

asyncio.run(main())
"""


def test_others_find_it(tmp_path: Path) -> None:
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        pytest.skip("needs unshare and ip, for a network of its own")
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode:
        pytest.skip("no network of its own may be made here")
    script = tmp_path / "announce.py"
    script.write_text(SCRIPT)
    root = Path(__file__).parents[3]
    command = ["unshare", "-rn", "sh", "-c", f"{NETWORK}{sys.executable} {script}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env={"PYTHONPATH": str(root)}, cwd=root)
    txt = "{b'txtvers': b'1'}"
    assert done.stdout.splitlines() == [
        f"(8080, {txt}, ['127.0.0.1'])",
        f"(9000, {txt}, ['127.0.0.1'])",
        "[] 0 ''",
    ], done.stderr


def test_a_failure_is_told_once_and_stops_nothing() -> None:
    def broken() -> str:
        raise OSError("no network")

    async def run() -> None:
        said: list[str] = []
        announcer = Announcer(Announced("stage", 8080), said.append, broken, look_s=0.01)
        announcer.start()
        while announcer.failures < 3:
            await asyncio.sleep(0.01)
        await announcer.close()
        assert said == ["Other machines will not find liveriff by name (no network); they can use its address."]

    asyncio.run(run())


def test_closing_before_it_has_begun() -> None:
    async def run() -> None:
        announcer = Announcer(Announced("stage", 8080), print, lambda: "127.0.0.1", ["127.0.0.1"])
        await announcer.close()
        announcer.start()
        await announcer.close()
        assert announcer.present == ""

    asyncio.run(run())
