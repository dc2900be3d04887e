"""MIDI: bytes of controllers down to the parameters they move, and the host's frames."""

from __future__ import annotations

import math
from functools import cache
from random import Random

from fuzz.stage import Stage
from fuzz.surface import Surface, Target, must
from liveriff.control.mapping.default import default_bindings
from liveriff.control.mapping.lights import Lights
from liveriff.control.mapping.mapping import Mapping
from liveriff.control.midi.decode import Decoder
from liveriff.control.midi.library import SHIPPED
from liveriff.control.midi.profile import Profile
from liveriff.control.midi.profile_read import read_file
from liveriff.control.midi.tokens import LONGEST_SYSEX
from liveriff.control.surface import Touch

IDENTITY = bytes.fromhex("F07E7F0602476F0001000000F7")
WORDS = (
    *(
        b"\xf0",
        b"\xf7",
        b"\xf8",
        b"\xfa",
        b"\xfb",
        b"\xfc",
        b"\xfe",
        b"\xff",
        b"\xf2\0\0",
        b"\x90\x24\x7f",
        b"\x80\x24\0",
    ),
    *(b"\xb0\x63\1", b"\xb0\x62\2", b"\xb0\6\3", b"\xb0\x26\4", b"\xb0\x60\0", b"\xb0\1\x40\x21\0", b"\xe0\0\x40"),
    *(
        b"\xd0\x40",
        b"\xc0\5",
        b"\xa0\x24\x20",
        b"\xf0\x7f\x7f\6\2\xf7",
        IDENTITY,
        b"\xb0\x7b\0",
        b"\xb0\x65\x7f\x64\x7f",
    ),
)


@cache
def profiles() -> tuple[Profile, ...]:
    """Those that ship."""
    return tuple(read_file(path) for path in sorted(SHIPPED.glob("*.yaml")))


def messages(random: Random) -> bytes:
    """Which controller, how it is cut, and messages of it: with and without running status, real time in between."""
    profile = random.randrange(len(profiles()))
    data = bytearray((profile, random.randrange(256)))
    for _ in range(random.randrange(1, 12)):
        control = random.choice(profiles()[profile].controls)
        channel = random.choice(control.channels or (1, 2, 10)) - 1
        number = (random.choice(control.numbers) if control.numbers else 0) & 0x7F
        status = {"note": 0x90, "program": 0xC0, "pitchbend": 0xE0, "pressure": 0xD0}.get(control.source, 0xB0)
        body = (random.randrange(128),) if status in (0xC0, 0xD0) else (number, random.choice((0, 1, 63, 64, 127)))
        head = () if random.random() < 0.2 else (status | channel,)
        data += bytes((*head, *body))
        if random.random() < 0.1:
            data.append(random.choice((0xF8, 0xFE, 0xF7)))
    return bytes(data)


class _Player:
    """One controller at one mapping."""

    def __init__(self, profile: Profile) -> None:
        self.stage = Stage()
        self.now = 100.0
        self.mapping = Mapping(
            self.stage.registry, default_bindings(), self.stage.strike, self.stage.notice, lambda: self.now
        )
        self.lights = Lights(self.stage.registry, self.mapping)
        self.decoder = Decoder(profile, profile.id)
        self.mapping.connected(profile.id, [control.name for control in profile.controls])

    def play(self, data: bytes) -> bool:
        """The second byte is how the rest is cut."""
        self.stage.begin()
        decoder, piece, heard = self.decoder, 1 + data[1] % 16, False
        for at in range(2, len(data), piece):
            self.now += (data[1] >> 4) / 1000
            for touch in decoder.feed(data[at : at + piece], self.now):
                heard = self._touch(touch)
        self.now += 0.5
        for late, _ in decoder.flush(self.now):
            heard = self._touch(late) if late else heard
        self.mapping.tick(self.now)
        self.lights.news(decoder.device)
        must(len(decoder.heard) <= len(decoder.profile.controls), "a decoder remembers more than there is")
        self.stage.check()
        return heard

    def _touch(self, touch: Touch) -> bool:
        must(math.isfinite(touch.value), f"{touch.control} says {touch.value!r}")
        must(touch.kind == "relative" or 0.0 <= touch.value <= 1.0, f"{touch.control} says {touch.value!r}")
        self.mapping.touch(touch, self.mapping.fast(touch))
        return True


def controllers() -> Target:
    """All controllers that have a profile, one at a time; the first byte says which."""
    players: dict[int, _Player] = {}

    def target(data: bytes) -> bool:
        if len(data) < 3:
            return False
        number = data[0] % len(profiles())
        if number not in players:
            players[number] = _Player(profiles()[number])
        return players[number].play(data)

    return target


def _seeds() -> list[bytes]:
    random = Random("midi")
    sysex = b"\xf0" + bytes(random.randrange(128) for _ in range(64)) + b"\xf7"
    long = bytes((0, 3)) + b"\xf0" + bytes(LONGEST_SYSEX // 4)
    return [*(messages(random) for _ in range(40)), bytes((0, 255)) + IDENTITY + sysex, long]


SURFACES = (
    Surface(
        "midi",
        "MIDI bytes: running status, SysEx, (N)RPN, 14 bits, by every shipped profile; down to parameters and pads",
        controllers,
        _seeds,
        messages,
        WORDS,
    ),
)
