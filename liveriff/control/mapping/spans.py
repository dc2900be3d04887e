"""What the ends of a control are called by an app that speaks OSC: 0 and 1, 0 and 127, -1 and 1. Pure; one thread.

An app says with a message neither where its fader begins nor where it ends. The type is a first word (``f`` goes from
0 to 1, ``i`` from 0 to 127, as apps made after MIDI do), what it sends while it is moved the second. A binding keeps
what was understood, so that a fader's first message of the next evening means what it meant.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

Span = tuple[float, float]

BY_TYPE: dict[str, Span] = {"i": (0.0, 127.0), "f": (0.0, 1.0), "T": (0.0, 1.0)}
TOPS = (1.0, 10.0, 100.0, 127.0, 255.0, 360.0, 1023.0, 4095.0, 16_383.0, 65_535.0)
"""Where apps, sensors and boards let a travel end; what goes beyond all of them ends where it was seen last."""

_SPAN = re.compile(r"(-?\d{1,9}(?:\.\d{1,9})?)\.\.(-?\d{1,9}(?:\.\d{1,9})?)")


def parse_span(text: str) -> Span | None:
    """ "0..127" or "-1..1": two numbers, the lower first; None for anything else."""
    found = _SPAN.fullmatch(text)
    low, high = (float(found[1]), float(found[2])) if found else (0.0, 0.0)
    return (low, high) if low < high else None


def span_text(span: Span) -> str:
    """What ``parse_span`` reads back."""
    return "..".join(f"{end:.9f}".rstrip("0").rstrip(".") for end in span)


def place(value: float, span: Span) -> float:
    """The hand's 0..1 for a value; beyond an end it is at the end."""
    return min(1.0, max(0.0, (value - span[0]) / (span[1] - span[0])))


def value_at(hand: float, span: Span) -> float:
    """The value that says where the hand is."""
    return span[0] + hand * (span[1] - span[0])


@dataclass
class Sent:
    """What one control has sent until now. tag: "i", "f" or "T" (both truth values); a float makes it one for good,
    because some apps send a whole 1 as ``i`` and 0.5 as ``f``."""

    tag: str
    low: float = 0.0
    high: float = 0.0

    def add(self, value: float, tag: str) -> None:
        """One value more."""
        self.tag = "f" if "f" in (tag, self.tag) else tag
        self.low, self.high = min(self.low, value), max(self.high, value)

    @property
    def span(self) -> Span:
        """Its ends, as far as can be told: of whole numbers only 0 and 1 are those of a switch."""
        low, high = BY_TYPE[self.tag]
        far = max(self.high, -self.low)
        if self.tag == "i" and (self.low, far) == (0.0, 1.0):
            return 0.0, 1.0
        if self.low >= low and self.high <= high:
            return low, high
        top = next(iter(TOPS[bisect_left(TOPS, far) :]), far)
        return (-top if self.low < 0 else 0.0), top
