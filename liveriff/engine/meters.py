"""The fast readings: levels, places in the loops and the beat, for needles and playheads. Engine's loop only."""

from __future__ import annotations

from collections.abc import Mapping

from liveriff.engine.board import Board
from liveriff.engine.levels import decibels
from liveriff.engine.stage import Stage
from liveriff.params.words import DECKS


class Meters:
    """``tick`` is called 30 times a second."""

    def __init__(self, stage: Stage, board: Board) -> None:
        """Nothing is published before the first tick."""
        self._stage, self._board = stage, board

    def tick(self) -> None:
        """Publish what has moved."""
        gauges, show = self._stage.player.gauges.snapshot(), self._board.show
        show("/status/beat", round(float(self._stage.time.beat()), 3))
        left, right = decibels(gauges["peak_left"]), decibels(gauges["peak_right"])
        show("/status/peak", max(left, right))
        show("/status/peak/left", left)
        show("/status/peak/right", right)
        show("/input/peak", decibels(gauges["input_peak"]))
        for deck in DECKS:
            self._deck(deck, gauges)

    def _deck(self, deck: int, gauges: Mapping[str, float]) -> None:
        self._board.show(f"/deck/{deck}/peak", decibels(gauges[f"deck{deck}_peak"]))
        self._board.show(f"/deck/{deck}/position", round(gauges[f"deck{deck}_loop"], 4))
