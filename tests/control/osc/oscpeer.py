"""A small OSC program for tests: one socket, everything it heard, and a server beside it on the same loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from types import TracebackType

from liveriff.control.osc import codec
from liveriff.control.osc.codec import Argument, MalformedError, Message
from liveriff.control.osc.framing import Framer
from liveriff.control.osc.server import OscOptions, OscServer
from liveriff.params.registry import Registry

PATIENCE_S = 20.0


class Stage:
    """A registry and a server on a free port, ticking; ``async with``."""

    def __init__(self, reply_port: int | None = None, options: OscOptions | None = None) -> None:
        self.registry = Registry()
        self.hits: list[tuple[int, float, float]] = []
        self.notices: list[str] = []
        self.server = OscServer(self.registry, self._strike, self.notices.append, "127.0.0.1", 0, reply_port, options)

    async def __aenter__(self) -> Stage:
        await self.server.start()
        self._ticking = asyncio.ensure_future(self._tick())
        return self

    async def __aexit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._ticking.cancel()
        self.server.close()
        await asyncio.sleep(0.02)  # connections end on the loop

    def _strike(self, pad: int, velocity: float, time_s: float) -> None:
        self.hits.append((pad, velocity, time_s))

    async def _tick(self) -> None:
        while True:
            self.server.tick()
            await asyncio.sleep(0.02)


class UdpPeer:
    """Sends from and listens on one port."""

    def __init__(self, stage: Stage) -> None:
        self._to = stage.server.address
        self._sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sock.setblocking(False)
        self._sock.bind(("127.0.0.1", 0))
        self.port: int = self._sock.getsockname()[1]
        self.heard: list[Message] = []
        asyncio.get_running_loop().add_reader(self._sock, self.listen)  # a peer that does not read loses packets

    def send(self, address: str, *args: Argument) -> None:
        """One message."""
        self.post(codec.message(address, *args))

    def post(self, data: bytes) -> None:
        """Any bytes."""
        self._sock.sendto(data, self._to)

    def listen(self) -> None:
        """Take what has come."""
        while True:
            try:
                self.heard += codec.parse(self._sock.recv(65_535))
            except BlockingIOError:
                return

    def values(self, address: str) -> list[tuple[Argument, ...]]:
        """All that was heard of an address."""
        self.listen()
        return [message.args for message in self.heard if message.address == address]

    def close(self) -> None:
        """Gone, without a word."""
        asyncio.get_running_loop().remove_reader(self._sock)
        self._sock.close()


class TcpPeer:
    """One connection; ``framer`` decides how it speaks."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, framer: Framer) -> None:
        self._reader, self._writer, self._framer = reader, writer, framer
        self.heard: list[Message] = []
        self.ended = False
        self._listening = asyncio.ensure_future(self._listen())

    @classmethod
    async def connect(cls, stage: Stage, framer: Framer) -> TcpPeer:
        """To the server."""
        return cls(*await asyncio.open_connection(*stage.server.address), framer)

    def send(self, address: str, *args: Argument) -> None:
        """One message."""
        self.post(self._framer.frame(codec.message(address, *args)))

    def post(self, data: bytes) -> None:
        """Any bytes."""
        self._writer.write(data)

    def values(self, address: str) -> list[tuple[Argument, ...]]:
        """All that was heard of an address."""
        return [message.args for message in self.heard if message.address == address]

    async def close(self) -> None:
        """Hang up."""
        self._listening.cancel()
        self._writer.close()
        await asyncio.sleep(0.01)

    async def _listen(self) -> None:
        try:
            while data := await self._reader.read(65_536):
                for packet in self._framer.feed(data):
                    self.heard += codec.parse(packet)
        except (ConnectionError, MalformedError):
            pass
        self.ended = True


async def until(true: Callable[[], object]) -> None:
    """Wait until something is so; TimeoutError when it takes too long."""

    async def look() -> None:
        while not true():
            await asyncio.sleep(0.01)

    await asyncio.wait_for(look(), PATIENCE_S)


def play(scene: Callable[[], Awaitable[object]]) -> None:
    """Run a coroutine of a test."""

    async def whole() -> None:
        await scene()

    asyncio.run(asyncio.wait_for(whole(), 3 * PATIENCE_S))
