"""Records ports of a JACK server to a file: run as a program, so that no test's Python is in JACK's thread.

python jackrecord.py CLIENT OUT.npy SECONDS: records CLIENT's first two outputs, waiting
for them if need be; prints "ready" when connected; a SIGTERM ends it sooner. OUT.json gets
the time.monotonic() of each block: a server that waits for late clients is slower than the clock.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from pathlib import Path

import jack
import numpy as np

PATIENCE_S = 30


def client_beside(source: str) -> jack.Client:
    """A client of the server, once ``source`` is heard.

    A new one for every look: a client that is there while another registers can keep an old view of the ports. And not
    before its ports are connected: of two clients that come at once a server that waits for late ones may lose sight,
    and then stands still.
    """
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        client = jack.Client("recorder")
        ports = client.get_ports(f"{source}:.*", is_audio=True, is_output=True)
        if any(client.get_all_connections(port) for port in ports):
            return client
        client.close()
        time.sleep(0.05)
    sys.exit(f"nothing to hear of {source}")


def main() -> None:
    """Record, then write float32 of shape (frames, 2)."""
    source, path, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    client = client_beside(source)
    inputs = [client.inports.register(f"in_{i}") for i in range(2)]
    sound = np.zeros((round((seconds + 1) * client.samplerate), 2), np.float32)
    place = 0
    clock: list[tuple[int, float]] = []  # frames recorded before a block, and when it came

    @client.set_process_callback
    def process(frames: int) -> None:
        nonlocal place
        clock.append((place, time.monotonic()))
        end = min(place + frames, len(sound))
        for i, port in enumerate(inputs):
            sound[place:end, i] = port.get_array()[: end - place]
        place = end

    with client:
        outputs = client.get_ports(f"{source}:.*", is_audio=True, is_output=True)
        for output, port in zip(outputs, inputs, strict=False):
            client.connect(output, port)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        over = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: over.set())
        over.wait(seconds)
    np.save(path, sound[:place])
    Path(path).with_suffix(".json").write_text(json.dumps(clock))


main()
