"""The sound card: a PortAudio callback stream.

The callback runs on PortAudio's real-time thread and needs the interpreter's lock, so the player's process does
nothing else that matters while it runs.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any

from liveriff.errors import DeviceError
from liveriff.player.devices import Device, choose, portaudio
from liveriff.player.sink import Fill

CHANNELS = 2
WITH_CUE = 4
PRIORITY = 20


class DeviceSink:
    """A float32 output stream: stereo, and the headphones on outputs 3 and 4 of a card that has them. See ``sink.Sink``
    for the attributes."""

    def __init__(self, name: str | None, rate: int | None, block: int) -> None:
        """Open the device whose name contains ``name``; silent until ``start``. Raises DeviceError.

        rate: None for the device's own; block: frames a block, 0 for the host's choice.
        """
        found = choose(name)
        self.device, self.rate, self.block = found.name, rate or found.rate, block
        self.underruns = 0
        self.lost = ""
        self._fill: Fill | None = None
        self._urgent = False
        self._closing = False
        if found.channels < CHANNELS:
            raise DeviceError(f'The sound device "{found.name}" has only one channel; choose a stereo one.')
        self._stream = self._open_all(found)
        self.channels = int(self._stream.channels)
        self.latency_s = float(self._stream.latency)

    def _open_all(self, found: Device) -> Any:
        """With the headphones' outputs if they are there and can be had."""
        if found.discrete and found.channels >= WITH_CUE:
            with contextlib.suppress(DeviceError):
                return self._open(found.index, WITH_CUE)
        return self._open(found.index, CHANNELS)

    def _open(self, index: int, channels: int) -> Any:
        try:
            return portaudio().OutputStream(
                samplerate=self.rate,
                blocksize=self.block,
                device=index,
                channels=channels,
                dtype="float32",
                latency="low",
                callback=self._callback,
                finished_callback=self._finished,
            )
        except Exception as error:  # PortAudioError, or ValueError for settings it knows to be wrong
            reason = str(error).splitlines()[0]
            raise DeviceError(
                f'The sound device "{self.device}" cannot be opened at {self.rate} Hz: {reason}.'
            ) from error

    def start(self, fill: Fill) -> None:
        """See ``Sink.start``."""
        self._fill = fill
        try:
            self._stream.start()
        except Exception as error:
            raise DeviceError(f'The sound device "{self.device}" cannot be started: {error}.') from error

    def close(self) -> None:
        """See ``Sink.close``: hangs for ever if a JACK server has died under the stream."""
        self._closing = True
        self._stream.abort()
        self._stream.close()

    def _callback(self, out: Any, frames: int, _time: object, status: Any) -> None:
        if status.output_underflow:
            self.underruns += 1
        if not self._urgent:
            self._urgent = True
            _be_urgent()
        assert self._fill is not None
        self._fill(out)

    def _finished(self) -> None:
        if not self._closing:
            self.lost = f'The sound device "{self.device}" has stopped.'


def _be_urgent() -> None:
    """Give this thread a real-time priority where the system lets us and the audio server has not done so."""
    with contextlib.suppress(AttributeError, OSError):
        if os.sched_getscheduler(0) == os.SCHED_OTHER:
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
