"""Pieces of what was just heard: which frames a pad takes, and how they are cut. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liveriff.music.grid import Grid
from liveriff.params.words import CAPTURED

SEAM_S = 0.005
"""What comes before a piece is blended into its end for so long, so that it goes round without a click."""

Sound = NDArray[np.float32]


@dataclass(frozen=True)
class Piece:
    """So many frames from ``first`` on, after ``lead`` frames that are only blended in; source: see ``wire.past``;
    beats: its length."""

    source: int
    first: int
    frames: int
    lead: int
    beats: int


def piece(grid: Grid, frame: int, source: str, beats: int, most: int) -> Piece | None:
    """The last ``beats`` beats before the beat line nearest to ``frame``, which may lie a little ahead; half as many,
    and again, where they are longer than ``most`` frames. None where there have not been so many yet."""
    line = round(grid.beat_at(frame))
    while beats > 1 and grid.frame_of(line) - grid.frame_of(line - beats) > most:
        beats //= 2
    first = grid.frame_of(line - beats)
    lead = min(round(SEAM_S * grid.rate), first)
    if line - beats < 0 or first < 0:
        return None
    return Piece(CAPTURED.index(source), first, grid.frame_of(line) - first, lead, beats)


def cut(heard: Sound, lead: int) -> Sound:
    """The piece (frames, 2) of what was heard (lead + frames, 2): its end is blended into what came before its start.

    A linear blend: where the music goes round, both are the same, and the blend is exact.
    """
    sound: Sound = heard[lead:].copy()
    if lead:
        way = (np.arange(1, lead + 1, dtype=np.float32) / (lead + 1))[:, None]
        sound[len(sound) - lead :] = sound[len(sound) - lead :] * (1 - way) + heard[:lead] * way
    return sound
