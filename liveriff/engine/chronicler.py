"""Tells the log what happens: subscribes to the parameters, is told of chunks, pads and notices. Engine's loop only."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from liveriff import __version__
from liveriff.engine import journal
from liveriff.engine.journal_score import ScoreKeeper
from liveriff.engine.levels import decibels
from liveriff.params.listeners import Change
from liveriff.params.words import DECKS

if TYPE_CHECKING:
    from liveriff.engine.journal_file import JournalFile
    from liveriff.engine.stage import Stage
    from liveriff.music.grid import Grid
    from liveriff.wire.job import Job

GAUGES = (*(f"deck{deck}_peak" for deck in DECKS), "peak_left", "peak_right")


class Chronicler:
    """Keeps a log; one without a ``file`` does nothing, at no cost."""

    def __init__(self, stage: Stage, file: JournalFile | None) -> None:
        """Nothing is told before ``begin``."""
        self._stage, self._file = stage, file
        self.score = ScoreKeeper(stage, file.path, self._put, self._when) if file else None
        self._began = 0.0
        self._moves: dict[str, journal.Set] = {}
        self._grid: Grid | None = None
        self._beat = -1
        self._peaks = [0.0] * len(GAUGES)
        self._faults = {"late chunk": 0, "underrun": 0}

    def begin(self, scene: str, versions: Mapping[str, str]) -> None:
        """Once the sink is open."""
        if self._file is None:
            return
        stage, self._began = self._stage, time.monotonic()
        now = datetime.now().astimezone().isoformat(timespec="milliseconds")
        values = stage.registry.snapshot()
        header = journal.Header(journal.FORMAT, __version__, scene, stage.time.rate, now, values, dict(versions))
        self._file.put(header)
        stage.registry.subscribe(self._changed)
        if self.score:
            self.score.begin()

    def close(self) -> None:
        """The performance is over, and the player has left."""
        if self._file is not None:
            if self._began and self.score:
                self.score.close()
                self._put(journal.End(*self._when()))
            self._file.close()

    # --- what happens ------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """At every look of the hub: what knobs have done since, changes of the grid, and levels once a beat."""
        if self._file is None or not self._began:
            return
        self._flush()
        if self.score:
            self.score.tick()
        grid = self._stage.time.transport.grid
        if grid != self._grid:
            self._grid = grid
            self._put(journal.Grid(*self._when(), *_parts(grid)))
        self._count("late chunk", self._stage.tally.late)
        self._count("underrun", int(self._stage.player.gauges["underruns"]))
        if self._stage.time.steady:
            self._levels()

    def landed(self, deck: int, frame: int, job: Job | None) -> None:
        """A deck plays this, or nothing, in full since ``frame``."""
        if self._file is not None and self._began:
            transport = self._stage.time.transport
            self._put(journal.Landed(self._when()[0], frame, round(float(transport.beat(frame)), 4), deck, job))

    def loaded(self, pad: int, job: Job) -> None:
        """A pad has another sound."""
        if self._file is not None and self._began:
            self._put(journal.Loaded(*self._when(), pad, job))

    def struck(self, pad: int, velocity: float, time_s: float) -> None:
        """A hand struck a pad at ``time_s`` of time.monotonic()."""
        if self._file is not None and self._began:
            self._put(journal.Hit(*self._when(time_s), pad, round(velocity, 4)))

    def notice(self, text: str) -> None:
        """The performer was told."""
        if self._file is not None and self._began:
            self._put(journal.Notice(*self._when(), text))

    # --- inside ------------------------------------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        spec = self._stage.registry.spec(change.path)
        if spec.access == "r" or (change.path.startswith("/pad/") and change.path.endswith("/trigger")):
            return  # our own readings; and strokes, which are told with their own time
        event = journal.Set(*self._when(), change.path, _plain(change.value), change.origin)
        if spec.kind.held:
            self._moves.pop(change.path, None)  # the last of a sweep is told where it ended
            self._moves[change.path] = event
        else:
            self._put(event)

    def _put(self, event: journal.Event) -> None:
        assert self._file is not None
        self._flush()
        self._file.put(event)

    def _flush(self) -> None:
        assert self._file is not None
        for event in self._moves.values():
            self._file.put(event)
        self._moves.clear()

    def _when(self, time_s: float | None = None) -> tuple[float, int, float]:
        """s, frame and beat of a time, or of now."""
        now, stage = time.monotonic(), self._stage
        ago = 0.0 if time_s is None else now - time_s
        frame = max(stage.player.frame() - round(ago * stage.time.rate), 0)
        grid = stage.time.transport.grid
        beat = float(stage.time.beat()) - ago * (grid.bpm / 60 if grid else 0.0)
        return round(now - self._began - ago, 3), frame, round(beat, 4)

    def _count(self, what: str, count: int) -> None:
        """Tell of new faults; a player that is started again counts from 0."""
        if count > self._faults[what]:
            self._put(journal.Fault(*self._when(), what, count - self._faults[what]))
        self._faults[what] = count

    def _levels(self) -> None:
        gauges = self._stage.player.gauges
        self._peaks = [max(peak, gauges[name]) for peak, name in zip(self._peaks, GAUGES, strict=True)]
        beat = int(self._stage.time.beat())
        if beat != self._beat:
            self._beat = beat
            *decks, left, right = (decibels(peak) for peak in self._peaks)
            self._put(journal.Levels(*self._when(), tuple(decks), max(left, right)))
            self._peaks = [0.0] * len(GAUGES)


def _parts(grid: Grid | None) -> tuple[int, int, tuple[int, int]]:
    return (grid.bpm_cents, grid.frame, grid.beat.as_integer_ratio()) if grid else (0, 0, (0, 1))


def _plain(value: object) -> bool | int | float | str | None:
    return value if isinstance(value, bool | int | float | str) else None
