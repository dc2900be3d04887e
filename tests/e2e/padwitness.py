"""Who is there while pads are measured, each a process of its own: see ``padlatency``.

``python -m e2e.padwitness bare OUT.json``: a bare rtmidi input over JACK that notes when its callback had each note-on.
``python -m e2e.padwitness screen URL``: a client of the door that hears all that changes, and prints how much it was.
Both print "ready" (the screen, once pad 1 has its sound), and leave when their standard input ends.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

PATIENCE_S = 180.0
PAD, READY = "/pad/1/state", "ready"


def _ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def bare(path: str) -> None:
    """Note time.time() of every note-on in the driver's callback."""
    import rtmidi

    times: list[float] = []

    def came(event: tuple[list[int], float], _: object) -> None:
        if event[0][0] == 0x90:
            times.append(time.time())

    sys.setswitchinterval(0.0005)  # as the instrument
    port = rtmidi.MidiIn(rtmidi.API_UNIX_JACK, name="bare")
    port.set_callback(came)
    port.open_virtual_port("in")
    _ready()
    sys.stdin.read()
    Path(path).write_text(json.dumps(times))


async def screen(url: str) -> int:
    """Hear all; returns how many changes that was since pad 1 was ready."""
    from liveriff.control.door.client import DoorClient

    told = 0

    async def listen(door: DoorClient) -> None:
        nonlocal told
        async for _ in door.updates():
            told += 1

    async with DoorClient(url, listen=("/",)) as door:
        await door.ready(PATIENCE_S)
        listening = asyncio.ensure_future(listen(door))
        end = time.monotonic() + PATIENCE_S
        while door.value(PAD) != READY:
            if time.monotonic() > end:
                sys.exit(f"{PAD} is {door.value(PAD)}: the renderer is too slow to measure anything")
            await asyncio.sleep(0.1)
        told = 0
        _ready()
        await asyncio.to_thread(sys.stdin.read)
        listening.cancel()
    return told


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        bare(sys.argv[2])
    else:
        sys.stdout.write(f"{asyncio.run(screen(sys.argv[2]))}\n")
