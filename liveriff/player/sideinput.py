"""A sound input with a clock of its own: a stream beside the sink's, into a ring that the sink's thread reads.

The input's thread writes, the sink's reads, nobody waits; what they share are counters and one tuple, each replaced
whole.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from liveriff.errors import DeviceError
from liveriff.player.adaptive import Pursuit, read_between, sinc_table
from liveriff.player.clockmap import ClockMap
from liveriff.player.device import be_urgent
from liveriff.player.devices import portaudio
from liveriff.player.inputs import Input
from liveriff.player.listening import LONGEST_TRIP_S, SETTLE, Sound, spread

RING = 1 << 16
SLOW_HZ = 0.1  # of the clocks' loops: jitter is not to be heard as vibrato
Line = tuple[float, float, float]


class SideInput:
    """See ``Listening``. rate: of the sink."""

    def __init__(self, source: Input, rate: int, block: int, sink_latency_s: float) -> None:
        """Listens at once. DeviceError if it cannot be opened."""
        self.device, self.lost = source.name, ""
        self._rate, self._sink_latency_s = rate, sink_latency_s
        self._ring = np.full((RING, 2), 0, np.float32)
        self._written = 0
        self._line: Line | None = None
        self._closing = self._urgent = False
        self._stream, own_rate = self._opened(source, block)
        self._own_rate = own_rate
        self._latency_s = float(self._stream.latency)
        self._in_clock, self._out_clock = ClockMap(own_rate, SLOW_HZ), ClockMap(rate, SLOW_HZ)
        self._pursuit = Pursuit(own_rate / rate, rate, block)
        self._table = sinc_table(own_rate / rate)
        self._stream.start()

    def _opened(self, source: Input, block: int) -> tuple[Any, int]:
        """At the sink's rate, or else at its own."""
        reason = ""
        for rate in dict.fromkeys((self._rate, source.rate)):
            try:
                stream = portaudio().InputStream(
                    samplerate=rate, blocksize=block, device=source.index, channels=min(source.channels, 2),
                    dtype="float32", latency="low", callback=self._callback, finished_callback=self._finished,
                )  # fmt: skip
            except Exception as error:  # PortAudioError, or ValueError for settings it knows to be wrong
                reason = str(error).splitlines()[0]
            else:
                return stream, rate
        raise DeviceError(f'The sound input "{source.name}" cannot be opened: {reason}.')

    @property
    def delay_s(self) -> float:
        """See ``Listening``."""
        return self._sink_latency_s + self._pursuit.distance / self._own_rate + self._latency_s

    @property
    def jumps(self) -> int:
        """How often a piece was left out or repeated."""
        return self._pursuit.jumps

    def close(self) -> None:
        """See ``Listening.close``."""
        self._closing = True
        self._stream.abort()
        self._stream.close()

    # --- the input's thread ------------------------------------------------------------------------------------------

    def _callback(self, block: Any, frames: int, told: Any, _status: object) -> None:
        self.hear(block, time.monotonic())
        if not self._urgent:
            self._urgent = True
            be_urgent()
        latency = float(told.currentTime) - float(told.inputBufferAdcTime)
        if 0.0 < latency < LONGEST_TRIP_S:
            self._latency_s += (latency - self._latency_s) * SETTLE

    def hear(self, block: Sound, now: float) -> None:
        """Take in what has come by ``now`` (time.monotonic()), (frames, channels)."""
        first, frames = self._written, len(block)
        at = first & (RING - 1)
        head = min(frames, RING - at)
        spread(self._ring[at : at + head], block[:head])
        if head < frames:
            spread(self._ring[: frames - head], block[head:])
        self._in_clock.tell(first, now)
        self._line = self._in_clock.line
        self._written = first + frames

    def _finished(self) -> None:
        if not self._closing:
            self.lost = f'The sound input "{self.device}" has stopped; start again to listen to it.'

    # --- the sink's thread -------------------------------------------------------------------------------------------

    def read(self, out: Sound, frame: int) -> None:
        """See ``Listening.read``."""
        self.read_at(out, frame, time.monotonic())

    def read_at(self, out: Sound, frame: int, now: float) -> None:
        """As ``read``, at a time."""
        self._out_clock.tell(frame, now)
        line, written = self._line, self._written
        out.fill(0.0)
        if line is None or self.lost:
            return
        _, when, per_frame = self._out_clock.line
        here = line[0] + (when - line[1]) / line[2]
        found = self._pursuit.next(len(out), here, per_frame / line[2], written)
        if found is not None:
            read_between(self._ring, self._table, *found, out)
