"""Fingers on buttons that act while they are down: what was there before the first, and what the others still hold.

Two fingers roll over two lengths of one slice, the first leaves before the second: what comes back is what there was
before both. Pure; one thread.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from liveriff.params.kinds import Value


@dataclass
class _Held:
    """One parameter. fingers: what each has set, the latest last."""

    found: Value
    fingers: dict[Hashable, Value] = field(default_factory=dict)


class Holds:
    """All parameters that fingers hold, by path."""

    def __init__(self) -> None:
        """No finger is down."""
        self._held: dict[str, _Held] = {}

    def down(self, path: str, finger: Hashable, before: Value, now: Value) -> None:
        """A finger came down and has set a value ``now``, where there was another before."""
        held = self._held.setdefault(path, _Held(before))
        held.fingers.pop(finger, None)
        held.fingers[finger] = now

    def up(self, path: str, finger: Hashable) -> tuple[Value, bool] | None:
        """A finger left: what is there now, and whether it was the last; None where nothing changes by it."""
        held = self._held.get(path)
        if held is None or finger not in held.fingers:
            return None
        latest = next(reversed(held.fingers))
        del held.fingers[finger]
        if not held.fingers:
            del self._held[path]
            return held.found, True
        return (next(reversed(held.fingers.values())), False) if latest == finger else None

    def forget(self, gone: Callable[[Hashable], bool]) -> None:
        """These fingers will not be heard of again."""
        for path, held in list(self._held.items()):
            held.fingers = {finger: value for finger, value in held.fingers.items() if not gone(finger)}
            if not held.fingers:
                del self._held[path]
