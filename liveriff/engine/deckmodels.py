"""Which models decks and pads may be given from outside: those that are installed or listed, never somebody's path.

The command line, scenes and presets are the performer's own files and may name any model; what they have named may be
chosen again. Everybody else (OSC, the door with its remote and screens, MIDI) picks from the backends that are
installed and the names in models.yaml: a model's name can otherwise be a path, and its options can name files.
"""

from __future__ import annotations

from liveriff.errors import UsageError
from liveriff.params.kinds import Value
from liveriff.params.registry import UNDO, Registry
from liveriff.params.words import DECKS, PADS, did_you_mean
from liveriff.render.catalog import names
from liveriff.render.checkpoints import table

PATHS = tuple(f"/deck/{deck}/model" for deck in DECKS)
PAD_PATHS = tuple(f"/pad/{pad}/model" for pad in PADS)
OWN = ("", "cli", "clock", "engine", "preset", "scene", UNDO)
"""Origins of changes that the performer or the engine makes."""


class DeckModels:
    """Looks at every model that a deck or a pad is to be given."""

    def __init__(self, registry: Registry) -> None:
        """What decks and pads have now was given by the command line or a scene."""
        self._named = {registry.get(path) for path in (*PATHS, *PAD_PATHS)} - {""}
        self._installed = names()  # looking takes longer than a peer may make us look
        for path in PATHS:
            registry.guard(path, self.check)
        for path in PAD_PATHS:
            registry.guard(path, self.check_pad)

    def check_pad(self, value: Value, origin: str) -> None:
        """As ``check``; "" is the performance's model, which is nobody's choice."""
        if value:
            self.check(value, origin)

    def check(self, value: Value, origin: str) -> None:
        """UsageError for a model that ``origin`` may not choose."""
        if origin in OWN:
            self._named.add(value)
        elif value not in self._named and value not in self._installed and value not in (listed := table()):
            known = (*self._installed, *listed)
            hint = did_you_mean(str(value), known)
            raise UsageError(f"no model {str(value)[:60]!r} can be chosen here; use one of {', '.join(known)}.{hint}")
