"""Pads: sounds in memory and the voices that play them, each stroke on its own frame inside the block.

Called by the mixer on the sink's thread; never waits. A stroke sounds a constant time after it was felt (one block
and the limiter's look-ahead), wherever in the block it came: even strokes stay even. One that comes too late for
that sounds at once, and is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from liveriff.music.grid import Grid, boundary
from liveriff.player.desk import Desk
from liveriff.player.kernels import Kernels
from liveriff.player.loop import Source
from liveriff.player.padset import LOOP, ONE_SHOT
from liveriff.player.scalar import Bus
from liveriff.player.voices import Choir, Voice, begun, follow, on_grid
from liveriff.wire.hits import ALL_PADS, CUT

MOST_VOICES = 64
MOST_FADING = 2 * MOST_VOICES  # with those that fade: what a flood of strokes may cost
MOST_IN_NUMPY = 16  # where numba is missing: a block must not take longer than it lasts
RELEASE_S = 0.008  # a voice that is let go or cut fades over this: short for the ear, long enough not to click
GRACE_S = 0.04  # a stroke this soon after the grid meant the grid: waiting for the next line would be an insult


def most_voices(kernels: Kernels) -> int:
    """How many strokes may sound at once."""
    return MOST_IN_NUMPY if kernels.name == "numpy" else MOST_VOICES


@dataclass(frozen=True)
class PadSound:
    """A pad has another sound from now on, or none; made ready by the pipe's thread. morph, alone: as in ``Load``."""

    pad: int
    source: Source | None
    morph: float = 0.0
    alone: bool = True


@dataclass(frozen=True)
class Stroke:
    """A hit with its frame. velocity as in ``wire.hits``; felt: the frame that it would have without a grid."""

    pad: int
    velocity: float
    frame: int
    felt: int


class Pads:
    """All banks. ``dropped(slot)`` is called when no voice can read a slot any more."""

    def __init__(
        self, rate: int, kernels: Kernels, desk: Desk, longest_pass: int, dropped: Callable[[int], None]
    ) -> None:
        """Empty pads; longest_pass: most frames added at one go."""
        self.sounds: dict[int, list[tuple[float, Source]]] = {}  # by pad: morph and sound
        self.voices: list[Voice] = []
        self.strokes = self.late = 0
        self._waiting: list[Stroke] = []
        self._rate, self._desk, self._dropped = rate, desk, dropped
        self._choir, self._most = Choir(kernels, longest_pass), most_voices(kernels)
        self._nowhere = np.zeros((longest_pass, 2))  # takes sends that nobody hears
        self._grid: Grid | None = None
        self._release = round(RELEASE_S * rate)
        self._told: dict[int, int] = {}
        self._leaving = False

    # --- what happens to them ---------------------------------------------------------------------------------

    def load(self, sound: PadSound, now: int) -> None:
        """Give a pad another sound; voices that play the old one play on. Loops of a pad that is emptied end: nobody
        would look for them there. now: the next frame to be mixed."""
        if sound.source is None and sound.alone:
            self._stop_loops(sound.pad, now)
        points = self.sounds.get(sound.pad, [])
        kept = [] if sound.alone else [point for point in points if point[0] != sound.morph]
        self.sounds[sound.pad] = kept + ([(sound.morph, sound.source)] if sound.source else [])
        for _, source in points:
            if all(source is not other for _, other in kept):
                self._dropped(source.slot)

    def follow(self, grid: Grid | None, frame: int) -> None:
        """Beats are counted by another grid from ``frame`` on; None: no longer, and loops go on as they were."""
        self._grid = grid
        if grid is not None:
            over = [follow(voice, grid, frame, self._release) for voice in self.voices]
            self.voices += [voice for voice in over if voice]

    def strike(self, pad: int, velocity: float, frame: int, now: int, grid: Grid | None) -> None:
        """A stroke that shall sound at ``frame``; ``now``: the next frame to be mixed; grid: what beats are counted
        by, None while the transport stands."""
        known = pad in self._desk.pads or (pad == ALL_PADS and velocity == CUT)
        if self._leaving or not known:
            return
        self.strokes += velocity > 0
        self.late += velocity > 0 and frame < now
        felt = at = max(frame, now)
        step = self._desk.pads[pad].quantum if velocity > 0 else None
        if step is not None and grid is not None:
            at = max(self._on_grid(at, step, grid), now)
        elif velocity == CUT:
            self._waiting = [s for s in self._waiting if pad not in (s.pad, ALL_PADS) or s.frame <= at]
        elif velocity <= 0:
            at = self._let_go(pad, at)
        self._waiting.append(Stroke(pad, velocity, at, felt))
        self._waiting.sort(key=lambda stroke: stroke.frame)

    def _let_go(self, pad: int, felt: int) -> int:
        """The frame where letting go counts: as long after a stroke that waits for its line as the pad was held."""
        held = [s for s in self._waiting if s.pad == pad and s.velocity > 0 and s.frame > felt]
        return held[-1].frame + felt - held[-1].felt if held else felt

    def _on_grid(self, frame: int, step: Fraction, grid: Grid) -> int:
        beat = grid.beat_at(frame)
        line = boundary(beat, step)
        since = float((beat - line + step) * grid.frames_per_beat)
        grace = min(GRACE_S * self._rate, float(step * grid.frames_per_beat) / 4)
        return frame if line > beat and since <= grace else grid.frame_of(line)

    def leave(self, frame: int, frames: int) -> None:
        """Fade all out within ``frames`` frames, for good."""
        self._leaving, self._waiting = True, []
        for voice in self.voices:
            voice.release(frame, frames)

    def forget(self) -> None:
        """Let go of all chunks, when nothing will be played any more."""
        self.sounds, self.voices, self._waiting = {}, [], []

    def slots(self) -> Iterator[int]:
        """Every slot that a pad or a voice may still read."""
        yield from (source.slot for points in self.sounds.values() for _, source in points)
        yield from (voice.source.slot for voice in self.voices)

    @property
    def busy(self) -> bool:
        """Whether anything sounds or waits."""
        return bool(self.voices or self._waiting)

    def sounding(self) -> dict[int, int]:
        """How many voices pads have that are not fading; a pad that is not named has none."""
        counts: dict[int, int] = {}
        for voice in self.voices:
            if voice.let_go is None:
                counts[voice.pad] = counts.get(voice.pad, 0) + 1
        return counts

    def news(self) -> dict[int, int]:
        """As ``sounding``, but only of pads of which this has changed since the last call."""
        now, before = self.sounding(), self._told
        self._told = now
        return {pad: now.get(pad, 0) for pad in {*now, *before} if now.get(pad, 0) != before.get(pad, 0)}

    # --- strokes ----------------------------------------------------------------------------------------------

    def _begin(self, stroke: Stroke) -> None:
        if stroke.velocity <= 0:
            return self._end(stroke)
        setting = self._desk.pads[stroke.pad]
        if self._stop_loops(stroke.pad, stroke.frame) and setting.mode == LOOP:
            return None  # in other modes as well a stroke ends the loop that was begun before: nothing else would
        if setting.choke:
            self._choke(setting.choke, stroke.frame)
        points = self.sounds.get(stroke.pad)
        if points:
            _, source = min(points, key=lambda point: abs(point[0] - setting.morph))
            self._steal(stroke.frame)
            made = begun(stroke.pad, source, setting, stroke.velocity, stroke.frame, self._rate)
            made.loop = on_grid(made, setting, self._grid)
            self.voices.append(made)
        return None

    def _end(self, stroke: Stroke) -> None:
        """A pad is let go (heard only where holding means something) or cut."""
        cut = stroke.velocity == CUT
        for voice in self.voices:
            held = self._desk.pads[voice.pad].mode not in (ONE_SHOT, LOOP)
            if stroke.pad in (voice.pad, ALL_PADS) and (cut or held):
                voice.release(stroke.frame, self._release)

    def _stop_loops(self, pad: int, frame: int) -> bool:
        running = [voice for voice in self.voices if voice.pad == pad and voice.loops and voice.let_go is None]
        for voice in running:
            voice.release(frame, self._release)
        return bool(running)

    def _choke(self, group: int, frame: int) -> None:
        for voice in self.voices:
            if self._desk.pads[voice.pad].choke == group:
                voice.release(frame, self._release)

    def _steal(self, frame: int) -> None:
        """Make room: the oldest one-shot goes, a loop only where there is nothing else."""
        held = [voice for voice in self.voices if voice.let_go is None]
        if len(held) >= self._most:
            next((voice for voice in held if not voice.loops), held[0]).release(frame, self._release)
        if len(self.voices) >= 2 * self._most:
            gone = self.voices.pop(next(i for i, voice in enumerate(self.voices) if voice.let_go is not None))
            self._dropped(gone.source.slot)

    # --- sound ------------------------------------------------------------------------------------------------

    def add(self, bus: Bus, first: int, delay: Bus | None = None, reverb: Bus | None = None) -> int:
        """Add all voices to the bus (frames, 2) whose first frame is ``first``, and to those of the sends as loud as
        each pad says; returns samples not finite."""
        last = first + len(bus)
        while self._waiting and self._waiting[0].frame < last:
            self._begin(self._waiting.pop(0))
        buses = (bus, self._nowhere[: len(bus)], self._nowhere[: len(bus)])
        if delay is not None and reverb is not None:
            buses = (bus, delay, reverb)
        bad, pads, gain = 0, self._desk.pads, self._desk.pads_gain
        for voice in self.voices:
            bad += self._choir.sing(voice, pads[voice.pad], pads[voice.pad].gain * gain, buses, first)
        gone = [voice for voice in self.voices if voice.over(last)]
        if gone:
            self.voices = [voice for voice in self.voices if not voice.over(last)]
            for voice in gone:
                self._dropped(voice.source.slot)
        return bad
