"""A deck on its way from its sound to a preset's. Pure but for the registry it moves; engine's loop only.

Numbers glide. The prompts go by way of alpha: the one that sounds stays (or becomes) prompt a, the preset's becomes
prompt b, alpha walks to 1, and then the prompts settle as the preset has them. What has no way between (the category,
the seed) changes when the way is done. A value that a hand takes on the way stays with the hand; one that takes a
prompt has the other and alpha, too, since the way between them is no longer the preset's.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from liveriff.params.kinds import Value, is_number
from liveriff.params.registry import Registry

FINE = 100  # steps of a way: finer ones nobody hears, and each may ask for a chunk


class Morph:
    """From now to ``last``. ``go`` moves it; True when it is done."""

    def __init__(
        self, registry: Registry, deck: int, goal: Mapping[str, Value], first: Fraction, last: Fraction, origin: str
    ) -> None:
        """goal: the preset's values by full path; first, last: beats; origin: whose changes these are."""
        self._registry, self._goal, self._origin = registry, dict(goal), origin
        self._first, self._last = first, last
        self._a, self._b, self._alpha = (f"/deck/{deck}/{name}" for name in ("prompt/a", "prompt/b", "alpha"))
        self._before = {path: registry.get(path) for path in {*goal, self._a, self._b, self._alpha}}
        self._step = 0
        if self._a in goal:
            self._head_for(str(goal[self._a]))
        self._from = {path: self._number(path) for path in self._gliding()}

    def _head_for(self, prompt: str) -> None:
        """Let prompt b be the preset's, and a the one that is heard most."""
        registry = self._registry
        with registry.transaction(undoable=False):
            if float(str(registry.get(self._alpha))) > 0.5 and registry.get(self._b):
                registry.set(self._a, registry.get(self._b), self._origin)
                registry.set(self._alpha, 0.0, self._origin)
            registry.set(self._b, prompt, self._origin)

    def _gliding(self) -> list[str]:
        """Paths that have a way between."""
        paths = [path for path in self._goal if path not in (self._a, self._b, self._alpha) and self._glides(path)]
        return [*paths, self._alpha] if self._a in self._goal or self._alpha in self._goal else paths

    def _glides(self, path: str) -> bool:
        whole = isinstance(self._registry.get(path), int) or isinstance(self._goal[path], int)
        return is_number(self._registry.get(path)) and is_number(self._goal[path]) and not whole

    def _number(self, path: str) -> float:
        return float(str(self._registry.get(path)))

    def _to(self, path: str) -> float:
        return 1.0 if path == self._alpha and self._a in self._goal else float(str(self._goal[path]))

    def touched(self, path: str) -> None:
        """A hand has moved something: from now on it is the hand's."""
        prompts = (self._a, self._b)
        for taken in (*prompts, self._alpha) if path in prompts else (path,):
            self._from.pop(taken, None)
            self._goal.pop(taken, None)

    def go(self, beat: Fraction | None) -> bool:
        """Be where the way is at ``beat``; None (no beats are counted): at its end."""
        if beat is None or beat >= self._last:
            self._settle()
            return True
        step = int(FINE * (beat - self._first) / (self._last - self._first))
        if step > self._step:
            self._step = step
            with self._registry.transaction(undoable=False):
                for path, begin in list(self._from.items()):  # what is set may make others take something
                    value = begin + (self._to(path) - begin) * step / FINE
                    self._registry.set(path, value, self._origin)
        return False

    def _settle(self) -> None:
        """The preset as it is: the sound that alpha 1 had is now prompt a's at alpha 0, or where the preset says."""
        goal = dict(self._goal)
        if self._a in goal:
            goal.setdefault(self._b, "")
            if self._alpha in self._from:
                goal.setdefault(self._alpha, 0.0)
        with self._registry.transaction(undoable=False):
            for path, value in goal.items():
                self._registry.set(path, value, self._origin)
        self.stop()

    def stop(self) -> None:
        """It ends here; undo takes it back whole."""
        self._registry.remember(self._before)
