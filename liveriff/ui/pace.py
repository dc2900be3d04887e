"""How many frames a second the screen can afford. Pure but for the clocks that are passed in."""

from __future__ import annotations

RATES = (30, 20, 15, 10, 5)
"""Frames a second, best first."""
MOST = 0.25  # share of a core: above it go slower
ROOM = 0.8  # of that: go faster where the next rate would stay below it
EVERY_S = 1.0
GRACE_S = 3.0  # at the start, when everything is made at once: that says nothing about frames
PATIENCE = 4  # windows with time to spare before going faster again


class Pace:
    """Chooses from RATES by the processor time the screen has used; hurried down, patient up."""

    def __init__(self, limit: float = MOST) -> None:
        """limit: share of a core that the screen may use."""
        self._limit = limit
        self._step = 0
        self._since: tuple[float, float] | None = None
        self._born: float | None = None
        self._spare = 0
        self.share = 0.0

    @property
    def fps(self) -> int:
        """The rate to draw at now."""
        return RATES[self._step]

    def frame(self, now: float, used: float) -> None:
        """A frame is drawn. now: seconds; used: processor time of this process in seconds."""
        self._born = now if self._born is None else self._born
        if self._since is None or now - self._born < GRACE_S:
            self._since = (now, used)
        elapsed = now - self._since[0]
        if elapsed < EVERY_S:
            return
        self.share = (used - self._since[1]) / elapsed
        self._since = (now, used)
        self._judge()

    def _judge(self) -> None:
        if self.share > self._limit:
            self._step = min(self._step + 1, len(RATES) - 1)
            self._spare = 0
        elif self.share * RATES[max(0, self._step - 1)] / self.fps < self._limit * ROOM:
            self._spare += 1
            if self._spare >= PATIENCE:
                self._step, self._spare = max(0, self._step - 1), 0
        else:
            self._spare = 0
