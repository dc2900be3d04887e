"""Faults of the network: bytes that mean nothing, and too many that mean something."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator

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


class _Bombarded(Act):
    """``burst`` is called every BURST_S, on a thread, until it is lifted."""

    hold_s = 8.0

    def __init__(self) -> None:
        """Nothing flies yet."""
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
        self.finish(live)

    def finish(self, live: LiveSet) -> list[str]:
        self._over.set()
        if self._thread:
            self._thread.join()
        return []


class Garbage(_Bombarded):
    """Three of four to OSC, the rest to the door."""

    def burst(self, live: LiveSet) -> Callable[[], None]:
        dice = random.Random(live.plan.seed)

        def fire() -> None:
            for turn in range(round(SPOILT_HZ * BURST_S)):
                if turn % 4:
                    live.instrument.send_bytes(spoilt(dice))
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
    """Sixteen parameters, all good."""

    def burst(self, live: LiveSet) -> Callable[[], None]:
        values = _values()

        def fire() -> None:
            for _ in range(round(FLOOD_HZ * BURST_S)):
                live.instrument.send(*next(values))

        return fire


def _values() -> Iterator[tuple[str, float]]:
    turn = 0
    while True:
        for deck in DECKS:
            for name, span in (("pan", 1.0), ("width", 1.0), ("filter", 0.2), ("send/delay", -30.0)):
                turn += 1
                yield f"/deck/{deck}/{name}", span * (turn % 101) / 101
