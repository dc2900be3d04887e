"""OSC: datagrams down to the registry and the pads, streams of TCP, patterns of addresses."""

from __future__ import annotations

import ipaddress
import struct
import time
from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any

from fuzz.stage import FEW, Loop, Stage, running
from fuzz.surface import Surface, Target, must
from liveriff.control.osc import codec
from liveriff.control.osc.address import faces
from liveriff.control.osc.framing import LengthFramer, SlipFramer, sniffed
from liveriff.control.osc.packets import MalformedError
from liveriff.control.osc.patterns import PatternError, compiled
from liveriff.control.osc.server import OscServer
from liveriff.params.table import TABLE

COMMANDS = (
    "/ping",
    "/refresh",
    "/subscribe",
    "/subscribe/text",
    "/unsubscribe",
    "/error",
    "/1/fader1",
    "/nothing/here",
)
WORDS = (
    *(
        b"#bundle\0",
        b"/deck/1/level\0\0\0",
        b"/deck/*/level\0\0\0",
        b"/pad/3/trigger\0\0",
        b",f\0\0",
        b",s\0\0",
        b",[f]",
    ),
    *(
        b",b\0\0",
        b",I\0\0",
        b",N\0\0",
        b",T\0\0",
        b",m\0\0",
        b",t\0\0",
        b",r\0\0",
        b",h\0\0",
        b",d\0\0",
        b"/raw",
        b"/z",
    ),
    *(b"{a,b}", b"[!a-z]", b"//", b"*", b"?", b"/subscribe\0\0", b"fe80::1%", b"127.0.0.1\0\0\0", b"localhost\0\0\0"),
)
_HOSTS = ("127.0.0.1", "192.168.1.7", "10.0.0.3")


@cache
def addresses(few: bool = False) -> tuple[str, ...]:
    """All addresses there are, or those of ``FEW``, and some that are not."""
    table = FEW if few else TABLE
    return (*(address for spec in table.values() for address, _ in faces(spec)), *COMMANDS)


def argument(random: Random) -> object:
    """A value of any type that OSC has here."""
    text = "".join(chr(random.choice((97, 48, 46, 45, 47, 32, 0xE9, 0x1F39B))) for _ in range(random.randrange(9)))
    numbers = (0.0, 1.0, -1.0, 0.5, float("nan"), float("inf"), 3.4e38, random.uniform(-2, 2))
    options: tuple[object, ...] = (random.choice(numbers), random.getrandbits(random.choice((1, 8, 32, 60))))
    words = ("on", "127.0.0.1", "fe80::1%\u00e9", "A minor", "../../etc/passwd", "0 dB", text)
    return random.choice((*options, random.choice(words), True, False, None, codec.BANG, random.randbytes(5)))


def message(random: Random, few: bool = False) -> bytes:
    """A message to an address that is there, perhaps by a pattern, with any arguments."""
    address = random.choice(addresses(few))
    if random.random() < 0.2:
        parts = address.split("/")
        parts[random.randrange(1, len(parts))] = random.choice(("*", "?", "[0-9]", "{1,2,low}", "", "*l*", "[!x]"))
        address = "/".join(parts)
    return codec.message(address, *(argument(random) for _ in range(random.choice((0, 1, 1, 1, 2, 5)))))


def packet(random: Random, depth: int = 0, few: bool = False) -> bytes:
    """A message or a bundle. few: to addresses of ``FEW``."""
    if depth > 9 or random.random() < 0.75:
        return message(random, few)
    ahead = random.choice((None, 0.0, 0.01, 5.0, 1e6, -3.0))
    when = None if ahead is None else time.time() + ahead
    return codec.bundle(when, *(packet(random, depth + 1, few) for _ in range(random.randrange(4))))


class _Wire:
    """Stands in for the UDP socket, as strict about a place as the system's."""

    def get_write_buffer_size(self) -> int:
        return 0

    def get_extra_info(self, name: str) -> Any:
        return ("127.0.0.1", 8000)

    def sendto(self, data: bytes, place: tuple[str, int]) -> None:
        host, port = place
        host.encode("ascii")
        ipaddress.ip_address(host)
        must(0 < port < 65536, f"an answer to port {port}")
        must(len(data) <= 65507, f"an answer of {len(data)} bytes")

    def abort(self) -> None:
        """Nothing is open."""


def datagrams() -> Target:
    """The server without its socket."""
    stage, loop = Stage(), Loop()
    server = OscServer(stage.registry, stage.strike, stage.notice)
    wire: Any = _Wire()
    server._udp = wire
    counters = server.counters

    def target(data: bytes) -> bool:
        loop.turn()  # what waited for its time
        stage.begin()
        before, counters.faults = counters.malformed, 0  # its first fault is logged, and heard there
        sender = (_HOSTS[len(data) % 3], 9000 + len(data) % 5)
        with running(loop.loop):
            server._datagram(data, sender)
            if len(data) % 16 == 0:
                server.tick()
        stage.check(untouched=counters.malformed > before)
        return counters.malformed == before

    return target


def stream(data: bytes) -> bool:
    """Packets in a stream are the same however it is cut."""
    if not data:
        return False
    whole = _fed(data, len(data))
    cut = _fed(data, 1 + data[-1] % 7)
    must(whole == cut, "a stream gives other packets when it comes in other pieces")
    for each in whole[0]:
        for framer in (LengthFramer(), SlipFramer()):
            must(framer.feed(framer.frame(each)) == [each], "a packet does not come back out of its frame")
    return whole[1] == ""


def _fed(data: bytes, piece: int) -> tuple[list[bytes], str]:
    packets: list[bytes] = []
    try:
        framer = sniffed(data[0])
        for at in range(0, len(data), piece):
            packets += framer.feed(data[at : at + piece])
    except MalformedError as error:
        # How much was complete before the nonsense depends on the pieces; that it is nonsense does not.
        return [], type(error).__name__
    return packets, ""


def pattern(data: bytes) -> bool:
    """A pattern against addresses, the longest too."""
    text = data.decode("utf-8", "replace")
    found = compiled(text)
    for address in (*addresses()[::97], text[:255]):
        found.matches(address)
    return True


def _packets() -> Iterator[bytes]:
    yield codec.message("/deck/1/level", -6.0)
    yield codec.message("/deck/2/prompt/a", "warm", "bass")
    yield codec.message("/pad/3/trigger", 1.0)
    yield codec.message("/subscribe", "/deck", 9000)
    yield codec.message("/deck/*/filter/raw", 0.5)
    yield codec.bundle(None, codec.message("/play", True), codec.bundle(1.0, codec.message("/deck/1/mute", codec.BANG)))
    yield b"/a\0\0,[f[ii]]\0\0\0\0" + struct.pack(">fii", 1.0, 2, 3)
    yield b"/a\0\0,rmtcS\0\0" + bytes(24) + b"abc\0"
    yield codec.message("/error", b"\0" * 40)


SURFACES = (
    Surface(
        "osc",
        "OSC over UDP: bytes, types, bundles, patterns; the server down to registry, pads, feedback and undo",
        datagrams,
        lambda: list(_packets()),
        packet,
        WORDS,
        longest=8192,
    ),
    Surface(
        "osc-stream",
        "OSC over TCP: lengths and SLIP, whole and in pieces",
        lambda: stream,
        lambda: [framer.frame(each) for each in _packets() for framer in (LengthFramer(), SlipFramer())],
        lambda random: random.choice((LengthFramer(), SlipFramer())).frame(packet(random)) * random.randrange(1, 4),
        (b"\xc0", b"\xdb\xdc", b"\xdb\xdd", b"\xdb", b"\0\0\0\x04", b"\0\1\0\0", b"/a\0\0"),
    ),
    Surface(
        "osc-pattern",
        "patterns of OSC addresses, against the addresses there are",
        lambda: pattern,
        lambda: [b"/deck/*/level", b"/{deck,pad}/[1-4]/??t*", b"//level", b"/pad/[!a-c]/*e*r", b"/deck/1/eq/{low,mid}"],
        words=(
            b"*",
            b"**",
            b"?",
            b"[",
            b"]",
            b"{",
            b"}",
            b",",
            b"!",
            b"-",
            b"//",
            b"/deck",
            b"[a-z]",
            b"{,}",
            b"{a,aa}",
        ),
        refusals=(PatternError,),
        longest=300,
    ),
)
