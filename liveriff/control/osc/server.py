"""The OSC server: one port for UDP and TCP, between the network and the registry. Engine's loop only.

Whatever a peer sends is obeyed, or counted and refused; nothing it sends can raise, block or grow without bound.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from liveriff.control.osc import codec, udp
from liveriff.control.osc.clients import Client, ClientLimits, Clients, Place
from liveriff.control.osc.commands import UNGREETED, commands
from liveriff.control.osc.counters import OscCounters, Seldom
from liveriff.control.osc.dispatch import MAX_NEW_PATTERNS, Dispatcher, Stray
from liveriff.control.osc.schedule import Timed
from liveriff.control.osc.tcp import TcpHouse, TcpLine
from liveriff.control.peers import PRIVATE, Allowed, Network, Rates, address_of, is_here
from liveriff.control.surface import Delays, Strike
from liveriff.errors import UsageError
from liveriff.params.registry import Registry

log = logging.getLogger(__name__)

DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 8000  # what tablets are set to send to; they listen on 9000
FREE_PORT_TRIES = 20
RECENT = 50  # messages that a monitor can show
PATTERN_UNITS = 200.0  # messages that a pattern costs when it is first sent
UNSENT = 256 << 10  # bytes that may wait for the network before feedback does


@dataclass(frozen=True)
class OscOptions:
    """What else may be chosen.

    limits: clients and rates; tcp: listen there too; max_ahead_s: bundles further in the future are refused;
    ignore_timetags: bundles are for now; delays: of the player, by which bundles are obeyed before their time; stray:
    asked about addresses that are not there, for apps that have only addresses of their own; allow: networks of other
    machines that may come in, where the address that is listened on lets them.
    """

    limits: ClientLimits = field(default_factory=ClientLimits)
    tcp: bool = True
    max_ahead_s: float = 10.0
    ignore_timetags: bool = False
    delays: Callable[[], Delays] = Delays
    stray: Stray = lambda *message: False
    allow: tuple[Network, ...] = PRIVATE


class OscServer:
    """``await start()``, ``tick`` every 20 ms or so, ``close()``.

    registry: what is played; strike: the way to the player for pads; notice: one sentence for the performer, called
    once a second at most; reply_port: where clients listen, if not on the port they send from (TouchOSC: 9000).
    """

    def __init__(
        self,
        registry: Registry,
        strike: Strike,
        notice: Callable[[str], object],
        host: str = DEFAULT_HOST,
        port: int = DEFAULT_PORT,
        reply_port: int | None = None,
        options: OscOptions | None = None,
    ) -> None:
        """Port 0 takes a free one; nothing listens yet."""
        self._host, self._port, self._reply_port = host, port, reply_port
        self._options = options or OscOptions()
        self.counters = OscCounters()
        self.recent: deque[tuple[str, codec.Message]] = deque(maxlen=RECENT)  # who said what, for a monitor
        self._clients = Clients(registry, self.counters, self._options.limits)
        more = self._options
        known = commands(self._clients, self._redirect)
        self._dispatcher = Dispatcher(registry, strike, self.counters, known, more.stray)
        self._timed = Timed(self._dispatcher, self.counters, more.max_ahead_s, more.ignore_timetags, more.delays)
        self._registry, self._notice, self._notices = registry, notice, Seldom()
        self._allowed, self._rates = Allowed(more.allow), Rates(more.limits.messages_per_s, more.limits.messages_per_s)
        self._tcp = TcpHouse(self._from_line, self._garbled, self._line_left, self._let_in)
        self._lines: dict[TcpLine, Client] = {}
        self._udp: asyncio.DatagramTransport | None = None
        self._leave: Callable[[], None] = lambda: None

    # --- life ------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Listen; UsageError where the port cannot be had."""
        for attempt in range(FREE_PORT_TRIES):
            try:
                await self._open()
                break
            except OSError as error:
                self._shut()
                if self._port or attempt == FREE_PORT_TRIES - 1:
                    raise UsageError(_no_port(self._host, self._port, error)) from error
        # What waits for its time must not sound after a panic.
        self._leave = self._registry.subscribe(lambda _: self._timed.clear(), "/panic")

    async def _open(self) -> None:
        """A free port for UDP may be taken for TCP; then another is tried."""
        found = await asyncio.get_running_loop().getaddrinfo(self._host, self._port, type=socket.SOCK_DGRAM)
        family, _, _, _, sockaddr = found[0]
        self._udp = await udp.opened(udp.bound(family, sockaddr), self._datagram)
        if self._options.tcp:
            await self._tcp.open(self.address[0], self.address[1])

    @property
    def address(self) -> Place:
        """Host and port that it listens on."""
        if self._udp is None:
            return self._host, self._port
        name = self._udp.get_extra_info("sockname")
        return name[0], name[1]

    @property
    def clients(self) -> tuple[str, ...]:
        """Who is told of changes, for a screen: the origins under which they play."""
        return tuple(client.origin for client in self._clients.told)

    def tick(self, now: float | None = None) -> None:
        """Send feedback that is due; ``now`` is time.monotonic."""
        now = time.monotonic() if now is None else now
        self._clients.tick(now)
        self.counters.too_slow += self._tcp.sweep(now)

    def close(self) -> None:
        """Hang up, forget what waits."""
        self._leave()
        self._timed.clear()
        self._clients.close()
        self._shut()

    def _shut(self) -> None:
        self._tcp.close()
        if self._udp is not None:
            self._udp.abort()
            self._udp = None

    # --- packets in ------------------------------------------------------------------------------------------------

    def _datagram(self, data: bytes, sockaddr: Any) -> None:
        place = (sockaddr[0], sockaddr[1])
        client = self._clients.sender(place)
        if client is None:
            if self._is_ours(place) or not self._let_in(place[0]):
                return  # our own voice, or a stranger's
            client = self._clients.introduce(place, self._listener((place[0], self._reply_port or place[1])))
        self._packet(client, data)

    def _is_ours(self, place: Place) -> bool:
        """Whether it is our own voice, sent to ourselves by mistake: with every address ours, so is loopback."""
        host, port = self.address
        everywhere = address_of(host)
        return place == (host, port) or (
            place[1] == port and everywhere is not None and everywhere.is_unspecified and is_here(place[0])
        )

    def _let_in(self, host: str) -> bool:
        """Whether a machine may come in. A stranger gets no answer: the sender's address may be somebody else's."""
        if host in self._allowed:
            return True
        self.counters.strangers += 1
        self._say(f"OSC from {host} is not taken; --osc-allow {host} would let it in.")
        return False

    def _from_line(self, line: TcpLine, data: bytes) -> None:
        client = self._lines.get(line)
        if client is None:
            origin = f"osc+tcp:{line.host}:{line.port}"
            client = Client(origin, line.host, line.send, self._tell)
            self._lines[line] = client
        self._packet(client, data)

    def _packet(self, client: Client, data: bytes) -> None:
        self.counters.packets += 1
        now = time.monotonic()
        client.speaks(now)
        if not self._rates.take(client.peer, now):
            self.counters.refused += 1
            self._tell(client, "messages come too fast; some were left out.")
            return
        try:
            messages = codec.parse(data)
            self._charge(client, messages, now)
            self.counters.received += len(messages)
            self.recent.extend((client.origin, message) for message in messages)
            self._greet(client, messages)
            self._timed.take(messages, client)
        except codec.MalformedError as error:
            self.counters.malformed += 1
            self._tell(client, f"{error} was ignored.")
        except Exception:  # ours, not the peer's; the show goes on
            self.counters.faults += 1
            if self.counters.faults == 1:
                log.exception("an OSC message could not be handled")

    def _charge(self, client: Client, messages: Sequence[codec.Message], now: float) -> None:
        """Count the messages of a bundle each, and what has to be searched for by its worth."""
        new = self._dispatcher.new_patterns(messages)
        if new > MAX_NEW_PATTERNS:
            raise codec.MalformedError(f"a packet with {new} patterns that are new here")
        self._rates.spend(client.peer, now, len(messages) - 1 + new * PATTERN_UNITS)

    def _greet(self, client: Client, messages: Sequence[codec.Message]) -> None:
        if not self._clients.greetable(client):
            return
        addresses = [message.address for message in messages]
        if UNGREETED.isdisjoint(addresses) and any(map(self._dispatcher.knows, addresses)):
            self._clients.greet(client)

    # --- packets out -----------------------------------------------------------------------------------------------

    def _listener(self, place: Place) -> Client:
        """A client that listens for UDP at a place."""
        origin = f"osc:{place[0]}:{place[1]}"
        return Client(origin, place[0], partial(self._send, place), self._tell)

    def _redirect(self, client: Client, place: Place) -> Client:
        return self._clients.redirect(client, self._listener(place))

    def _send(self, place: Place, data: bytes) -> None:
        if self._udp is None or udp.unsent(self._udp) > UNSENT:
            raise BlockingIOError("the network takes no more")
        self._udp.sendto(data, place)

    # --- TCP connections -------------------------------------------------------------------------------------------

    def _garbled(self, line: TcpLine, error: codec.MalformedError) -> None:
        self.counters.malformed += 1
        self._say(f"OSC from {line.host}:{line.port}: {error} ended the connection.")

    def _line_left(self, line: TcpLine) -> None:
        client = self._lines.pop(line, None)
        if client is not None:
            self._clients.dismiss(client)

    # --- the performer ---------------------------------------------------------------------------------------------

    def _tell(self, client: Client, sentence: str) -> None:
        self._say(f"OSC from {client.origin.split(':', 1)[1]}: {sentence}")

    def _say(self, sentence: str) -> None:
        """One line a second; how many were left out stands at its end."""
        if self._notices.take(time.monotonic()):
            held_back = self._notices.settle()
            self._notice(f"{sentence} ({held_back} more like it)" if held_back else sentence)


def _no_port(host: str, port: int, error: OSError) -> str:
    return f"OSC cannot listen on {host}:{port} ({error.strerror or error}); choose another with --osc HOST:PORT."
