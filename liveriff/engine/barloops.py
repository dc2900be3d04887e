"""The last bars of the input as a loop of a deck: which frames, and how they lie in the loop. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

import numpy as np
from numpy.typing import NDArray

from liveriff.engine.captures import SEAM_S, cut
from liveriff.music.grid import BEATS_PER_BAR, Grid

EARLY = 0.5
"""Beats before a bar line from which on the bar that ends there is meant."""

Sound = NDArray[np.float32]


@dataclass(frozen=True)
class Bars:
    """So many frames of the grid from ``first`` on, after ``lead`` frames that are only blended in; ``turn``: where in
    the loop the first of them lies."""

    first: int
    frames: int
    lead: int
    turn: int


def bars(grid: Grid, heard: int, beats: int) -> Bars | None:
    """The last ``beats`` beats up to a bar line, for one who hears frame ``heard`` and asks; the line may lie a little
    ahead. None where there have not been so many yet."""
    line = floor((grid.beat_at(heard) + EARLY) / BEATS_PER_BAR) * BEATS_PER_BAR
    begin = line - beats
    first, last = grid.frame_of(begin), grid.frame_of(line)
    if begin < 0 or first < 0:
        return None
    turn = first - grid.frame_of(begin - begin % beats)
    return Bars(first, last - first, min(round(SEAM_S * grid.rate), first), turn)


def laid(heard: Sound, wanted: Bars, frames: int) -> Sound:
    """The loop (frames, 2) of what was heard (lead + its frames, 2): every beat where loops have it, all of which are
    counted from beat 0, and so on the beat that it was played on."""
    piece = fitted(cut(heard, wanted.lead), frames)
    loop: Sound = np.roll(piece, wanted.turn * frames // wanted.frames, axis=0)
    return loop


def fitted(piece: Sound, frames: int) -> Sound:
    """As it is, where it is so long to a frame; else, as when the tempo is led by another clock, pulled to it."""
    if abs(len(piece) - frames) <= 1:
        return piece[:frames] if len(piece) >= frames else np.concatenate([piece, piece[-1:]])
    places = np.arange(frames) * (len(piece) / frames)
    at = np.arange(len(piece) + 1)
    round_again = np.concatenate([piece, piece[:1]])
    sides = [np.interp(places, at, round_again[:, side]) for side in range(piece.shape[1])]
    return np.stack(sides, axis=1).astype(np.float32)
