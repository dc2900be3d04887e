"""Says once that cued decks cannot be heard, where the sink has no outputs for the headphones. Engine's loop only."""

from __future__ import annotations

from collections.abc import Callable

from liveriff.params.registry import Registry
from liveriff.params.words import DECKS
from liveriff.wire.messages import Opened

OUTPUTS = 4


class Headphones:
    """Looks at the cues. Nothing else changes: the mix stays as it is."""

    def __init__(self, registry: Registry, opened: Callable[[], Opened | None], notice: Callable[[str], None]) -> None:
        """opened: the sink as it is now; notice: tells the performer one sentence."""
        self._opened, self._notice = opened, notice
        self._told = False
        for deck in DECKS:
            path = f"/deck/{deck}/cue"
            registry.subscribe(lambda change: self._look(bool(change.value)), path)
            self._look(bool(registry.get(path)))

    def _look(self, cued: bool) -> None:
        opened = self._opened()
        if cued and opened and opened.channels < OUTPUTS and not self._told:
            self._told = True
            where = f"the sound device {opened.device}" if opened.sink == "device" else f"the {opened.sink} sink"
            self._notice(f"Cued decks are not heard: {where} has no outputs 3 and 4 for headphones.")
