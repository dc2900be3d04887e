"""A controller for the pictures: a knob box plugged in over a JACK server of our own, with a hand on it."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from typing import Any

from e2e.jackserver import MISSING, JackServer

NAME, PORT = "a2j", "LPD8 mk2 [24] (capture): LPD8 mk2 MIDI 1"
KNOB, PAD = (0xB0, 70), (0x99, 36)
EVERY_S = 0.25
ROUND, TURNING = 160, 24  # moves; a hand rests between


class Hand:
    """Turns a knob slowly and taps a pad, with rests, until ``unplug``. Sends from JACK's thread."""

    def __init__(self) -> None:
        """Plugged in, and at it."""
        import jack

        self._client: Any = jack.Client(NAME)
        self._port = self._client.midi_outports.register(PORT)
        self._waiting: list[tuple[int, ...]] = []
        self._over = threading.Event()
        self._process = self._run  # kept: the library does not
        self._client.set_process_callback(self._process)
        self._client.activate()
        self._thread = threading.Thread(target=self._play, name="hand")
        self._thread.start()

    def unplug(self) -> None:
        """Gone."""
        self._over.set()
        self._thread.join()
        self._client.deactivate()
        self._client.close()

    def _play(self) -> None:
        position = moves = 0
        while not self._over.wait(EVERY_S):
            moves += 1
            if moves % ROUND >= TURNING:
                continue
            position = (position + 3) % 128
            self._waiting.append((*KNOB, position))
            if position % 12 == 0:
                self._waiting += [(*PAD, 96), (PAD[0] & 0x8F, PAD[1], 0)]

    def _run(self, frames: int) -> None:
        self._port.clear_buffer()
        while self._waiting:
            self._port.write_midi_event(0, self._waiting.pop(0))


@contextlib.contextmanager
def plugged_in() -> Iterator[tuple[str, ...]]:
    """The options that `liveriff play` needs to hear it; without a JACK server there are no controllers."""
    if MISSING:
        yield ("--midi=off",)
        return
    with JackServer() as server:
        before = dict(os.environ)
        os.environ.update(server.env)
        hand = Hand()
        try:
            yield ("--midi=jack",)
        finally:
            hand.unplug()
            os.environ.clear()
            os.environ.update(before)
