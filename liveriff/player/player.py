"""What the sink's thread runs: take commands, mix a block, hand it to the files, show the gauges.

No locks, files or logging here; the only queues are deques, which never wait. Commands come from the pipe's thread,
replies and finished files go to the main thread.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from liveriff.player.clockmap import ClockMap
from liveriff.player.cue import Outputs
from liveriff.player.cutaway import Cut
from liveriff.player.layers import Change, StripChange
from liveriff.player.meters import Meters
from liveriff.player.mixer import Mixer
from liveriff.player.pads import PadSound
from liveriff.player.panel import Panel
from liveriff.player.recording import Recording
from liveriff.player.sink import Sink
from liveriff.player.writer import Writer
from liveriff.wire import score
from liveriff.wire.hits import Hits
from liveriff.wire.messages import SetGrid
from liveriff.wire.score import Score


@dataclass(frozen=True)
class Leave:
    """Fade out and be done."""

    seconds: float


@dataclass(frozen=True)
class Tape:
    """Record what is played into ``recording`` from the next block on, None for no more."""

    recording: Recording | None


Ask = SetGrid | Change | StripChange | Cut | PadSound | Leave | Tape


@dataclass(frozen=True)
class Told:
    """What became of message ``number`` of the pipe; one entry, so that one block takes all of it."""

    number: int
    commands: tuple[Ask, ...]


Command = Ask | Told


class FrameClock(Protocol):
    """See ``clockmap.ClockMap``."""

    def tell(self, frame: int, time_s: float) -> None: ...
    def frame_at(self, time_s: float) -> float: ...


class Player:
    """Fills blocks. ``limit``: frames after the transport's start, or None; ``film``: the file of a wav sink;
    ``hits``: where pad strokes come from, or None; ``panel``: what is copied once a block, or None; ``score``: is told
    what was taken at which frame, or None."""

    def __init__(
        self,
        mixer: Mixer,
        meters: Meters,
        sink: Sink,
        limit: int | None,
        film: Writer | None,
        hits: Hits | None = None,
        panel: Panel | None = None,
        score: Score | None = None,
    ) -> None:
        """All parts are made before the sink starts."""
        self.commands: deque[Command] = deque()
        self.frame = 0  # frames the sink has asked for
        self.ended = False  # the limit is reached
        self.left = False  # faded out after Leave
        self.fault = ""  # the mixer raised: what it said
        self._mixer, self._meters, self._sink = mixer, meters, sink
        self._limit, self._film, self._hits = limit, film, hits
        self._panel, self._score = panel, score
        self.clock: FrameClock = ClockMap(sink.rate)
        self._outputs = Outputs()
        self._tape: Recording | None = None
        self._block = 0
        self._leaving = False

    @property
    def blocks(self) -> int:
        """Blocks filled so far: its standing still shows that the sink is dead."""
        return self._meters.blocks

    def fill(self, out: NDArray[np.float32]) -> None:
        """Fill a block (frames, 2), or with the headphones (frames, 4). On the sink's thread; never waits or raises."""
        clock_s = time.monotonic()
        try:
            main, cue = self._outputs.take(out)
            self._fill(main, cue, clock_s)
            self._outputs.put(out)
        except Exception as error:  # anything that got out would end the stream, or the program
            out.fill(0.0)
            self.fault = self.fault or f"{type(error).__name__}: {error}"
        self._meters.after(self._mixer, len(out), time.monotonic() - clock_s)
        self._meters.publish(self._mixer, self.frame, clock_s, self._sink.underruns)

    def _fill(self, out: NDArray[np.float32], cue: NDArray[np.float32] | None, clock_s: float) -> None:
        first, self.frame = self.frame, self.frame + len(out)
        self.clock.tell(first, clock_s)
        self._note_block(first, len(out))
        if self._panel:
            self._panel.take(first)
        while self.commands:
            self._obey(self.commands.popleft(), first)
        self._strike(first, len(out))
        self._mixer.next_block(out, cue)
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

    def _note_block(self, first: int, block: int) -> None:
        if self._score and block != self._block:
            self._score.note(score.BLOCK, first, block)
            self._block = block

    def _strike(self, first: int, block: int) -> None:
        for hit in self._hits.take() if self._hits else ():
            felt = self.clock.frame_at(hit.time_s)
            if self._score:
                self._score.note(score.STROKE, first, hit.pad, hit.velocity, felt)
            self._mixer.strike(hit.pad, hit.velocity, felt, block)

    def _stems(self, frames: int) -> None:
        mixer = self._mixer
        if self._tape:
            self._tape.take_stems(mixer.posts[:, :frames], mixer.pad_bus[:frames], mixer.effects.returns[:frames])

    def _obey(self, command: Command, first: int) -> None:
        if isinstance(command, Told):
            if self._score:
                self._score.note(score.TOLD, first, command.number)
            for each in command.commands:
                self._obey(each, first)
        elif isinstance(command, Leave):
            self._leaving = True
            if self._score:
                self._score.note(score.LEAVE, first, command.seconds)
            self._mixer.leave(round(command.seconds * self._sink.rate))
        elif isinstance(command, Tape):
            self._tape = command.recording
            self._mixer.tap = self._stems if self._tape and self._tape.stems else None
        elif not self._leaving:
            self._mixer.apply(command)
