"""A connection in memory: what a peer sends is given to a protocol of asyncio, what it answers is kept."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

from fuzz.stage import Loop, running

MOST = 16 << 20  # bytes of answer to one input
TURNS = 8
_PEERS = itertools.count(1)


class Pipe(asyncio.Transport):
    """The server's end of a connection from this machine."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Open."""
        number = next(_PEERS) % (1 << 24)  # another place each: none pays for the others' haste
        place = f"127.{number >> 16}.{number >> 8 & 255}.{number & 255}"
        super().__init__({"peername": (place, 50505), "sockname": ("127.0.0.1", 8080)})
        self.sent = bytearray()
        self._loop, self._closed = loop, False

    def write(self, data: Any) -> None:
        """Keep an answer."""
        self.sent += data
        if len(self.sent) > MOST:
            raise MemoryError("an answer without end")

    def writelines(self, parts: Any) -> None:
        """Keep several."""
        for part in parts:
            self.write(part)

    def is_closing(self) -> bool:
        """Whether the server has hung up."""
        return self._closed

    def close(self) -> None:
        """The server hangs up."""
        self._closed = True

    abort = close

    def get_write_buffer_size(self) -> int:
        """Everything has been read by the peer."""
        return 0

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """There are none."""

    def pause_reading(self) -> None:
        """The peer goes on sending."""

    def resume_reading(self) -> None:
        """It has."""

    def can_write_eof(self) -> bool:
        """No."""
        return False

    def write_eof(self) -> None:
        """Nothing more comes."""

    def set_protocol(self, protocol: Any) -> None:
        """The same reads on."""

    def get_protocol(self) -> Any:
        """Nobody asks."""
        return None


def talk(loop: Loop, factory: Any, *parts: bytes) -> bytes:
    """Connect, send parts one after the other, hang up; what was answered."""
    pipe = Pipe(loop.loop)
    with running(loop.loop):
        protocol = factory()
        protocol.connection_made(pipe)
    for part in parts:
        if pipe.is_closing():
            break
        with running(loop.loop):
            protocol.data_received(part)
        loop.turn(TURNS)
    with running(loop.loop):
        protocol.connection_lost(None)
    loop.turn(TURNS)
    return bytes(pipe.sent)


def statuses(answer: bytes) -> list[int]:
    """The statuses of the answers in a stream of HTTP."""
    return [int(line[9:12]) for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ") and line[9:12].isdigit()]
