"""A YAML file read strictly: every value knows its key, so that a complaint names the place. Pure.

Scalars stay text until someone asks for a number: YAML would read ``off`` as false and ``12:30`` as 750.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn

import yaml

from liveriff.errors import UsageError
from liveriff.params import yamltext
from liveriff.params.words import did_you_mean

if TYPE_CHECKING:
    from yaml import BaseLoader as _Base
else:
    _Base = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # in C where PyYAML was built so: six times as fast

LARGEST = 200_000
"""Characters; the largest profile has a fiftieth of that."""


class Node:
    """One value of a file."""

    def __init__(self, value: Any, file: str, key: str = "") -> None:
        """``key`` is the path to it, such as ``lights.pad.0``."""
        self.value, self.file, self.key = value, file, key

    def refuse(self, complaint: str) -> NoReturn:
        """Raise UsageError: file, key, what is wrong with it."""
        raise UsageError(f"{self.file}: {self.key or 'the file'}: {complaint}.")

    def table(self, known: tuple[str, ...] = ()) -> dict[str, Node]:
        """A mapping; with ``known``, no other keys than these."""
        if not isinstance(self.value, dict):
            self.refuse("must be a mapping of keys to values")
        for name in self.value:
            if not isinstance(name, str):
                self.refuse(f"{name!r} is no key")
            if known and name not in known:
                hint = did_you_mean(name, known).strip()
                self.refuse(f"there is no key {name!r}; {hint or 'use ' + ', '.join(known)}".removesuffix("?"))
        return {name: Node(value, self.file, f"{self.key}.{name}".lstrip(".")) for name, value in self.value.items()}

    def items(self) -> Iterator[Node]:
        """The values of a list; a single value is a list of one."""
        values = self.value if isinstance(self.value, list) else [self.value]
        for index, value in enumerate(values):
            yield Node(value, self.file, f"{self.key}.{index}")

    def text(self) -> str:
        """A word or sentence that is not empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            self.refuse("must be a text")
        return str(self.value)

    def texts(self) -> tuple[str, ...]:
        """A list of texts; an empty list is one, too."""
        return tuple(item.text() for item in self.items())

    def one_of(self, options: tuple[str, ...]) -> str:
        """One of these words."""
        text = self.text()
        if text not in options:
            self.refuse(f"must be one of {', '.join(options)}, not {text!r}")
        return text

    def number(self, low: float, high: float) -> float:
        """A number in a range."""
        try:
            number = float(self.text())
        except ValueError:
            self.refuse(f"must be a number, not {self.value!r}")
        if not low <= number <= high:
            self.refuse(f"must lie in {low:g}..{high:g}, not {number:g}")
        return number

    def whole(self, low: int, high: int) -> int:
        """A whole number in a range."""
        number = self.number(low, high)
        if number != int(number):
            self.refuse(f"must be a whole number, not {number:g}")
        return int(number)

    def flag(self) -> bool:
        """true or false."""
        return self.one_of(("true", "false")) == "true"

    def octets(self) -> bytes:
        """Bytes in hexadecimal, such as ``F0 7E 7F 06 01 F7``."""
        try:
            return bytes.fromhex(self.text())
        except ValueError:
            self.refuse(f"must be bytes such as F0 7E F7, not {self.value!r}")


def load(text: str, file: str) -> Node:
    """Parse a file; UsageError with its line if it is no YAML."""
    if len(text) > LARGEST:
        Node(None, file).refuse(f"has more than {LARGEST} characters")
    try:
        yamltext.check(text)
        return Node(yaml.load(text, Loader=_Unique), file)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark else ""
        raise UsageError(f"{file}: {place}{getattr(error, 'problem', None) or 'is not YAML'}.") from None


class _Unique(_Base):
    """Text only, and no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """As yaml does, but a repeated key is an error, not a silent overwrite."""
        seen: set[str] = set()
        for key, _ in node.value:
            if str(key.value) in seen:
                complaint = f"the key {key.value!r} is there twice"
                raise yaml.constructor.ConstructorError(None, None, complaint, key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)
