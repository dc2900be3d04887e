"""Beats as lines over time, and what a clock outside tells the engine in them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol


@dataclass(frozen=True)
class Line:
    """Beats as a straight line over time: ``beat`` at ``time_s`` (time.monotonic()), ``bpm`` beats a minute."""

    time_s: float
    beat: float
    bpm: float

    def beat_at(self, time_s: float) -> float:
        """The beat at a time."""
        return self.beat + (time_s - self.time_s) * self.bpm / 60

    def time_of(self, beat: float) -> float:
        """When a beat is."""
        return self.time_s + (beat - self.beat) * 60 / self.bpm

    def moved(self, seconds: float) -> Line:
        """The same beats ``seconds`` later."""
        return replace(self, time_s=self.time_s + seconds)


@dataclass(frozen=True)
class Lead:
    """What a master says at a moment.

    line: its beats, as smooth as they can be told; bpm_cents: its tempo, read so steadily that it may be shown and
    rendered for; alive: False where it fell silent and the line is only drawn on; playing: whether its transport runs,
    None where it does not say; cycle: beats after which its count means the same again (4: only the place in the bar
    is known), 0: only the tempo is known, None: the count is the song's; epoch: another number whenever the count
    begins anew; who: its name for a person.
    """

    line: Line
    bpm_cents: int
    alive: bool = True
    playing: bool | None = None
    cycle: int | None = None
    epoch: int = 0
    who: str = ""


class Master(Protocol):
    """A clock outside that may be followed. Engine's loop only."""

    def open(self, bpm: float) -> None:
        """It is wanted now; ``bpm``: our tempo, for where there is no other. Raises UsageError where it cannot be."""

    def close(self) -> None:
        """It is not wanted any more."""

    def lead(self, now_s: float) -> Lead | None:
        """What it says; None while it says nothing that can be followed."""

    def set_tempo(self, bpm: float) -> bool:
        """Our performer wants this tempo; returns whether the master takes it."""

    def set_playing(self, playing: bool) -> None:
        """Our transport was started or stopped, not by the master."""
