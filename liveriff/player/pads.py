"""Pads: sounds in memory and the voices that play them, each stroke on its own frame inside the block.

Called by the mixer on the sink's thread; never waits. A stroke sounds a constant time after it was felt (one block
and the limiter's look-ahead), wherever in the block it came: even strokes stay even. One that comes too late for
that sounds at once, and is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import count

import numpy as np

from liveriff.music.grid import Grid, boundary
from liveriff.params.words import PADS
from liveriff.player.desk import LOOP, ONE_SHOT, Desk
from liveriff.player.kernels import Kernels
from liveriff.player.loop import Source
from liveriff.player.scalar import Bus
from liveriff.wire.hits import ALL_PADS, CUT

MOST_VOICES = 64
RELEASE_S = 0.008  # a voice that is let go or cut fades over this: short for the ear, long enough not to click
GRACE_S = 0.04  # a stroke this soon after the grid meant the grid: waiting for the next line would be an insult


@dataclass(frozen=True)
class PadSound:
    """A pad has another sound from now on, or none; made ready by the pipe's thread."""

    pad: int
    source: Source | None


@dataclass(frozen=True)
class Stroke:
    """A hit with its frame. velocity as in ``wire.hits``."""

    pad: int
    velocity: float
    frame: int


@dataclass
class Voice:
    """One stroke while it sounds. position: frames into its chunk; level: the pad's gain at the end of the last pass;
    let_go: the frame from which it fades, over ``fade`` frames."""

    number: int
    pad: int
    source: Source
    start: int
    velocity_gain: float
    level: float
    loops: bool
    position: float = 0.0
    let_go: int | None = None
    fade: int = 1

    def over(self, frame: int) -> bool:
        """Whether nothing of it sounds from ``frame`` on."""
        if self.let_go is not None and frame >= self.let_go + self.fade:
            return True
        return not self.loops and self.position >= self.source.frames


class Pads:
    """Sixteen pads. ``dropped(slot)`` is called when no voice can read a slot any more."""

    def __init__(
        self, rate: int, kernels: Kernels, desk: Desk, longest_pass: int, dropped: Callable[[int], None]
    ) -> None:
        """Empty pads; longest_pass: most frames added at one go."""
        self.sounds: dict[int, Source] = {}
        self.voices: list[Voice] = []
        self.strokes = self.late = 0
        self._waiting: list[Stroke] = []
        self._rate, self._kernels, self._desk, self._dropped = rate, kernels, desk, dropped
        self._gain, self._ramp = np.ones(longest_pass), np.arange(1, longest_pass + 1, dtype=np.float64)
        self._release = round(RELEASE_S * rate)
        self._numbers = count()
        self._leaving = False

    # --- what happens to them ---------------------------------------------------------------------------------

    def load(self, sound: PadSound) -> None:
        """Give a pad another sound; voices that play the old one play on."""
        old = self.sounds.pop(sound.pad, None)
        if sound.source:
            self.sounds[sound.pad] = sound.source
        if old:
            self._dropped(old.slot)

    def strike(self, pad: int, velocity: float, frame: int, now: int, grid: Grid | None) -> None:
        """A stroke that shall sound at ``frame``; ``now``: the next frame to be mixed; grid: what beats are counted
        by, None while the transport stands."""
        known = pad in self._desk.pads or (pad == ALL_PADS and velocity == CUT)
        if self._leaving or not known:
            return
        self.strokes += velocity > 0
        self.late += velocity > 0 and frame < now
        at = max(frame, now)
        step = self._desk.pads[pad].quantum if velocity > 0 else None
        if step is not None and grid is not None:
            at = max(self._on_grid(at, step, grid), now)
        self._waiting.append(Stroke(pad, velocity, at))
        self._waiting.sort(key=lambda stroke: stroke.frame)

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
            self._let_go(voice, frame, frames)

    def forget(self) -> None:
        """Let go of all chunks, when nothing will be played any more."""
        self.sounds, self.voices, self._waiting = {}, [], []

    def slots(self) -> Iterator[int]:
        """Every slot that a pad or a voice may still read."""
        yield from (source.slot for source in self.sounds.values())
        yield from (voice.source.slot for voice in self.voices)

    @property
    def busy(self) -> bool:
        """Whether anything sounds or waits."""
        return bool(self.voices or self._waiting)

    def sounding(self) -> dict[int, int]:
        """How many voices each pad has that are not fading."""
        voices = [voice.pad for voice in self.voices if voice.let_go is None]
        return {pad: voices.count(pad) for pad in PADS}

    # --- strokes ----------------------------------------------------------------------------------------------

    def _begin(self, stroke: Stroke) -> None:
        if stroke.velocity <= 0:
            return self._end(stroke)
        source = self.sounds.get(stroke.pad)
        setting = self._desk.pads[stroke.pad]
        if setting.mode == LOOP and self._stop_loop(stroke):
            return None
        if setting.choke:
            self._choke(setting.choke, stroke.frame)
        if source:
            self._steal(stroke.frame)
            gain = stroke.velocity**2  # Dannenberg, "The Interpretation of MIDI Velocity" (ICMC 2006)
            loops = setting.mode == LOOP
            self.voices.append(Voice(next(self._numbers), stroke.pad, source, stroke.frame, gain, setting.gain, loops))
        return None

    def _end(self, stroke: Stroke) -> None:
        """A pad is let go (heard only where holding means something) or cut."""
        cut = stroke.velocity == CUT
        for voice in self.voices:
            held = self._desk.pads[voice.pad].mode not in (ONE_SHOT, LOOP)
            if stroke.pad in (voice.pad, ALL_PADS) and (cut or held):
                self._let_go(voice, stroke.frame, self._release)

    def _stop_loop(self, stroke: Stroke) -> bool:
        running = [v for v in self.voices if v.pad == stroke.pad and v.loops and v.let_go is None]
        for voice in running:
            self._let_go(voice, stroke.frame, self._release)
        return bool(running)

    def _choke(self, group: int, frame: int) -> None:
        for voice in self.voices:
            if self._desk.pads[voice.pad].choke == group:
                self._let_go(voice, frame, self._release)

    def _steal(self, frame: int) -> None:
        held = [voice for voice in self.voices if voice.let_go is None]
        if len(held) >= MOST_VOICES:
            self._let_go(held[0], frame, self._release)  # the oldest

    def _let_go(self, voice: Voice, frame: int, frames: int) -> None:
        if voice.let_go is None or frame < voice.let_go:
            voice.let_go, voice.fade = max(frame, voice.start), max(frames, 1)

    # --- sound ------------------------------------------------------------------------------------------------

    def add(self, bus: Bus, first: int) -> int:
        """Add all voices to the bus (frames, 2) whose first frame is ``first``; returns samples not finite."""
        last = first + len(bus)
        while self._waiting and self._waiting[0].frame < last:
            self._begin(self._waiting.pop(0))
        bad = sum(self._voice(voice, bus, first) for voice in self.voices)
        gone = [voice for voice in self.voices if voice.over(last)]
        if gone:
            self.voices = [voice for voice in self.voices if not voice.over(last)]
            for voice in gone:
                self._dropped(voice.source.slot)
        return bad

    def _voice(self, voice: Voice, bus: Bus, first: int) -> int:
        skip = max(0, voice.start - first)
        out = bus[skip:]
        if not len(out):
            return 0
        setting = self._desk.pads[voice.pad]
        self._shape(voice, setting.gain, len(out), first + skip)
        frames, step, gain = voice.source.frames, setting.step, self._gain[: len(out)]
        at, voice.position = voice.position, voice.position + len(out) * setting.step
        if not voice.loops:
            return self._kernels.add_shot(out, voice.source.chunk, frames, at, step, gain)
        voice.position %= frames
        return self._kernels.add_varispeed(out, voice.source.chunk, frames, 0, at / step, step, gain)

    def _shape(self, voice: Voice, level: float, n: int, frame: int) -> None:
        """Fill the row of gains: velocity, the pad's level on its way to where it is set, and the fade of what is let
        go."""
        gain, begin, voice.level = self._gain[:n], voice.level, level
        gain.fill(level)
        if begin != level:
            np.multiply(self._ramp[:n], (level - begin) / n, out=gain)
            gain += begin
        gain *= voice.velocity_gain
        if voice.let_go is not None:
            gone = (self._ramp[:n] + (frame - 1 - voice.let_go)) / voice.fade
            gain *= 1.0 - np.clip(gone, 0.0, 1.0)
