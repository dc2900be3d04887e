"""Encoder clicks to whole steps: step size, acceleration, and what is left over. Pure; time comes in."""

from __future__ import annotations

from dataclasses import dataclass

FULL_SPEED = 60.0  # clicks a second at which acceleration is whole: a quick twist of a 24-click encoder
_LONG_AGO_S = 0.25  # after a rest like this the hand begins anew


@dataclass
class Clicks:
    """One encoder on one parameter."""

    rest: float = 0.0
    at: float | None = None

    def turn(self, clicks: float, now: float, step: float = 1.0, acceleration: float = 0.0) -> float:
        """How far clicks (below 0: left) go, in steps of any fraction."""
        factor = 1.0
        if acceleration and self.at is not None and 0 < now - self.at < _LONG_AGO_S:
            speed = abs(clicks) / (now - self.at)
            factor += acceleration * min(1.0, speed / FULL_SPEED)
        self.at = now
        return clicks * step * factor

    def whole(self, far: float) -> int:
        """Whole steps to make now; the rest is kept, unless the hand turned round."""
        if self.rest * far < 0:
            self.rest = 0.0
        self.rest += far
        # A hair added: ten steps of a tenth must make one, whatever binary fractions say.
        steps = int(self.rest + (1e-9 if self.rest > 0 else -1e-9))
        self.rest -= steps
        return steps
