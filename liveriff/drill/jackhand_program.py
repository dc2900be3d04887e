"""A controller, or a clock, on a JACK server: ``python -m liveriff.drill.jackhand_program keys|clock NAME``.

``keys`` turns a knob to and fro; ``clock`` sends a start and 24 ticks a beat. Killing it pulls the plug.
"""

from __future__ import annotations

import sys
import threading

BPM = 118.0
KNOB = 21
TURNS_HZ = 20.0


def main(kind: str, name: str) -> None:
    """Until it is killed."""
    import jack

    client = jack.Client(name, no_start_server=True)
    port = client.midi_outports.register("out")
    client.midi_inports.register("in")
    step = client.samplerate * (60 / BPM / 24 if kind == "clock" else 1 / TURNS_HZ)
    state = {"due": client.samplerate * 2.0, "at": 0.0, "turn": 0.0}

    def process(frames: int) -> None:
        """ON JACK'S THREAD."""
        port.clear_buffer()
        while state["due"] < state["at"] + frames:
            place = max(0, int(state["due"] - state["at"]))
            port.write_midi_event(place, _event(kind, int(state["turn"])))
            state["turn"] += 1
            state["due"] += step if state["turn"] > 1 or kind != "clock" else 0.0
        state["at"] += frames

    client.set_process_callback(process)
    with client:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        threading.Event().wait()


def _event(kind: str, turn: int) -> bytes:
    if kind == "clock":
        return b"\xf8" if turn else b"\xfa"
    there = turn % 200
    return bytes((0xB0, KNOB, there if there < 100 else 200 - there))


if __name__ == "__main__":
    main(*sys.argv[1:3])
