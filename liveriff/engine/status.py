"""Readings: what the performer should see, published into the registry in three lanes. Engine's loop only.

Meters, playheads and the beat at 30 Hz; what decks, pads and the machine do at 10 Hz; processes at 1 Hz.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction

from liveriff.engine.board import Board
from liveriff.engine.decks import Decks
from liveriff.engine.guard import Guard
from liveriff.engine.levels import decibels
from liveriff.engine.meters import Meters
from liveriff.engine.processes import Processes
from liveriff.engine.shelves import Shelves
from liveriff.engine.stage import Stage
from liveriff.music.quantum import position
from liveriff.params.words import PADS

FAST_S, SLOW_S, RARE_S = 1 / 30, 0.1, 1.0


class Lane:
    """Work done every so often, on the mean: the hub's looks are coarser than 30 Hz."""

    def __init__(self, every_s: float, *work: Callable[[], None]) -> None:
        """The first time at once."""
        self._every_s, self._work = every_s, work
        self._next = float("-inf")

    def tick(self, now: float, guard: Guard) -> None:
        """Do it if it is time. What was missed is not made up for."""
        if now >= self._next:
            self._next = max(self._next + self._every_s, now)
            for work in self._work:
                guard(work)


class Status:
    """Reads the stage and publishes; the hub's loop calls ``tick`` at every look."""

    def __init__(self, stage: Stage, guard: Guard) -> None:
        """Nothing is published before the first tick. guard: what fails is left out, the rest is done."""
        self._stage, self._guard = stage, guard
        self._board = Board(stage.registry)
        board = self._board
        self._lanes = (
            Lane(FAST_S, Meters(stage, board).tick, stage.presets.tick),
            Lane(SLOW_S, self._machine, self._pads, Decks(stage, board).tick),
            Lane(RARE_S, Processes(stage, board).tick, Shelves(stage.registry).tick, stage.autosave.tick),
        )

    def tick(self) -> None:
        """Publish what is due."""
        now = time.monotonic()
        for lane in self._lanes:
            lane.tick(now, self._guard)

    def _machine(self) -> None:
        stage, gauges, counts = self._stage, self._stage.player.gauges.snapshot(), self._stage.tally
        readings: dict[str, float | str] = {
            "bar": position(max(stage.time.beat(), Fraction(0))),
            "frame": gauges["frame"],
            "lead_s": round(counts.recent_lead_s(time.monotonic()), 3),
            "underruns": gauges["underruns"],
            "late_blocks": gauges["late_blocks"],
            "late_chunks": float(counts.late),
            "refused_chunks": float(counts.refused),
            "renderer": stage.renderer.state,
            "load": round(gauges["load"], 2),
            "latency": stage.player.opened.latency_s * 1000 if stage.player.opened else 0.0,
            "rms": decibels(gauges["rms"]),
            "reduction_db": round(gauges["reduction_db"], 1),
        }
        for name, value in readings.items():
            self._board.show(f"/status/{name}", value)

    def _pads(self) -> None:
        gauges = self._stage.player.gauges
        for pad in PADS:
            self._board.show(f"/pad/{pad}/voices", gauges[f"pad{pad}_voices"])
