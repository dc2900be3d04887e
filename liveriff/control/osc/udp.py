"""The UDP socket: made with room for bursts, read several datagrams at a time. Engine's loop only."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import itertools
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

SIO_UDP_CONNRESET = 0x9800000C
ROOMS = (4 << 20, 1 << 20, 256 << 10)  # bytes for the kernel to hold while the loop is busy; the first it grants
AT_ONCE = 64  # datagrams read before others on the loop have their turn
SLICE_S = 0.004  # nor longer than this: a datagram of many slow messages takes as long as hundreds of short ones
LONGEST = 65_535

Receive = Callable[[bytes, Any], object]
"""``receive(data, sockaddr)``"""


class UdpDoor(asyncio.DatagramProtocol):
    """Hands datagrams over; peers that went away (ICMP errors) are nobody's business."""

    def __init__(self, sock: socket.socket, receive: Receive, drains: bool) -> None:
        """drains: asyncio reads one datagram a turn of the loop, which is what limits it; on a selector loop the rest
        can be read here."""
        self._sock, self._receive, self._drains = sock, receive, drains

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """One datagram from asyncio, and what else has come."""
        until = time.perf_counter() + SLICE_S
        self._receive(data, addr)
        if not self._drains:
            return
        with contextlib.suppress(OSError):  # nothing more to read, or a peer that went away
            for _ in range(AT_ONCE):
                if time.perf_counter() > until:
                    return
                self._receive(*self._sock.recvfrom(LONGEST))

    def error_received(self, exc: Exception) -> None:
        """A datagram sent earlier reached nobody."""


def bound(family: int, sockaddr: Any) -> socket.socket:
    """A non-blocking UDP socket; raises OSError where the port is taken."""
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        _make_room(sock)
        _mind_no_refusals(sock)
        sock.setblocking(False)
        sock.bind(sockaddr)
    except BaseException:
        sock.close()
        raise
    return sock


def _make_room(sock: socket.socket) -> None:
    options = [getattr(socket, name, None) for name in ("SO_RCVBUFFORCE", "SO_RCVBUF")]  # root may have more
    for option, room in itertools.product(options, ROOMS):
        with contextlib.suppress(OSError):
            if option is not None:
                sock.setsockopt(socket.SOL_SOCKET, option, room)
                return


def _mind_no_refusals(sock: socket.socket) -> None:
    """On Windows a reply to a port that is closed makes the next read fail, and Python before 3.12.3 then reads no more
    (CPython gh-91227): OSC would be deaf for the rest of the set. ``socket.ioctl`` does not know this code."""
    if sys.platform == "win32":
        off, told = ctypes.c_ulong(0), ctypes.c_ulong()
        ctypes.windll.ws2_32.WSAIoctl(
            ctypes.c_size_t(sock.fileno()), ctypes.c_ulong(SIO_UDP_CONNRESET), ctypes.byref(off), 4, None, 0,
            ctypes.byref(told), None, None,
        )  # fmt: skip


async def opened(sock: socket.socket, receive: Receive) -> asyncio.DatagramTransport:
    """Listen on a bound socket."""
    loop = asyncio.get_running_loop()
    drains = isinstance(loop, asyncio.SelectorEventLoop)
    transport, _ = await loop.create_datagram_endpoint(lambda: UdpDoor(sock, receive, drains), sock=sock)
    return transport


def unsent(transport: asyncio.DatagramTransport) -> int:
    """Bytes that wait for the network; all loops can tell, though the type does not say so."""
    return int(getattr(transport, "get_write_buffer_size", int)())
