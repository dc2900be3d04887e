"""What one control sent while it is being learnt, and what kind of control that makes it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from liveriff.control.mapping.bindings import OSC
from liveriff.control.mapping.detect import Guess, is_switch, relative
from liveriff.control.mapping.encodings import seven_bits
from liveriff.control.surface import Touch

_KEPT = 24  # values looked back on
_TAP_S = 0.5  # a button that is let go sooner has sprung back by itself
_TRAVEL = 4  # 7-bit steps that a control must move to be meant instead of the one before: a worn fader trembles less


@dataclass
class Seen:
    """Grows with every touch."""

    last: Touch
    values: list[int] = field(default_factory=list)
    bits: int = 7
    messages: int = 0
    springs: bool = False  # it was on for a moment only

    def add(self, touch: Touch) -> None:
        """One more."""
        if self.values and seven_bits(touch.value) == 0 and self.values[-1] == 127:
            self.springs = self.springs or touch.time_s - self.last.time_s < _TAP_S
        self.last = touch
        self.messages += 1
        self.bits = max(self.bits, touch.bits)
        self.values = [*self.values, seven_bits(touch.value)][-_KEPT:]

    @property
    def is_moved(self) -> bool:
        """Whether a hand is at it: it has moved enough, is pressed or turned."""
        if self.last.kind in ("press", "relative") or max(self.values) - min(self.values) >= _TRAVEL:
            return True
        return is_switch(self.values) or relative(self.values).encoding != ""

    @property
    def kind(self) -> tuple[str, Guess]:
        """Its kind, and the coding of its clicks with the confidence."""
        is_osc = self.last.device == OSC
        if self.last.control.startswith("program/") and not is_osc:
            return "program", Guess("", 1.0)
        if self.last.kind in ("press", "relative"):
            return ("button" if self.last.kind == "press" else "relative"), Guess("", 1.0)
        if self.bits > 7 and not (is_osc and is_switch(self.values)):
            return "absolute", Guess("", 1.0)
        guess = relative(self.values)
        if guess.encoding:
            return "relative", guess
        if is_switch(self.values):
            return "button", Guess("", 0.5 if self.messages == 1 else 0.9)
        return "absolute", Guess("", min(1.0, 0.2 + self.messages / 10))
