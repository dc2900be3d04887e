"""Records ports of a JACK server to a file: run as a program, so that no test's Python is in JACK's thread.

python jackrecord.py CLIENT OUT.npy SECONDS: records CLIENT's first two outputs; prints "ready" when connected.
"""

from __future__ import annotations

import sys
import time

import jack
import numpy as np


def main() -> None:
    """Record, then write float32 of shape (frames, 2)."""
    source, path, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    client = jack.Client("recorder")
    inputs = [client.inports.register(f"in_{i}") for i in range(2)]
    sound = np.zeros((round((seconds + 1) * client.samplerate), 2), np.float32)
    place = 0

    @client.set_process_callback
    def process(frames: int) -> None:
        nonlocal place
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
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(0.05)
    np.save(path, sound[:place])


main()
