"""The mixing desk: what the player reads of the panel, and the gains that follow from it.

Read by the mixer on the sink's thread, once a block; recomputed only when a value has changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import cos, isnan, pi

import numpy as np
from numpy.typing import NDArray

from liveriff.music.quantum import quantum_step
from liveriff.params.words import DECKS, PADS, QUANTA
from liveriff.wire.cells import Cells

SILENT_DB = -60.0  # this level and less is silence
SIDE_A, SIDE_B = 0.0, 2.0
ONE_SHOT, GATE, LOOP = 0, 1, 2

# What is read, with the value it has when the panel does not say, and the range it is kept in.
OF_DECK: dict[str, tuple[float, float, float]] = {
    "level": (0.0, -120.0, 12.0),  # dB
    "mute": (0.0, 0.0, 1.0),
    "pan": (0.0, -1.0, 1.0),
    "width": (1.0, 0.0, 2.0),  # 0 mono, 1 as it is
    "side": (1.0, 0.0, 2.0),  # a, thru, b
}
OF_PAD: dict[str, tuple[float, float, float]] = {
    "level": (0.0, -120.0, 12.0),  # dB
    "pitch": (0.0, -24.0, 24.0),  # semitones
    "mode": (0.0, 0.0, 2.0),  # one-shot, gate, loop
    "choke": (0.0, 0.0, 8.0),  # group, 0 for none
    "quantum": (0.0, 0.0, float(len(QUANTA) - 1)),
}
OF_MASTER: dict[str, tuple[float, float, float]] = {
    "level": (0.0, -120.0, 12.0),  # dB
    "crossfader": (0.0, -1.0, 1.0),  # side a to side b
    "limiter": (-0.3, -12.0, 0.0),  # ceiling, dBFS
}
READS: dict[str, tuple[float, float, float]] = {
    **{f"/deck/{n}/{name}": row for n in DECKS for name, row in OF_DECK.items()},
    **{f"/pad/{n}/{name}": row for n in PADS for name, row in OF_PAD.items()},
    **{f"/master/{name}": row for name, row in OF_MASTER.items()},
}


@dataclass(frozen=True)
class PadSetting:
    """How a pad plays. gain: linear; step: chunk frames a frame; quantum: beats between grid lines, None for off."""

    gain: float = 1.0
    step: float = 1.0
    mode: int = ONE_SHOT
    choke: int = 0
    quantum: Fraction | None = None


def decibels(level: float) -> float:
    """Gain of a level in dB."""
    return 0.0 if level <= SILENT_DB else float(10.0 ** (level / 20.0))


def ceiling(level: float) -> float:
    """The limiter's ceiling as a number that float32 can hold, never above the level asked for."""
    exact = 10.0 ** (level / 20.0)
    near = np.float32(exact)
    return float(near) if float(near) <= exact else float(np.nextafter(near, np.float32(0)))


def crossfader_gain(side: float, position: float) -> float:
    """Gain of a deck on a side: both sides are at 1 in the middle, and fade by a quarter of a cosine away from it."""
    away = position if side == SIDE_A else -position if side == SIDE_B else 0.0
    return cos(max(0.0, away) * pi / 2)


def matrix(gain: float, pan: float, width: float) -> tuple[float, float, float, float]:
    """Left-left, right-left, left-right, right-right: width (mid and side), then balance, then gain.

    Exactly (1, 0, 0, 1) at gain 1, pan 0 and width 1, so a deck at rest passes bit for bit.
    """
    left, right = gain * cos(max(0.0, pan) * pi / 2), gain * cos(max(0.0, -pan) * pi / 2)
    same, other = (1.0 + width) / 2, (1.0 - width) / 2
    return left * same, left * other, right * other, right * same


class Desk:
    """Goals of the smoothed gains, and how the pads play.

    decks (4, 4): a matrix a deck; master (4,): the master's; ceiling: the limiter's; pads: settings by number.
    """

    def __init__(self, panel: Cells | None = None) -> None:
        """Read from ``panel``, or keep the defaults if there is none."""
        self.decks: NDArray[np.float64] = np.zeros((len(DECKS), 4))
        self.master: NDArray[np.float64] = np.zeros(4)
        self.ceiling = 1.0
        self.pads = {n: PadSetting() for n in PADS}
        self._panel = panel
        known = panel.index if panel else {}
        self._cells = np.array([known[name] for name in READS if name in known], dtype=np.int64)
        self._places = np.array([i for i, name in enumerate(READS) if name in known], dtype=np.int64)
        self._values = np.array([default for default, _, _ in READS.values()])
        self._pad_values: list[float] = []
        self._seen = np.full(len(self._cells), np.nan)
        self._settle()

    def read(self) -> None:
        """Take the newest values of the panel."""
        if self._panel is None:
            return
        values = self._panel.values[self._cells]
        if values.tobytes() == self._seen.tobytes():
            return
        self._seen = values
        self._values[self._places] = values
        self._settle()

    def _settle(self) -> None:
        values = [_sane(value, row) for value, row in zip(self._values.tolist(), READS.values(), strict=True)]
        split, pads = len(DECKS) * len(OF_DECK), len(PADS) * len(OF_PAD)
        level, position, limiter = values[split + pads :]
        for i in range(len(DECKS)):
            self.decks[i] = _deck_goal(values[i * len(OF_DECK) : (i + 1) * len(OF_DECK)], position)
        if values[split : split + pads] != self._pad_values:
            self._pad_values = values[split : split + pads]
            self.pads = dict(zip(PADS, _pad_settings(self._pad_values), strict=True))
        self.master[:] = matrix(decibels(level), 0.0, 1.0)
        self.ceiling = ceiling(limiter)


def _deck_goal(values: Sequence[float], position: float) -> tuple[float, float, float, float]:
    level, mute, pan, width, side = values
    gain = 0.0 if mute >= 0.5 else decibels(level) * crossfader_gain(round(side), position)
    return matrix(gain, pan, width)


def _pad_settings(values: list[float]) -> list[PadSetting]:
    rows = [values[i : i + len(OF_PAD)] for i in range(0, len(values), len(OF_PAD))]
    return [
        PadSetting(
            decibels(level), 2.0 ** (pitch / 12), round(mode), round(choke), quantum_step(QUANTA[round(quantum)])
        )
        for level, pitch, mode, choke, quantum in rows
    ]


def _sane(value: float, row: tuple[float, float, float]) -> float:
    default, low, high = row
    return default if isnan(value) else min(max(value, low), high)  # a level's floor is minus infinity
