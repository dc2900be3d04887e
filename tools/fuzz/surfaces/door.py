"""The door: HTTP requests, WebSocket frames, and what is said in them."""

from __future__ import annotations

import json
import struct
from random import Random

from fuzz.pipe import statuses, talk
from fuzz.stage import FEW, Loop, Stage
from fuzz.surface import Surface, Target, must
from fuzz.surfaces import osc
from liveriff.control.door.door import Door
from liveriff.control.osc.desk import Desk

REQUEST = b"GET %s HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n%s\r\n"
UPGRADE = REQUEST % (
    b"/",
    b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
)
PATHS = (
    *(b"/", b"/deck/1/level", b"/deck/1?CONTENTS", b"/?HOST_INFO", b"/deck/1/level?VALUE", b"/nowhere", b"/index.html"),
    *(b"/deck/1/level?VALUE&RANGE", b"/?HTML", b"/%2e%2e/%2e%2e/etc/passwd", b"/deck/1/level?token=a", b"/*", b"//"),
)
HEADERS = (
    *(b"Accept: text/html\r\n", b"Origin: http://evil.example\r\n", b"Content-Length: 5\r\n", b"Connection: close\r\n"),
    *(
        b"Transfer-Encoding: chunked\r\n",
        b"Authorization: Bearer a\r\n",
        b"Host: evil\r\n",
        b"Expect: 100-continue\r\n",
    ),
    *(
        b"Upgrade: websocket\r\nConnection: Upgrade\r\n",
        b"Range: bytes=0-9\r\n",
        b"Cookie: a=b\r\n",
        b"X: " + b"y" * 900,
    ),
)
BREATHERS_S = (0.05,) * 20  # between the parts of what came at once: a second in all
GOODBYE_S = 11.0  # a listener who broke the protocol and is gone may keep its seat so long
TALK = (
    *("LISTEN", "IGNORE", "SNAPSHOT", "PATH_CHANGED", "", None, 3),
    *("/", "/deck/1/level", "/deck/1/*", "/deck/1/level/raw", "/*", "/nowhere", "//", "/deck/1/"),
)


class _House:
    """A door with nobody outside; one for all inputs until it is made anew."""

    def __init__(self) -> None:
        self.stage, self.loop = Stage(FEW), Loop()
        desk = Desk(self.stage.registry, self.stage.strike, self.stage.notice)
        self.door = Door(self.stage.registry, desk.packet, self.stage.notice, port=0)
        self.loop.until(self.door.start())
        if self.door._server is not None:
            self.door._server.close()  # the port is not wanted
        assert self.door._http is not None
        assert self.door._listeners is not None
        self.door._listeners._turns.clock = lambda: 0.0  # who floods the door has to wait, and nobody waits here
        self._connect = self.door._http.connections
        self._said = 0

    def __del__(self) -> None:
        self.loop.loop.close()

    def ask(self, *parts: bytes) -> bytes:
        """One connection; its answers, none of which may be a fault of ours."""
        self.stage.begin()
        answer = talk(self.loop, self._connect, *parts)
        self.loop.call(self.door.tick)
        must(self.door.counters.faults == 0, "the door counted a fault of its own")
        must(500 not in statuses(answer), f"answered {answer[:60]!r}")
        for wait_s in (*BREATHERS_S, GOODBYE_S):
            if self.door.counters.listeners:
                self.loop.wait(wait_s)
        must(self.door.counters.listeners == 0, "a listener is left")
        return answer

    def heard(self) -> bool:
        """Whether anything was said since last asked that could be understood."""
        counters = self.door.counters
        before, self._said = self._said, counters.commands + counters.packets - counters.refused
        return self._said > before


def requests() -> Target:
    """HTTP alone: nothing that comes so may change anything."""
    house = _House()

    def target(data: bytes) -> bool:
        cut = len(data) // 2 if data and data[-1] & 1 else len(data)
        answer = house.ask(data[:cut], data[cut:])
        house.stage.check(untouched=b"HTTP/1.1 101" not in answer)
        return 200 in statuses(answer)

    return target


def frames() -> Target:
    """Bytes after a handshake that was right."""
    house = _House()

    def target(data: bytes) -> bool:
        answer = house.ask(UPGRADE, data)
        must(answer.startswith(b"HTTP/1.1 101"), f"the handshake is answered {answer[:60]!r}")
        house.stage.check()
        return house.heard()

    return target


def request(random: Random) -> bytes:
    """A request that is nearly right, or several on one connection."""
    verb = random.choice((b"GET", b"GET", b"GET", b"HEAD", b"OPTIONS", b"POST", b"PUT", b"TRACE", b"get"))
    head = b"".join(random.choice(HEADERS) for _ in range(random.randrange(3)))
    one = REQUEST.replace(b"GET", verb) % (random.choice(PATHS), head)
    return one * random.choice((1, 1, 1, 2, 5)) + random.choice((b"", b"", b"hello", b"5\r\nhello\r\n0\r\n\r\n"))


def frame(random: Random, body: bytes, opcode: int) -> bytes:
    """A client's frame (RFC 6455, 5.2), masked as they must be, now and then not."""
    head = bytes(((0x80 if random.random() < 0.95 else 0x00) | opcode,))
    masked = 0x80 if random.random() < 0.97 else 0
    size = len(body)
    if size < 126:
        head += bytes((masked | size,))
    elif size < 1 << 16:
        head += struct.pack(">BH", masked | 126, size)
    else:
        head += struct.pack(">BQ", masked | 127, size)
    if not masked:
        return head + body
    mask = random.randbytes(4)
    return head + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(body))


def talked(random: Random) -> bytes:
    """A few frames: commands, OSC, pings, goodbyes."""
    out = b""
    for _ in range(random.randrange(1, 5)):
        opcode = random.choice((1, 1, 2, 2, 2, 8, 9, 10, 0, 3))
        body = random.randbytes(random.randrange(6))
        if opcode == 1:
            told = {"COMMAND": random.choice(TALK), "DATA": random.choice(TALK)}
            body = json.dumps(told).encode() if random.random() < 0.9 else body
        elif opcode == 2:
            body = osc.packet(random, few=True)
        out += frame(random, body, opcode)
    return out


SURFACES = (
    Surface(
        "http",
        "HTTP at the door: requests, headers, bodies, several on one connection, cut anywhere; OSCQuery and pages",
        requests,
        lambda: (
            [REQUEST % (path, b"") for path in PATHS] + [REQUEST % (b"/", header) for header in HEADERS] + [UPGRADE]
        ),
        request,
        (
            b"\r\n",
            b"\r\n\r\n",
            b"HTTP/1.1",
            b"HTTP/2",
            b"Host: ",
            b"%00",
            b"%ff",
            b"?",
            b"&",
            b"#",
            b"\t",
            *PATHS,
            *HEADERS,
        ),
        fresh=500,
    ),
    Surface(
        "websocket",
        "WebSocket at the door: frames, fragments, masks; commands and OSC in them, down to registry and pads",
        frames,
        lambda: [talked(Random(f"websocket {number}")) for number in range(40)],
        talked,
        (
            b"\x81\x80",
            b"\x82\x84",
            b"\x88\x80",
            b"\x89\x80",
            b"\x01\x80",
            b"\x80\x80",
            b"\x81\xfe\xff\xff",
            b"\x82\xff",
        ),
        fresh=500,
    ),
)
