"""Who plays a soak from outside: one hand that plays the set by OSC, and guests at the door who come and go.

Real clients of the real ports, in another process than the instrument's; they live by whatever clock they are given.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from liveriff.control.door.client import DoorClient
from liveriff.control.osc import codec
from liveriff.drill.soak_set import Event
from liveriff.errors import LiveriffError

LOOK_S = 0.005
GUESTS = 3
STAY_S = (1.0, 40.0)
"""How long a guest stays, in seconds of its own."""


@dataclass
class Counts:
    """What clients have done."""

    events: int = 0
    visits: int = 0
    listeners: int = 0
    heard: int = 0
    refused: int = 0


class Hand:
    """Plays a set by OSC."""

    def __init__(self, port: int, events: Iterator[Event], clock: Callable[[], float], counts: Counts) -> None:
        """clock: seconds since the set began."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(("127.0.0.1", port))
        self._socket.setblocking(False)
        self._events, self._clock, self._counts = events, clock, counts

    async def play(self) -> None:
        """For ever."""
        try:
            for event in self._events:
                while self._clock() < event.time_s:
                    self._deafen()
                    await asyncio.sleep(LOOK_S)
                with contextlib.suppress(OSError):  # nobody listens any more, or not yet
                    self._socket.send(codec.message(event.path, event.value))
                self._counts.events += 1
        finally:
            self._socket.close()

    def _deafen(self) -> None:
        """Answers are taken and thrown away."""
        with contextlib.suppress(OSError):
            while self._socket.recv(65536):
                self._counts.heard += 1


class OscGuest:
    """Subscribes by OSC, listens for a while and leaves: politely, or without a word."""

    def __init__(self, port: int, dice: Random, counts: Counts) -> None:
        """One visit."""
        self._port, self._dice, self._counts = port, dice, counts

    async def visit(self, seconds: float) -> None:
        """Come, hear, go."""
        self._counts.listeners += 1
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
            own.setblocking(False)
            own.connect(("127.0.0.1", self._port))
            own.send(codec.message("/subscribe", f"/deck/{self._dice.randint(1, 4)}"))
            end = asyncio.get_running_loop().time() + seconds
            while asyncio.get_running_loop().time() < end:
                with contextlib.suppress(OSError):
                    while own.recv(65536):
                        self._counts.heard += 1
                await asyncio.sleep(0.05)
            if self._dice.random() < 0.5:
                own.send(codec.message("/unsubscribe"))


async def _listen(client: DoorClient, counts: Counts) -> None:
    async for _ in client.updates():
        counts.heard += 1


async def visit(port: int, seconds: float, dice: Random, counts: Counts) -> None:
    """A screen at the door: reads the tree, listens to some of it, turns a knob, leaves."""
    listen = dice.choice((("/",), ("/deck/1",), ("/status", "/tempo")))
    counts.visits += 1
    with contextlib.suppress(LiveriffError, OSError, asyncio.TimeoutError):
        async with DoorClient(f"http://127.0.0.1:{port}", listen=listen) as client:
            await client.ready(20.0)
            ears = asyncio.ensure_future(_listen(client, counts))
            try:
                await asyncio.sleep(seconds / 2)
                client.set("/master/tone", dice.uniform(-0.3, 0.3))
                await asyncio.sleep(seconds / 2)
            finally:
                ears.cancel()


async def rude(port: int, counts: Counts) -> None:
    """Connects to the door, says half a request, or nonsense, and hangs up."""
    counts.refused += 1
    with contextlib.suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n")
        await asyncio.sleep(0.2)
        writer.transport.abort()


async def guests(osc: int, door: int, seed: int, counts: Counts, stay_s: tuple[float, float] = STAY_S) -> None:
    """``GUESTS`` places at which guests follow each other, for ever."""

    async def place(dice: Random) -> None:
        while True:
            seconds, kind = dice.uniform(*stay_s), dice.random()
            if kind < 0.6:
                await visit(door, seconds, dice, counts)
            elif kind < 0.9:
                await OscGuest(osc, dice, counts).visit(seconds)
            else:
                await rude(door, counts)
            await asyncio.sleep(dice.uniform(0.1, 1.0))

    await asyncio.gather(*(place(Random(seed * 100 + i)) for i in range(GUESTS)))
