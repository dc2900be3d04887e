"""How each pad plays: what the player reads of the panel for it, and the settings that follow.

Read by the desk on the sink's thread, once a block: one look at all cells, and work only for the pads that changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from liveriff.music.quantum import quantum_step
from liveriff.params.words import PADS, QUANTA
from liveriff.player.gains import Row, decibels, sane
from liveriff.wire.cells import CellsView

ONE_SHOT, GATE, LOOP = 0, 1, 2
CURVES = (2.0, 1.0, 3.0, 0.0)
"""What velocities are raised to for their gain: linear, soft, hard, fixed. Square is what ears call even (Dannenberg,
"The Interpretation of MIDI Velocity", ICMC 2006)."""
SHORTEST = 1e-3  # of the sound: a start and an end that have met leave this much

_LEVEL: Row = (0.0, -120.0, 12.0)  # dB
_SEND: Row = (-120.0, -120.0, 0.0)
OF_PAD: dict[str, Row] = {
    "level": _LEVEL,
    "pitch": (0.0, -24.0, 24.0),  # semitones
    "mode": (0.0, 0.0, 2.0),  # one-shot, gate, loop
    "choke": (0.0, 0.0, 8.0),  # group, 0 for none
    "quantum": (0.0, 0.0, float(len(QUANTA) - 1)),
    "start": (0.0, 0.0, 1.0),  # shares of the sound
    "end": (1.0, 0.0, 1.0),
    "reverse": (0.0, 0.0, 1.0),
    "velocity": (0.0, 0.0, float(len(CURVES) - 1)),
    "send/delay": _SEND,
    "send/reverb": _SEND,
    "morph": (0.0, 0.0, 1.0),  # 0 is the pad's own sound
}
PADS_LEVEL = "/pads/level"


@dataclass(frozen=True)
class PadSetting:
    """How a pad plays. gain: linear; step: chunk frames a frame; quantum: beats between grid lines, None for off;
    start, end: shares of the sound; power: what a velocity is raised to; delay, reverb: gains of the sends; morph:
    which point of its strip is struck."""

    gain: float = 1.0
    step: float = 1.0
    mode: int = ONE_SHOT
    choke: int = 0
    quantum: Fraction | None = None
    start: float = 0.0
    end: float = 1.0
    backwards: bool = False
    power: float = CURVES[0]
    delay: float = 0.0
    reverb: float = 0.0
    morph: float = 0.0

    def window(self, frames: int) -> tuple[int, int]:
        """First frame of ``frames`` that is played, and the one after the last; the two are never the same."""
        low = min(round(self.start * frames), frames - 1)
        high = max(round(self.end * frames), low + max(1, round(SHORTEST * frames)))
        return low, min(high, frames)


class PadPanel:
    """The pads' part of the panel."""

    def __init__(self, panel: CellsView | None) -> None:
        """Read from ``panel``, or keep the defaults if there is none."""
        known = panel.index if panel else {}
        names = [f"/pad/{n}/{name}" for n in PADS for name in OF_PAD]
        self._panel = panel
        self._cells = np.array([known[name] for name in names if name in known], dtype=np.int64)
        self._places = np.array([i for i, name in enumerate(names) if name in known], dtype=np.int64)
        self._defaults = np.tile([default for default, _, _ in OF_PAD.values()], len(PADS))
        self._level = known.get(PADS_LEVEL)
        self._seen = np.full((len(PADS), len(OF_PAD)), np.nan)

    def read(self, pads: dict[int, PadSetting]) -> float:
        """Bring ``pads`` up to date; returns the gain of all pads together."""
        if self._panel is None:
            return 1.0
        values = self._defaults.copy()
        values[self._places] = self._panel.values[self._cells]
        rows = values.reshape(self._seen.shape)
        differ = rows != self._seen
        if differ.any():
            for row in np.flatnonzero(differ.any(axis=1)).tolist():
                pads[PADS[row]] = setting(rows[row].tolist())
            self._seen = rows
        return 1.0 if self._level is None else decibels(float(self._panel.values[self._level]))


def setting(values: list[float]) -> PadSetting:
    """The setting for a pad's values in the order of ``OF_PAD``."""
    bent = [sane(value, row) for value, row in zip(values, OF_PAD.values(), strict=True)]
    level, pitch, mode, choke, quantum, start, end, reverse, velocity, delay, reverb, morph = bent
    return PadSetting(
        decibels(level),
        2.0 ** (pitch / 12),
        round(mode),
        round(choke),
        quantum_step(QUANTA[round(quantum)]),
        start,
        end,
        reverse >= 0.5,
        CURVES[round(velocity)],
        decibels(delay),
        decibels(reverb),
        morph,
    )
