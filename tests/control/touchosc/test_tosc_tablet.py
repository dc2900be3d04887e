"""A tablet that does what the file says, and nothing else, against the OSC server on real sockets.

The file is read by py2tosc and the packets are written and read by python-osc: neither is ours.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import py2tosc
import pytest
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from liveriff.control.osc.server import OscServer
from liveriff.control.touchosc import SIZES, Show, layout, tosc
from liveriff.params.registry import Registry

PATIENCE_S = 20.0
AT_ONCE = 16  # datagrams, so that no system's socket buffer runs over
CONVERSIONS: dict[str, Callable[[Any], str | int | float]] = {
    "STRING": str,
    "INTEGER": lambda given: round(float(given)),
    "FLOAT": float,
}
BANKS = {1: ("house drums, swung hats",)}


class Tablet:
    """Sends from one port and listens on another, as the app may."""

    def __init__(self, size: str) -> None:
        self.sender, self.listener = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        self.listener.bind(("127.0.0.1", 0))
        self.listener.setblocking(False)
        port = self.listener.getsockname()[1]
        self.document = py2tosc.loads(tosc(layout(Show(banks=BANKS, scenes=("house",), port=port), SIZES[size])))
        self.values: dict[tuple[str, str], object] = {}
        self.sent = 0
        self.receivers: dict[str, list[tuple[py2tosc.Control, py2tosc.OscMessage]]] = {}
        for control, message in self.messages():
            if message.receive:
                self.receivers.setdefault(message.path[0].value, []).append((control, message))

    def messages(self) -> Iterator[tuple[py2tosc.Control, py2tosc.OscMessage]]:
        return ((control, message) for control in self.document.walk() for message in control.messages)

    async def move(self, to: tuple[str, int], x: float, wanted: Callable[[py2tosc.Control, str], bool]) -> None:
        """Bring the values of some controls to x: each message that this triggers goes out."""
        for control, message in self.messages():
            address = message.path[0].value
            if message.send and wanted(control, address):
                self._send(to, address, message.arguments[0], x)
                if self.sent % AT_ONCE == 0:
                    await asyncio.sleep(0.001)

    def _send(self, to: tuple[str, int], address: str, partial: py2tosc.Partial, x: float) -> None:
        number = partial.scale_min + x * (partial.scale_max - partial.scale_min)
        said: object = partial.value if str(partial.type) == "CONSTANT" else number
        builder = OscMessageBuilder(address)
        convert: dict[str, Callable[[object], object]] = {
            "STRING": str,
            "INTEGER": lambda v: round(float(v)),
            "FLOAT": float,
        }  # type: ignore[dict-item, arg-type]
        builder.add_arg(convert[str(partial.conversion)](said))  # type: ignore[arg-type]
        self.sender.sendto(builder.build().dgram, to)
        self.sent += 1

    def listen(self) -> None:
        """Take in what has arrived."""
        while True:
            try:
                arrived = OscMessage(self.listener.recv(65536))
            except BlockingIOError:
                return
            for control, message in self.receivers.get(arrived.address, ()):
                self._take(control, message, arrived.params[0])

    def _take(self, control: py2tosc.Control, message: py2tosc.OscMessage, argument: object) -> None:
        partial = message.arguments[0]
        if str(partial.conversion) != "STRING":
            assert isinstance(argument, int | float), (control, argument)
            argument = (argument - partial.scale_min) / (partial.scale_max - partial.scale_min)
        self.values[f"{control.get('name')} {control.control_type}", partial.value] = argument


async def until(tablet: Tablet, server: OscServer, true: Callable[[], bool]) -> None:
    limit = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < limit, "it never came"
        server.tick()
        tablet.listen()
        await asyncio.sleep(0.01)


def scene(size: str, play: Callable[[Tablet, OscServer, Registry], Awaitable[None]]) -> None:
    async def run() -> None:
        registry = Registry()
        server = OscServer(registry, lambda pad, velocity, at: None, lambda sentence: None, port=0)
        tablet = Tablet(size)
        await server.start()
        try:
            await play(tablet, server, registry)
        finally:
            server.close()
            tablet.sender.close()
            tablet.listener.close()

    asyncio.run(run())


@pytest.mark.parametrize("size", SIZES)
def test_a_tablet_says_hello_and_shows_everything_as_it_stands(size: str) -> None:
    async def play(tablet: Tablet, server: OscServer, registry: Registry) -> None:
        registry.set("/deck/1/level", -6.0)
        registry.set("/deck/1/category", "synth")
        registry.set("/deck/1/prompt/a", "dub chords")
        await tablet.move(server.address, 0.0, lambda control, address: address == "/subscribe/text")
        await until(tablet, server, lambda: ("/status/message LABEL", "text") in tablet.values)
        shown = tablet.values
        assert shown["/deck/1/level FADER", "x"] == pytest.approx(registry.raw("/deck/1/level"), abs=1e-6)
        assert shown["/deck/1/category RADIO", "x"] == pytest.approx(2, abs=1e-3)
        assert shown["/deck/1/category LABEL", "text"] == "synth"
        assert shown["/deck/1/prompt/a TEXT", "text"] == "dub chords"
        assert shown["/play BUTTON", "x"] == 1
        assert shown["/tempo/bpm FADER", "x"] == pytest.approx((124 - 40) / 200)
        registry.set("/deck/1/mute", True, "midi")
        await until(tablet, server, lambda: tablet.values["/deck/1/mute BUTTON", "x"] == 1)

    scene(size, play)


@pytest.mark.parametrize("size", SIZES)
def test_everything_that_a_tablet_can_send_is_understood(size: str) -> None:
    async def play(tablet: Tablet, server: OscServer, registry: Registry) -> None:
        await tablet.move(server.address, 1.0, lambda control, address: address.endswith("/z"))
        await tablet.move(server.address, 1.0, lambda control, address: not address.endswith("/z"))
        await tablet.move(server.address, 0.0, lambda control, address: address.endswith("/z"))
        assert tablet.sent > 300
        counters = server.counters
        await until(tablet, server, lambda: counters.received >= tablet.sent)
        assert (counters.malformed, counters.unknown, counters.wrong, counters.refused, counters.faults) == (0,) * 5
        assert counters.strikes > 0
        assert registry.get("/deck/2/pan") == 1.0
        assert registry.get("/deck/1/prompt/b") == BANKS[1][0]
        assert registry.get("/deck/3/freeze") is True

    scene(size, play)
