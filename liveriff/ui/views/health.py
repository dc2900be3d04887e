"""The health view: what was measured, judged in a sign and a word; the processes; what the engine said."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.strip import Strip

from liveriff.ui import lines, verdicts
from liveriff.ui.verdicts import GAUGES, SCREEN_CPU, SCREEN_FPS, Gauge, Minute, sparkline, verdict
from liveriff.ui.views.base import View
from liveriff.ui.widgets.log import Log
from liveriff.ui.widgets.painted import Painted, Part

_SHARES = ("/status/cpu", "/status/load", SCREEN_CPU)  # shown in per cent
_WORDS = (("/status/renderer", "renderer"), ("/status/clock", "clock"), ("/status/midi", "MIDI"))
_HEIGHT = len(GAUGES) + len(_WORDS) + 1


class HealthView(View):
    """The log has the focus: its keys scroll it."""

    DEFAULT_CSS = f"""
    HealthView {{ layout: vertical; }}
    HealthView > Horizontal {{ height: {_HEIGHT}; }}
    HealthView Gauges {{ width: 3fr; }}
    HealthView Processes {{ width: 2fr; margin: 0 0 0 1; }}
    """

    def compose(self) -> ComposeResult:
        """Gauges, processes, log."""
        with Horizontal():
            yield Gauges()
            yield Processes()
        yield Log()

    def arrive(self) -> None:
        """The log scrolls."""
        self.screen.set_focus(self.query_one(Log))


class Gauges(Painted):
    """The readings with their verdicts, a line each."""

    DEFAULT_CSS = "Gauges { height: 1fr; }"

    def __init__(self) -> None:
        """The minute is empty."""
        super().__init__()
        self.minute = Minute()
        self._seconds = 0

    def on_mount(self) -> None:
        """The minute goes on whichever view is shown: one looks here after something went wrong."""
        self.set_interval(1.0, self.note)

    def note(self) -> None:
        """A second has passed."""
        self.minute.add({gauge.path: self._number(gauge) for gauge in GAUGES})
        self._seconds += 1

    def seen(self, now: float) -> object:
        """The readings, and which second it is."""
        readings = {gauge.path: self._number(gauge) for gauge in GAUGES}
        texts = tuple(self._text(gauge, readings[gauge.path]) for gauge in GAUGES)
        return texts, tuple(self.store.words(path) for path, _ in _WORDS), self._seconds

    def show(self) -> None:
        """Paint the lines that have changed."""
        self.mend()

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """Words first, then numbers."""
        head: list[Part] = [
            (" HEALTH", self.ink("foreground", weight="b")),
            ("  over the last minute", self.ink("muted")),
        ]
        rows = [head, self._renderer(width), *(self._word(path, name) for path, name in _WORDS[1:])]
        rows += [self._gauge(gauge, width) for gauge in GAUGES]
        return [self.strip(row, width) for row in rows]

    def _number(self, gauge: Gauge) -> float:
        if gauge.path == SCREEN_FPS:
            return float(self.face.pace.fps)
        return self.face.pace.share if gauge.path == SCREEN_CPU else self.store.number(gauge.path)

    def _text(self, gauge: Gauge, value: float) -> str:
        if gauge.path in _SHARES:
            return f"{value:.0%}"
        return f"{value:.0f}" if gauge.path == SCREEN_FPS else self.store.text(gauge.path)

    def _gauge(self, gauge: Gauge, width: int) -> list[Part]:
        value, minute = self._number(gauge), tuple(self.minute.values[gauge.path])
        judged = verdict(gauge, value, minute)
        row = self._row(gauge.name, self._text(gauge, value), judged)
        if gauge.line:
            row.append((f" {sparkline(minute, width - 39, self.face.plain)}", self.ink("primary")))
        elif gauge.counts and minute and value > minute[0]:
            row.append((f" {value - minute[0]:.0f} more in the last minute", self.ink("muted")))
        return row

    def _renderer(self, width: int) -> list[Part]:
        state = self.store.words("/status/renderer")
        return self._row("renderer", state, verdicts.of_renderer(state))

    def _word(self, path: str, name: str) -> list[Part]:
        return [(f"   {name:<12}", self.ink("muted")), (self.store.words(path) or "none", self.ink("foreground"))]

    def _row(self, name: str, value: str, judged: str) -> list[Part]:
        sign, plain, colour = verdicts.SIGNS[judged]
        return [
            (f" {plain if self.face.plain else sign} ", self.ink(colour, weight="b")),
            (f"{name:<12}", self.ink("muted")),
            (f"{value:<11} ", self.ink("foreground", weight="b")),
            (f"{judged:<10}", self.ink(colour, weight="" if judged == verdicts.GOOD else "b")),
        ]


class Processes(Painted):
    """``/status/processes`` as a table."""

    DEFAULT_CSS = "Processes { height: 1fr; }"

    def seen(self, now: float) -> object:
        """The text is published once a second."""
        return self.store.words("/status/processes")

    def show(self) -> None:
        """Paint the lines that have changed."""
        self.mend()

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """A line a process."""
        rows: list[list[Part]] = [[(f" {'PROCESS':<11}{'%':>4}{'MB':>6}  STATE", self.ink("muted", weight="b"))]]
        for process in lines.processes(self.store.words("/status/processes")):
            numbers = f"{process.cpu:>4.0f}{process.memory:>6.0f}"
            rows.append(
                [
                    (f" {process.name:<11}", self.ink("foreground", weight="b")),
                    (f"{numbers}  ", self.ink("foreground")),
                    (process.state, self.ink("muted")),
                ]
            )
        return [self.strip(row, width) for row in rows]
