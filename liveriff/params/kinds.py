"""What a parameter's value can be, and the curves between a controller's 0..1 and the user's units.

A kind is a frozen value without state, path or unit: it maps, clamps, quantises, reads and writes values. Numbers are
here; choices, switches, text and triggers are in ``kinds_worded``. Pure; any thread may call it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

Value = bool | int | float | str | bytes | None
"""What the registry stores. None is the "auto" of ``Optional``."""

NEVER = "never"
CLICK_RAW = 0.01  # travel of one encoder click where a kind names none: 100 clicks from end to end


class UnfitError(ValueError):
    """A value of the wrong type for its kind; ``Spec`` adds the path and turns it into a UsageError."""


def unit_interval(raw: float) -> float:
    """A controller's position held within 0..1; not-a-number is refused."""
    if math.isnan(raw):
        raise UnfitError
    return min(1.0, max(0.0, float(raw)))


class Kind:
    """One sort of value.

    ``name`` is what documents call it; ``osc`` its OSC type tag; ``held`` is False for events that keep no value.
    Each method raises ``UnfitError`` where a value is of the wrong type.
    """

    name: ClassVar[str]
    osc: ClassVar[str]
    curve: ClassVar[str] = ""
    held: ClassVar[bool] = True

    def coerce(self, value: object, unit: str = "") -> Value:
        """The nearest value that can be stored: read from text, clamped, quantised. Idempotent."""
        raise NotImplementedError

    def fits(self, value: object) -> bool:
        """Whether a value written in a file is of the right type and in range as it stands."""
        raise NotImplementedError

    def format(self, value: Value, unit: str = "") -> str:
        """For a person, with the unit; ``coerce`` reads it back."""
        raise NotImplementedError

    def describe(self, unit: str = "") -> str:
        """What may be written, to be read after "takes"."""
        raise NotImplementedError

    def map(self, raw: float) -> Value:
        """The value at a controller's position 0..1; kinds without a travel refuse."""
        raise UnfitError

    def unmap(self, value: Value) -> float:
        """The position 0..1 of a value, the inverse of ``map``."""
        raise UnfitError

    def number(self, value: Value) -> float:
        """The value as one double for the panel."""
        raise UnfitError

    def nudge(self, value: Value, steps: int) -> Value:
        """The value some encoder clicks further; a click always moves unless the end is reached."""
        raise UnfitError

    @property
    def range(self) -> tuple[float, float] | None:
        """Lowest and highest value, in user units; None where there is no order."""
        return None

    @property
    def options(self) -> tuple[Value, ...]:
        """All values, where they can be listed."""
        return ()


def as_number(value: object, unit: str = "") -> float:
    """A number (infinities allowed, not-a-number refused) from a number, a truth value or text such as "-3.5 dB"."""
    if isinstance(value, str):
        value = _from_text(value, unit)
    if not isinstance(value, int | float):
        raise UnfitError
    try:
        number = float(value)
    except OverflowError:
        number = math.inf if value > 0 else -math.inf
    if math.isnan(number):
        raise UnfitError
    return number


def _from_text(text: str, unit: str) -> float:
    word = text.strip()
    if unit and word.casefold().endswith(unit.casefold()):
        word = word[: -len(unit)]
    try:
        return float(word)
    except ValueError as error:
        raise UnfitError from error


def is_number(value: object) -> bool:
    """Whether it is a number as files mean it: not true or false, though Python says so, and not "nan"."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


@dataclass(frozen=True)
class Linear(Kind):
    """A float from ``low`` to ``high``, kept to ``digits`` decimals; ``click`` user units an encoder click."""

    low: float
    high: float
    digits: int = 3
    click: float = 0.0

    name: ClassVar[str] = "float"
    osc: ClassVar[str] = "f"
    curve: ClassVar[str] = "linear"

    def coerce(self, value: object, unit: str = "") -> float:
        number = min(self.high, max(self.low, as_number(value, unit)))
        return round(float(number), self.digits) + 0.0  # + 0.0 turns -0.0 into 0.0, which would print a sign

    def fits(self, value: object) -> bool:
        return is_number(value) and self.low <= as_number(value) <= self.high

    def format(self, value: Value, unit: str = "") -> str:
        return f"{as_number(value):.{self.digits}f} {unit}".rstrip()

    def describe(self, unit: str = "") -> str:
        return f"a number from {self.low:g} to {self.high:g} {unit}".rstrip()

    def map(self, raw: float) -> float:
        return self.coerce(self._shape(unit_interval(raw)))

    def unmap(self, value: Value) -> float:
        return unit_interval(self._unshape(self.coerce(value)))

    def number(self, value: Value) -> float:
        return as_number(value)

    def nudge(self, value: Value, steps: int) -> float:
        start = self.coerce(value)
        if self.click or not steps:
            return self.coerce(start + steps * self.click)
        moved = self.map(unit_interval(self.unmap(start) + steps * CLICK_RAW))
        # Near the flat end of a curve a click can be less than the last digit; the hand must still feel it move.
        return moved if moved != start else self.coerce(start + math.copysign(10.0**-self.digits, steps))

    @property
    def range(self) -> tuple[float, float]:
        return self.low, self.high

    def _shape(self, raw: float) -> float:
        return self.low + (self.high - self.low) * raw

    def _unshape(self, value: float) -> float:
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Exponential(Linear):
    """A positive float where equal travel multiplies by equal factors (times, frequencies)."""

    curve: ClassVar[str] = "exponential"

    def _shape(self, raw: float) -> float:
        return float(self.low * (self.high / self.low) ** raw)

    def _unshape(self, value: float) -> float:
        return math.log(value / self.low) / math.log(self.high / self.low)


@dataclass(frozen=True)
class Decibel(Linear):
    """A level in dB whose floor ``low`` means silence, on a mixer's fader law.

    The travel is the square of the way up in dB: -60..+6 has 0 dB at 83 %, -10 dB at 57 % and -30 dB at 21 %,
    so that the upper half of the fader is where one mixes. (Linear in dB would give the inaudible half the travel.)
    """

    digits: int = 2
    click: float = 0.5

    name: ClassVar[str] = "level"
    curve: ClassVar[str] = "fader"

    def format(self, value: Value, unit: str = "") -> str:
        return f"-inf {unit}".rstrip() if as_number(value) <= self.low else super().format(value, unit)

    def describe(self, unit: str = "") -> str:
        return f"{super().describe(unit)} ({self.low:g} is silence)"

    def number(self, value: Value) -> float:
        """dB; minus infinity at the floor, so that 10 ** (dB / 20) is exactly 0 there."""
        level = as_number(value)
        return -math.inf if level <= self.low else level

    def _shape(self, raw: float) -> float:
        return self.low + (self.high - self.low) * math.sqrt(raw)

    def _unshape(self, value: float) -> float:
        return ((value - self.low) / (self.high - self.low)) ** 2


@dataclass(frozen=True)
class Integer(Kind):
    """A whole number from ``low`` to ``high``; a click is 1."""

    low: int
    high: int

    name: ClassVar[str] = "integer"
    osc: ClassVar[str] = "i"
    curve: ClassVar[str] = "linear"

    def coerce(self, value: object, unit: str = "") -> int:
        number = min(float(self.high), max(float(self.low), as_number(value, unit)))
        return math.floor(number + 0.5)

    def fits(self, value: object) -> bool:
        return is_number(value) and as_number(value) == self.coerce(value)

    def format(self, value: Value, unit: str = "") -> str:
        return f"{self.coerce(value)} {unit}".rstrip()

    def describe(self, unit: str = "") -> str:
        return f"a whole number from {self.low} to {self.high} {unit}".rstrip()

    def map(self, raw: float) -> int:
        return self.coerce(self.low + (self.high - self.low) * unit_interval(raw))

    def unmap(self, value: Value) -> float:
        return (self.coerce(value) - self.low) / (self.high - self.low)

    def number(self, value: Value) -> float:
        return as_number(value)

    def nudge(self, value: Value, steps: int) -> int:
        return self.coerce(self.coerce(value) + steps)

    @property
    def range(self) -> tuple[float, float]:
        return self.low, self.high


@dataclass(frozen=True)
class Stops(Kind):
    """A number that rests only at certain stops, ascending; each has an equal share of the travel."""

    stops: tuple[int, ...]

    name: ClassVar[str] = "stops"
    osc: ClassVar[str] = "i"
    curve: ClassVar[str] = "stops"

    def coerce(self, value: object, unit: str = "") -> int:
        number = min(float(self.stops[-1]), max(float(self.stops[0]), as_number(value, unit)))
        return min(self.stops, key=lambda stop: abs(stop - number))

    def fits(self, value: object) -> bool:
        return is_number(value) and value in self.stops

    def format(self, value: Value, unit: str = "") -> str:
        return f"{self.coerce(value)} {unit}".rstrip()

    def describe(self, unit: str = "") -> str:
        return f"one of {listing(self.stops)} {unit}".rstrip()

    def map(self, raw: float) -> int:
        return self.stops[index_at(raw, len(self.stops))]

    def unmap(self, value: Value) -> float:
        return self.stops.index(self.coerce(value)) / (len(self.stops) - 1)

    def number(self, value: Value) -> float:
        return as_number(value)

    def nudge(self, value: Value, steps: int) -> int:
        place = self.stops.index(self.coerce(value)) + steps
        return self.stops[min(len(self.stops) - 1, max(0, place))]

    @property
    def range(self) -> tuple[float, float]:
        return self.stops[0], self.stops[-1]

    @property
    def options(self) -> tuple[Value, ...]:
        return self.stops


@dataclass(frozen=True)
class Reading(Kind):
    """A number that the engine reports, of any size, shown with ``digits`` decimals."""

    digits: int = 2

    name: ClassVar[str] = "reading"
    osc: ClassVar[str] = "f"

    def coerce(self, value: object, unit: str = "") -> float:
        return float(as_number(value, unit))

    def fits(self, value: object) -> bool:
        return is_number(value)

    def format(self, value: Value, unit: str = "") -> str:
        return f"{as_number(value):.{self.digits}f} {unit}".rstrip()

    def describe(self, unit: str = "") -> str:
        return f"a number in {unit}" if unit else "a number"

    def number(self, value: Value) -> float:
        return as_number(value)


@dataclass(frozen=True)
class Countdown(Reading):
    """Seconds until something happens; below 0 it never will."""

    def coerce(self, value: object, unit: str = "") -> float:
        if isinstance(value, str) and value.strip().casefold() == NEVER:
            return -1.0
        return super().coerce(value, unit)

    def format(self, value: Value, unit: str = "") -> str:
        return NEVER if as_number(value) < 0 else super().format(value, unit)


def index_at(raw: float, count: int) -> int:
    """Which of ``count`` equally spaced stops is nearest to a position 0..1."""
    return math.floor(unit_interval(raw) * (count - 1) + 0.5)


def listing(options: Sequence[object]) -> str:
    """ "a, b or c"."""
    words = [str(option) for option in options]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
