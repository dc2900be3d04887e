"""Where columns lie in a file: beats of a tempo, or 64 columns of 10 ms where none is known. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

from liveriff.render.riffusion.canvas import COLUMN_S, STEP, columns_a_beat

BEATS_PER_BAR = 4
_NEAR = 1e-3  # of a beat or a bar: files are cut to whole frames, or a little off


@dataclass(frozen=True)
class Places:
    """step: frames a column, a fraction; beat: columns a beat; origin: a frame on which a beat begins."""

    step: float
    beat: int
    origin: float = 0.0

    def frame(self, beats: int) -> int:
        """The frame on which a beat begins."""
        return round(self.exact(beats))

    def exact(self, beats: int) -> float:
        """The same before it is rounded."""
        return self.origin + beats * self.beat * self.step

    def begun(self, frame: int) -> int:
        """Whole beats that have passed at a frame."""
        return floor(self._beats(frame) + _NEAR)

    def bar(self, frame: int, bars: int) -> int:
        """The frame of the bar line that is so many bars after the bar in which a frame is, or on whose line it is."""
        return self.frame(BEATS_PER_BAR * (ceil(self._beats(frame) / BEATS_PER_BAR - _NEAR) + bars))

    def _beats(self, frame: int) -> float:
        return (frame - self.origin) / (self.beat * self.step)


def places(rate: int, bpm: float | None, end: int = 0) -> Places:
    """With a tempo beat 0 is frame 0; without one a beat begins on the frame ``end``."""
    if bpm is None:
        step = COLUMN_S * rate
        return Places(step, STEP, end % (STEP * step))
    beat = columns_a_beat(round(bpm * 100))
    return Places(60.0 * rate / bpm / beat, beat)
