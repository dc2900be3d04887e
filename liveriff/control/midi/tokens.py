"""Bytes to complete MIDI messages: running status, real-time bytes anywhere, SysEx in pieces. Pure.

MIDI 1.0 detailed specification 4.2: a real-time byte (F8..FF) may stand between any two others, a status byte ends
what was unfinished, data bytes without a status repeat the last channel status.
"""

from __future__ import annotations

LONGEST_SYSEX = 16384
"""Bytes. What is longer is dropped and counted: a stream that never ends must not fill the memory."""

_LENGTHS = {0x80: 3, 0x90: 3, 0xA0: 3, 0xB0: 3, 0xC0: 2, 0xD0: 2, 0xE0: 3}
_COMMON = {0xF1: 2, 0xF2: 3, 0xF3: 2, 0xF6: 1}
SYSEX, END = 0xF0, 0xF7


def message_length(status: int) -> int:
    """Bytes of a message with this status byte; 0 for SysEx and undefined ones."""
    return _LENGTHS.get(status & 0xF0, 0) if status < SYSEX else _COMMON.get(status, 0)


class Tokens:
    """Cuts a stream of bytes into messages. One thread at a time."""

    def __init__(self) -> None:
        """Nothing received yet."""
        self.dropped = 0
        self._message = bytearray()
        self._running = 0
        self._overlong = False

    def feed(self, data: bytes) -> list[bytes]:
        """Messages that are complete now; real-time messages are left out."""
        if not self._message and self._whole(data):  # as drivers deliver nearly everything
            self._running = data[0] if data[0] < SYSEX else 0
            return [bytes(data)]
        done: list[bytes] = []
        for byte in data:
            self._take(byte, done)
        return done

    @staticmethod
    def _whole(data: bytes) -> bool:
        return len(data) > 1 and len(data) == message_length(data[0]) and max(data[1:]) < 0x80

    def _take(self, byte: int, done: list[bytes]) -> None:
        if byte >= 0xF8:
            return
        if byte >= 0x80:
            self._status(byte, done)
        elif self._message and self._message[0] == SYSEX:
            self._lengthen(byte)
        else:
            self._data(byte, done)

    def _status(self, byte: int, done: list[bytes]) -> None:
        if byte == END:
            self._end_sysex(done)
            return
        if self._message:
            self.dropped += 1
        self._message = bytearray([byte])
        self._overlong = False
        self._running = byte if byte < SYSEX else 0
        if byte != SYSEX and message_length(byte) < 2:
            self._message.clear()  # tune request, undefined: nothing to say

    def _end_sysex(self, done: list[bytes]) -> None:
        if self._message and self._message[0] == SYSEX and not self._overlong:
            done.append(bytes(self._message) + b"\xf7")
        else:
            self.dropped += 1
        self._message.clear()
        self._overlong = False

    def _lengthen(self, byte: int) -> None:
        if len(self._message) < LONGEST_SYSEX:
            self._message.append(byte)
        else:
            self._overlong = True

    def _data(self, byte: int, done: list[bytes]) -> None:
        if not self._message:
            if not self._running:
                self.dropped += 1
                return
            self._message = bytearray([self._running])
        self._message.append(byte)
        if len(self._message) == message_length(self._message[0]):
            done.append(bytes(self._message))
            self._message.clear()
