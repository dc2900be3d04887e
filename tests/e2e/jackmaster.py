"""A JACK transport with a tempo, for `jack_midi_clock` to follow: run as a program, since a process knows one server.

Reads lines from its standard input: "bpm X", "roll", "stop", "locate FRAME", "connect PORT", "ticks", "quit". To
"ticks" it answers the times (monotonic, to the frame) of all clock ticks that its own input "tempo:ticks" has had.
"""

from __future__ import annotations

import json
import sys
import time

import jack

BEATS_A_BAR = 4
TICKS_A_BEAT = 1920.0
TICK = b"\xf8"


class Master:
    """The timebase master; the tempo is constant from frame 0 on."""

    def __init__(self, bpm: float) -> None:
        self.bpm = bpm
        self.client = jack.Client("tempo", no_start_server=True)
        self.port = self.client.midi_inports.register("ticks")
        self.ticks: list[float] = []
        self.client.set_process_callback(self._process)
        self.client.set_timebase_callback(self._timebase)
        self.client.activate()

    def _process(self, frames: int) -> None:
        rate = self.client.samplerate
        begin = time.monotonic() - self.client.frames_since_cycle_start / rate
        for offset, data in self.port.incoming_midi_events():
            if bytes(data) == TICK:
                self.ticks.append(begin + offset / rate)

    def _timebase(self, state: object, blocksize: int, pos: object, new_pos: bool) -> None:
        beats = pos.frame / pos.frame_rate * self.bpm / 60  # type: ignore[attr-defined]
        bar, in_bar = divmod(int(beats), BEATS_A_BAR)
        pos.beats_per_minute, pos.beats_per_bar, pos.beat_type = self.bpm, BEATS_A_BAR, 4  # type: ignore[attr-defined]
        pos.ticks_per_beat = TICKS_A_BEAT  # type: ignore[attr-defined]
        pos.bar, pos.beat = bar + 1, in_bar + 1  # type: ignore[attr-defined]
        pos.tick = int((beats - int(beats)) * TICKS_A_BEAT)  # type: ignore[attr-defined]
        pos.bar_start_tick = bar * BEATS_A_BAR * TICKS_A_BEAT  # type: ignore[attr-defined]
        pos.valid = 0x10  # type: ignore[attr-defined]  # JackPositionBBT

    def obey(self, line: str) -> str:
        """One command; returns what to answer."""
        match line.split():
            case ["bpm", bpm]:
                self.bpm = float(bpm)
            case ["roll"]:
                self.client.transport_start()
            case ["stop"]:
                self.client.transport_stop()
            case ["locate", frame]:
                self.client.transport_locate(int(frame))
            case ["connect", source]:
                self.client.connect(source, self.port)
            case ["ticks"]:
                return json.dumps(self.ticks)
        return "ok"


def main() -> None:
    """Obey until told to quit."""
    master = Master(float(sys.argv[1]))
    for line in sys.stdin:
        if line.strip() == "quit":
            break
        sys.stdout.write(master.obey(line) + "\n")
        sys.stdout.flush()
    master.client.deactivate()
    master.client.close()


if __name__ == "__main__":
    main()
