"""What the sink's thread runs: take commands, mix a block, hand it to the files, show the gauges.

No locks, files or logging here; the only queues are deques, which never wait. Commands come from the pipe's thread,
replies and finished files go to the main thread.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liveriff.player.clockmap import ClockMap
from liveriff.player.deck import Change
from liveriff.player.meters import Meters
from liveriff.player.mixer import Mixer
from liveriff.player.pads import PadSound
from liveriff.player.sink import Sink
from liveriff.player.wavfile import Writer
from liveriff.wire.hits import Hits
from liveriff.wire.messages import SetGrid


@dataclass(frozen=True)
class Leave:
    """Fade out and be done."""

    seconds: float


@dataclass(frozen=True)
class Tape:
    """Record what is played into ``writer`` from the next block on, None for no more."""

    writer: Writer | None


Command = SetGrid | Change | PadSound | Leave | Tape


class Player:
    """Fills blocks. ``limit``: frames after the transport's start, or None; ``film``: the file of a wav sink;
    ``hits``: where pad strokes come from, or None."""

    def __init__(
        self, mixer: Mixer, meters: Meters, sink: Sink, limit: int | None, film: Writer | None, hits: Hits | None = None
    ) -> None:
        """All parts are made before the sink starts."""
        self.commands: deque[Command] = deque()
        self.frame = 0  # frames the sink has asked for
        self.ended = False  # the limit is reached
        self.left = False  # faded out after Leave
        self.fault = ""  # the mixer raised: what it said
        self._mixer, self._meters, self._sink = mixer, meters, sink
        self._limit, self._film, self._hits = limit, film, hits
        self._clock = ClockMap(sink.rate)
        self._tape: Writer | None = None
        self._leaving = False

    @property
    def blocks(self) -> int:
        """Blocks filled so far: its standing still shows that the sink is dead."""
        return self._meters.blocks

    def fill(self, out: NDArray[np.float32]) -> None:
        """Fill a block (frames, 2). On the sink's thread; never waits and never raises."""
        clock_s = time.monotonic()
        try:
            self._fill(out, clock_s)
        except Exception as error:  # anything that got out would end the stream, or the program
            out.fill(0.0)
            self.fault = self.fault or f"{type(error).__name__}: {error}"
        self._meters.after(self._mixer, len(out), time.monotonic() - clock_s)
        self._meters.publish(self._mixer, self.frame, clock_s, self._sink.underruns)

    def _fill(self, out: NDArray[np.float32], clock_s: float) -> None:
        first, self.frame = self.frame, self.frame + len(out)
        self._clock.tell(first, clock_s)
        while self.commands:
            self._obey(self.commands.popleft())
        self._strike(len(out))
        self._mixer.next_block(out)
        started = self._mixer.transport.started
        begin = len(out) if started is None else max(0, started - first)
        end = len(out)
        if started is not None and self._limit is not None and started + self._limit <= self.frame:
            end = max(0, started + self._limit - first)
            out[end:] = 0.0
            self.ended = True
        if self._film and begin < end:
            self._film.take(out[begin:end])
        if self._tape:
            self._tape.take(out)
        self.left = self._leaving and self._mixer.silent

    def _strike(self, block: int) -> None:
        for hit in self._hits.take() if self._hits else ():
            self._mixer.strike(hit.pad, hit.velocity, self._clock.frame_at(hit.time_s), block)

    def _obey(self, command: Command) -> None:
        if isinstance(command, Leave):
            self._leaving = True
            self._mixer.leave(round(command.seconds * self._sink.rate))
        elif isinstance(command, Tape):
            self._tape = command.writer
        elif not self._leaving:
            self._mixer.apply(command)
