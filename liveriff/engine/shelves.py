"""Which scenes and presets there are, offered by name to screens and knobs. Engine's loop only."""

from __future__ import annotations

from liveriff.engine import library
from liveriff.engine.scenes_files import shelved
from liveriff.params.registry import Registry
from liveriff.params.words import DECKS, PADS

EVERY = 5  # ticks: a file that is saved while we play is offered within so many seconds


class Shelves:
    """``tick`` is called once a second."""

    def __init__(self, registry: Registry) -> None:
        """Nothing is offered before the first tick."""
        self._registry = registry
        self._ticks = 0

    def tick(self) -> None:
        """Look at the folders, now and then. A look costs a tenth of a millisecond."""
        if self._ticks % EVERY == 0:
            self._offer()
        self._ticks += 1

    def _offer(self) -> None:
        self._registry.offer("/scene", tuple(shelved("scenes")))
        presets = tuple(shelved("presets"))
        for deck in DECKS:
            self._registry.offer(f"/deck/{deck}/preset", presets)
        sounds = tuple(map(library.plain, library.listed()))
        for pad in PADS:
            self._registry.offer(f"/pad/{pad}/load", ("", *sounds) if sounds else ())
