"""Faults of the network: bytes that mean nothing, and too many that mean something."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from liveriff.control.osc.codec import bundle, message
from liveriff.drill.acts import Act
from liveriff.drill.instrument import LOOPBACK
from liveriff.drill.liveset import LiveSet
from liveriff.params.words import DECKS

SPOILT_HZ, FLOOD_HZ = 200, 5000
BURST_S = 0.02
REQUESTS = (
    b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"GET " + b"/" * 70000,
    b"POST / HTTP/9.9\r\n\r\n", b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", b"\r\n" * 500,
    b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 5000 + b"\r\n", b"GET /?VALUE&& HTTP/1.1\r\nHost: \xff\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
)  # fmt: skip
"""What a door may be told by who means no good, or is no browser."""


Least = tuple[tuple[str, tuple[str, ...], float], ...]
"""Who counts, which of its counters, and at least what share of ``sent`` these must tell of together."""
BAD_OSC = ("malformed", "unknown", "wrong", "refused")
BAD_KNOCKS = ("full", "strangers", "unreadable", "improper", "hurried", "too_slow")


def uncounted(report: Mapping[str, Any], sent: int, least: Least) -> list[str]:
    """What the instrument should have counted and has not, by its own report, a sentence each."""
    wrong = []
    for who, names, share in least:
        counters = report.get(who) or {}
        counted = sum(int(counters.get(name, 0)) for name in names)
        if counted < share * sent:
            wrong.append(f"{sent} were sent, and {who} has counted {counted} ({', '.join(names)}).")
    return wrong


class _Bombarded(Act):
    """``burst`` is called every BURST_S, on a thread, until it is lifted; ``sent`` counts what was fired at OSC."""

    hold_s = 8.0
    least: Least = ()

    def __init__(self) -> None:
        """Nothing flies yet."""
        self.sent = 0
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def burst(self, live: LiveSet) -> Callable[[], None]:
        """What to call."""
        raise NotImplementedError

    def begin(self, live: LiveSet) -> None:
        fire = self.burst(live)

        def run() -> None:
            due = time.monotonic()
            while not self._over.is_set():
                fire()
                due += BURST_S
                time.sleep(max(0.0, due - time.monotonic()))

        self._thread = threading.Thread(target=run, name="drill-bombs", daemon=True)
        self._thread.start()

    def lift(self, live: LiveSet) -> None:
        self._over.set()
        if self._thread:
            self._thread.join()

    def finish(self, live: LiveSet) -> list[str]:
        self.lift(live)
        return uncounted(live.report, self.sent, self.least)


class Garbage(_Bombarded):
    """Three of four to OSC, the rest to the door: some of the first are good by accident, and some of the others."""

    least = (("osc", BAD_OSC, 0.25), ("door", BAD_KNOCKS, 0.05))

    def burst(self, live: LiveSet) -> Callable[[], None]:
        dice = random.Random(live.plan.seed)

        def fire() -> None:
            for turn in range(round(SPOILT_HZ * BURST_S)):
                if turn % 4:
                    live.instrument.send_bytes(spoilt(dice))
                    self.sent += 1
                else:
                    _knock(live.instrument.door_port, dice.choice(REQUESTS))

        return fire


def spoilt(dice: random.Random) -> bytes:
    """A datagram that is no OSC, or nearly."""
    good = dice.choice((
        message("/deck/1/level", -3.0), message("/deck/1/prompt/a", "drums"), message("/no/such/path", 1, 2.0, "x"),
        bundle(None, message("/deck/2/pan", 0.5)), message("/deck/*/width", 0.9), message("/tempo/bpm", float("nan")),
    ))  # fmt: skip
    how = dice.randrange(4)
    if how == 0:
        return dice.randbytes(dice.randrange(1, 600))
    if how == 1:
        return good[: dice.randrange(len(good))]
    at = dice.randrange(len(good))
    return good[:at] + dice.randbytes(dice.randrange(1, 9)) + good[at + how :]


def _knock(port: int, request: bytes) -> None:
    with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), 0.5) as connection:
        connection.sendall(request)


class Flood(_Bombarded):
    """Sixteen parameters, all good. A busy system may lose datagrams before anybody can read and count them, but the
    instrument must not stop reading, and must obey the next hand."""

    least = (("osc", ("received",), 0.25),)

    def burst(self, live: LiveSet) -> Callable[[], None]:
        values = _values()

        def fire() -> None:
            for _ in range(round(FLOOD_HZ * BURST_S)):
                live.instrument.send(*next(values))
                self.sent += 1

        return fire

    def complaints(self, live: LiveSet) -> list[str]:
        live.instrument.send(LAST, LAST_SET)
        if live.wait(lambda: live.watch.latest(LAST) == LAST_SET, HEARD_S):
            return []
        return ["the next hand was not obeyed."]


LAST, LAST_SET, HEARD_S = "/deck/1/pan", 0.75, 5.0


def _values() -> Iterator[tuple[str, float]]:
    turn = 0
    while True:
        for deck in DECKS:
            for name, span in (("pan", 1.0), ("width", 1.0), ("filter", 0.2), ("send/delay", -30.0)):
                turn += 1
                yield f"/deck/{deck}/{name}", span * (turn % 101) / 101
