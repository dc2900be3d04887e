"""Bindings as TOML tables: strict reading, and writing back. Pure; any thread may call it.

``{1-4}`` in a control counts through a row of controls, and with it every ``{..}`` in the path and the layer:
``control = "knob/{5-8}"``, ``path = "/deck/{1-4}/filter"`` are four bindings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from liveriff.control.mapping.bindings import OSC, PLAIN, WORDS, Binding, is_control, parse_layer
from liveriff.control.mapping.spans import parse_span
from liveriff.errors import UsageError
from liveriff.params.kinds import as_number, is_number, listing
from liveriff.params.kinds_worded import Trigger
from liveriff.params.spec import Spec
from liveriff.params.table import TABLE
from liveriff.params.words import BANKS, DECKS, did_you_mean

Table = Mapping[str, object]

RANGE = "range"  # one key [low, high] in files, two fields in the binding
_FIELDS = tuple(each.name for each in fields(Binding) if each.init and each.name not in ("low", "high"))
KEYS = (*_FIELDS, RANGE)
_ROW = re.compile(r"\{(\d{1,3})-(\d{1,3})\}")
_ROWS = ("control", "path", "layer", "value")  # where {1-4} may stand
_MOST = 128  # controls in one row


def read_bindings(tables: object, where: str) -> tuple[Binding, ...]:
    """The bindings that ``[[binding]]`` tables give, in order; ``where`` names the file in the error.

    UsageError says in one sentence which binding is wrong and how.
    """
    if not isinstance(tables, Sequence) or isinstance(tables, str):
        raise UsageError(f"{where}: bindings are written as [[binding]] tables.")
    found: list[Binding] = []
    for number, table in enumerate(tables, 1):
        place = f"{where}, binding {number}"
        if not isinstance(table, Mapping):
            raise UsageError(f"{place}: a binding is a table, written [[binding]].")
        found.extend(_one(each, f"{place} ({each.get('control', '?')})") for each in _spread(table, place))
    return tuple(found)


def as_tables(bindings: Iterable[Binding]) -> list[dict[str, Any]]:
    """The tables that ``read_bindings`` reads back to the same; what is at its default is left out."""
    return [_table(binding) for binding in bindings]


def _table(binding: Binding) -> dict[str, Any]:
    table = {name: getattr(binding, name) for name in _FIELDS if getattr(binding, name) != getattr(PLAIN, name)}
    if (binding.low, binding.high) != (0.0, 1.0):
        table[RANGE] = [binding.low, binding.high]
    return table


def _spread(table: Table, place: str) -> Iterator[Table]:
    rows = {key: _row(table.get(key)) for key in _ROWS}
    lengths = {len(row) for row in rows.values() if row}
    if not lengths:
        yield table
        return
    if not rows["control"] or len(lengths) > 1 or max(lengths) > _MOST:
        raise UsageError(f"{place}: rows such as {{1-4}} must stand in the control too and be of one length.")
    for index in range(lengths.pop()):
        yield {**table, **{key: _item(key, row[index]) for key, row in rows.items() if row}}


def _row(text: object) -> list[str]:
    found = _ROW.search(text) if isinstance(text, str) else None
    if not found or not isinstance(text, str):
        return []
    first, last = int(found[1]), int(found[2])
    return [text[: found.start()] + str(n) + text[found.end() :] for n in range(first, last + 1)]


def _item(key: str, text: str) -> str | int:
    return int(text) if key == "value" and text.isdecimal() else text


def _one(table: Table, place: str) -> Binding:
    for key in table:
        if key not in KEYS:
            raise UsageError(f"{place}: a binding has no {str(key)[:60]}.{did_you_mean(str(key), KEYS)}")
    settings: dict[str, Any] = {key: _typed(key, value, place) for key, value in table.items() if key != RANGE}
    low, high = _span(table.get(RANGE, [0.0, 1.0]), place)
    binding = Binding(**{"control": "", **settings}, low=low, high=high)
    _check(binding, place)
    return binding


def _typed(key: str, value: object, place: str) -> object:
    if key == "value":
        if isinstance(value, bool | int | float | str):
            return value
        raise UsageError(f"{place}: value takes a number, a word, true or false, not {value!r}.")
    wanted = type(getattr(PLAIN, key))
    if wanted is float and is_number(value):
        return as_number(value)
    if not isinstance(value, wanted):
        words = {bool: "true or false", str: "a word in quotes", float: "a number"}
        raise UsageError(f"{place}: {key} takes {words[wanted]}, not {str(value)[:60]!r}.")
    if key in WORDS and value not in WORDS[key]:
        known = [word for word in WORDS[key] if word]
        raise UsageError(f"{place}: {key} takes {listing(known)}, not {value!r}.{did_you_mean(str(value), known)}")
    return value


def _span(value: object, place: str) -> tuple[float, float]:
    if isinstance(value, list) and len(value) == 2 and all(is_number(each) for each in value):
        low, high = value
        if 0 <= low < high <= 1:
            return float(low), float(high)
    raise UsageError(f"{place}: range takes two ascending numbers from 0 to 1, [0.2, 0.8]; invert turns them round.")


def _check(binding: Binding, place: str) -> None:
    if not binding.control:
        raise UsageError(f"{place}: a binding needs a control, such as knob/1.")
    if not is_control(binding.control, binding.device):
        raise UsageError(f"{place}: a control is named as in knob/1 or cc/1/74, not {binding.control[:60]!r}.")
    if parse_layer(binding.layer) is None:
        raise UsageError(f"{place}: a layer is shift, page/2 or page/2+shift, not {binding.layer[:60]!r}.")
    if bool(binding.path) == bool(binding.action):
        raise UsageError(f"{place}: a binding needs either a path, such as /deck/1/alpha, or an action.")
    if not binding.device:
        raise UsageError(f'{place}: device takes a name or a pattern; "*" is every device.')
    if binding.sends and (binding.device != OSC or parse_span(binding.sends) is None):
        raise UsageError(f'{place}: sends takes the numbers at both ends of an OSC control, "0..127".')
    if not -1000 <= binding.step <= 1000 or not binding.step:
        raise UsageError(f"{place}: step takes a number from -1000 to 1000 that is not 0.")
    if not 0 <= binding.acceleration <= 100:
        raise UsageError(f"{place}: acceleration takes a number from 0 (none) to 100.")
    _check_value(binding, place) if binding.path else _check_action(binding, place)


def _check_value(binding: Binding, place: str) -> None:
    spec = spec_of(binding.path)
    if spec is None:
        raise UsageError(f"{place}: there is no parameter {binding.path[:100]}.{did_you_mean(binding.path, TABLE)}")
    if spec.access == "r":
        raise UsageError(f"{place}: {binding.path} is a reading and cannot be set.")
    if binding.value is not None:
        try:
            spec.strict(binding.value)
        except UsageError as error:
            raise UsageError(f"{place}: {error}") from None


_NUMBERS = {"page": 99, "focus": len(DECKS), "bank": BANKS, "scene": 128}


def _check_action(binding: Binding, place: str) -> None:
    value, last = binding.value, _NUMBERS.get(binding.action, 0)
    if value is None:
        return
    if not last:
        raise UsageError(f"{place}: {binding.action} takes no value.")
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= last:
        raise UsageError(f"{place}: {binding.action} takes a whole number from 1 to {last}, not {value!r}.")


def spec_of(path: str) -> Spec | None:
    """The declaration behind a binding's path, "focus" standing for any deck, and "bank" for any bank of pads."""
    return TABLE.get(Binding("", path).on_deck(DECKS[0]))


def is_button(binding: Binding) -> bool:
    """Whether positions of its control are to be read as presses."""
    spec = spec_of(binding.path)
    return bool(binding.action or binding.fire) or (spec is not None and isinstance(spec.kind, Trigger))
