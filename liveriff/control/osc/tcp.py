"""TCP connections: a stream each, framed as the peer frames it. Engine's loop only."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import cast

from liveriff.control.osc.framing import Framer, sniffed
from liveriff.control.osc.packets import MalformedError
from liveriff.control.peers import is_here
from liveriff.control.turns import SLICE_S, Turns

MAX_CONNECTIONS = 32
OF_ONE_HOST = 8  # of them, for another machine
MAX_UNSENT = 256 << 10  # bytes; a peer that does not read them gets nothing new until it does
PATIENCE_S = 10.0  # for the rest of a packet; and for a first word, once others want the place


class TcpLine(asyncio.Protocol):
    """One connection; ``host`` and ``port`` are the peer's, known once it is made.

    What comes faster than there is time for is not read: it waits in the network, and none of it is lost.
    """

    def __init__(self, house: TcpHouse) -> None:
        """Of a house that knows what to do with packets."""
        self._house = house
        self._framer: Framer | None = None
        self._transport: asyncio.Transport | None = None
        self._packets: deque[bytes] = deque()
        self._held: asyncio.TimerHandle | None = None
        self.host, self.port = "", 0
        self.since: float | None = None  # time.monotonic when it began to let us wait; None while it does not

    @property
    def mute(self) -> bool:
        """Whether it has never said a word."""
        return self._framer is None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A peer is there; one too many is shown the door."""
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername") or ("", 0)
        self.host, self.port = peer[0], peer[1]
        self.since = time.monotonic()
        if not self._house.enter(self):
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._transport = None
        if self._held is not None:
            self._held.cancel()
        self._house.leave(self)

    def data_received(self, data: bytes) -> None:
        """Bytes of the stream; nonsense ends it, because nothing after it can be trusted."""
        if self._transport is None or self._transport.is_closing():
            return
        since = None if self.mute else self.since
        try:
            self._framer = self._framer or sniffed(data[0])
            self._packets.extend(self._framer.feed(data))
        except MalformedError as error:
            self._house.garbled(self, error)
            self.close()
            return
        self.since = (since or time.monotonic()) if self._framer.begun and not self._packets else None
        self._obey()

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

    def _obey(self) -> None:
        """As many packets as there is time for; while others wait no more is read."""
        transport, turns = self._transport, self._house.turns
        if transport is None or transport.is_closing():
            return
        began = turns.clock()
        if not turns.pause():
            while self._packets and turns.clock() - began < SLICE_S:
                self._house.receive(self, self._packets.popleft())
            turns.spent(turns.clock() - began)
        if self._packets:
            if self._held is None:
                transport.pause_reading()
            self._held = asyncio.get_running_loop().call_later(turns.pause(), self._obey)
        elif self._held is not None:
            self._held = None
            transport.resume_reading()


class TcpHouse:
    """All connections of one listening socket.

    receive(line, packet), garbled(line, error), left(line) and let_in(host) are the server's.
    """

    def __init__(
        self,
        receive: Callable[[TcpLine, bytes], object],
        garbled: Callable[[TcpLine, MalformedError], object],
        left: Callable[[TcpLine], object],
        let_in: Callable[[str], bool] = lambda host: True,
    ) -> None:
        """Not listening yet."""
        self.receive, self.garbled, self._left, self._let_in = receive, garbled, left, let_in
        self.lines: dict[TcpLine, None] = {}  # in the order in which they came
        self.turns = Turns()
        self._server: asyncio.Server | None = None

    async def open(self, host: str, port: int) -> None:
        """Listen; raises OSError where the port is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: TcpLine(self), host, port)

    def enter(self, line: TcpLine) -> bool:
        """A connection was made; False if it may not be, or there are too many."""
        if not self._let_in(line.host) or not self._room_for(line):
            return False
        self.lines[line] = None
        return True

    def leave(self, line: TcpLine) -> None:
        """A connection was lost."""
        if line in self.lines:
            del self.lines[line]
            self._left(line)

    def sweep(self, now: float) -> int:
        """End those that have begun a packet and do not go on; ``now`` is time.monotonic. Returns how many."""
        stuck = [line for line in self.lines if not line.mute and line.since and now - line.since > PATIENCE_S]
        for line in stuck:
            line.close()
        return len(stuck)

    def close(self) -> None:
        """Listen no more, hang up on all."""
        if self._server is not None:
            self._server.close()
        for line in list(self.lines):
            line.close()

    def _room_for(self, line: TcpLine) -> bool:
        """Who has come and said nothing gives way, when it must be."""
        same = [each for each in self.lines if each.host == line.host]
        if len(same) >= OF_ONE_HOST and not is_here(line.host):
            return self._make_room(same)
        return len(self.lines) < MAX_CONNECTIONS or self._make_room(list(self.lines))

    def _make_room(self, lines: list[TcpLine]) -> bool:
        now = time.monotonic()
        silent = next((each for each in lines if each.mute and each.since and now - each.since > PATIENCE_S), None)
        if silent is None:
            return False
        self.leave(silent)
        silent.close()
        return True
