"""Faults of our own, where one must not stop the music: counted, and at most one line a second in the log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from liveriff.control.door.counters import Counters

log = logging.getLogger(__name__)


class Faults:
    """Call ``tell`` from an except clause. Engine's loop only."""

    def __init__(self, counters: Counters, clock: Callable[[], float] = time.monotonic) -> None:
        """clock: seconds."""
        self._counters, self._clock = counters, clock
        self._last = float("-inf")

    def tell(self, error: BaseException) -> None:
        """Count one, and log it unless another was logged within the last second."""
        self._counters.faults += 1
        now = self._clock()
        if now - self._last >= 1.0:
            self._last = now
            log.error("the door failed (%d times so far)", self._counters.faults, exc_info=error)
