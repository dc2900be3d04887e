"""With lan the door is open to other machines, and found by name, inside a network of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import asyncio
from zeroconf import Zeroconf
from liveriff.control.door.client import DoorClient
from liveriff.control.door.door import Door
from liveriff.params.registry import Registry

async def main():
    said = []
    door = Door(
        Registry(), lambda *_: None, said.append, port=8080, osc_host="0.0.0.0", osc_port=9000, lan=True, token="sesame"
    )
    await door.start()
    print(door.address)
    other = Zeroconf(interfaces=["10.7.7.1"])
    async with DoorClient(door.address, token="sesame") as client:
        await client.ready(10)
        print(client.connected, "WS_PORT" in client.host)
    for kind in ("_oscjson._tcp.local.", "_osc._udp.local."):
        info = None
        while info is None:
            info = await asyncio.to_thread(other.get_service_info, kind, f"liveriff on stage.{kind}", 1000)
        print(info.port, info.parsed_addresses())
    await door.close()
    other.close()
    print(said)

asyncio.run(main())
"""

NETWORK = (
    "hostname stage && ip link set lo up && ip link set lo multicast on && ip addr add 10.7.7.1/24 dev lo && "
    "ip route add 224.0.0.0/4 dev lo && exec "
)


def test_others_find_it_and_come_in(tmp_path: Path) -> None:
    unshare = ["unshare", "-rnu"]
    if shutil.which("unshare") is None or shutil.which("ip") is None or shutil.which("hostname") is None:
        pytest.skip("needs unshare, ip and hostname, for a network of its own")
    if subprocess.run([*unshare, "true"], capture_output=True).returncode:
        pytest.skip("no network of its own may be made here")
    script = tmp_path / "lan.py"
    script.write_text(SCRIPT)
    root = Path(__file__).parents[3]
    command = [*unshare, "sh", "-c", f"{NETWORK}{sys.executable} {script}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env={"PYTHONPATH": str(root)}, cwd=root)
    assert done.stdout.splitlines() == [
        "http://10.7.7.1:8080",
        "True False",
        "8080 ['10.7.7.1']",
        "9000 ['10.7.7.1']",
        "[]",
    ], done.stderr
