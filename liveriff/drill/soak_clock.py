"""The clock of a soak that is faster than time: it goes on as the player mixes, never past what the engine has seen.

Four doubles in a file that the processes of one performance map. While *free* it runs with the machine's clock, as
long as no player steps it, and again when everything ends. While *stepped* its time is the frame that the player's sink
has come to, and the engine says how far that may go. ``install`` puts it in the place of ``time.monotonic`` in a whole
process, before anything of the instrument is imported there, so that engine and player run as they are.
"""

from __future__ import annotations

import time
from pathlib import Path
from types import ModuleType

import numpy as np

VARIABLE = "LIVERIFF_SOAK_CLOCK"
"""Where the processes of a performance find the clock's file."""
POLL_S = 0.0002
NAP_SHARE = 4  # threads that look every so often look at least so many times as often: their time is longer here

_NOW, _SINCE, _GOAL, _STEPPED = range(4)

real_monotonic, real_sleep = time.monotonic, time.sleep


class SoakClock:
    """Seconds since the soak began, as ``now`` tells. Any thread or process; only the sink's steps it."""

    def __init__(self, path: Path | str, create: bool = False) -> None:
        """Map the file; ``create`` makes it, free, at 0."""
        self._cells = np.memmap(path, np.float64, "w+" if create else "r+", shape=(4,))
        if create:
            self._cells[_SINCE] = real_monotonic()

    @property
    def stepped(self) -> bool:
        """Whether a player steps it."""
        return bool(self._cells[_STEPPED])

    def now(self) -> float:
        """Seconds; never falls."""
        cells = self._cells
        if cells[_STEPPED]:
            return float(cells[_NOW])
        return float(cells[_NOW] + real_monotonic() - cells[_SINCE])

    # --- the engine's side -------------------------------------------------------------------------------------------

    def allow(self, until_s: float) -> None:
        """The player may come so far; what was allowed stays so."""
        self._cells[_GOAL] = max(float(self._cells[_GOAL]), until_s)

    def release(self) -> None:
        """Run freely from now on."""
        if self.stepped:
            self._cells[_SINCE] = real_monotonic()
            self._cells[_STEPPED] = 0.0

    # --- the sink's side ---------------------------------------------------------------------------------------------

    def take(self) -> float:
        """Be stepped from now on; returns the time."""
        now = self.now()
        self._cells[_NOW], self._cells[_GOAL] = now, max(now, float(self._cells[_GOAL]))
        self._cells[_STEPPED] = 1.0
        return now

    def reach(self, time_s: float) -> bool:
        """Wait until it may be ``time_s``, and be there; False if it is not yet, after a while."""
        for turn in range(100):
            if not self.stepped:
                wait = time_s - self.now()
                if wait <= 0:
                    return True
                real_sleep(min(wait, 100 * POLL_S))
            elif self._cells[_GOAL] >= time_s:
                self._cells[_NOW] = max(float(self._cells[_NOW]), time_s)
                return True
            else:
                real_sleep(POLL_S if turn < 10 else 5 * POLL_S)
        return False


def install(clock: SoakClock) -> None:
    """Let everything that is imported from now on in this process live by the clock."""

    def sleep(seconds: float) -> None:
        real_sleep(seconds / NAP_SHARE if clock.stepped else seconds)

    stand_in(time, "monotonic", clock.now)
    stand_in(time, "sleep", sleep)


def stand_in(module: ModuleType, name: str, value: object) -> None:
    """Let a name of a module mean something else in this process; AttributeError where there is no such name."""
    getattr(module, name)
    module.__dict__[name] = value
