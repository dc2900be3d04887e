"""The mixer's strips: a deck's channel, and the master with its effects."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult

from liveriff.params.table import TABLE
from liveriff.ui.widgets.control import Control
from liveriff.ui.widgets.controls import control_for
from liveriff.ui.widgets.fader import Fader
from liveriff.ui.widgets.framed import Framed
from liveriff.ui.widgets.meter import Meter, Reduction
from liveriff.ui.widgets.mixerplan import LEVEL, METERS, SPELT_CELLS, master_paths, strip_paths, strip_plan
from liveriff.ui.widgets.painted import Part
from liveriff.ui.widgets.placed import Plan

LABELS = {"eq/high": "high", "eq/mid": "mid", "eq/low": "low", "send/delay": "> delay", "send/reverb": "> reverb"}

SHORT = {
    "master/crossfader/curve": "curve", "delay/time": "delay", "delay/feedback": "repeats", "delay/tone": "dl tone",
    "delay/level": "dl level", "reverb/time": "reverb", "reverb/tone": "rv tone", "reverb/level": "rv level",
    "cue/level": "cue lvl", "input/level": "in level", "input/monitor": "input",
}  # fmt: skip
"""Shorter words of the master's controls, where the whole ones have no room."""


class Channel(Framed):
    """A deck's strip; what is touched takes the deck into the hand."""

    def __init__(self, deck: int) -> None:
        """deck: 1 to 4."""
        super().__init__(name=str(deck))
        self.deck = deck
        self._paths = {path.removeprefix(f"/deck/{deck}/"): path for path in strip_paths(deck)}

    def compose(self) -> ComposeResult:
        """In the order of the Tab key."""
        for name, path in self._paths.items():
            yield control_for(path, name, LABELS.get(name, ""))
        yield Fader(f"/deck/{self.deck}/{LEVEL}", LEVEL)
        yield Meter(f"/deck/{self.deck}/peak", "meter")

    def plan(self, width: int, height: int) -> Plan:
        """As ``strip_plan``."""
        return strip_plan(width, height, tuple(self._paths))

    def seen(self, now: float) -> object:
        """What the title tells."""
        return self.in_hand, self.empty, self.store.get(f"/deck/{self.deck}/category"), self._killed

    def title(self) -> list[Part]:
        """Number and role, and which bands are killed."""
        killed = self._killed
        parts = [(f" -{'-'.join(killed)} ", self.ink("background", "warning", "b"))] if killed else []
        return [*self.badge(), *parts]

    @property
    def _killed(self) -> list[str]:
        """Bands that are taken out."""
        floors = {name: TABLE[path].kind.range for name, path in self._paths.items() if name.startswith("eq/")}
        return [
            LABELS[name] for name, span in floors.items() if span and self.store.number(self._paths[name]) <= span[0]
        ]


class Master(Framed):
    """Master, limiter, delay and reverb."""

    def __init__(self) -> None:
        """One."""
        super().__init__(name="master")
        self._paths = {path.strip("/"): path for path in master_paths()}

    def compose(self) -> ComposeResult:
        """In the order of the Tab key."""
        for name, path in self._paths.items():
            yield control_for(path, name, name.removeprefix("master/").replace("/", " "))
        yield Fader(f"/master/{LEVEL}", LEVEL)
        yield Meter("/status/peak/left", METERS[0])
        yield Meter("/status/peak/right", METERS[1])
        yield Reduction("/status/reduction_db", METERS[2])

    def plan(self, width: int, height: int) -> Plan:
        """As ``strip_plan``."""
        return strip_plan(width, height, tuple(self._paths), METERS)

    def on_resize(self, event: events.Resize) -> None:
        """In whole words where there is room."""
        for control in self.query(Control):
            name = control.name or ""
            whole = name.removeprefix("master/").replace("/", " ")
            control.label = SHORT.get(name, whole) if event.size.width <= SPELT_CELLS else whole
        super().on_resize(event)

    def seen(self, now: float) -> object:
        """What the limiter takes off."""
        return round(self.store.number("/status/reduction_db"))

    def title(self) -> list[Part]:
        """Its name."""
        return [(" Master ", self.ink("foreground", weight="b"))]

    def note(self) -> str:
        """How much the limiter takes off, while it does."""
        taken = abs(round(self.store.number("/status/reduction_db")))
        return f"limits {taken} dB" if taken else ""
