"""How much of the loop's time peers may take together, so that the music always has its turn. Pure; one thread.

Streams that flow faster are read later: nothing is lost, and a flood slows down who makes it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

SHARE_S, WINDOW_S = 0.014, 0.020
SLICE_S = 0.004  # of one peer, before the others have their turn


class Turns:
    """``spent`` after work for a peer; ``pause`` before more of it."""

    def __init__(
        self, share_s: float = SHARE_S, window_s: float = WINDOW_S, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        """share_s: of every window_s, in seconds."""
        self._share_s, self._window_s, self.clock = share_s, window_s, clock
        self._began, self._spent_s = clock(), 0.0

    def spent(self, seconds: float) -> None:
        """Somebody's message was obeyed."""
        self._look()
        self._spent_s += seconds

    def pause(self) -> float:
        """Seconds to wait before the next message; 0 while there is time left."""
        now = self._look()
        return max(0.0, self._began + self._window_s - now) if self._spent_s >= self._share_s else 0.0

    def _look(self) -> float:
        now = self.clock()
        windows = (now - self._began) // self._window_s
        if windows >= 1:  # what was too much counts in the next ones
            self._began += windows * self._window_s
            self._spent_s = max(0.0, self._spent_s - windows * self._share_s)
        return now
