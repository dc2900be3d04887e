"""Whether beats stay where they belong: the player's loops against the grid, and the grid against a sum of its own.

Both are told in frames of the sink. Pure: it is told what the engine tells the player, and what the player shows; or it
reads the former from the lines of a log.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from liveriff.music.grid import Grid


@dataclass(frozen=True)
class Looping:
    """What a deck shows: beats of its loop, frames of its chunk, and its place in it, 0..1."""

    beats: int
    frames: int
    place: float


class Ledger:
    """Adds up the beats of every grid that the player was told, in whole numbers: a beat at c/100 BPM and r frames a
    second is 6000 r / c frames, so n frames are n c units of which 6000 r are a beat."""

    def __init__(self, rate: int) -> None:
        """No grid yet."""
        self.changes = 0
        self.worst_frames = 0.0  # by which a grid was off the sum of those before it
        self.frames = 0  # that beats were counted for
        self._rate = rate
        self._grid: Grid | None = None
        self._origin, self._units = Fraction(0), 0
        self._moved = False

    def moved(self) -> None:
        """A hand moves the beats: the next grid begins anew."""
        self._moved = True

    def told(self, grid: Grid | None) -> None:
        """The player shall count by this grid from its frame on; None: not at all."""
        before, self._grid = self._grid, grid
        if grid is None:
            return
        if before is None or self._moved:
            self._origin, self._units, self._moved = grid.beat, 0, False
            return
        self.changes += 1
        self.frames += grid.frame - before.frame
        self._units += (grid.frame - before.frame) * before.bpm_cents
        summed = self._origin + Fraction(self._units, 6000 * self._rate)
        self.worst_frames = max(self.worst_frames, abs(float((grid.beat - summed) * grid.frames_per_beat)))


def off_frames(grid: Grid, frame: int, looping: Looping) -> float:
    """By how many of its chunk's frames a loop that counts from beat 0 is off its place at ``frame``, the short way
    round."""
    place = grid.beat_at(frame) % looping.beats / looping.beats
    way = abs(looping.place - float(place)) % 1.0
    return min(way, 1.0 - way) * looping.frames


def worst(grid: Grid, frame: int, loops: Mapping[int, Looping]) -> float:
    """Of several decks; 0 where none loops."""
    return max((off_frames(grid, frame, each) for each in loops.values()), default=0.0)


@dataclass(frozen=True)
class Drift:
    """What a log tells of beats. grids: that players were told; tempi: those that took the place of another;
    worst_frames: by how much one was off the sum of those before it, at most; frames: that were counted."""

    grids: int
    tempi: int
    worst_frames: float
    frames: int


def of_log(lines: Iterable[str]) -> Drift:
    """Every grid that a player was told, as a performance has logged them; a player that is started again counts its
    frames anew. Half a line, at the end, is left out. Not for a set with nudges and taps, which move the beats."""
    ledgers: list[Ledger] = []
    rate = grids = 0
    for line in lines:
        if not any(word in line for word in _WORDS):
            continue  # most of a log: it has a line for every block in which something happened
        try:
            event = json.loads(line)
        except ValueError:
            continue
        kind = event.get("kind")
        if kind == "header":
            rate = int(event["rate"])
        elif kind == "life":
            ledgers.append(Ledger(rate))
        elif kind == "sent" and event["message"]["type"] == "SetGrid" and ledgers:
            ledgers[-1].told(_grid(event["message"]["grid"]))
            grids += 1
    worst_frames = max((own.worst_frames for own in ledgers), default=0.0)
    return Drift(grids, sum(own.changes for own in ledgers), worst_frames, sum(own.frames for own in ledgers))


_WORDS = ('"header"', '"life"', '"SetGrid"')


def _grid(told: Mapping[str, Any] | None) -> Grid | None:
    return None if told is None else Grid(**{**told, "beat": Fraction(*told["beat"])})
