"""A fault of ours ends no music: what fails is left out, told, and tried again at the next look. Engine's loop only."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from pathlib import Path

log = logging.getLogger(__name__)


class Guard:
    """Calls work and catches what it raises. ``faults``: how often it has."""

    def __init__(self, notice: Callable[[str], None]) -> None:
        """notice: tells the performer one sentence."""
        self.faults = 0
        self._notice = notice
        self._told: set[str] = set()

    def __call__(self, work: Callable[[], object]) -> None:
        """Do it. Each place that raises is logged and told once: looks come a hundred times a second."""
        try:
            work()
        except Exception as error:
            self.caught(error)

    def caught(self, error: Exception, sentence: str = "") -> None:
        """Count and tell what another has caught; ``sentence`` instead of the general one."""
        self.faults += 1
        place = _place(error)
        if place not in self._told:
            self._told.add(place)
            log.error("a fault at %s", place, exc_info=error)
            named = type(error).__name__
            self._notice(sentence or f"A fault of liveriff itself ({named} in {place}); the music goes on.")


def _place(error: Exception) -> str:
    """Where it was raised: module and line."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(frame.filename).stem}, line {frame.lineno}"
