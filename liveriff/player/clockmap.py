"""Which frame a moment is: the sink's callbacks, freed of their jitter, as a line from seconds to frames.

A second-order delay-locked loop (Adriaensen, "Using a DLL to filter time", Linux Audio Conference 2005) over the time
of each callback. Called on the sink's thread; never waits, never allocates.
"""

from __future__ import annotations

from math import pi, sqrt

BANDWIDTH_HZ = 0.5
LOST_S = 0.1  # a callback this far from where it was expected: the clock was stopped, begin again


class ClockMap:
    """Frames at times of ``time.monotonic()``. Before the first callback every moment is frame 0."""

    def __init__(self, rate: int, bandwidth_hz: float = BANDWIDTH_HZ) -> None:
        """rate: frames a second, taken as the first guess of the clock's speed; bandwidth_hz: how fast it follows."""
        self._rate, self._bandwidth_hz = rate, bandwidth_hz
        self._frame = 0  # the latest callback's first frame,
        self._time = 0.0  # when it came, smoothed,
        self._per_frame = 1.0 / rate  # and the seconds a frame lasts by this clock
        self._known = False

    def tell(self, frame: int, time_s: float) -> None:
        """The sink asks for frames from ``frame`` on, at ``time_s``."""
        frames = frame - self._frame
        expected = self._time + frames * self._per_frame
        if not self._known or frames <= 0 or abs(time_s - expected) > LOST_S:
            self._known, self._per_frame = True, 1.0 / self._rate
            self._frame, self._time = frame, time_s
            return
        omega = 2 * pi * self._bandwidth_hz * frames * self._per_frame
        error = time_s - expected
        self._frame, self._time = frame, expected + min(sqrt(2) * omega, 1.0) * error
        self._per_frame += min(omega * omega, 0.5) * error / frames

    @property
    def line(self) -> tuple[float, float, float]:
        """The latest callback's first frame, when it came, smoothed, and the seconds that a frame lasts."""
        return self._frame, self._time, self._per_frame

    def frame_at(self, time_s: float) -> float:
        """The frame that the sink asks for at a moment, between callbacks too."""
        return self._frame + (time_s - self._time) / self._per_frame if self._known else 0.0
