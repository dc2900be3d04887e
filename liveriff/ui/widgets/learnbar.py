"""What is being learnt, on every view: shown only while a parameter waits for a control."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip

from liveriff.ui.learning import lesson, sure
from liveriff.ui.widgets.painted import Painted, Part

KEYS = (("L", "accept"), ("X", "clear"), ("I", "invert"), ("W", "takeover"), ("J", "take back"), ("l", "end"))


class LearnBar(Painted):
    """Hidden unless ``/learn`` names a parameter. Three lines: what, what was understood or is in the way, keys."""

    DEFAULT_CSS = "LearnBar { height: 3; display: none; }"
    ground = "panel"

    def seen(self, now: float) -> object:
        """The target, what was understood, and the options."""
        store = self.store
        options = store.get("/learn/invert"), store.text("/learn/takeover")
        return store.words("/learn"), store.words("/learn/state"), options

    def show(self) -> None:
        """Come and go."""
        self.display = bool(self.store.words("/learn"))
        self.refresh()

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """The lines."""
        return [self.strip(row, width) for row in (self._what(), self._understood(), self._keys())]

    def _what(self) -> list[Part]:
        said, ink = lesson(self.store.words("/learn/state")), self.ink
        row: list[Part] = [
            (" LEARN ", ink("background", "warning", "b")),
            (f" {self.store.words('/learn')} ", ink("foreground", "panel", "b")),
        ]
        if said.control:
            arrow = "<-" if self.face.plain else "←"
            row.append((f"{arrow} {said.control}  {said.kind} ", ink("primary", "panel", "b")))
        if said.sure is not None:
            row.append((f" {sure(said.sure, self.face.plain)}", ink("accent", "panel")))
        return row

    def _understood(self) -> list[Part]:
        said, plain = lesson(self.store.words("/learn/state")), self.face.plain
        if said.conflicts:
            more = f" (and {len(said.conflicts) - 1} more)" if len(said.conflicts) > 1 else ""
            warning = self.ink("warning", "panel", "b")
            return [(f" {'!' if plain else '▲'} {said.conflicts[0]}{more}", warning)]
        bound = f"   bound now: {said.bound[0]}" if said.bound else ""
        return [(f" {said.hint}", self.ink("foreground", "panel")), (bound, self.ink("muted", "panel"))]

    def _keys(self) -> list[Part]:
        row: list[Part] = []
        for key, name in KEYS:
            row += [(f" {key} ", self.ink("accent", "panel", "b")), (f"{name} ", self.ink("foreground", "panel"))]
        takeover = f"  {self.store.text('/learn/takeover')}"
        inverted = ", inverted" if self.store.get("/learn/invert") else ""
        return [*row, (takeover + inverted, self.ink("muted", "panel"))]
