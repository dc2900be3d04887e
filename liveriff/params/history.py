"""Undo and redo, a gesture at a time. Pure but for the injected clock; the registry's thread only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from liveriff.params.kinds import Value

GESTURE_S = 0.5  # moves of one knob by one hand that follow each other this closely are one gesture
DEPTH = 500  # steps kept; the oldest are forgotten


@dataclass
class _Step:
    """Values before and after, by path; ``hand`` is who moved what, while the gesture may still go on."""

    values: dict[str, tuple[Value, Value]]
    hand: tuple[str, str] | None = None
    at: float = 0.0


class History:
    """A line of steps with a place on it: back gives the values before a step, forth those after."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """``clock`` gives seconds."""
        self._clock = clock
        self._done: list[_Step] = []
        self._undone: list[_Step] = []

    def moved(self, path: str, before: Value, after: Value, origin: str) -> None:
        """One value moved: part of the gesture under way, or a new step."""
        now, last = self._clock(), self._done[-1] if self._done else None
        if last and last.hand == (path, origin) and now - last.at <= GESTURE_S and not self._undone:
            last.values[path] = (last.values[path][0], after)
            last.at = now
            if last.values[path][0] == after:  # back where it began: nothing that undo could show
                self._done.pop()
            return
        self._add(_Step({path: (before, after)}, (path, origin), now))

    def step(self, values: Mapping[str, tuple[Value, Value]]) -> None:
        """Several values changed as one (a scene); never joined with what follows."""
        if values:
            self._add(_Step(dict(values)))

    def back(self) -> dict[str, Value] | None:
        """Values before the last step, which moves to the redo side; None at the beginning."""
        if not self._done:
            return None
        step = self._done.pop()
        self._undone.append(step)
        return {path: before for path, (before, _) in step.values.items()}

    def forth(self) -> dict[str, Value] | None:
        """Values after the step last undone, which moves back; None if nothing was undone."""
        if not self._undone:
            return None
        step = self._undone.pop()
        step.hand = None
        self._done.append(step)
        return {path: after for path, (_, after) in step.values.items()}

    def _add(self, step: _Step) -> None:
        self._undone.clear()
        self._done.append(step)
        del self._done[:-DEPTH]
