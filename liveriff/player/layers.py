"""What a deck is told and what it is made of: changes, layers, crossfades. Used on the sink's thread."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from liveriff.player.loop import Loop, Source

SHORTEST_FADE = 64  # frames; what is left before the beat may be shorter than the fade asked for, but not than this


@dataclass(frozen=True)
class Change:
    """A swap made ready by the pipe's thread. source: None for silence; at, fade: as in ``messages.Swap``."""

    deck: int
    source: Source | None
    at: Fraction | None
    fade: int


@dataclass(frozen=True)
class StripChange:
    """The loop of ``source.slot`` has become this one: the same chunk with another strip. fresh: slots that are new."""

    deck: int
    source: Source
    fresh: tuple[int, ...] = ()


@dataclass
class Layer:
    """A loop at a fixed gain."""

    loop: Loop
    gain: float


@dataclass(frozen=True)
class Fade:
    """A crossfade of ``frames`` frames from the layers to ``loop`` (None: to silence). told: Swapped is owed."""

    loop: Loop | None
    start: int
    frames: int
    rho: float
    told: bool

    @property
    def end(self) -> int:
        """The first frame where the incoming loop is in full."""
        return self.start + self.frames

    def sides(self, frame: int) -> tuple[float, float]:
        """Gains of the layers and of the incoming loop at a frame."""
        t = (frame - self.start) / self.frames
        level = (1 - 2 * t * (1 - t) * (1 - self.rho)) ** 0.5
        return (1 - t) / level, t / level


def fade_length(fade: int, target: int | None, frame: int) -> int:
    """Frames of a crossfade that begins now: up to its beat if that is still ahead, else as long as asked for."""
    if target is None or target <= frame:
        return fade
    return max(target - frame, min(fade, SHORTEST_FADE))


def same_here(a: Source, b: Source, alpha: float) -> bool:
    """Whether two strips of one loop sound alike with the hand at rest where it is."""
    there = b.strip.alone(alpha) if b.strip else None
    if a.strip is None:  # its chunk as it is
        return there is not None and there.slot == a.slot and there.gain == 1.0
    here = a.strip.alone(alpha)
    return here is not None and there is not None and (here.slot, here.gain) == (there.slot, there.gain)
