"""Where the music is between two readings, so that playheads glide. Pure but for the clock that is passed in."""

from __future__ import annotations

FAR_BEATS = 0.25  # a reading so far off is a jump, and is not smoothed
STALE_S = 0.7  # without another reading for so long, the music stands: it has not begun, or the engine hangs
PULL = 0.2  # share of the difference to a new reading that is made up at once


class BeatClock:
    """Beats since the start, running on at the tempo between readings, drawn towards each reading."""

    def __init__(self) -> None:
        """At beat 0, standing."""
        self._beat = 0.0
        self._at: float | None = None
        self._reading: float | None = None
        self._rate = 0.0  # beats a second
        self._heard = 0.0  # when the reading was another

    def look(self, now: float, reading: float, bpm: float, running: bool) -> float:
        """The beat at ``now`` (s). reading: the latest heard; a new one is told by its being another number."""
        if self._at is not None:
            self._beat += (now - self._at) * self._rate
        self._at = now
        self._rate = bpm / 60.0 if running else 0.0
        stale = now - self._heard > STALE_S
        if reading != self._reading:
            off = reading - self._beat
            self._beat += off if abs(off) > FAR_BEATS or stale or not running else off * PULL
            self._reading, self._heard = reading, now
        elif stale:
            self._rate, self._beat = 0.0, reading
        return self._beat
