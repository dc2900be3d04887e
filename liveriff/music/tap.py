"""Tap tempo: a tempo and a downbeat from the times of taps. No clock of its own; one thread at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from liveriff.music.grid import bpm_to_cents

TIME_OUT_S = 2.0  # a longer pause begins a new count (30 BPM, below the slowest tempo)
TAPS = 12  # how many of the last taps count: three bars, enough to average a hand, few enough to follow it
LEAST = 3  # two intervals; one alone would make every double hit a tempo
OUTLIER = 0.25  # share of the median by which an interval may be off and still count
LOWEST, HIGHEST = 4000, 24000  # hundredths of a BPM


@dataclass(frozen=True)
class Tapped:
    """What the taps say. bpm_cents: tempo in hundredths of a BPM; downbeat_s: when the first tap's beat 1 fell."""

    bpm_cents: int
    downbeat_s: float


class TapTempo:
    """Collects taps."""

    def __init__(self) -> None:
        """No taps yet."""
        self._times: list[float] = []
        self._since_first = 0  # beats from the first tap of the count to the oldest tap kept

    def tap(self, at_s: float) -> Tapped | None:
        """A tap at a time in seconds (any clock that only goes forward); the tempo, once there are enough.

        A pause of more than two seconds, or a clock that went back, begins a new count.
        """
        if self._times and not 0 <= at_s - self._times[-1] <= TIME_OUT_S:
            self.forget()
        self._times.append(at_s)
        if len(self._times) > TAPS:
            self._since_first += round((self._times[1] - self._times[0]) / max(_beat_length(self._times), 1e-9))
            del self._times[0]
        return self._tempo() if len(self._times) >= LEAST else None

    def forget(self) -> None:
        """Begin a new count."""
        self._times.clear()
        self._since_first = 0

    def _tempo(self) -> Tapped | None:
        beat_s = _beat_length(self._times)
        if beat_s <= 0:
            return None
        cents = bpm_to_cents(min(HIGHEST / 100, max(LOWEST / 100, 60 / beat_s)))
        beat_s = 6000 / cents
        # The hand errs on every tap, so the grid goes through the middle of them all, not through the first.
        first = self._times[0]
        offsets = [time - round((time - first) / beat_s) * beat_s for time in self._times]
        return Tapped(cents, median(offsets) - self._since_first * beat_s)


def _beat_length(times: Sequence[float]) -> float:
    """Seconds a beat: the mean of the intervals near the median, so that a missed or doubled tap does not count."""
    intervals = [later - earlier for earlier, later in pairwise(times)]
    middle = median(intervals)
    near = [interval for interval in intervals if abs(interval - middle) <= OUTLIER * middle]
    return sum(near) / len(near) if near else middle
