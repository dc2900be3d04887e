"""The sound card: a PortAudio callback stream.

The callback runs on PortAudio's real-time thread and needs the interpreter's lock, so the player's process does
nothing else that matters while it runs.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any

from liveriff.errors import DeviceError
from liveriff.player import inputs
from liveriff.player.devices import Device, choose, portaudio
from liveriff.player.inputs import Input
from liveriff.player.listening import Together
from liveriff.player.sink import Fill

CHANNELS = 2
WITH_CUE = 4
PRIORITY = 20


class DeviceSink:
    """A float32 output stream: stereo, and the headphones on outputs 3 and 4 of a card that has them. See ``sink.Sink``
    for the attributes."""

    def __init__(self, name: str | None, rate: int | None, block: int, listen: str | None = None) -> None:
        """Open the device whose name contains ``name``; silent until ``start``. Raises DeviceError.

        rate: None for the device's own; block: frames a block, 0 for the host's choice; listen: the input to open along
        with it, as in ``inputs.choose``, if it has the same clock and can be had; None for none.
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
        self.found = found
        self.listening: Together | None = None
        self._stream = self._open_with_input(found, listen) or self._open_all(found)
        self.channels = _of_output(self._stream.channels)
        self.latency_s = float(_of_output(self._stream.latency))

    def _open_with_input(self, found: Device, listen: str | None) -> Any:
        """Both ways in one stream, or None where that cannot be: the sink matters more than its input."""
        if listen is None:
            return None
        with contextlib.suppress(DeviceError):
            source = inputs.choose(listen, found)
            if source.beats_with(found):
                stream = self._open_all(found, source)
                self.listening = Together(source.name, tuple(stream.latency))
                return stream
        return None

    def _open_all(self, found: Device, source: Input | None = None) -> Any:
        """With the headphones' outputs if they are there and can be had."""
        if found.discrete and found.channels >= WITH_CUE:
            with contextlib.suppress(DeviceError):
                return self._open(found.index, WITH_CUE, source)
        return self._open(found.index, CHANNELS, source)

    def _open(self, index: int, channels: int, source: Input | None) -> Any:
        sd = portaudio()
        device: Any = index if source is None else (source.index, index)
        # Both ways in blocks of a given size PortAudio holds a whole block back; JACK's blocks are the server's anyhow.
        block = 0 if source is not None and source.host.startswith(inputs.JACK) else self.block
        try:
            return (sd.OutputStream if source is None else sd.Stream)(
                samplerate=self.rate,
                blocksize=block,
                device=device,
                channels=channels if source is None else (min(source.channels, CHANNELS), channels),
                dtype="float32",
                latency="low",
                callback=self._callback if source is None else self._both_ways,
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

    def _both_ways(self, heard: Any, out: Any, frames: int, time: Any, status: Any) -> None:
        if self.listening is not None:
            self.listening.hear(heard, time)
        self._callback(out, frames, time, status)

    def _callback(self, out: Any, frames: int, _time: object, status: Any) -> None:
        if status.output_underflow:
            self.underruns += 1
        if not self._urgent:
            self._urgent = True
            be_urgent()
        assert self._fill is not None
        self._fill(out)

    def _finished(self) -> None:
        if not self._closing:
            self.lost = f'The sound device "{self.device}" has stopped.'


def _of_output(value: Any) -> Any:
    """Of a stream that goes both ways PortAudio tells (input, output)."""
    return value[1] if isinstance(value, tuple) else value


def be_urgent() -> None:
    """Give this thread a real-time priority where the system lets us and the audio server has not done so."""
    with contextlib.suppress(AttributeError, OSError):
        if os.sched_getscheduler(0) == os.SCHED_OTHER:
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
