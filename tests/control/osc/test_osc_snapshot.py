"""A snapshot over UDP reaches also those who do not read all the time."""

from __future__ import annotations

import asyncio
import socket
import sys

import pytest
from oscpeer import Stage, UdpPeer, play, until

from liveriff.params.table import TABLE

HELD = [path for path, spec in TABLE.items() if spec.kind.held and spec.kind.name != "blob"]


@pytest.mark.skipif(sys.platform != "linux", reason="how much a socket holds differs")
def test_who_looks_away_for_a_moment_misses_nothing_of_a_snapshot() -> None:
    """What a socket holds by itself must do for a tablet that draws meanwhile."""

    async def scene() -> None:
        async with Stage() as stage:
            tablet = UdpPeer(stage)
            asyncio.get_running_loop().remove_reader(tablet._sock)
            tablet._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 106_496)  # twice that is usual there
            tablet.send("/subscribe")
            for _ in range(10):
                await asyncio.sleep(0.15)
                tablet.listen()
            await until(lambda: len({m.address for m in tablet.heard} & set(HELD)) == len(HELD) or tablet.listen())

    play(scene)
