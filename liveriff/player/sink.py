"""Where sound goes: one small protocol, and the sinks that need no sound card.

``open_sink`` is called by the worker before anything else, so that the engine learns the rate; ``start`` hands over
the function that fills blocks, which then runs on the sink's own thread until ``close``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from liveriff.errors import DeviceError
from liveriff.player.options import PlayerOptions

Fill = Callable[[NDArray[np.float32]], None]

PLAIN_RATE = 48000
PLAIN_BLOCK = 256
ASLEEP_S = 0.5  # a clock this late has been suspended: it goes on from now instead of catching up
WAV = "wav:"


class Sink(Protocol):
    """Something that asks for blocks in real time. rate: frames a second; block: frames a block it will mostly ask
    for; latency_s: from asking to sounding; channels: 2, or 4 with the headphones on the last two; underruns: blocks
    that came too late; lost: why it takes no more, or ""."""

    device: str
    rate: int
    block: int
    latency_s: float
    channels: int
    underruns: int
    lost: str

    def start(self, fill: Fill) -> None:
        """Ask ``fill`` for blocks (frames, channels) float32 from now on, on the sink's thread. Raises DeviceError."""

    def close(self) -> None:
        """Ask no more. May block, even for ever if an audio server has died: call it where that does not matter."""


class ClockSink:
    """No sound: a clock that asks for blocks in real time, at absolute deadlines so that it never drifts."""

    latency_s = 0.0
    channels = 2

    def __init__(self, rate: int, block: int, device: str) -> None:
        """rate: frames a second; block: frames a block; device: what to call it."""
        self.rate, self.block, self.device = rate, block or PLAIN_BLOCK, device
        self.underruns = 0
        self.lost = ""
        self._closing = False
        self._thread: threading.Thread | None = None

    def start(self, fill: Fill) -> None:
        """See ``Sink.start``."""
        self._thread = threading.Thread(target=self._run, args=(fill,), name="liveriff-clock", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """See ``Sink.close``; takes at most a block."""
        self._closing = True
        if self._thread:
            self._thread.join(1.0)

    def _run(self, fill: Fill) -> None:
        out = np.zeros((self.block, 2), np.float32)
        began, asked = time.monotonic(), 0
        while not self._closing:
            wait = began + asked / self.rate - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            elif wait < -ASLEEP_S:
                began -= wait
                self.underruns += 1
            fill(out)
            asked += self.block


def wav_path(options: PlayerOptions) -> str | None:
    """The file of a ``wav:FILE`` sink, None for the others."""
    return options.sink[len(WAV) :] if options.sink.startswith(WAV) else None


def open_sink(options: PlayerOptions) -> Sink:
    """Open what the options name. Raises DeviceError, in one sentence, if there is no such sink or device."""
    path = wav_path(options)
    if options.sink == "device":
        from liveriff.player.device import DeviceSink

        return DeviceSink(options.device, options.rate, options.block, options.input)
    if options.sink == "null" or path:
        return ClockSink(options.rate or PLAIN_RATE, options.block, path or "null")
    raise DeviceError(f'There is no sink "{options.sink}"; use device, null or wav:FILE.')
