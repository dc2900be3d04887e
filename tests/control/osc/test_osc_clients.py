"""Who is told and who must go, with time turned by hand; and what /subscribe may ask for."""

from __future__ import annotations

import pytest

from liveriff.control.osc import codec
from liveriff.control.osc.clients import IDLE_S, PASSING_S, REGULAR, SENDERS, Client, ClientLimits, Clients
from liveriff.control.osc.codec import BANG, Argument
from liveriff.control.osc.commands import place_of, prefix_of
from liveriff.control.osc.counters import OscCounters, Seldom
from liveriff.errors import UsageError
from liveriff.params.registry import Registry


class Room:
    """Clients, and the packets that went out."""

    def __init__(self, limits: ClientLimits) -> None:
        self.limits, self.counters = limits, OscCounters()
        self.registry = Registry()
        self.clients = Clients(self.registry, self.counters, limits)
        self.sent: list[tuple[int, str]] = []
        self.now = 1000.0
        self.host = "127.0.0.1"

    def enter(self, port: int, messages: int = 1, listens: int | None = None) -> Client:
        """Somebody sends so many messages now."""
        place = (self.host, port)
        client = self.clients.sender(place)
        if client is None:
            client = self.clients.introduce(place, self.listener(listens or port))
        for _ in range(messages):
            client.speaks(self.now)
        self.clients.greet(client)
        return client

    def listener(self, port: int) -> Client:
        """Somebody who listens."""

        def send(data: bytes) -> None:
            self.sent.append((port, codec.parse(data)[0].address))

        return Client(f"osc:{self.host}:{port}", self.host, send, lambda client, sentence: None)

    @property
    def told(self) -> list[int]:
        """Ports that are told."""
        return sorted(int(client.origin.rsplit(":", 1)[1]) for client in self.clients.told)


def test_a_passer_by_is_forgotten() -> None:
    """A script's one message; a tablet stays, and so does who subscribed."""
    room = Room(ClientLimits())
    room.enter(1)
    room.enter(2, messages=REGULAR)
    room.clients.subscribe(room.enter(3), "")
    room.now += PASSING_S + 1
    room.clients.tick(room.now)
    assert room.told == [2, 3]
    assert room.counters.clients == 2


def test_who_goes_when_it_is_full() -> None:
    """Passers-by first, then who was silent longest; never who subscribed while others are there."""
    room = Room(ClientLimits(clients=3))
    room.clients.subscribe(room.enter(1), "")
    room.now += 1
    room.enter(2, messages=REGULAR)
    room.now += 1
    room.enter(3)
    room.now += IDLE_S
    room.enter(4, messages=REGULAR)
    assert room.told == [1, 2, 4]
    room.now += IDLE_S
    room.enter(5)
    assert room.told == [1, 4, 5]


def test_nobody_at_work_is_sent_away() -> None:
    """The newcomer is told nothing, and counted."""
    room = Room(ClientLimits(clients=2))
    room.enter(1)
    room.enter(2)
    room.now += 1
    room.enter(3)
    assert room.told == [1, 2]
    assert room.counters.crowded_out == 1


def test_senders_with_one_ear_are_one_client() -> None:
    """Two sockets out, one in: two records would be told everything twice."""
    room = Room(ClientLimits())
    assert room.enter(1, listens=9000) is room.enter(2, listens=9000)
    assert room.told == [9000]


def test_memory_of_senders_is_bounded_and_clients_come_last() -> None:
    """A thousand strangers, then the tablet moves again: still the same client."""
    room = Room(ClientLimits())
    tablet = room.enter(1)
    for port in range(2000, 3000):
        room.clients.introduce(("10.0.0.1", port), room.listener(port))
    assert len(room.clients._senders) <= SENDERS
    assert room.clients.sender(("127.0.0.1", 1)) is tablet


def test_redirected() -> None:
    """/subscribe to another port: the old ear is closed, the sender belongs to the new one."""
    room = Room(ClientLimits())
    client = room.enter(1)
    ear = room.clients.redirect(client, room.listener(2))
    room.clients.subscribe(ear, "/deck/1")
    assert room.told == [2]
    assert room.clients.sender(("127.0.0.1", 1)) is ear
    assert room.clients.redirect(ear, room.listener(2)) is ear


def test_a_subscription_chooses_branches() -> None:
    """Prefixes add up; spectrograms only for those who name a branch."""
    room = Room(ClientLimits(raw=False))
    room.clients.subscribe(room.enter(1), "/delay")
    room.clients.subscribe(room.enter(1), "/status")
    for _ in range(20):
        room.now += 0.1
        room.clients.tick(room.now)
    assert {address.split("/")[1] for _, address in room.sent} == {"delay", "status"}


@pytest.mark.parametrize(
    ("args", "own", "place", "prefix"),
    [
        ((), "127.0.0.1", None, ""),
        (("/deck/1/",), "127.0.0.1", None, "/deck/1"),
        ((9000,), "192.168.1.7", ("192.168.1.7", 9000), ""),
        ((9000.0, "/deck/1"), "192.168.1.7", ("192.168.1.7", 9000), "/deck/1"),
        (("9000",), "::1", ("::1", 9000), ""),
        (("192.168.1.7", 9000), "192.168.1.7", ("192.168.1.7", 9000), ""),
        (("192.168.1.9", 9000), "127.0.0.1", ("192.168.1.9", 9000), ""),
        (("localhost", "9000", "/pad"), "127.0.0.1", ("127.0.0.1", 9000), "/pad"),
        (("127.0.0.1",), "127.0.0.1", None, ""),
        ((None, BANG, True, b"", ""), "127.0.0.1", None, ""),
    ],
)
def test_what_subscribe_means(args: tuple[Argument, ...], own: str, place: object, prefix: str) -> None:
    """[host] [port] [prefix], each of which may be missing."""
    args = tuple(arg for arg in args if arg != "")
    assert place_of(args, own) == place
    assert prefix_of(args) == prefix


@pytest.mark.parametrize(
    ("args", "own"),
    [
        (("192.168.1.9", 9000), "192.168.1.7"),
        (("127.0.0.1", 9000), "192.168.1.7"),
        (("0.0.0.0.0", 9000), "127.0.0.1"),
        (("example.org", 9000), "127.0.0.1"),
        ((0,), "127.0.0.1"),
        ((-1,), "127.0.0.1"),
        ((65536,), "127.0.0.1"),
    ],
)
def test_what_subscribe_refuses(args: tuple[Argument, ...], own: str) -> None:
    """Names, ports that are none, and another's host for a stranger."""
    with pytest.raises(UsageError):
        place_of(args, own)


def test_seldom_counts_what_it_holds_back() -> None:
    """One a second, and how many were not told."""
    seldom = Seldom()
    assert [seldom.take(at) for at in (0.0, 0.5, 0.9, 1.0)] == [True, False, False, True]
    assert (seldom.settle(), seldom.settle()) == (2, 0)
