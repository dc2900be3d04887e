"""Follows a MIDI clock that comes over JACK, as the engine does; a program of its own for the same reason.

``clocklistener.py SECONDS``: opens the port "liveriff-clock:in"; prints one JSON object a line: {"time", "beat", "bpm",
"playing"} twenty times a second, once it is following.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import rtmidi

from liveriff.control.clock.midi_in import MidiClockIn


async def main(seconds: float) -> None:
    """Listen and tell."""
    clock = MidiClockIn(asyncio.get_running_loop())
    port = rtmidi.MidiIn(rtmidi.API_UNIX_JACK, name="liveriff-clock")
    port.ignore_types(sysex=False, timing=False, active_sense=True)
    port.set_callback(lambda event, _: clock.on_clock("jack", bytes(event[0]), time.monotonic()))
    port.open_virtual_port("in")
    sys.stdout.write("ready\n")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await asyncio.sleep(0.05)
        now = time.monotonic()
        lead = clock.lead(now)
        if lead is not None:
            told = {"time": now, "beat": lead.line.beat_at(now), "bpm": lead.bpm_cents / 100, "playing": lead.playing}
            sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


asyncio.run(main(float(sys.argv[1])))
