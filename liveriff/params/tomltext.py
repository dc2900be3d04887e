"""The text of a person's TOML file as tables, whatever stands in it. Pure; any thread.

The standard library's parser takes time with the square of what stands in one line, and memory for whatever depth; what
it refuses it refuses by more than one exception. Here lines, depth and errors are bounded.
"""

from __future__ import annotations

import sys
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LONGEST_LINE = 20_000  # characters; forty prompts of the longest kind
MOST_DOTS = 400  # in a line: a key of ten thousand parts takes a second
DEEPEST = 16  # tables within tables


class TomlError(ValueError):
    """Text that is no TOML, or beyond the limits: one sentence without its full stop, perhaps with
    "(at line 3, column 9)" at its end, as the parser says it."""


def tables(text: str) -> dict[str, Any]:
    """The tables of a text; raises TomlError."""
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > LONGEST_LINE or line.count(".") > MOST_DOTS:
            raise TomlError(f"A line too long to be read (at line {number}, column {LONGEST_LINE})")
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise TomlError("Tables or lists are nested too deeply") from None
    except ValueError as error:  # a TOMLDecodeError, and what int() has to say of thousands of digits
        raise TomlError(str(error)) from error
    if _is_deep(data):
        raise TomlError("Tables or lists are nested too deeply")
    return data


def _is_deep(data: dict[str, Any]) -> bool:
    """Level by level: what is nested thousands deep cannot be walked by functions that call themselves."""
    level: list[Any] = [data]
    for _ in range(DEEPEST):
        inside = (each.values() if isinstance(each, dict) else each for each in level)
        level = [value for each in inside for value in each if isinstance(value, dict | list)]
        if not level:
            return False
    return True
