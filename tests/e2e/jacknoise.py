"""A musician at a JACK server who plays noise that tells when it was played: run as a program.

python -m e2e.jacknoise CLIENT: plays into CLIENT's first two inputs, once it has some; prints "ready"; ends when its
standard input does. At the server's frame F the left side plays
``noise()[F % PERIOD]``, the right one the same, half as loud.
"""

from __future__ import annotations

import sys
import time

import numpy as np
from numpy.typing import NDArray

PERIOD = 1 << 20
PATIENCE_S = 60.0


def noise() -> NDArray[np.float32]:
    """One period of it."""
    return np.random.default_rng(7).uniform(-0.25, 0.25, PERIOD).astype(np.float32)


def main() -> None:
    """Play."""
    import jack

    target, sound = sys.argv[1], noise()
    client = jack.Client("musician")
    ports = [client.outports.register(f"out_{i}") for i in range(2)]

    @client.set_process_callback
    def process(frames: int) -> None:
        at = (client.last_frame_time + np.arange(frames)) % PERIOD
        ports[0].get_array()[:] = sound[at]
        ports[1].get_array()[:] = sound[at] * np.float32(0.5)

    with client:
        until = time.monotonic() + PATIENCE_S
        while len(found := client.get_ports(f"{target}:.*", is_audio=True, is_input=True)) < 2:
            if time.monotonic() > until:
                sys.exit(f"no inputs of {target}")
            time.sleep(0.1)
        for port, there in zip(ports, found, strict=False):
            client.connect(port, there)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
