"""Kinds that are not plain numbers: choices, switches, text, triggers, blobs, and "auto" beside a number.

Pure; any thread may call it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from liveriff.params.kinds import (
    Integer,
    Kind,
    Linear,
    UnfitError,
    Value,
    as_number,
    index_at,
    is_number,
    listing,
    unit_interval,
)


@dataclass(frozen=True)
class Choice(Kind):
    """One word of several, in any case and by alias; a number is the index (TouchOSC's radio sends that)."""

    words: tuple[str, ...]
    aliases: Mapping[str, str] = field(default_factory=dict)

    name: ClassVar[str] = "choice"
    osc: ClassVar[str] = "s"
    curve: ClassVar[str] = "stops"

    def coerce(self, value: object, unit: str = "") -> str:
        if isinstance(value, str):
            return self._find(value)
        if not is_number(value):
            raise UnfitError
        index = min(float(len(self.words) - 1), max(0.0, as_number(value)))
        return self.words[int(index + 0.5)]

    def fits(self, value: object) -> bool:
        return isinstance(value, str) and self._known(value) is not None

    def format(self, value: Value, unit: str = "") -> str:
        return self.coerce(value)

    def describe(self, unit: str = "") -> str:
        return f"one of {listing(self.words)}"

    def map(self, raw: float) -> str:
        return self.words[index_at(raw, len(self.words))]

    def unmap(self, value: Value) -> float:
        return self.number(value) / (len(self.words) - 1)

    def number(self, value: Value) -> float:
        return float(self.words.index(self.coerce(value)))

    def nudge(self, value: Value, steps: int) -> str:
        return self.coerce(self.number(value) + steps)

    @property
    def range(self) -> tuple[float, float]:
        return 0.0, float(len(self.words) - 1)

    @property
    def options(self) -> tuple[Value, ...]:
        return self.words

    def _find(self, word: str) -> str:
        known = self._known(word)
        if known is None:
            raise UnfitError
        return known

    def _known(self, word: str) -> str | None:
        folded = word.strip().casefold()
        for option in (*self.words, *self.aliases):
            if option.casefold() == folded:
                return self.aliases.get(option, option)
        return None


_ON = ("on", "true", "yes", "1", "1.0")
_OFF = ("off", "false", "no", "0", "0.0")


@dataclass(frozen=True)
class Toggle(Kind):
    """On or off; numbers from 0.5 up are on, since a tablet's button sends floats."""

    name: ClassVar[str] = "toggle"
    osc: ClassVar[str] = "T"
    curve: ClassVar[str] = "stops"

    def coerce(self, value: object, unit: str = "") -> bool:
        if isinstance(value, str):
            return self._from_text(value.strip().casefold())
        return as_number(value) >= 0.5

    def fits(self, value: object) -> bool:
        return isinstance(value, bool)

    def format(self, value: Value, unit: str = "") -> str:
        return "on" if value else "off"

    def describe(self, unit: str = "") -> str:
        return "true or false"

    def map(self, raw: float) -> bool:
        return unit_interval(raw) >= 0.5

    def unmap(self, value: Value) -> float:
        return self.number(value)

    def number(self, value: Value) -> float:
        return 1.0 if value else 0.0

    def nudge(self, value: Value, steps: int) -> bool:
        return steps > 0 if steps else bool(value)

    @property
    def range(self) -> tuple[float, float]:
        return 0.0, 1.0

    @property
    def options(self) -> tuple[Value, ...]:
        return (False, True)

    def _from_text(self, word: str) -> bool:
        if word not in _ON + _OFF:
            raise UnfitError
        return word in _ON


@dataclass(frozen=True)
class Text(Kind):
    """One line of text of at most ``longest`` characters; runs of white space count as one space."""

    longest: int = 500

    name: ClassVar[str] = "text"
    osc: ClassVar[str] = "s"

    def coerce(self, value: object, unit: str = "") -> str:
        if not isinstance(value, str):
            raise UnfitError
        printable = "".join(c if c.isprintable() else " " for c in value)
        return " ".join(printable.split())[: self.longest].rstrip()

    def fits(self, value: object) -> bool:
        return isinstance(value, str) and len(value) <= self.longest

    def format(self, value: Value, unit: str = "") -> str:
        return self.coerce(value)

    def describe(self, unit: str = "") -> str:
        return f"text of at most {self.longest} characters"


@dataclass(frozen=True)
class Lines(Text):
    """Text of several lines that the engine reports: a line an item, its fields apart by tabs."""

    longest: int = 16000

    def coerce(self, value: object, unit: str = "") -> str:
        if not isinstance(value, str):
            raise UnfitError
        if not value.replace("\n", "").replace("\t", "").isprintable():
            value = "".join(c if c.isprintable() or c in "\n\t" else " " for c in value)
        return value[: self.longest]


@dataclass(frozen=True)
class Trigger(Kind):
    """An event that carries a number (a velocity 0..1 unless said otherwise) and keeps no value.

    ``on_release``: 0 is told as well (a pad let go); otherwise it is dropped, because every momentary button sends
    a 0 when the finger leaves it.
    """

    low: float = 0.0
    high: float = 1.0
    on_release: bool = False

    name: ClassVar[str] = "trigger"
    osc: ClassVar[str] = "f"
    curve: ClassVar[str] = "linear"
    held: ClassVar[bool] = False

    def coerce(self, value: object, unit: str = "") -> float:
        return min(self.high, max(self.low, float(as_number(value, unit))))

    def fits(self, value: object) -> bool:
        return is_number(value) and self.low <= as_number(value) <= self.high

    def format(self, value: Value, unit: str = "") -> str:
        return f"{as_number(value):g} {unit}".rstrip()

    def describe(self, unit: str = "") -> str:
        if (self.low, self.high) == (0.0, 1.0):
            return "a trigger"
        return f"a trigger, with a number from {self.low:g} to {self.high:g} {unit}".rstrip()

    def lets_go(self, value: object) -> bool:
        """Whether it is only the finger leaving the button, which this trigger does not tell."""
        return not self.on_release and self.low >= 0 and as_number(value) == 0

    def map(self, raw: float) -> float:
        return self.low + (self.high - self.low) * unit_interval(raw)

    def unmap(self, value: Value) -> float:
        return (self.coerce(value) - self.low) / (self.high - self.low)

    @property
    def range(self) -> tuple[float, float]:
        return self.low, self.high


@dataclass(frozen=True)
class Blob(Kind):
    """Bytes that the engine reports."""

    name: ClassVar[str] = "blob"
    osc: ClassVar[str] = "b"

    def coerce(self, value: object, unit: str = "") -> bytes:
        if not isinstance(value, bytes | bytearray | memoryview):
            raise UnfitError
        return bytes(value)

    def fits(self, value: object) -> bool:
        return False

    def format(self, value: Value, unit: str = "") -> str:
        return f"{len(self.coerce(value))} bytes"

    def describe(self, unit: str = "") -> str:
        return "bytes"


AUTO = "auto"
_AUTO_TRAVEL = 1 / 128  # the lowest of a MIDI controller's 128 positions is "auto", the next is the inner minimum


@dataclass(frozen=True)
class Optional(Kind):
    """A number that is 0 or more, or None, which people and files write "auto" and numbers-only peers write -1."""

    inner: Linear | Integer

    name: ClassVar[str] = "float or auto"
    osc: ClassVar[str] = "f"
    curve: ClassVar[str] = "linear after auto at 0"

    def coerce(self, value: object, unit: str = "") -> float | None:
        if value is None or (isinstance(value, str) and value.strip().casefold() == AUTO):
            return None
        number = as_number(value, unit)
        return None if number < 0 else self.inner.coerce(number)

    def fits(self, value: object) -> bool:
        return value == AUTO or self.inner.fits(value)

    def format(self, value: Value, unit: str = "") -> str:
        return AUTO if value is None else self.inner.format(value, unit)

    def describe(self, unit: str = "") -> str:
        return f'{self.inner.describe(unit)} or "{AUTO}"'

    def map(self, raw: float) -> float | None:
        travel = unit_interval(raw) - _AUTO_TRAVEL
        return None if travel < -1e-9 else self.inner.map(max(0.0, travel) / (1 - _AUTO_TRAVEL))

    def unmap(self, value: Value) -> float:
        if value is None:
            return 0.0
        return _AUTO_TRAVEL + self.inner.unmap(value) * (1 - _AUTO_TRAVEL)

    def number(self, value: Value) -> float:
        return -1.0 if value is None else self.inner.number(value)

    def nudge(self, value: Value, steps: int) -> float | None:
        if value is None:
            return self.inner.nudge(self.inner.low, steps - 1) if steps > 0 else None
        if steps < 0 and self.inner.coerce(value) <= self.inner.low:
            return None
        return self.inner.nudge(value, steps)

    @property
    def range(self) -> tuple[float, float]:
        return -1.0, self.inner.high


@dataclass(frozen=True)
class OwnNumber(Optional):
    """A number that is 1 or more, or None for the one that a model is good with. What is heard is always a number."""

    curve: ClassVar[str] = "linear from 1 after auto at 0"


@dataclass(frozen=True)
class OwnWhole(OwnNumber):
    """A whole ``OwnNumber``."""

    inner: Integer

    name: ClassVar[str] = "integer or auto"
    osc: ClassVar[str] = "i"
