"""Readings: what the performer should see of the machine, published into the registry a few times a second."""

from __future__ import annotations

import math
import time
from fractions import Fraction
from typing import TYPE_CHECKING

import psutil

from liveriff.engine.plan import DeckState
from liveriff.music.quantum import position

if TYPE_CHECKING:
    from liveriff.engine.hub import Hub

EVERY_S = 0.1


def decibels(linear: float) -> float:
    """Level in dBFS, -120 for silence."""
    return max(20 * math.log10(linear), -120.0) if linear > 1e-6 else -120.0


class Status:
    """Reads the hub and publishes; the hub's loop calls ``tick``."""

    def __init__(self, hub: Hub) -> None:
        """Nothing is published before the first tick."""
        self._hub = hub
        self._last = 0.0

    def tick(self) -> None:
        """Publish, at most every EVERY_S."""
        now = time.monotonic()
        if now - self._last >= EVERY_S:
            self._last = now
            self._machine()
            for deck, state in self._hub.book.states.items():
                self._deck(deck, state)

    def _machine(self) -> None:
        hub, gauges, counts = self._hub, self._hub.player.gauges.snapshot(), self._hub.tally
        beat = hub.time.beat()
        readings: dict[str, object] = {
            "beat": float(beat),
            "bar": position(max(beat, Fraction(0))),
            "frame": gauges["frame"],
            "lead_s": counts.lead_s or 0.0,
            "underruns": gauges["underruns"],
            "late_blocks": gauges["late_blocks"],
            "late_chunks": counts.late,
            "refused_chunks": counts.refused,
            "renderer": hub.renderer.state,
            "cpu": psutil.cpu_percent() / 100,
            "load": gauges["load"],
            "latency": hub.player.opened.latency_s * 1000 if hub.player.opened else 0.0,
            "peak": decibels(max(gauges["peak_left"], gauges["peak_right"])),
            "rms": decibels(gauges["rms"]),
            "reduction_db": gauges["reduction_db"],
        }
        for name, value in readings.items():
            hub.registry.publish(f"/status/{name}", value)

    def _deck(self, deck: int, state: DeckState) -> None:
        hub = self._hub
        waits = hub.time.now().seconds_to(state.at) if state.scheduled and state.at is not None else -1.0
        hub.registry.publish(f"/deck/{deck}/queue", waits)
        hub.registry.publish(f"/deck/{deck}/state", self._words(deck, state))
        hub.registry.publish(f"/deck/{deck}/position", hub.player.gauges[f"deck{deck}_loop"])
        hub.registry.publish(f"/deck/{deck}/peak", decibels(hub.player.gauges[f"deck{deck}_peak"]))

    def _words(self, deck: int, state: DeckState) -> str:
        flight = self._hub.renderer.in_flight
        if flight is not None and flight.deck == deck:
            return "rendering"
        if state.scheduled is not None:
            return "landing"
        if state.playing is None:
            return "silent"
        return "ready" if state.ready else "playing"
