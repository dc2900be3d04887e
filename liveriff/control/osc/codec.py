"""Values to OSC messages, and the reading of ``packets`` under the same roof. Pure; any thread may call it.

Numbers travel as ``f``, whole numbers as ``i``, words and text as ``s``, switches as ``T``/``F``, bytes as ``b``. The
"auto" of an optional number travels as -1, because that is what a fader can send back and what the parameter's range
begins with; so the type of an address never changes.
"""

from __future__ import annotations

import struct

from liveriff.control.osc.packets import (
    BANG,
    BUNDLE,
    FRACTIONS,
    NTP_TO_UNIX_S,
    Argument,
    Bang,
    MalformedError,
    Message,
    parse,
    parse_message,
)
from liveriff.params.kinds import Value, as_number
from liveriff.params.kinds_worded import Toggle
from liveriff.params.spec import Spec

__all__ = [
    "BANG",
    "Argument",
    "Bang",
    "MalformedError",
    "Message",
    "bundle",
    "encode",
    "message",
    "parse",
    "parse_message",
    "timetag",
    "type_tags",
]


def type_tags(spec: Spec) -> str:
    """The tag of a parameter's value, as OSCQuery wants it too: f, i, s, T (stands for F also) or b."""
    return spec.kind.osc


def encode(path: str, spec: Spec, value: Value, plain: bool = False) -> bytes:
    """One message with the value of a parameter; ``path`` is the address to write on it, usually the spec's own.

    plain: a switch travels as ``f`` 1 or 0, for peers that do not know ``T`` and ``F`` (Pure Data drops both).
    """
    if isinstance(spec.kind, Toggle):
        return message(path, float(bool(value)) if plain else bool(value))
    if value is None:
        value = int(spec.kind.number(None))
    return message(path, as_number(value) if spec.kind.osc == "f" else value)


def message(address: str, *args: Argument) -> bytes:
    """One message; the tags follow from the Python types. Raises TypeError for a type that has none here."""
    pairs = [_write(arg) for arg in args]
    tags = "," + "".join(tag for tag, _ in pairs)
    return _padded(address.encode()) + _padded(tags.encode()) + b"".join(body for _, body in pairs)


def bundle(seconds: float | None, *packets: bytes) -> bytes:
    """A bundle of messages or bundles for a time of the Unix epoch, or for now."""
    parts = (struct.pack(">i", len(packet)) + packet for packet in packets)
    return BUNDLE + timetag(seconds) + b"".join(parts)


def _write(arg: Argument) -> tuple[str, bytes]:
    if arg is None or arg is BANG:
        return "N" if arg is None else "I", b""
    if isinstance(arg, bool):
        return "T" if arg else "F", b""
    if isinstance(arg, int):
        return _whole(arg)
    if isinstance(arg, float):
        return "f", _float(arg)
    if isinstance(arg, str):
        return "s", _padded(arg.replace("\0", " ").encode(errors="replace"))
    if isinstance(arg, bytes):
        return "b", struct.pack(">i", len(arg)) + arg + bytes(-len(arg) % 4)
    raise TypeError(f"OSC has no type for {type(arg).__name__}")


def _whole(number: int) -> tuple[str, bytes]:
    small = -(2**31) <= number < 2**31
    return ("i", struct.pack(">i", number)) if small else ("h", struct.pack(">q", number))


def _float(number: float) -> bytes:
    try:
        return struct.pack(">f", number)
    except OverflowError:  # beyond 32-bit floats
        return struct.pack(">f", float("inf") if number > 0 else float("-inf"))


def _padded(text: bytes) -> bytes:
    """A string with its 1 to 4 zero bytes."""
    return text + bytes(4 - len(text) % 4)


def timetag(seconds: float | None) -> bytes:
    """The 8 bytes of a timetag; None is "now"."""
    return struct.pack(">Q", 1 if seconds is None else int((seconds + NTP_TO_UNIX_S) * FRACTIONS))
