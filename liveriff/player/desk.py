"""The mixing desk: what the player reads of the panel, and the gains that follow from it.

Read by the mixer on the sink's thread, once a block; recomputed only when a value has changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi

import numpy as np
from numpy.typing import NDArray

from liveriff.params.words import DECKS, PADS
from liveriff.player.fxpanel import FxPanel
from liveriff.player.gains import Row, decibels, sane
from liveriff.player.hands import Hands
from liveriff.player.moves import Moves
from liveriff.player.padset import PadPanel, PadSetting
from liveriff.wire.cells import CellsView

SIDE_A, SIDE_B = 0.0, 2.0
CUT_IN = 0.06  # share of half the crossfader's way in which a side is cut off: four steps of a controller

# What is read, with the value it has when the panel does not say, and the range it is kept in.
OF_DECK: dict[str, Row] = {
    "level": (0.0, -120.0, 12.0),  # dB
    "mute": (0.0, 0.0, 1.0),
    "pan": (0.0, -1.0, 1.0),
    "width": (1.0, 0.0, 2.0),  # 0 mono, 1 as it is
    "side": (1.0, 0.0, 2.0),  # a, thru, b
    "solo": (0.0, 0.0, 1.0),
}
OF_MASTER: dict[str, Row] = {
    "level": (0.0, -120.0, 12.0),  # dB
    "crossfader": (0.0, -1.0, 1.0),  # side a to side b
    "crossfader/curve": (0.0, 0.0, 1.0),  # smooth, cut
    "limiter": (-0.3, -12.0, 0.0),  # ceiling, dBFS
}
READS: dict[str, Row] = {
    **{f"/deck/{n}/{name}": row for n in DECKS for name, row in OF_DECK.items()},
    **{f"/master/{name}": row for name, row in OF_MASTER.items()},
}


def ceiling(level: float) -> float:
    """The limiter's ceiling as a number that float32 can hold, never above the level asked for."""
    exact = 10.0 ** (level / 20.0)
    near = np.float32(exact)
    return float(near) if float(near) <= exact else float(np.nextafter(near, np.float32(0)))


def crossfader_gain(side: float, position: float, cut: bool = False) -> float:
    """Gain of a deck on a side: both sides are at 1 in the middle, and fade by a quarter of a cosine away from it; or,
    for scratching, stay at 1 to the last of the way."""
    away = max(0.0, position if side == SIDE_A else -position if side == SIDE_B else 0.0)
    return min(1.0, (1.0 - away) / CUT_IN) if cut else cos(away * pi / 2)


def matrix(gain: float, pan: float, width: float) -> tuple[float, float, float, float]:
    """Left-left, right-left, left-right, right-right: width (mid and side), then balance, then gain.

    Exactly (1, 0, 0, 1) at gain 1, pan 0 and width 1, so a deck at rest passes bit for bit.
    """
    left, right = gain * cos(max(0.0, pan) * pi / 2), gain * cos(max(0.0, -pan) * pi / 2)
    same, other = (1.0 + width) / 2, (1.0 - width) / 2
    return left * same, left * other, right * other, right * same


class Desk:
    """Goals of the smoothed gains, and how the pads play.

    decks (4, 4): a matrix a deck; master (4,): the master's; ceiling: the limiter's; pads: settings by number;
    pads_gain: of all pads together; fx: the effects' goals.
    """

    def __init__(self, panel: CellsView | None = None) -> None:
        """Read from ``panel``, or keep the defaults if there is none."""
        self.decks: NDArray[np.float64] = np.zeros((len(DECKS), 4))
        self.master: NDArray[np.float64] = np.zeros(4)
        self.ceiling = 1.0
        self.pads = {n: PadSetting() for n in PADS}
        self.pads_gain = 1.0
        self.fx = FxPanel(panel)
        self._panel = panel
        known = panel.index if panel else {}
        self._cells = np.array([known[name] for name in READS if name in known], dtype=np.int64)
        self._places = np.array([i for i, name in enumerate(READS) if name in known], dtype=np.int64)
        self._values = np.array([default for default, _, _ in READS.values()])
        self._pads = PadPanel(panel)
        self.moves = Moves(panel)
        self.hands = Hands(panel)
        self._seen = np.full(len(self._cells), np.nan)
        self._settle()

    def read(self) -> None:
        """Take the newest values of the panel."""
        if self._panel is None:
            return
        self.pads_gain = self._pads.read(self.pads)
        self.fx.read()
        self.moves.read()
        self.hands.read()
        values = self._panel.values[self._cells]
        if values.tobytes() == self._seen.tobytes():
            return
        self._seen = values
        self._values[self._places] = values
        self._settle()

    def _settle(self) -> None:
        values = [sane(value, row) for value, row in zip(self._values.tolist(), READS.values(), strict=True)]
        level, position, curve, limiter = values[len(DECKS) * len(OF_DECK) :]
        decks = [values[i * len(OF_DECK) : (i + 1) * len(OF_DECK)] for i in range(len(DECKS))]
        alone = any(deck[-1] >= 0.5 for deck in decks)
        for i, deck in enumerate(decks):
            self.decks[i] = _deck_goal(deck, position, curve >= 0.5, alone)
        self.master[:] = matrix(decibels(level), 0.0, 1.0)
        self.ceiling = ceiling(limiter)


def _deck_goal(values: Sequence[float], position: float, cut: bool, alone: bool) -> tuple[float, float, float, float]:
    """alone: some deck is soloed."""
    level, mute, pan, width, side, solo = values
    silent = mute >= 0.5 or (alone and solo < 0.5)
    gain = 0.0 if silent else decibels(level) * crossfader_gain(round(side), position, cut)
    return matrix(gain, pan, width)
