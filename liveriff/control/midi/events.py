"""One MIDI message as a musical event. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

EventKind = Literal[
    "note_on", "note_off", "poly", "cc", "nrpn", "rpn", "nrpn_step", "rpn_step",
    "pitchbend", "pressure", "program", "mmc", "identity", "sysex",
]  # fmt: skip

TOP7, TOP14 = 127, 16383


@dataclass(frozen=True)
class Event:
    """What one or several messages meant.

    channel: 1..16, 0 where the message has none; number: note, controller, program, parameter number, MMC command;
    value: 0..top, +1 or -1 for a step; data: the message of ``identity`` and ``sysex``, F0 and F7 included.
    """

    kind: EventKind
    channel: int
    number: int
    value: int
    top: int = TOP7
    data: bytes = b""

    @property
    def bits(self) -> int:
        """Resolution: 7 or 14."""
        return 14 if self.top > TOP7 else 7

    @property
    def share(self) -> float:
        """The value as 0..1; the centre of a pitch bend, 8192, is exactly 0.5."""
        if self.kind == "pitchbend":
            return self.value / 16384 if self.value <= 8192 else 0.5 + (self.value - 8192) / 16382
        return self.value / self.top
