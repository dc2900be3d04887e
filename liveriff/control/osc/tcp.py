"""TCP connections: a stream each, framed as the peer frames it. Engine's loop only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

from liveriff.control.osc.framing import Framer, sniffed
from liveriff.control.osc.packets import MalformedError

MAX_CONNECTIONS = 32
MAX_UNSENT = 256 << 10  # bytes; a peer that does not read them gets nothing new until it does


class TcpLine(asyncio.Protocol):
    """One connection; ``host`` and ``port`` are the peer's, known once it is made."""

    def __init__(self, house: TcpHouse) -> None:
        """Of a house that knows what to do with packets."""
        self._house = house
        self._framer: Framer | None = None
        self._transport: asyncio.Transport | None = None
        self.host, self.port = "", 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A peer is there; one too many is shown the door."""
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername") or ("", 0)
        self.host, self.port = peer[0], peer[1]
        if not self._house.enter(self):
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._transport = None
        self._house.leave(self)

    def data_received(self, data: bytes) -> None:
        """Bytes of the stream; nonsense ends it, because nothing after it can be trusted."""
        if self._transport is None or self._transport.is_closing():
            return
        try:
            self._framer = self._framer or sniffed(data[0])
            packets = self._framer.feed(data)
        except MalformedError as error:
            self._house.garbled(self, error)
            self.close()
            return
        for packet in packets:
            self._house.receive(self, packet)

    def send(self, packet: bytes) -> None:
        """One packet, framed as the peer's; OSError where it cannot go now."""
        if self._transport is None or self._framer is None or self._transport.is_closing():
            raise ConnectionError("the connection is closed")
        if self._transport.get_write_buffer_size() > MAX_UNSENT:
            raise BlockingIOError("the peer does not read")
        self._transport.write(self._framer.frame(packet))

    def close(self) -> None:
        """Hang up, without waiting for what is unsent."""
        if self._transport is not None:
            self._transport.abort()


class TcpHouse:
    """All connections of one listening socket.

    receive(line, packet), garbled(line, error) and left(line) are the server's.
    """

    def __init__(
        self,
        receive: Callable[[TcpLine, bytes], object],
        garbled: Callable[[TcpLine, MalformedError], object],
        left: Callable[[TcpLine], object],
    ) -> None:
        """Not listening yet."""
        self.receive, self.garbled, self._left = receive, garbled, left
        self.lines: set[TcpLine] = set()
        self._server: asyncio.Server | None = None

    async def open(self, host: str, port: int) -> None:
        """Listen; raises OSError where the port is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: TcpLine(self), host, port)

    def enter(self, line: TcpLine) -> bool:
        """A connection was made; False if there are too many."""
        if len(self.lines) >= MAX_CONNECTIONS:
            return False
        self.lines.add(line)
        return True

    def leave(self, line: TcpLine) -> None:
        """A connection was lost."""
        if line in self.lines:
            self.lines.discard(line)
            self._left(line)

    def close(self) -> None:
        """Listen no more, hang up on all."""
        if self._server is not None:
            self._server.close()
        for line in list(self.lines):
            line.close()
