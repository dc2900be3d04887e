"""What is known of models before they are loaded: their version, their own steps and guidance. Engine's loop only.

A job is explicit: where a parameter is on auto, the job has the number that its model names. Looking at a checkpoint
reads pieces of its files, so that it is done once for each name. A model that is not here (a cluster may have it, or
nobody) is asked for the numbers of the embedded one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from liveriff.errors import LiveriffError
from liveriff.render.backend import BackendInfo
from liveriff.render.catalog import find

STEPS, GUIDANCE = 4, 3.0
"""The embedded model's."""


@dataclass(frozen=True)
class Known:
    """name: as jobs name the model; version: of its weights, "" where it is not here; steps, guidance: its own; seeded:
    whether strength says something where there is no source."""

    name: str
    version: str = ""
    steps: int = STEPS
    guidance: float = GUIDANCE
    seeded: bool = False


class ModelBook:
    """All that were asked about."""

    def __init__(self, look: Callable[[str], BackendInfo] = lambda name: find(name).info()) -> None:
        """look: tells of a model by its name; LiveriffError where there is none."""
        self._look = look
        self._known: dict[str, Known] = {}

    def of(self, name: str) -> Known:
        """What is known of a model."""
        if name not in self._known:
            self._known[name] = self._looked(name)
        return self._known[name]

    def _looked(self, name: str) -> Known:
        try:
            info = self._look(name)
        except LiveriffError:
            return Known(name)
        return Known(name, info.version, info.default_steps, info.default_guidance, info.seeded)
