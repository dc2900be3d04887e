"""A tempo to show and to render for: from a measured tempo that always trembles, one that stands still.

Every change of the tempo makes all chunks be decoded anew, so a change must be worth it. Pure.
"""

from __future__ import annotations

from math import floor

MARGIN_CENTS, MARGIN = 3.0, 3e-4  # a reading farther off than its doubt, this and this share is another tempo
LEAST_DOUBT_CENTS = 1.0
STEPS_CENTS = (100, 50, 10, 5, 1)  # from the roundest tempo to the finest
HOLD, SMALL_HOLD = 24, 48  # updates that a tempo is kept for at least; longer where the other is near
SMALL_CENTS = 50
TOLD_CENTS = 30.0  # a rounder number may lie so far from the reading, and no farther


class SteadyTempo:
    """Holds hundredths of a BPM until the measurement has surely left them."""

    def __init__(self) -> None:
        """Nothing is known."""
        self.cents = 0
        self._held = 0

    def update(self, bpm: float, doubt: float) -> int:
        """A measurement with the share by which it may be wrong; returns the tempo to use."""
        measured = bpm * 100
        self._held = self._held if self.cents else HOLD
        bend = max(doubt * measured, LEAST_DOUBT_CENTS)
        away = abs(measured - self.cents)
        self._held += 1
        if away > bend + MARGIN_CENTS + MARGIN * measured and self._held > (HOLD if away > SMALL_CENTS else SMALL_HOLD):
            self.cents, self._held = roundest(measured, min(bend, TOLD_CENTS)), 0
        return self.cents


def roundest(cents: float, reach: float) -> int:
    """The roundest tempo within ``reach`` of a measured one: masters are set to 124, not to 124.03."""
    for step in STEPS_CENTS:
        near = floor(cents / step + 0.5) * step
        if abs(near - cents) <= reach:
            return near
    return floor(cents + 0.5)
