"""Faults of the engine itself."""

from __future__ import annotations

import time

from liveriff.drill.acts import Act
from liveriff.drill.liveset import GO_ON, KILL, STOP, LiveSet, signal_to

TAKEOVER_S = 15.0


class Killed(Act):
    """kill -9; the player loops on until the next engine sounds."""

    hold_s = 3.0

    def __init__(self) -> None:
        """Nothing is killed yet."""
        self._player: int | None = None

    def begin(self, live: LiveSet) -> None:
        live.instrument.look()
        self._player = live.pid("player")
        live.signal("engine", KILL)

    def lift(self, live: LiveSet) -> None:
        live.instrument.process.wait()
        live.start_again("--restore")

    def complaints(self, live: LiveSet) -> list[str]:
        gone = live.wait(lambda: self._player not in {each.pid for each in live.instrument.look()}, TAKEOVER_S)
        return [] if gone else [f"the player {self._player} of the killed engine plays on beside the new one."]


class Stopped(Act):
    """kill -STOP, and CONT after four seconds."""

    def begin(self, live: LiveSet) -> None:
        live.signal("engine", STOP)

    def lift(self, live: LiveSet) -> None:
        signal_to(live.instrument.pid, GO_ON)
        time.sleep(0.1)
