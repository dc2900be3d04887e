"""The registry: the present value of every parameter, and who wants to know when one changes.

The engine owns it. Single-threaded by contract: threads and sockets post to the engine's loop, and only that loop calls
in here. Changes are told in the order they were made, to all but their origin, which is what keeps a fader and the
screen that mirrors it from answering each other for ever.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from liveriff.errors import UsageError
from liveriff.params.history import History
from liveriff.params.kinds import Value, is_number
from liveriff.params.kinds_worded import Text, Trigger
from liveriff.params.listeners import Callback, Change, Listeners, below
from liveriff.params.spec import Spec
from liveriff.params.table import TABLE
from liveriff.params.words import did_you_mean

UNDO = "undo"
ECHO_S = 1.0  # asked for again this soon is a finger that bounces, or an app that repeats what it is told

Guard = Callable[[Value, str], object]
"""guard(value, origin): raises UsageError where that origin may not set that value."""


class Registry:
    """Values by path. ``clock`` gives seconds and serves only to tell what belongs together: the moves of one gesture
    for undo, and the asking for a name with its echoes."""

    def __init__(self, table: Mapping[str, Spec] = TABLE, clock: Callable[[], float] = time.monotonic) -> None:
        """All parameters at their defaults."""
        self.table = table
        self._values: dict[str, Value] = {path: spec.default for path, spec in table.items()}
        self._offers: dict[str, tuple[str, ...]] = {}
        self._guards: dict[str, Guard] = {}
        self._listeners = Listeners()
        self._open: list[dict[str, tuple[Value, str]]] = []  # transactions: path -> (value before, last origin)
        self._held_back: list[Change] = []  # triggers pulled inside a transaction
        self._history = History(clock)
        self._clock = clock
        self._asked: dict[str, float] = {}  # when what asks for something was set last

    # --- reading -------------------------------------------------------------------------------------------------

    def spec(self, path: str) -> Spec:
        """The declaration of a path; UsageError with the nearest name if there is none."""
        if path not in self.table:
            raise UsageError(f"there is no parameter {path[:100]}.{did_you_mean(path, self.table)}")
        return self.table[path]

    def get(self, path: str) -> Value:
        """The present value; a trigger's is always its default."""
        return self._values[self.spec(path).path]

    def number(self, path: str) -> float:
        """The present value as the panel carries it."""
        return self.spec(path).kind.number(self.get(path))

    def raw(self, path: str) -> float:
        """The present position 0..1."""
        spec, value = self.spec(path), self.get(path)
        offer = self._offers.get(path, ())
        if value in offer:
            return offer.index(str(value)) / max(1, len(offer) - 1)
        return spec.unmap(value)

    def format(self, path: str) -> str:
        """The present value for a person, with its unit."""
        return self.spec(path).format(self.get(path))

    # --- writing -------------------------------------------------------------------------------------------------

    def set(self, path: str, value: object, origin: str = "", *, undoable: bool = True) -> Value:
        """Store a user value (or its text) and tell all but ``origin``; returns what was stored.

        Clamped and quantised; a value that is there already tells nobody, unless the path asks for something (a
        scene), and was not set a moment ago. A number on a text path picks from what was offered for it.
        ``undoable=False`` keeps changes nobody made by hand out of the undo history. Raises UsageError for an
        unknown or read-only path and for a value of the wrong type.
        """
        spec = self._writable(path)
        if isinstance(spec.kind, Trigger):
            return self._pull(spec, spec.kind, value, origin)
        stored = self._picked(spec, value)
        if spec.path in self._guards:
            self._guards[spec.path](stored, origin)
        self._store(spec, stored, origin, undoable)
        return stored

    def set_raw(self, path: str, raw: float, origin: str = "") -> Value:
        """Store the value at a controller's position 0..1."""
        spec = self._writable(path)
        offer = self._offers.get(path, ())
        if offer and isinstance(spec.kind, Text):
            return self._turned_to(spec, raw * (len(offer) - 1), origin)
        return self.set(path, spec.map(raw), origin)

    def nudge(self, path: str, steps: int, origin: str = "") -> Value:
        """Move by encoder clicks (below 0: down)."""
        spec = self._writable(path)
        offer = self._offers.get(path, ())
        if offer and isinstance(spec.kind, Text):
            here = offer.index(str(self.get(path))) if self.get(path) in offer else 0
            return self._turned_to(spec, here + steps, origin)
        spec.map(0.0)  # raises the sentence for kinds without a travel
        return self.set(path, spec.kind.nudge(self.get(path), steps), origin)

    def trigger(self, path: str, value: float = 1.0, origin: str = "") -> None:
        """Pull a trigger."""
        if not isinstance(self.spec(path).kind, Trigger):
            raise UsageError(f"{path} is not a trigger; set it to a value.")
        self.set(path, value, origin)

    def publish(self, path: str, value: object, origin: str = "engine") -> Value:
        """Store a reading (the engine's privilege); tells subscribers, never part of undo."""
        spec = self.spec(path)
        if spec.access != "r":
            raise UsageError(f"{path} is not a reading; set it instead.")
        stored = spec.coerce(value)
        self._store(spec, stored, origin, undoable=False)
        return stored

    def guard(self, path: str, check: Guard) -> None:
        """Have every value that is to be set on a path looked at first."""
        self._guards[self.spec(path).path] = check

    def offer(self, path: str, texts: Sequence[str]) -> None:
        """The texts that numbers, knobs and encoders pick from on a text path (the scene's prompt bank)."""
        self._offers[self.spec(path).path] = tuple(texts)

    def offered(self, path: str) -> tuple[str, ...]:
        """What ``offer`` gave for a path."""
        return self._offers.get(self.spec(path).path, ())

    # --- many at once --------------------------------------------------------------------------------------------

    def snapshot(self, prefix: str = "") -> dict[str, Value]:
        """All values that scenes hold, below a prefix such as "/deck/1"."""
        stored = (path for path, spec in self.table.items() if spec.stored and below(path, prefix))
        return {path: self._values[path] for path in stored}

    def restore(self, values: Mapping[str, object], origin: str = "") -> None:
        """Set many values, all or none, as one undo step."""
        with self.transaction():
            for path, value in values.items():
                self.set(path, value, origin)

    def remember(self, before: Mapping[str, Value]) -> None:
        """Make one undo step of what has become, little by little, of values that were ``before``."""
        now = {path: (value, self._values[path]) for path, value in before.items() if self.spec(path).stored}
        self._history.step({path: values for path, values in now.items() if values[0] != values[1]})

    @contextmanager
    def transaction(self, *, undoable: bool = True) -> Iterator[None]:
        """Changes made inside are told at the end, once a path, and undone as one; an exception takes all back."""
        self._open.append({})
        held_back = len(self._held_back)
        try:
            yield
        except BaseException:
            for path, (before, _) in self._open.pop().items():
                self._values[path] = before
            del self._held_back[held_back:]
            raise
        self._commit(self._open.pop(), undoable)

    def undo(self) -> bool:
        """Take back the last gesture; False if there is none."""
        return self._replay(self._history.back())

    def redo(self) -> bool:
        """Do again what ``undo`` took back; False if there is nothing."""
        return self._replay(self._history.forth())

    # --- telling -------------------------------------------------------------------------------------------------

    def subscribe(self, callback: Callback, prefix: str = "", origin: str | None = None) -> Callable[[], None]:
        """Call back with every ``Change`` at or below ``prefix`` that ``origin`` did not make; returns unsubscribe.

        A callback may call the registry; what it changes is told after the present change. One that raises is
        logged and counted, and does not stop the others.
        """
        return self._listeners.add(callback, prefix, origin)

    @property
    def failures(self) -> int:
        """How often a subscriber raised."""
        return self._listeners.failures

    # --- inside --------------------------------------------------------------------------------------------------

    def _writable(self, path: str) -> Spec:
        spec = self.spec(path)
        if spec.access == "r":
            raise UsageError(f"{path} is a reading and cannot be set.")
        return spec

    def _picked(self, spec: Spec, value: object) -> Value:
        offer = self._offers.get(spec.path, ())
        if offer and is_number(value) and isinstance(value, int | float):
            return spec.coerce(offer[int(min(float(len(offer) - 1), max(0.0, value)) + 0.5)])
        return spec.coerce(value)

    def _turned_to(self, spec: Spec, place: float, origin: str) -> Value:
        """A text that a turning hand picks: on its way over one place it asks for it once."""
        picked = self._picked(spec, place)
        return picked if picked == self._values[spec.path] else self.set(spec.path, picked, origin)

    def _pull(self, spec: Spec, kind: Trigger, value: object, origin: str) -> Value:
        change = Change(spec.path, spec.coerce(value), origin)
        if kind.lets_go(value):
            return change.value
        if self._open:
            self._held_back.append(change)
        else:
            self._listeners.tell(change)
        return change.value

    def _store(self, spec: Spec, value: Value, origin: str, undoable: bool) -> None:
        before = self._values[spec.path]
        is_echo = self._is_echo(spec)
        if before == value and is_echo:
            return
        self._values[spec.path] = value
        if self._open:
            first = self._open[-1].get(spec.path, (before, ""))[0]
            self._open[-1][spec.path] = (first, origin)
            return
        if undoable and spec.stored:
            self._history.moved(spec.path, before, value, origin)
        self._listeners.tell(Change(spec.path, value, origin))

    def _is_echo(self, spec: Spec) -> bool:
        """Whether the value that is there, set again, means nothing: but for what asks for something, always."""
        if not spec.asks:
            return True
        now, last = self._clock(), self._asked.get(spec.path, float("-inf"))
        self._asked[spec.path] = now
        return now - last < ECHO_S

    def _commit(self, journal: dict[str, tuple[Value, str]], undoable: bool) -> None:
        if self._open:
            for path, (before, origin) in journal.items():
                self._open[-1][path] = (self._open[-1].get(path, (before, ""))[0], origin)
            return
        changed = {
            path: entry for path, entry in journal.items() if self._values[path] != entry[0] or self.table[path].asks
        }
        if undoable:
            stored = {path: entry for path, entry in changed.items() if self.table[path].stored}
            self._history.step({path: (before, self._values[path]) for path, (before, _) in stored.items()})
        told = [Change(path, self._values[path], origin) for path, (_, origin) in changed.items()]
        pulled, self._held_back = self._held_back, []
        for change in (*told, *pulled):
            self._listeners.tell(change)

    def _replay(self, values: Mapping[str, Value] | None) -> bool:
        if values is None:
            return False
        with self.transaction(undoable=False):
            for path, value in values.items():
                self._store(self.table[path], value, UNDO, undoable=False)
        return True
