"""MIDI clock: messages at any times down to tempo and beat."""

from __future__ import annotations

import asyncio
import math
import struct
from random import Random

from fuzz.stage import Loop
from fuzz.surface import Surface, Target, must
from liveriff.control.clock.midi_in import MidiClockIn
from liveriff.music.follower import FORGOTTEN_S

_STEPS_S = (0.0, 1e-9, 1e-4, 0.001, 0.0208, 0.0417, 0.02083, 0.3, 0.6, FORGOTTEN_S + 1, 3600.0, -0.01)
_MESSAGES = (b"\xf8", b"\xfa", b"\xfb", b"\xfc", b"\xf2\0\0", b"\xf2\x7f\x7f", b"\xf2\x10\0", b"\xf2", b"", b"\xf8\xf8")
STEP = 6  # bytes: what, how many times, how long apart (float32)
MOST = 320  # messages of one input: thirteen beats


def follower() -> Target:
    """Two masters, one follower."""
    loop = Loop()
    running: asyncio.AbstractEventLoop = loop.loop

    def target(data: bytes) -> bool:
        clock, now, left = MidiClockIn(running), 1000.0, MOST
        for at in range(0, len(data) - STEP + 1, STEP):
            what, times, step = struct.unpack_from(">BBf", data, at)
            if not (math.isfinite(step) and -1.0 <= step <= 1e6):  # the system's clock does not say such things
                step = _STEPS_S[times % len(_STEPS_S)]
            count = min(left, 1 + times % 100)
            left -= count
            for _ in range(count):
                now += step
                clock.heard("ab"[what >> 7], _MESSAGES[what % len(_MESSAGES)], now)
            _check(clock, now)
        return clock.lead(now) is not None

    return target


def _check(clock: MidiClockIn, now: float) -> None:
    for after in (0.0, 0.01, 1.0):
        lead = clock.lead(now + after)
        if lead is None:
            continue
        beat = lead.line.beat_at(now + after)
        must(math.isfinite(beat), f"the beat is {beat}")
        must(math.isfinite(lead.line.time_of(beat + 1)), "the next beat has no time")
        must(lead.line.time_of(beat + 1) > now + after - 1.0, "time runs backwards")
        must(0 < lead.bpm_cents < 10**6, f"the tempo is {lead.bpm_cents} hundredths")


def made(random: Random) -> bytes:
    """Starts, runs of ticks at one tempo, pauses."""
    steps = []
    for _ in range(random.randrange(1, 12)):
        step = random.choice((*_STEPS_S, random.uniform(0.005, 0.1)))
        what = random.choice((0, 0, 0, 0, random.randrange(256)))
        times = random.choice((0, 0, 1, 5, 22, 23, 24, 47, 99, random.randrange(256)))
        steps.append(struct.pack(">BBf", what, times, step))
    return b"".join(steps)


def _seeds() -> list[bytes]:
    steady = struct.pack(">BBf", 0, 99, 60 / 120 / 24)
    return [steady, struct.pack(">BBf", 1, 0, 0.0) + steady * 3 + struct.pack(">BBf", 3, 0, 0.1), steady * 20]


SURFACES = (
    Surface(
        "clock",
        "MIDI clock: ticks, starts, song positions at any times from two masters; down to tempo, beat and transport",
        follower,
        _seeds,
        made,
        (b"\0\x63\x3c\xaa\xaa\xab", b"\1\0\0\0\0\0", b"\3\0\0\0\0\0", b"\0\x18\x3e\x99\x99\x9a"),
        longest=180,
    ),
)
