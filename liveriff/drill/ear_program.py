"""A JACK client that writes down what an audience hears: ``python -m liveriff.drill.ear_program OUT``.

It listens to the monitors of the server's outputs. The monitor of an output that nobody plays on any more repeats its
last block for ever (JACK 1.9.21), so this client plays silence on it as well. It is a program of its own, so that
neither the drill's Python nor a server that dies is in the other's way.

It writes OUT.f32 (interleaved stereo) and OUT.index: for each piece the frames written before it, JACK's frame count,
and time.monotonic(). It prints "ready" and ends with TERM, or when it is killed.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

OUTPUTS = ("system:playback_1", "system:playback_2")
MONITORS = ("system:monitor_1", "system:monitor_2")
PACE_S = 0.1
LOOKS_S, PATIENCE_S = 0.02, 30.0


def main(out: str) -> None:
    """Until TERM."""
    import jack

    client = _client(jack)
    ports = [client.inports.register(f"in_{n}") for n in (1, 2)]
    silence = client.outports.register("silence")
    pieces: deque[tuple[int, float, NDArray[np.float32]]] = deque()

    def hear(frames: int) -> None:
        """ON JACK'S THREAD."""
        silence.get_array().fill(0.0)
        sound = np.stack([port.get_array() for port in ports], axis=1)
        pieces.append((client.last_frame_time, time.monotonic(), sound))

    client.set_process_callback(hear)
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    with client:
        for source, output, port in zip(MONITORS, OUTPUTS, ports, strict=True):
            client.connect(silence, output)
            client.connect(source, port)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        _write(Path(out), pieces, over)


def _client(jack: Any) -> Any:
    """A client, as soon as there is a server."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return jack.Client("liveriff-ear", no_start_server=True)
        except jack.JackOpenError:
            if time.monotonic() > until:
                raise
            time.sleep(LOOKS_S)


def _write(out: Path, pieces: deque[tuple[int, float, NDArray[np.float32]]], over: threading.Event) -> None:
    written = 0
    with out.with_suffix(".f32").open("wb") as sound, out.with_suffix(".index").open("w") as index:
        last = False
        while not last:
            last = over.wait(PACE_S)
            while pieces:
                frame, at, piece = pieces.popleft()
                sound.write(piece.tobytes())
                index.write(f"{written} {frame} {at:.6f}\n")
                written += len(piece)
            sound.flush()
            index.flush()


if __name__ == "__main__":
    main(sys.argv[1])
