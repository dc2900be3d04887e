"""The OSCQuery tree: the table with its present values, as JSON text. Pure; the registry's thread only.

Follows the OSCQuery proposal (https://github.com/Vidvox/OSCQueryProposal): every node has FULL_PATH, containers have
CONTENTS, parameters have TYPE, ACCESS and so on. A node may be both, as /deck/1/seed is. The text of a parameter is
kept until its value changes, so that the whole tree costs a few joins however often it is asked for.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from liveriff.control.osc.codec import type_tags
from liveriff.errors import UsageError
from liveriff.params.kinds import Value
from liveriff.params.listeners import Change, below
from liveriff.params.registry import Registry
from liveriff.params.spec import Spec

ACCESS = {"r": 1, "w": 2, "rw": 3}
CONTAINER = 0

STANDARD = ("FULL_PATH", "CONTENTS", "TYPE", "ACCESS", "VALUE", "RANGE", "DESCRIPTION", "UNIT", "CLIPMODE", "TAGS",
            "CRITICAL", "EXTENDED_TYPE")  # fmt: skip
OWN = ("CURVE", "DEFAULT", "RAW", "TEXT", "OFFERS", "AUDIBLE")
ATTRIBUTES = frozenset(STANDARD + OWN)

UNITS = {"dB": "gain.db", "s": "time.second", "ms": "time.ms", "BPM": "time.bpm"}
"""The proposal's names of units, where it has one."""


def plain(spec: Spec, value: Value) -> Value:
    """A value as JSON can say it: "auto" is -1, as over OSC; bytes, infinities and not-a-number are null."""
    if isinstance(value, bytes):
        return None
    if value is None:
        return int(spec.kind.number(None)) if spec.kind.osc == "i" else spec.kind.number(None)
    return None if isinstance(value, float) and not math.isfinite(value) else value


def declared(spec: Spec) -> dict[str, object]:
    """The attributes of a parameter that never change."""
    told: dict[str, object] = {"TYPE": type_tags(spec), "ACCESS": ACCESS[spec.access], "DESCRIPTION": spec.doc}
    told["TAGS"] = [spec.rate or "reading"]
    told["EXTENDED_TYPE"] = [spec.kind.name]
    if spec.unit:
        told["UNIT"] = [UNITS.get(spec.unit, spec.unit)]
    if not spec.kind.held:
        told["CRITICAL"] = True  # an event is not repeated, so a client should not send it where it may get lost
    elif spec.access == "rw":
        told["DEFAULT"] = [plain(spec, spec.default)]
    if spec.travels:
        told["CURVE"] = spec.kind.curve
    return {**told, **_limits(spec), "AUDIBLE": spec.audible}


def _limits(spec: Spec) -> dict[str, object]:
    """RANGE and CLIPMODE. A truth value needs none: its type says all."""
    if type_tags(spec) in ("T", "F"):
        return {}
    if spec.kind.options:
        return {"RANGE": [{"VALS": list(spec.kind.options)}]}
    if spec.kind.range is None:
        return {}
    low, high = spec.kind.range
    return {"RANGE": [{"MIN": low, "MAX": high}], "CLIPMODE": ["both"]}


def present(registry: Registry, path: str) -> dict[str, object]:
    """The attributes of a parameter that follow its value. An event has no value."""
    spec, offers = registry.spec(path), registry.offered(path)
    told: dict[str, object] = {"OFFERS": list(offers)} if offers else {}
    if not spec.kind.held:
        return told
    value = registry.get(path)
    told |= {"VALUE": [plain(spec, value)], "TEXT": spec.format(value)}
    raw = _position(registry, path)
    return told if raw is None else {**told, "RAW": [round(raw, 6)]}


def _position(registry: Registry, path: str) -> float | None:
    try:
        raw = registry.raw(path)
    except UsageError:
        return None  # it has no travel, or the text is none of those offered
    return raw if math.isfinite(raw) else None


class Tree:
    """JSON text by path. KeyError for a path that is no node."""

    def __init__(self, registry: Registry) -> None:
        """Subscribes for as long as the registry lives, or until ``close``."""
        self._registry = registry
        self._children: dict[str, dict[str, str]] = {"/": {}}
        self._declared: dict[str, str] = {}
        self._present: dict[str, str] = {}
        self._offers: dict[str, tuple[str, ...]] = {}
        for path, spec in registry.table.items():
            self._declared[path] = _inner(declared(spec))
            self._plant(path)
            if spec.kind.name == "text" and spec.access == "rw":
                self._offers[path] = registry.offered(path)
        self.close = registry.subscribe(self._changed)

    def __contains__(self, path: str) -> bool:
        return path in self._children

    def is_parameter(self, path: str) -> bool:
        """Whether a value lives at the path itself."""
        return path in self._declared

    def leaves(self, path: str) -> list[str]:
        """All parameters at or below a path, in the order of the table."""
        return [each for each in self._declared if below(each, path)]

    def near(self, path: str) -> list[str]:
        """The nodes among which a path that is none would lie: a guess among these costs little."""
        while path not in self._children:
            path = path.rpartition("/")[0] or "/"
        return list(self._children[path].values())

    def text(self, path: str) -> str:
        """The node and everything below it."""
        return f"{{{','.join(self._parts(path))}}}"

    def attribute(self, path: str, name: str) -> str | None:
        """One attribute as the JSON object that answers ?NAME; None where the node has no such attribute."""
        if name == "CONTENTS" and self._children[path]:
            return f"{{{self._contents(path)}}}"
        if name in ("FULL_PATH", "CONTENTS"):
            return json.dumps({name: path}) if name == "FULL_PATH" else None
        attributes = json.loads(f"{{{self._own(path)}}}")
        return json.dumps({name: attributes[name]}) if name in attributes else None

    def forget(self, path: str) -> None:
        """Something other than the value changed at a path."""
        self._present.pop(path, None)

    def new_offers(self) -> list[str]:
        """Paths whose offered texts differ from those when this was last asked."""
        found = [path for path, known in self._offers.items() if self._registry.offered(path) != known]
        for path in found:
            self._offers[path] = self._registry.offered(path)
            self.forget(path)
        return found

    def _plant(self, path: str) -> None:
        parent, _, name = path.rpartition("/")
        parent = parent or "/"
        if parent not in self._children:
            self._plant(parent)
        self._children[parent][name] = path
        self._children.setdefault(path, {})

    def _parts(self, path: str) -> list[str]:
        own = [f'"FULL_PATH":{json.dumps(path)}', self._own(path)]
        return [*own, self._contents(path)] if self._children[path] else own

    def _contents(self, path: str) -> str:
        children = self._children[path].items()
        return f'"CONTENTS":{{{",".join(f"{json.dumps(name)}:{self.text(child)}" for name, child in children)}}}'

    def _own(self, path: str) -> str:
        if path not in self._declared:
            return f'"ACCESS":{CONTAINER}'
        if path not in self._present:
            self._present[path] = _inner(present(self._registry, path))
        return ",".join(filter(None, (self._declared[path], self._present[path])))

    def _changed(self, change: Change) -> None:
        self._present.pop(change.path, None)


def _inner(attributes: Mapping[str, object]) -> str:
    """The members of a JSON object without its braces."""
    return json.dumps(attributes, separators=(",", ":"), allow_nan=False)[1:-1]
