"""The controllers view: what is plugged in and what it sends, and binding a control to any parameter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.strip import Strip

from liveriff.params.spec import Spec
from liveriff.params.table import SPECS
from liveriff.ui import lines
from liveriff.ui.keys import Key
from liveriff.ui.learning import lesson, sure
from liveriff.ui.store import Store
from liveriff.ui.views.base import View
from liveriff.ui.widgets.controls import control_for
from liveriff.ui.widgets.painted import Painted, Part
from liveriff.ui.widgets.pick import Item, Pick
from liveriff.ui.widgets.pick_filter import FilterLine

HEADING = "The controllers view"
KEYS: tuple[Key, ...] = (
    Key("enter", "choose", "Learn", "Learn a control for the parameter under the cursor; again: accept.", HEADING),
    Key("slash", "filter", "Filter", "A few letters find a parameter; Escape shows all again.", HEADING),
)
OPTIONS = ("/learn/takeover", "/learn/invert", "/learn/low", "/learn/high")
TRAVEL = 16
"""Cells of the bar that shows where a waiting hand stands."""


class ControllersView(View):
    """Parameters on the left; on the right the lesson, its options, hands that wait, and what arrives."""

    DEFAULT_CSS = """
    ControllersView { layout: horizontal; }
    ControllersView #learn-left { width: 2fr; height: 1fr; }
    ControllersView #learn-right { width: 3fr; height: 1fr; margin: 0 0 0 1; }
    ControllersView Proposal { height: 9; }
    ControllersView #learn-options { height: 2; layout: grid; grid-size: 2 2; grid-gutter: 0 1; }
    ControllersView Hands { height: 1fr; }
    ControllersView Monitor { height: 2fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("slash", "filter", show=False)]

    def compose(self) -> ComposeResult:
        """See the class."""
        with Vertical(id="learn-left"):
            yield FilterLine(lambda: self.query_one(Learnables))
            yield Learnables("PARAMETERS", self._learn)
        with Vertical(id="learn-right"):
            yield Proposal()
            with Horizontal(id="learn-options"):
                for path in OPTIONS:
                    yield control_for(path)
            yield Hands()
            yield Monitor()

    def arrive(self) -> None:
        """The list."""
        self.screen.set_focus(self.query_one(Learnables))

    def action_filter(self) -> None:
        """Find a parameter."""
        self.query_one(FilterLine).begin()

    def _learn(self, path: str, way: str) -> None:
        if self.store.words("/learn") != path:
            self.store.set("/learn", path)
        elif lesson(self.store.words("/learn/state")).control:
            self.store.pull("/learn/accept")
        else:
            self.store.say(f"Move a control for {path}, then press Enter again.")


def learnable(spec: Spec, store: Store) -> bool:
    """Whether a control can be bound to it."""
    if spec.access == "r" or (spec.path.startswith("/learn") and spec.kind.held):
        return False
    return spec.travels or bool(store.offers(spec.path))


class Learnables(Pick):
    """All parameters that a control can move, with what moves them now."""

    _paths: tuple[str, ...] = ()
    _tree: object = None
    _said: object = None
    _made: tuple[Item, ...] = ()

    def items(self) -> tuple[Item, ...]:
        """In the order of the table; made anew where the tree or the bindings are others."""
        store = self.store
        self.path = self.here.name if self.here else ""
        tree = id(store.link.nodes), len(store.link.nodes), store.words("/scene")
        if tree != self._tree:
            self._tree = tree
            self._paths = tuple(spec.path for spec in SPECS if learnable(spec, store))
        said = store.words("/learn/map"), store.words("/learn")
        if (tree, said) != self._said:
            self._said, self._made = (tree, said), self._make(*said)
        return self._made

    def _make(self, bindings: str, learning: str) -> tuple[Item, ...]:
        by = {moved.value: f"{moved.device} {moved.control}" for moved in lines.moved(bindings)}
        return tuple(Item(path, by.get(path, ""), path == learning) for path in self._paths)


class Proposal(Painted):
    """Devices, clock, and the lesson."""

    def seen(self, now: float) -> object:
        """All that is said."""
        return tuple(self.store.words(path) for path in ("/status/midi", "/status/clock", "/learn", "/learn/state"))

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """A line a thing."""
        store = self.store
        said = lesson(store.words("/learn/state"))
        head = self.ink("foreground", weight="b")
        clock = store.words("/status/clock")
        rows: list[list[Part]] = [
            [
                (" CONTROLLERS  ", head),
                (store.words("/status/midi") or said.controllers or "none", self.ink("primary")),
            ],
            self._pair("clock", clock),
        ]
        rows += (
            self._lesson() if store.words("/learn") else [self._pair("learn", said.hint or "Enter learns a control.")]
        )
        return [self.strip(row, width) for row in rows]

    def _lesson(self) -> list[list[Part]]:
        said, plain = lesson(self.store.words("/learn/state")), self.face.plain
        layer = f"  on {said.layer}" if said.layer else ""
        rows = [self._pair("learning", f"{self.store.words('/learn')}{layer}", "warning")]
        if said.control:
            trust = f"{sure(said.sure, plain)}  " if said.sure is not None else ""
            rows.append(self._pair("control", said.control, "primary"))
            rows.append(self._pair("it is", f"{trust}{said.kind}", "accent"))
            rows.append(self._pair("live", said.live))
        else:
            rows.append(self._pair("next", said.hint, "primary"))
        rows += [self._pair("conflict", f"{'!' if plain else '▲'} {text}", "warning") for text in said.conflicts]
        return rows + [self._pair("bound", text) for text in said.bound]

    def _pair(self, name: str, text: str, colour: str = "foreground") -> list[Part]:
        weight = "" if colour == "foreground" else "b"
        return [(f" {name:<9} ", self.ink("muted")), (text, self.ink(colour, weight=weight))]


class Hands(Painted):
    """Controls that stand elsewhere than their value: where the hand is, where the value is."""

    def seen(self, now: float) -> object:
        """The hands, and the values they wait for."""
        hands = self.store.words("/status/hands")
        return hands, tuple(round(self.store.raw(path), 3) for path in lines.hands(hands))

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """A line a hand."""
        rows: list[list[Part]] = [
            [(" HANDS THAT WAIT  ", self.ink("foreground", weight="b")), ("hand ", self.ink("muted")), *self._legend()]
        ]
        hands = lines.hands(self.store.words("/status/hands"))
        for path, place in hands.items():
            rows.append([(f" {path:<22.22} ", self.ink("foreground")), *self._travel(place, self.store.raw(path))])
        if not hands:
            rows.append([(" none: every control holds its parameter", self.ink("muted"))])
        return [self.strip(row, width) for row in rows]

    def _signs(self) -> tuple[str, str, str]:
        return ("o", "|", ".") if self.face.plain else ("◌", "┃", "╌")

    def _legend(self) -> list[Part]:
        hand, value, _ = self._signs()
        return [(hand, self.ink("warning", weight="b")), (" value ", self.ink("muted")), (value, self.ink("primary"))]

    def _travel(self, hand: float, value: float) -> list[Part]:
        ghost, mark, way = self._signs()
        places = {round(value * (TRAVEL - 1)): (mark, self.ink("primary", weight="b"))}
        places[round(hand * (TRAVEL - 1))] = (ghost, self.ink("warning", weight="b"))
        turn = "turn up" if hand < value else "turn down"
        cells = [places.get(at, (way, self.ink("faint"))) for at in range(TRAVEL)]
        return [*cells, (f" {turn}", self.ink("foreground"))]


class Monitor(Painted):
    """What controllers send, as it is understood, the newest at the bottom."""

    def seen(self, now: float) -> object:
        """The text."""
        return self.store.words("/midi/monitor")

    def show(self) -> None:
        """Paint the lines that have changed."""
        self.mend()

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """As many of the newest as fit."""
        rows: list[list[Part]] = [[(" WHAT ARRIVES", self.ink("foreground", weight="b"))]]
        moved, wide = lines.moved(self.store.words("/midi/monitor")), 16 if width > 60 else 6
        for each in moved[-max(1, height - 1) :]:
            arrow = "->" if self.face.plain else "→"
            target = f"{arrow} {each.target}" if each.target else f"{arrow} nothing"
            rows.append(
                [
                    (f" {each.device:<{wide}.{wide}} ", self.ink("muted")),
                    (f"{each.control:<9.9} {each.value:<12.12} ", self.ink("foreground", weight="b")),
                    (target, self.ink("primary" if each.target else "muted")),
                ]
            )
        if not moved:
            rows.append([(" nothing yet: move a knob or hit a pad", self.ink("muted"))])
        return [self.strip(row, width) for row in rows]
