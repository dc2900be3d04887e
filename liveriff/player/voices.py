"""A voice: one stroke of a pad while it sounds. On the sink's thread; never waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from liveriff.music.grid import Grid
from liveriff.player.kernels import Kernels
from liveriff.player.loop import SEAMLESS, Loop, Source
from liveriff.player.padset import LOOP, PadSetting
from liveriff.player.scalar import Bus

RISE_S, FALL_S = 0.001, 0.004  # fades where a sound is cut short by its start or end


@dataclass
class Voice:
    """One stroke. low, high: the window of its sound; origin, count, step: it is ``origin + count * step`` frames into
    that, counted as long as the step stays, so that blocks of any size give the same samples; level: its gain at the
    end of the last pass; let_go: the frame from which it fades, over ``fade`` frames; loop: of a sound that has beats,
    on the grid."""

    pad: int
    source: Source
    start: int
    force: float
    level: float
    loops: bool
    low: int
    high: int
    backwards: bool
    rise: int = 0
    fall: int = 0
    origin: float = 0.0
    count: int = 0
    step: float = 1.0
    let_go: int | None = None
    fade: int = 1
    loop: Loop | None = None

    def over(self, frame: int) -> bool:
        """Whether nothing of it sounds from ``frame`` on."""
        if self.let_go is not None and frame >= self.let_go + self.fade:
            return True
        return not self.loops and self.origin + self.count * self.step >= self.high - self.low

    def turn(self, step: float) -> None:
        """Go on at another pitch."""
        self.origin, self.count, self.step = self.origin + self.count * self.step, 0, step
        if self.loops:
            self.origin %= self.high - self.low

    def release(self, frame: int, frames: int) -> None:
        """Fade out from ``frame`` on, over so many frames; what fades already only ends earlier."""
        if self.let_go is None or frame < self.let_go:
            self.let_go, self.fade = max(frame, self.start), max(frames, 1)


def begun(pad: int, source: Source, setting: PadSetting, velocity: float, frame: int, rate: int) -> Voice:
    """A stroke at ``frame``; the edges that its window cuts are faded."""
    low, high = setting.window(source.frames)
    begins, ends = low > 0, high < source.frames
    if setting.backwards:
        begins, ends = ends, begins
    return Voice(
        pad,
        source,
        frame,
        velocity**setting.power,
        -1.0,
        setting.mode == LOOP,
        low,
        high,
        setting.backwards,
        round(RISE_S * rate) if begins else 0,
        round(FALL_S * rate) if ends else 0,
    )


def on_grid(made: Voice, setting: PadSetting, grid: Grid | None) -> Loop | None:
    """The loop that keeps a voice in time: a whole sound of so many beats that goes round at its own pitch."""
    source = made.source
    whole = made.high - made.low == source.frames and not made.backwards and setting.step == 1.0
    if not (made.loops and source.beats and whole and grid):
        return None
    return Loop(replace(source, anchor=grid.beat_at(made.start)), grid, made.start)


def follow(made: Voice, grid: Grid, frame: int, fade: int) -> Voice | None:
    """Keep a voice on another grid. Where its place jumps it fades out, and the voice that takes over is returned."""
    if made.loop is None or made.let_go is not None or frame < made.start:
        return None
    before, after = made.loop, Loop(made.loop.source, grid, frame)
    if after.jump(before, frame) <= SEAMLESS:
        made.loop = after
        return None
    made.release(frame, fade)
    other = Voice(made.pad, made.source, frame, made.force, made.level, True, made.low, made.high, False, rise=fade)
    other.loop = after
    return other


class Choir:
    """Adds voices to buses. Working memory is made once."""

    def __init__(self, kernels: Kernels, longest_pass: int) -> None:
        """longest_pass: most frames added at one go."""
        self._add: Callable[..., int] = kernels.add_voice
        self._kernels = kernels
        self._ramp = np.arange(1, longest_pass + 1, dtype=np.float64)
        self._gain = np.ones(longest_pass)
        self._sends = np.zeros(2)

    def sing(self, each: Voice, setting: PadSetting, level: float, buses: tuple[Bus, Bus, Bus], first: int) -> int:
        """Add a voice to the bus and to those of the two sends, each (frames, 2); returns samples that were not finite.
        ``first``: the frame of row 0; level: gain that the pad has reached at the end."""
        skip = max(0, each.start - first)
        n = len(buses[0]) - skip
        if n <= 0:
            return 0
        begin = level if each.level < 0 else each.level
        each.level = level
        if setting.step != each.step:
            each.turn(setting.step)
        count, each.count = each.count, each.count + n
        self._sends[0], self._sends[1] = setting.delay, setting.reverb
        out, delay, reverb = (bus[skip:] for bus in buses) if skip else buses
        ends = (begin * each.force, level * each.force)
        if each.loop is not None:
            return self._in_time(each, each.loop, (out, delay, reverb), ends, first + skip)
        fading = (0, 0) if each.let_go is None else (first + skip - each.let_go, each.fade)
        window = (each.source.frames, each.low, each.high)
        edges = (each.backwards, each.loops, each.rise, each.fall)
        chunk = each.source.chunk
        return self._add(
            out, delay, reverb, self._sends, chunk, *window, each.origin, count, each.step, *edges, *ends, *fading
        )

    def _in_time(
        self, each: Voice, loop: Loop, buses: tuple[Bus, Bus, Bus], ends: tuple[float, float], frame: int
    ) -> int:
        bad = 0
        for bus, send in zip(buses, (1.0, *self._sends.tolist()), strict=True):
            if send:
                gain = self._row(each, len(bus), (ends[0] * send, ends[1] * send), frame)
                bad += loop.add(bus, frame, gain, self._ramp[: len(bus)], self._kernels)  # it has no strip
        return bad

    def _row(self, each: Voice, n: int, ends: tuple[float, float], frame: int) -> NDArray[np.float64]:
        """The gains of a voice on the grid: level, the fade of what takes over, the fade of what is let go."""
        gain, ramp, (begin, end) = self._gain[:n], self._ramp[:n], ends
        gain.fill(end)
        if begin != end:
            np.multiply(ramp, (end - begin) / n, out=gain)
            gain += begin
        if frame - each.start < each.rise:
            gain *= np.minimum((ramp + (frame - each.start)) / (each.rise + 1), 1.0)
        if each.let_go is not None:
            gain *= 1.0 - np.clip((ramp + (frame - each.let_go)) / (each.fade + 1), 0.0, 1.0)
        return gain
