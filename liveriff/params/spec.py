"""One parameter as declared: a kind with a path, a unit, a default, a rate and a sentence of documentation.

Pure; any thread may call it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from liveriff.errors import UsageError
from liveriff.params.kinds import Kind, UnfitError, Value
from liveriff.params.kinds_worded import Toggle, Trigger

Rate = Literal["block", "chunk", "load"]
Access = Literal["rw", "r", "w"]


@dataclass(frozen=True)
class Spec:
    """What is known of one parameter.

    path: its OSC address; pattern: the same with {n} for the deck or pad; rate: when a change is heard (None for
    readings); access: rw, r (the engine reports it) or w (an event); audible: False while nothing honours it yet;
    saved: part of scenes, snapshots and undo; felt: the player reads it at every block as well, where what it needs is
    already rendered; asks: naming what is there already asks for it anew. Every method that takes a value raises
    UsageError, naming the path and what it takes, where the value is of the wrong type.
    """

    path: str
    kind: Kind
    default: Value
    rate: Rate | None
    doc: str
    unit: str = ""
    access: Access = "rw"
    pattern: str = ""
    audible: bool = True
    saved: bool = True
    felt: bool = False
    asks: bool = False

    def coerce(self, value: object) -> Value:
        """The value to store for a user value or a text: clamped and quantised."""
        try:
            return self.kind.coerce(value, self.unit)
        except UnfitError:
            raise self._refusal(value) from None

    def strict(self, value: object) -> Value:
        """As ``coerce``, for files: a wrong type or a value out of range is refused instead of bent."""
        if not self.kind.fits(value):
            raise self._refusal(value)
        return self.coerce(value)

    def from_args(self, args: Sequence[object]) -> Value:
        """The value of an OSC message's arguments; none at all is a bang (full velocity, or on)."""
        if args:
            return self.coerce(args[0])
        if isinstance(self.kind, Toggle | Trigger):
            return self.kind.map(1.0)
        raise UsageError(f"{self.path} takes {self.kind.describe(self.unit)}, and got nothing.")

    def map(self, raw: float) -> Value:
        """The value at a controller's position 0..1."""
        try:
            return self.kind.map(raw)
        except UnfitError:
            raise self._no_travel() from None

    def unmap(self, value: Value) -> float:
        """The position 0..1 of a value."""
        try:
            return self.kind.unmap(value)
        except UnfitError:
            raise self._no_travel() from None

    def format(self, value: Value) -> str:
        """For a person, with the unit."""
        return self.kind.format(value, self.unit)

    @property
    def travels(self) -> bool:
        """Whether a knob can move it (``map`` and ``unmap`` work)."""
        return self.kind.curve != ""

    @property
    def stored(self) -> bool:
        """Whether scenes, snapshots and undo hold it."""
        return self.saved and self.access == "rw" and self.kind.held

    def _no_travel(self) -> UsageError:
        return UsageError(f"{self.path} has no travel for a knob; it takes {self.kind.describe(self.unit)}.")

    def _refusal(self, value: object) -> UsageError:
        shown = repr(value) if len(repr(value)) <= 60 else repr(value)[:57] + "..."
        return UsageError(f"{self.path} takes {self.kind.describe(self.unit)}, not {shown}.")
