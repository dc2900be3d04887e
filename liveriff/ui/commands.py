"""The command palette: everything the instrument has, by name. Derived from the tables of parameters and keys.

Choosing a trigger pulls it, a switch turns, anything else is asked for on the line that answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual.command import DiscoveryHit, Hit, Hits, Provider

from liveriff.params.kinds_worded import Toggle, Trigger
from liveriff.params.spec import Spec
from liveriff.params.table import SPECS
from liveriff.ui.fuzzy import found
from liveriff.ui.keys import VIEWS
from liveriff.ui.store import Store, label
from liveriff.ui.themes import THEMES

if TYPE_CHECKING:
    from liveriff.ui.app import Face

MOST = 40
"""Hits that are shown for one query."""
_DISCOVERED = ("View", "Scene", "Theme")


class Command(NamedTuple):
    """name: what is sought and shown; about: a sentence; act: what choosing does."""

    name: str
    about: str
    act: Callable[[], object]


def commands(face: Face) -> Iterator[Command]:
    """All there are now: views, scenes, themes, then the parameters in the order of the table."""
    for view in VIEWS:
        yield Command(f"View {view}", f"Show the {view} view.", partial(face.action_view, view))
    for scene in face.store.offers("/scene"):
        yield Command(f"Scene {scene}", f"Load the scene {scene}.", partial(face.store.set, "/scene", scene))
    for theme in THEMES:
        yield Command(f"Theme {theme.name}", "The colours of the screen.", partial(setattr, face, "theme", theme.name))
    for spec in SPECS:
        if spec.access != "r":
            yield parameter(face, spec)


def parameter(face: Face, spec: Spec) -> Command:
    """What choosing a parameter does."""
    store, kind = face.store, spec.kind
    if isinstance(kind, Trigger) and not numbered(spec):
        return Command(label(spec.path), f"Now: {spec.doc}", partial(store.pull, spec.path, pulled_with(spec)))
    if isinstance(kind, Toggle):
        return Command(label(spec.path), f"Switch: {spec.doc}", partial(store.toggle, spec.path))
    return Command(label(spec.path), f"Type a value: {spec.doc}", partial(face.ask, spec.path))


def numbered(spec: Spec) -> bool:
    """Whether it is a trigger that has to be told a number from 1, as which deck to copy."""
    return isinstance(spec.kind, Trigger) and spec.kind.low >= 1.0


def pulled_with(spec: Spec) -> float:
    """The number of a trigger that is pulled by name: full, but the smallest step for those that go both ways."""
    low, high = spec.kind.range or (0.0, 1.0)
    return 0.02 if low < 0 else high


def shown(store: Store, command: Command, spec: Spec | None) -> str:
    """A command as it is listed: with the present value, where it has one."""
    return f"{command.name}   {store.text(spec.path)}" if spec is not None and spec.kind.held else command.name


class Instrument(Provider):
    """For Textual's palette. Built when the palette opens, so that a key costs a search and nothing else."""

    async def startup(self) -> None:
        """Once each time the palette opens."""
        from liveriff.ui.app import Face

        assert isinstance(self.app, Face)
        self._all = tuple(commands(self.app))
        self._store = self.app.store
        self._specs = {label(spec.path): spec for spec in SPECS}

    async def discover(self) -> Hits:
        """Before anything is typed."""
        for command in self._all:
            if command.name.startswith(_DISCOVERED):
                yield DiscoveryHit(command.name, command.act, help=command.about)

    async def search(self, query: str) -> Hits:
        """The best first."""
        for at, command in enumerate(found(query, self._all, lambda each: each.name)[:MOST]):
            spec = self._specs.get(command.name)
            yield Hit(1.0 - at / MOST, shown(self._store, command, spec), command.act, command.name, command.about)
