"""The keys of all views as a reference, made from the tables of keys and put between two marks in a page. Pure but for
``rewrite``.

    python -m liveriff.ui.page docs/screens.md
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

from liveriff.ui import views, widgets
from liveriff.ui.keys import KEYS, Key

BEGIN = "<!-- made from the tables of keys in liveriff/ui: begin -->"
END = "<!-- made from the tables of keys in liveriff/ui: end -->"
SIGNS = {
    "left_square_bracket": "[", "right_square_bracket": "]", "left_curly_bracket": "{", "right_curly_bracket": "}",
    "minus": "-", "underscore": "_", "plus": "+", "equals_sign": "=", "comma": ",", "full_stop": ".", "slash": "/",
    "question_mark": "?", "up": "↑", "down": "↓", "left": "←", "right": "→", "pageup": "PgUp", "pagedown": "PgDn",
    "ctrl": "Ctrl", "shift": "Shift", "alt": "Alt", "escape": "Esc", "semicolon": ";", "apostrophe": "'",
    "less_than_sign": "<", "greater_than_sign": ">", "backslash": "\\", "vertical_line": "|", "tilde": "~",
    "left_parenthesis": "(", "right_parenthesis": ")",
}  # fmt: skip
"""Names of keys that are not what people call them; Textual's names."""


def all_keys() -> list[Key]:
    """Of every table of keys in the room: everywhere's first, then those of views and widgets by the modules' names."""
    found = dict.fromkeys(KEYS)
    for package in (views, widgets):
        for module in sorted(each.name for each in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")):
            found.update(dict.fromkeys(_tables(vars(importlib.import_module(module)))))
    return list(found)


def as_markdown() -> str:
    """A table a heading."""
    keys = all_keys()
    headings = list(dict.fromkeys(key.where for key in keys))
    return "\n\n".join(_table(heading, [key for key in keys if key.where == heading]) for heading in headings)


def with_reference(page: str) -> str:
    """A page with what stands between its marks made anew; ValueError where the marks are missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the page has no marks for the reference")
    return f"{before}{BEGIN}\n{as_markdown()}\n{END}{after}"


def rewrite(path: Path) -> None:
    """Bring a page up to date."""
    path.write_text(with_reference(path.read_text(encoding="utf-8")), encoding="utf-8")


def shown(keys: str) -> str:
    """A key, or several, as they are printed on keyboards."""
    return " ".join(f"`{_shown(key)}`" for key in keys.split(","))


def _shown(key: str) -> str:
    *held, last = key.split("+")
    name = SIGNS.get(last, last if len(last) == 1 else last.capitalize())
    name = name.upper() if held and len(name) == 1 else name
    return "+".join([*(SIGNS.get(each, each) for each in held), name])


def _tables(names: dict[str, object]) -> Iterator[Key]:
    for value in names.values():
        if isinstance(value, tuple) and value and all(isinstance(each, Key) for each in value):
            yield from value


def _table(heading: str, keys: list[Key]) -> str:
    rows = [f"| {shown(key.keys)} | {key.name} | {key.about} |" for key in keys]
    return "\n".join([f"### {heading}", "", "| key | name | what it does |", "|---|---|---|", *rows])


if __name__ == "__main__":
    rewrite(Path(sys.argv[1]))
