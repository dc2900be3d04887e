"""The effects' part of the panel: equalisers, filters, sends, delay, reverb, the master's tone and the headphones.

Read by the desk on the sink's thread, once a block; worked out only when a value has changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from liveriff.music.grid import BEATS_PER_BAR
from liveriff.params.words import DECKS, NOTES
from liveriff.player.gains import Row, decibels, sane
from liveriff.player.sweeper import turned
from liveriff.player.tilter import tilted
from liveriff.wire.cells import CellsView

_LEVEL: Row = (0.0, -120.0, 12.0)  # dB
_SEND: Row = (-120.0, -120.0, 0.0)
_KNOB: Row = (0.0, -1.0, 1.0)
OF_DECK: dict[str, Row] = {
    "eq/low": _LEVEL,
    "eq/mid": _LEVEL,
    "eq/high": _LEVEL,
    "filter": _KNOB,
    "send/delay": _SEND,
    "send/reverb": _SEND,
    "cue": (0.0, 0.0, 1.0),
}
OF_ALL: dict[str, Row] = {
    "/master/tone": _KNOB,
    "/delay/time": (2.0, 0.0, float(len(NOTES) - 1)),
    "/delay/feedback": (0.45, 0.0, 0.95),
    "/delay/tone": (-0.3, -1.0, 1.0),
    "/delay/level": _LEVEL,
    "/reverb/time": (2.5, 0.2, 20.0),
    "/reverb/tone": (-0.2, -1.0, 1.0),
    "/reverb/level": _LEVEL,
    "/cue/mix": (0.0, 0.0, 1.0),
    "/cue/level": _LEVEL,
}
READS: dict[str, Row] = {**{f"/deck/{n}/{name}": row for n in DECKS for name, row in OF_DECK.items()}, **OF_ALL}


@dataclass(frozen=True)
class DelaySetting:
    """beats: from one echo to the next; feedback: 0 to 0.95; tone: -1 dark to 1 thin; gain: of the return."""

    beats: Fraction = Fraction(3, 4)
    feedback: float = 0.45
    tone: float = -0.3
    gain: float = 1.0


@dataclass(frozen=True)
class ReverbSetting:
    """seconds: until 60 dB are lost; tone: -1 dark to 1 thin; gain: of the return."""

    seconds: float = 2.5
    tone: float = -0.2
    gain: float = 1.0


def even(gain: float) -> tuple[float, float, float, float]:
    """The same gain on both sides, as a matrix of ``scalar.add_strip``."""
    return gain, 0.0, 0.0, gain


class FxPanel:
    """Goals of the effects' settings. Decks by row: eqs (4, 4), as ``isolator.FLAT``; filters (4, 2), as
    ``sweeper.turned``; delays, reverbs and cues (4, 4): matrices of the sends; tone (2,): as ``tilter.tilted``; delay,
    reverb: another object when a value has changed; cue_mix: 0 cue to 1 master; cue_gain."""

    def __init__(self, panel: CellsView | None) -> None:
        """Read from ``panel``, or keep the defaults if there is none."""
        count = len(DECKS)
        self.eqs, self.filters = np.tile([1.0, 1.0, 1.0, 0.0], (count, 1)), np.zeros((count, 2))
        self.delays, self.reverbs, self.cues = np.zeros((count, 4)), np.zeros((count, 4)), np.zeros((count, 4))
        self.tone = np.zeros(2)
        self.delay, self.reverb = DelaySetting(), ReverbSetting()
        self.cue_mix, self.cue_gain = 0.0, 1.0
        known = panel.index if panel else {}
        self._panel = panel
        self._cells = np.array([known[name] for name in READS if name in known], dtype=np.int64)
        self._places = np.array([i for i, name in enumerate(READS) if name in known], dtype=np.int64)
        self._values = np.array([default for default, _, _ in READS.values()])
        self._seen = b""

    def read(self) -> None:
        """Take the newest values of the panel."""
        if self._panel is None:
            return
        values: NDArray[np.float64] = self._panel.values[self._cells]
        if (seen := values.tobytes()) != self._seen:
            self._seen = seen
            self._values[self._places] = values
            self._settle()

    def _settle(self) -> None:
        values = [sane(value, row) for value, row in zip(self._values.tolist(), READS.values(), strict=True)]
        width = len(OF_DECK)
        for i in range(len(DECKS)):
            self._settle_deck(i, values[i * width : (i + 1) * width])
        tone, time, feedback, colour, level, seconds, shade, loud, mix, cue = values[len(DECKS) * width :]
        self.tone[:] = tilted(tone)
        delay = DelaySetting(Fraction(NOTES[round(time)]) * BEATS_PER_BAR, feedback, colour, decibels(level))
        reverb = ReverbSetting(seconds, shade, decibels(loud))
        self.delay = self.delay if self.delay == delay else delay
        self.reverb = self.reverb if self.reverb == reverb else reverb
        self.cue_mix, self.cue_gain = mix, decibels(cue)

    def _settle_deck(self, i: int, values: list[float]) -> None:
        low, middle, high, knob, delay, reverb, cue = values
        gains = [decibels(level) for level in (low, middle, high)]
        self.eqs[i] = (*gains, 0.0 if gains == [1.0, 1.0, 1.0] else 1.0)
        self.filters[i] = turned(knob)
        self.delays[i], self.reverbs[i] = even(decibels(delay)), even(decibels(reverb))
        self.cues[i] = even(1.0 if cue >= 0.5 else 0.0)
