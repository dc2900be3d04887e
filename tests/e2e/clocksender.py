"""Sends a MIDI clock over JACK: ``clocksender.py BPM SECONDS``, from the port "liveriff-sender:out"."""

from __future__ import annotations

import sys
import time

import rtmidi

from liveriff.control.clock.midi_out import ClockOut
from liveriff.music.lead import Line


class Port:
    """A virtual output."""

    def __init__(self) -> None:
        self._midi = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name="liveriff-sender")
        self._midi.open_virtual_port("out")

    def send(self, data: bytes) -> None:
        """Send one message."""
        self._midi.send_message(list(data))


bpm, seconds = float(sys.argv[1]), float(sys.argv[2])
out = ClockOut()
out.add("jack", Port())
out.start()
out.follow(Line(time.monotonic(), 0.0, bpm), False)
sys.stdout.write("ready\n")
sys.stdout.flush()
time.sleep(2.0)
out.follow(Line(time.monotonic() + 0.2, 0.0, bpm), True)
time.sleep(seconds)
out.close()
time.sleep(0.1)
