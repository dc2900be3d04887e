"""What a recording tells of a deck's hand: when it was heard to move, how loud the way was, whether it clicked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from liveriff.engine import autogain
from liveriff.player.strip import Place, Strip, strip_of
from liveriff.player.vector import morph
from liveriff.render.backend import Audio
from liveriff.render.loudness import integrated
from liveriff.wire.job import Job

WINDOW = 48  # frames looked at together: 1 ms
PATIENCE_S = 1.0
SILENT = 1e-7  # energy of a step, within a window
MOVED = 0.2  # of a step: so much of it is heard, where all of the last one is
Sound = NDArray[np.float64]


@dataclass(frozen=True)
class Loop:
    """A deck's strip as it is heard: ``gain`` of the deck, ``start``: frame of the recording where the loop begins."""

    strip: Strip
    frames: int
    gain: float
    start: int

    def at(self, alpha: float, frames: NDArray[np.int64]) -> Sound:
        """What is heard at frames of the recording with the hand at rest: (count, 2)."""
        place = (frames - self.start) % self.frames
        sound = np.zeros((len(frames), 2))
        for each, point in zip(self.strip.places, self.strip.points, strict=True):
            weight = np.zeros(1)
            morph(weight, np.full(1, self.gain), np.full(1, alpha), point)
            if weight[0]:
                sound += weight[0] * each.chunk[place]
        return sound


def loop_of(heard: NDArray[np.float32], chunks: Sequence[tuple[Job, Audio]], gain: float, before: int) -> Loop:
    """The strip of these chunks, found in what was heard before frame ``before`` with the hand at the first one."""
    chunks = sorted(chunks, key=lambda chunk: chunk[0].alpha)
    gains = [autogain.gain(job.category, integrated(audio.samples, job.rate)) for job, audio in chunks]
    places = [
        Place(job.alpha, i, audio.samples, gain)
        for i, ((job, audio), gain) in enumerate(zip(chunks, gains, strict=True))
    ]
    frames = chunks[0][0].frames
    strip = strip_of(places, frames)
    first = chunks[0][1].samples[:, 0].astype(np.float64)
    last = heard[before - frames : before, 0].astype(np.float64)
    match = np.fft.irfft(np.fft.rfft(last) * np.conj(np.fft.rfft(first)), n=frames)
    return Loop(strip, frames, gain, before - frames + int(match.argmax()))


@dataclass(frozen=True)
class Clock:
    """Frames of a recording against time.monotonic()."""

    frames: NDArray[np.float64]
    times: NDArray[np.float64]

    @classmethod
    def read(cls, path: Path) -> Clock:
        """As ``jackrecord`` has written it."""
        frames, times = zip(*json.loads(path.read_text()), strict=True)
        return cls(np.array(frames, float), np.array(times, float))

    def frame(self, time_s: float) -> int:
        """The frame that was played at a moment."""
        return round(float(np.interp(time_s, self.times, self.frames)))

    def time(self, frame: int) -> float:
        """When a frame was played."""
        return float(np.interp(frame, self.frames, self.times))


@dataclass(frozen=True)
class Turn:
    """A hand that goes from one alpha to another at frame ``first`` and stays there up to frame ``next``."""

    first: int
    next: int
    before: float
    after: float


def audible(loop: Loop, turn: Turn) -> bool:
    """Whether there is something to hear of it all the time until the next one. Where notes pause there is not, and
    once they begin again the hand is further on, or back."""
    return all(_way(loop, turn, begin)[1] > SILENT for begin in range(turn.first, turn.next, WINDOW))


def _way(loop: Loop, turn: Turn, begin: int) -> tuple[tuple[Sound, Sound], float]:
    """In a window: what would be heard without the turn, what is to be added with it, and the power of that."""
    frames = np.arange(begin, begin + WINDOW)
    rest = loop.at(turn.before, frames)
    way = loop.at(turn.after, frames) - rest
    return (rest, way), float(np.vdot(way, way))


def moved(heard: NDArray[np.float32], loop: Loop, turn: Turn, last: int) -> int | None:
    """The first frame to ``last`` where a turn is heard."""
    for begin in range(turn.first, last, WINDOW):
        (rest, way), power = _way(loop, turn, begin)
        if power > SILENT and float(np.vdot(heard[begin : begin + WINDOW] - rest, way)) / power > MOVED:
            return begin
    return None


def latencies(
    heard: NDArray[np.float32], loop: Loop, clock: Clock, events: Sequence[tuple[float, float]], start: float
) -> list[float]:
    """Seconds from each event (time, alpha) that is audible until it is heard; infinity where it never is. On a busy
    machine the hand may be further on by then: what passes a place counts, too."""
    times = [clock.frame(time_s) for time_s, _ in events]
    alphas = [start, *(alpha for _, alpha in events)]
    turns = map(Turn, times, [*times[1:], times[-1] + WINDOW], alphas, alphas[1:])
    found = []
    for (time_s, _), turn in zip(events, turns, strict=True):
        if turn.before != turn.after and audible(loop, turn):
            frame = moved(heard, loop, turn, clock.frame(time_s + PATIENCE_S))
            found.append(np.inf if frame is None else clock.time(frame) - time_s)
    return found


def steps(sound: NDArray[np.float32]) -> Sound:
    """Size of every step from sample to sample."""
    made: Sound = np.abs(np.diff(sound.astype(np.float64), axis=0)).max(axis=1)
    return made


def level(sound: NDArray[np.float32] | Sound) -> float:
    """RMS in dB."""
    return float(10 * np.log10(np.square(sound, dtype=np.float64).mean() + 1e-20))
