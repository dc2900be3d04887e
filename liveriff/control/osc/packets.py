"""Reading OSC packets (Open Sound Control 1.0 with the types of 1.1), whatever a peer sends. Pure; any thread.

Bytes from a network are no argument for trust: size, depth and number are bounded, and nothing but MalformedError
comes out.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from pythonosc import osc_message

MAX_PACKET = 65_536  # bytes; a UDP datagram cannot be longer, a TCP frame may not
MAX_DEPTH = 8  # bundles within bundles
MAX_MESSAGES = 1024  # in one packet
MAX_ARGUMENTS = 256  # of one message
MAX_ADDRESS = 255  # characters

NTP_TO_UNIX_S = 2_208_988_800  # from 1900 to 1970
FRACTIONS = 2.0**32  # of a second in a timetag
BUNDLE = b"#bundle\0"


class MalformedError(ValueError):
    """Bytes that are no OSC packet, or one beyond the limits above; the message is one clause for a log."""


class Bang:
    """The one value of the tag ``I``: something happens, and there is nothing more to say about it."""

    def __repr__(self) -> str:
        """For a sentence."""
        return "a bang"


BANG: Final = Bang()

Argument = object
"""bool, int, float, str, bytes, None (``N``), BANG (``I``), or a list of these (an array)."""


class Message(NamedTuple):
    """A message and when it is meant: seconds of the Unix epoch, or None for now."""

    time: float | None
    address: str
    args: tuple[Argument, ...]


def parse(data: bytes) -> list[Message]:
    """All messages of a packet, in order; raises MalformedError, and then nothing of the packet counts.

    A bundle inside another whose time is "now" takes the outer one's time.
    """
    if len(data) > MAX_PACKET:
        raise MalformedError(f"a packet of {len(data)} bytes")
    if data[:1] == b"/":
        return [Message(None, *parse_message(data))]
    messages: list[Message] = []
    for message in _packet(data, None, 0):
        if len(messages) == MAX_MESSAGES:
            raise MalformedError(f"more than {MAX_MESSAGES} messages in a packet")
        messages.append(message)
    return messages


def parse_message(data: bytes) -> tuple[str, tuple[Argument, ...]]:
    """Address and arguments of one message; raises MalformedError."""
    try:
        data += bytes(-len(data) % 4)  # some senders (Reaktor) leave the last zeros of a packet out
        address, at = _string(data, 0)
        if not 1 <= len(address) <= MAX_ADDRESS or address[0] != "/":
            raise MalformedError("an address that does not begin with / or is too long")
        return address, _arguments(data, at) if at < len(data) else ()
    except MalformedError:
        raise
    except Exception as error:  # what a parser may raise on garbage is no closed set
        raise MalformedError(f"a message that cannot be read ({type(error).__name__})") from error


def _packet(data: bytes, time: float | None, depth: int) -> Iterator[Message]:
    if not data.startswith(BUNDLE):
        yield Message(time, *parse_message(data))
        return
    if depth == MAX_DEPTH:
        raise MalformedError(f"bundles nested deeper than {MAX_DEPTH}")
    if len(data) < len(BUNDLE) + 8:
        raise MalformedError("a bundle without a timetag")
    own = _seconds(int.from_bytes(data[8:16], "big"))
    for element in _elements(data):
        yield from _packet(element, time if own is None else own, depth + 1)


def _elements(data: bytes) -> Iterator[bytes]:
    at = len(BUNDLE) + 8
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big", signed=True)
        if size <= 0 or size % 4 or at + 4 + size > len(data):
            raise MalformedError("a bundle with an element of a wrong size")
        yield data[at + 4 : at + 4 + size]
        at += 4 + size


def _seconds(timetag: int) -> float | None:
    """Unix time of an NTP timetag; 1 means now, and so does the 0 that some senders leave there."""
    return None if timetag <= 1 else timetag / FRACTIONS - NTP_TO_UNIX_S


def _string(data: bytes, at: int) -> tuple[str, int]:
    end = data.index(0, at)
    after = (end + 4) & ~3
    if after > len(data):
        raise MalformedError("a string without its padding")
    return data[at:end].decode(), after


Reader = Callable[[bytes, int], tuple[Argument, int]]


def _fixed(code: str) -> Reader:
    layout = struct.Struct(f">{code}")

    def read(data: bytes, at: int) -> tuple[Argument, int]:
        return layout.unpack_from(data, at)[0], at + layout.size

    return read


def _character(data: bytes, at: int) -> tuple[str, int]:
    return chr(int.from_bytes(data[at : at + 4], "big")), at + 4


def _blob(data: bytes, at: int) -> tuple[bytes, int]:
    size = int.from_bytes(data[at : at + 4], "big", signed=True)
    if size < 0 or at + 4 + size > len(data):
        raise MalformedError("a blob of a wrong size")
    return data[at + 4 : at + 4 + size], at + 4 + (size + 3 & ~3)


def _constant(value: Argument) -> Reader:
    return lambda data, at: (value, at)


# Read here, because python-osc takes several times as long, drops I, c and S, and goes backwards over a blob of
# negative size.
_READERS: dict[str, Reader] = {
    "i": _fixed("i"),
    "f": _fixed("f"),
    "h": _fixed("q"),
    "d": _fixed("d"),
    "c": _character,
    "b": _blob,
    "s": _string,
    "S": _string,
    "T": _constant(True),
    "F": _constant(False),
    "N": _constant(None),
    "I": _constant(BANG),
}


def _arguments(data: bytes, at: int) -> tuple[Argument, ...]:
    tags, at = _string(data, at)
    if tags[:1] != "," or len(tags) > MAX_ARGUMENTS + 1:
        raise MalformedError("type tags that do not begin with a comma or are too many")
    args: list[Argument] = []
    for tag in tags[1:]:
        reader = _READERS.get(tag)
        if reader is None:
            return _rare(data, tags)
        value, at = reader(data, at)
        args.append(value)
    if at > len(data):
        raise MalformedError("an argument cut short")
    return tuple(args)


def _rare(data: bytes, tags: str) -> tuple[Argument, ...]:
    """Arrays, colours, MIDI and times: python-osc's business, once the tags that it drops are refused."""
    for tag in tags[1:]:
        if tag not in "ifhdsTFNbrmt[]":
            raise MalformedError(f"the type tag {tag!r}, alone or beside a rare one,")
    return tuple(osc_message.OscMessage(data).params)
