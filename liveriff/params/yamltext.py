"""The text of a person's YAML file as values, whatever stands in it. Any thread; PyYAML is imported when it is needed.

Aliases ("*a" for what "&a" names) are allowed within limits: a few lines of them can mean more than a memory holds once
they are written out, as any message about them would.
"""

from __future__ import annotations

from typing import Any

DEEPEST = 30  # lists and tables within each other
MOST_VALUES = 100_000  # with every alias written out
_OPENING = ("[", "{", "- ", "? ", ": ")


class YamlError(ValueError):
    """Text that is no YAML, or beyond the limits: one clause without its full stop."""


def value(text: str) -> Any:
    """What a text says, by YAML's safe types; raises YamlError."""
    import yaml

    try:
        check(text)
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, TypeError, OverflowError, AttributeError, KeyError) as error:
        raise YamlError((str(error).splitlines() or [type(error).__name__])[0]) from error
    except RecursionError:
        raise YamlError(f"lists or tables are nested deeper than {DEEPEST}") from None


def check(text: str) -> None:
    """Raise yaml.YAMLError where a text is nested too deeply, or means too much once its aliases are written out.

    Looked at only where a text has the signs for it, because it costs as much as reading.
    """
    import yaml

    if "*" not in text and sum(map(text.count, _OPENING)) <= DEEPEST:
        return
    size = _Size()
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        wrong = size.add(event)
        if wrong:
            mark: Any = event.start_mark
            raise yaml.MarkedYAMLError(problem=wrong, problem_mark=mark)


class _Size:
    """How many values a text means, event by event."""

    def __init__(self) -> None:
        self._open: list[tuple[str | None, int]] = []  # anchor of each collection, and the values before it
        self._known: dict[str, int] = {}
        self._values = 0

    def add(self, event: Any) -> str:
        """What is wrong now, or ""."""
        import yaml

        self._values += 1
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._known:
                return "a value cannot stand within itself"
            self._values += self._known[event.anchor]
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open.append((event.anchor, self._values))
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = self._open.pop()
            self._known.update({anchor: self._values - before} if anchor else {})
        elif isinstance(event, yaml.ScalarEvent) and event.anchor:
            self._known[event.anchor] = 1
        if len(self._open) > DEEPEST:
            return "this is nested too deeply"
        return "this means too much" if self._values > MOST_VALUES else ""
