"""Where readings are published: only what has changed. Engine's loop only."""

from __future__ import annotations

from liveriff.params.kinds import Value
from liveriff.params.registry import Registry


class Board:
    """Remembers what it published last; the same again costs a look-up instead of a round of the listeners."""

    def __init__(self, registry: Registry) -> None:
        """Nothing is published yet."""
        self._registry = registry
        self._shown: dict[str, Value] = {}

    def show(self, path: str, value: Value) -> None:
        """Publish a reading unless it is what was published here last."""
        if path not in self._shown or self._shown[path] != value:
            self._shown[path] = value
            self._registry.publish(path, value)
