"""Readings: what the performer should see of the machine, published into the registry a few times a second."""

from __future__ import annotations

import math
import time
from fractions import Fraction

import psutil

from liveriff.engine.plan import DeckState
from liveriff.engine.stage import Stage
from liveriff.music.quantum import position
from liveriff.params.words import PADS

EVERY_S = 0.1


def decibels(linear: float) -> float:
    """Level in dBFS, -120 for silence."""
    return max(20 * math.log10(linear), -120.0) if linear > 1e-6 else -120.0


class Status:
    """Reads the stage and publishes; the hub's loop calls ``tick``."""

    def __init__(self, stage: Stage) -> None:
        """Nothing is published before the first tick."""
        self._stage = stage
        self._last = 0.0

    def tick(self) -> None:
        """Publish, at most every EVERY_S."""
        now = time.monotonic()
        if now - self._last >= EVERY_S:
            self._last = now
            self._machine()
            for deck, state in self._stage.book.states.items():
                self._deck(deck, state)
            for pad in PADS:
                self._stage.registry.publish(f"/pad/{pad}/voices", self._stage.player.gauges[f"pad{pad}_voices"])

    def _machine(self) -> None:
        stage, gauges, counts = self._stage, self._stage.player.gauges.snapshot(), self._stage.tally
        beat = stage.time.beat()
        readings: dict[str, object] = {
            "beat": float(beat),
            "bar": position(max(beat, Fraction(0))),
            "frame": gauges["frame"],
            "lead_s": counts.lead_s or 0.0,
            "underruns": gauges["underruns"],
            "late_blocks": gauges["late_blocks"],
            "late_chunks": counts.late,
            "refused_chunks": counts.refused,
            "renderer": stage.renderer.state,
            "cpu": psutil.cpu_percent() / 100,
            "load": gauges["load"],
            "latency": stage.player.opened.latency_s * 1000 if stage.player.opened else 0.0,
            "peak": decibels(max(gauges["peak_left"], gauges["peak_right"])),
            "rms": decibels(gauges["rms"]),
            "reduction_db": gauges["reduction_db"],
        }
        for name, value in readings.items():
            stage.registry.publish(f"/status/{name}", value)

    def _deck(self, deck: int, state: DeckState) -> None:
        stage = self._stage
        waits = stage.time.now().seconds_to(state.at) if state.scheduled and state.at is not None else -1.0
        stage.registry.publish(f"/deck/{deck}/queue", waits)
        stage.registry.publish(f"/deck/{deck}/state", self._words(deck, state))
        stage.registry.publish(f"/deck/{deck}/position", stage.player.gauges[f"deck{deck}_loop"])
        stage.registry.publish(f"/deck/{deck}/peak", decibels(stage.player.gauges[f"deck{deck}_peak"]))

    def _words(self, deck: int, state: DeckState) -> str:
        flight = self._stage.renderer.in_flight
        if flight is not None and flight.deck == deck:
            return "rendering"
        if state.scheduled is not None:
            return "landing"
        if state.playing is None:
            return "silent"
        return "ready" if state.ready else "playing"
