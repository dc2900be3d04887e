"""WebSocket frames from a server (RFC 6455, section 5.2): never masked, never in fragments. Pure.

Made here because all frames that one moment has for one client go out in a single write.
"""

from __future__ import annotations

import json
import struct

TEXT = 0x1
BINARY = 0x2
PONG = 0xA
_FINAL = 0x80


def frame(payload: bytes, opcode: int = BINARY) -> bytes:
    """One whole message."""
    length = len(payload)
    if length < 126:
        return bytes((_FINAL | opcode, length)) + payload
    if length < 1 << 16:
        return struct.pack("!BBH", _FINAL | opcode, 126, length) + payload
    return struct.pack("!BBQ", _FINAL | opcode, 127, length) + payload


def command(name: str, data: str) -> bytes:
    """The frame of a JSON command."""
    return frame(json.dumps({"COMMAND": name, "DATA": data}).encode(), TEXT)
