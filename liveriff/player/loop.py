"""A chunk laid on the grid: which frame of the chunk sounds at which frame of time.

Called by the decks on the sink's thread; never waits. Rational arithmetic is done once a repetition, not once a
block. Repetition k starts on the frame nearest to beat ``anchor + k * beats``, so a loop never drifts: repetitions
may differ by one frame in length instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor

import numpy as np
from numpy.typing import NDArray

from liveriff.music.grid import Grid
from liveriff.player.kernels import Kernels
from liveriff.player.scalar import Bus, Chunk
from liveriff.player.strip import Strip

SEAMLESS = 1.5  # chunk frames that a loop's position may jump without a crossfade


@dataclass(frozen=True)
class Source:
    """A chunk to be looped. slot: where it lies; chunk: its view (frames or more, 2); beats: length; anchor: beat of
    its first frame; strip: the chunks of the same loop at other alphas, itself among them, and what it is multiplied
    by; None where it is played as it is."""

    slot: int
    chunk: Chunk
    frames: int
    beats: int
    anchor: Fraction
    strip: Strip | None = None

    @property
    def slots(self) -> tuple[int, ...]:
        """Every slot that is read for it."""
        return tuple(place.slot for place in self.strip.places) if self.strip else (self.slot,)


class Loop:
    """A source on a grid. ``start`` and ``end`` are the frames of the repetition now sounding."""

    def __init__(self, source: Source, grid: Grid, frame: int) -> None:
        """Lay the source on the grid as it is at ``frame``."""
        self.source = source
        self.lay(grid, frame)

    def lay(self, grid: Grid, frame: int) -> None:
        """Follow another grid from ``frame`` on."""
        self.grid = grid
        length = self.source.beats * grid.frames_per_beat
        # A chunk cut for this tempo is played as it is; one cut for another tempo is stretched onto the beat.
        self.plain = abs(self.source.frames - length) <= 1
        self.step = float(self.source.frames / length)
        beats = grid.beat_at(frame) - self.source.anchor
        self._repeat(floor(beats / self.source.beats))
        if frame >= self.end:  # the next start lies just after ``frame``, and is rounded down to it
            self._repeat(self.number + 1)

    def _repeat(self, number: int) -> None:
        self.number = number
        beat = self.source.anchor + number * self.source.beats
        self.start = self.grid.frame_of(beat)
        self.end = self.grid.frame_of(beat + self.source.beats)
        exact = self.grid.frame + (beat - self.grid.beat) * self.grid.frames_per_beat
        self.offset = float(self.start - exact)

    def position(self, frame: int) -> float:
        """Frames into the chunk at ``frame``, which may lie outside the present repetition."""
        if self.plain:
            return float((frame - self.start) % self.source.frames)
        return (frame - self.start + self.offset) * self.step % self.source.frames

    def jump(self, other: Loop, frame: int) -> float:
        """How far two loops of one length are apart at ``frame``, in chunk frames, the short way round."""
        way = abs(self.position(frame) - other.position(frame))
        return min(way, self.source.frames - way)

    def peek(self, frames: NDArray[np.int64], alpha: float) -> NDArray[np.float64]:
        """A rough look at the samples of some frames, shape (count, 2), with the hand at ``alpha``: for measuring, not
        for hearing."""
        along = frames - self.start if self.plain else (frames - self.start + self.offset) * self.step
        at = along.astype(np.int64) % self.source.frames
        strip = self.source.strip
        sound = strip.peek(at, alpha) if strip else self.source.chunk[at].astype(np.float64)
        return np.nan_to_num(sound, posinf=0, neginf=0)

    def add(self, out: Bus, frame: int, gain: NDArray[np.float64], alpha: NDArray[np.float64], kernels: Kernels) -> int:
        """Add the loop to ``out`` from ``frame`` on, times ``gain`` (frames,), with the hand at ``alpha`` (frames,);
        returns samples that were not finite."""
        bad, at, last = 0, frame, frame + len(out)
        while at < last:
            while at >= self.end:
                self._repeat(self.number + 1)
            while at < self.start:  # a window may look back
                self._repeat(self.number - 1)
            cut = min(last, self.end)
            span = slice(at - frame, cut - frame)
            bad += self._morph(out[span], at - self.start, gain[span], alpha[span], kernels)
            at = cut
        return bad

    def _morph(
        self, out: Bus, first: int, gain: NDArray[np.float64], alpha: NDArray[np.float64], kernels: Kernels
    ) -> int:
        strip = self.source.strip
        if strip is None:
            return self._read(out, self.source.chunk, first, gain, kernels)
        return sum(self._read(out, chunk, first, share, kernels) for chunk, share in strip.shares(gain, alpha, kernels))

    def _read(self, out: Bus, chunk: Chunk, first: int, gain: NDArray[np.float64], kernels: Kernels) -> int:
        frames = self.source.frames
        if self.plain:
            return kernels.add_plain(out, chunk, frames, first % frames, gain)
        return kernels.add_varispeed(out, chunk, frames, first, self.offset, self.step, gain)
