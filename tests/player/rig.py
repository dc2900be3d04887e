"""A mixer on the bench: no thread, no clock; what it plays comes back as an array whose index is the frame."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from liveriff.music.grid import Grid
from liveriff.player import scalar, vector
from liveriff.player.desk import Desk
from liveriff.player.kernels import Kernels, compiled, table
from liveriff.player.layers import Change
from liveriff.player.loop import Source
from liveriff.player.mixer import Mixer
from liveriff.wire.messages import SetGrid

RATE = 48000
NUMPY = table("numpy", vector)
NUMBA = compiled()
LOOPS = table("loops", scalar)  # what numba compiles, run by the interpreter
Sound = NDArray[np.float32]


def noise(frames: int, seed: int = 1, level: float = 0.1) -> Sound:
    """White noise (frames, 2) that stays far below the ceiling."""
    return np.clip(np.random.default_rng(seed).standard_normal((frames, 2)) * level, -0.5, 0.5).astype(np.float32)


def sine(frames: int, cycles: int, level: float = 0.3) -> Sound:
    """A sine that loops without a seam (frames, 2)."""
    wave = level * np.sin(2 * np.pi * cycles * np.arange(frames) / frames)
    return np.stack([wave, wave], axis=1).astype(np.float32)


class Panel(Desk):
    """A desk whose goals the test sets by hand."""

    def read(self) -> None:
        """There is no panel behind it."""

    def set(self, deck: int, gain: float) -> None:
        """Goal of a deck's gain."""
        self.decks[deck - 1] = (gain, 0.0, 0.0, gain)


class Rig:
    """A mixer and what it has played and said so far."""

    def __init__(self, rate: int = RATE, block: int = 256, kernels: Kernels = NUMBA, desk: Desk | None = None) -> None:
        """A fresh mixer at frame 0."""
        self.said: list[object] = []
        self.mixer = Mixer(rate, kernels, self.said.append, desk)
        self.mixer.frame = 0  # a bench begins early enough for frame 0 to be heard
        self.block = block
        self.rate = rate
        self.heard: Sound = np.zeros((0, 2), np.float32)

    @property
    def frame(self) -> int:
        """The next frame to be heard."""
        return len(self.heard)

    def grid(self, bpm: float = 120.0, frame: int = 0, beat: int = 0) -> Grid:
        """A grid set on the mixer."""
        grid = Grid(self.rate, round(bpm * 100), frame, Fraction(beat))
        self.mixer.apply(SetGrid(grid))
        return grid

    def swap(
        self,
        chunk: Sound | None,
        *,
        deck: int = 1,
        slot: int = 0,
        beats: int = 1,
        anchor: int = 0,
        at: int | None = None,
        fade: int = 0,
    ) -> None:
        """Give a deck another loop."""
        source = None if chunk is None else Source(slot, chunk, len(chunk), beats, Fraction(anchor))
        self.mixer.apply(Change(deck, source, None if at is None else Fraction(at), fade))

    def play(self, frames: int) -> Sound:
        """Play on until at least ``frames`` frames are heard in all; returns all of it."""
        if self.frame == 0:
            self.mixer.next_block(np.zeros((self.mixer.limiter.depth, 2), np.float32))
        parts = [self.heard]
        for _ in range(max(0, -(-(frames - self.frame) // self.block))):
            parts.append(np.full((self.block, 2), np.nan, np.float32))
            self.mixer.next_block(parts[-1])
        self.heard = np.concatenate(parts)
        return self.heard


def loop_at(chunk: Sound, grid: Grid, beats: int, frames: NDArray[np.int64], anchor: int = 0) -> Sound:
    """What a loop must sound like at some frames, by the definition: one repetition after the other."""
    out = np.zeros((len(frames), 2), np.float32)
    first = int((grid.beat_at(int(frames[0])) - anchor) // beats) - 1
    k = first
    while (start := grid.frame_of(anchor + k * beats)) <= frames[-1]:
        end = grid.frame_of(anchor + (k + 1) * beats)
        here = (frames >= start) & (frames < end)
        out[here] = chunk[(frames[here] - start) % len(chunk)]
        k += 1
    return out


def steps(sound: Sound) -> NDArray[np.float64]:
    """Size of every step from sample to sample (frames - 1,), the larger channel."""
    return np.abs(np.diff(sound.astype(np.float64), axis=0)).max(axis=1)


def decibels(sound: NDArray[np.floating]) -> float:
    """Mean power in dB."""
    return float(10 * np.log10(np.mean(np.square(sound.astype(np.float64))) + 1e-30))
