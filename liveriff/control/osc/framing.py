"""Packets in a TCP stream: a length in front (OSC 1.0) or SLIP around (OSC 1.1, RFC 1055). Pure.

The first byte tells which. A length below 16 MiB begins with a zero byte; a SLIP stream begins with END, or, where a
sender leaves the first END out, with the packet itself, which begins with "/" or "#".
"""

from __future__ import annotations

import struct
from typing import Protocol

from liveriff.control.osc.packets import MAX_PACKET, MalformedError

END, ESC, ESC_END, ESC_ESC = b"\xc0", b"\xdb", b"\xdb\xdc", b"\xdb\xdd"


class Framer(Protocol):
    """One direction of one connection."""

    def feed(self, data: bytes) -> list[bytes]:
        """Packets that are complete now; MalformedError where the stream makes no sense, and it never will again."""

    def frame(self, packet: bytes) -> bytes:
        """A packet as it goes into the stream."""

    @property
    def begun(self) -> bool:
        """Whether a packet has begun and its end has not come."""


class LengthFramer:
    """A big-endian int32 in front of each packet."""

    def __init__(self) -> None:
        """At the start of a stream."""
        self._waiting = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """As for Framer; empty packets, which some send to keep a line open, are skipped."""
        self._waiting += data
        packets, at = [], 0
        while len(self._waiting) - at >= 4:
            size = int.from_bytes(self._waiting[at : at + 4], "big")
            if size > MAX_PACKET:
                raise MalformedError(f"a packet of {size} bytes announced")
            if len(self._waiting) - at - 4 < size:
                break
            if size:
                packets.append(bytes(self._waiting[at + 4 : at + 4 + size]))
            at += 4 + size
        del self._waiting[:at]
        return packets

    def frame(self, packet: bytes) -> bytes:
        """As for Framer."""
        return struct.pack(">i", len(packet)) + packet

    @property
    def begun(self) -> bool:
        """As for Framer."""
        return bool(self._waiting)


class SlipFramer:
    """END at one end of a packet or both, any number between two, any number of packets in one read."""

    def __init__(self) -> None:
        """At the start of a stream."""
        self._waiting = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """As for Framer."""
        *complete, rest = data.split(END)
        packets = []
        for piece in complete:
            self._waiting += piece
            if self._waiting:
                packets.append(self._unescaped())
        self._waiting += rest
        self._check()
        return packets

    def frame(self, packet: bytes) -> bytes:
        """As for Framer; END at both ends."""
        return END + packet.replace(ESC, ESC_ESC).replace(END, ESC_END) + END

    @property
    def begun(self) -> bool:
        """As for Framer."""
        return bool(self._waiting)

    def _unescaped(self) -> bytes:
        self._check()
        first, *pieces = bytes(self._waiting).split(ESC)
        self._waiting.clear()
        for piece in pieces:
            if piece[:1] not in (ESC_END[1:], ESC_ESC[1:]):
                raise MalformedError("a SLIP escape that is none")
        return first + b"".join((END if piece[:1] == ESC_END[1:] else ESC) + piece[1:] for piece in pieces)

    def _check(self) -> None:
        if len(self._waiting) > 2 * MAX_PACKET:  # every byte may be escaped
            raise MalformedError("a SLIP packet without an end")


def sniffed(first: int) -> Framer:
    """The framer for a stream that begins with a byte; MalformedError for any other protocol's."""
    if first == 0:
        return LengthFramer()
    if first in b"\xc0/#":
        return SlipFramer()
    raise MalformedError(f"a stream that begins with byte 0x{first:02X}")
