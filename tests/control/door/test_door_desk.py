"""The door with the desk behind it, as the engine has them; and what importing it brings along."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from liveriff.control.door.client import DoorClient
from liveriff.control.door.door import Door
from liveriff.control.osc.desk import Desk
from liveriff.params.registry import Registry


def test_playing_through_the_desk() -> None:
    async def run() -> None:
        registry, hits, said = Registry(), [], []
        desk = Desk(registry, lambda pad, velocity, _: hits.append((pad, velocity)), said.append)
        door = Door(registry, desk.packet, said.append, port=0)
        await door.start()

        async def tick() -> None:
            while True:
                door.tick()
                await asyncio.sleep(0.01)

        ticking = asyncio.ensure_future(tick())
        async with DoorClient(door.address, ["/deck/1"]) as client:
            await client.ready(10)
            assert client.set("/deck/1/pan/raw", 1.0)
            assert client.set("/deck/1/alpha", 7)
            assert client.set("/deck/2/density", None)
            assert client.set("/pad/3/trigger", 0.5)
            assert client.set("/nonsense", 1)
            async for path, value in client.updates():
                if (path, value) == ("/deck/1/alpha", 1.0):
                    break
            while not said:
                await asyncio.sleep(0.01)
        ticking.cancel()
        await door.close()
        assert (registry.get("/deck/1/pan"), registry.get("/deck/1/alpha")) == (1.0, 1.0)
        assert hits == [(3, 0.5)]
        assert "/nonsense" in said[0]
        assert door.counters.faults == 0

    asyncio.run(run())


@pytest.mark.parametrize("module", ["door", "client", "announce", "tree"])
def test_libraries_are_loaded_when_they_are_needed(module: str) -> None:
    code = (
        f"import sys, liveriff.control.door.{module}; print([n for n in ('aiohttp', 'zeroconf') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
