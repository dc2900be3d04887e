"""The help page, made from the tables of keys; nothing is listed here a second time."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from textual.app import ComposeResult

from liveriff.ui import keys
from liveriff.ui.keys import Key
from liveriff.ui.views import browser, controllers, pads
from liveriff.ui.views.base import View
from liveriff.ui.widgets import answer, log_scroll, pick, prompt
from liveriff.ui.widgets import keys as control_keys
from liveriff.ui.widgets.log_scroll import Scrolled
from liveriff.ui.widgets.painted import Part

NAMES = {
    "space": "Space", "question_mark": "?", "minus": "-", "underscore": "_", "plus": "+", "equals_sign": "=",
    "comma": ",", "full_stop": ".", "slash": "/", "left_square_bracket": "[", "right_square_bracket": "]",
    "left_parenthesis": "(", "right_parenthesis": ")",
    "less_than_sign": "<", "greater_than_sign": ">",
    "left_curly_bracket": "{", "right_curly_bracket": "}", "up": "↑", "down": "↓", "left": "←", "right": "→",
    "pageup": "PgUp", "pagedown": "PgDn", "enter": "Enter", "escape": "Esc", "tab": "Tab", "backspace": "Backspace",
    "delete": "Del", "home": "Home", "end": "End",
}  # fmt: skip
PLAIN = {"↑": "Up", "↓": "Down", "←": "Left", "→": "Right"}
MOST_NAMES = 4
"""Keys that are all named for one thing; of more, the first and the last."""
_KEYS, _COLUMN, _GAP = 18, 58, 3

TABLES: tuple[tuple[Key, ...], ...] = (
    keys.KEYS, pads.KEYS, browser.KEYS, controllers.KEYS, control_keys.CONTROL_KEYS, prompt.CONTROL_KEYS,
    pick.CONTROL_KEYS, answer.CONTROL_KEYS, log_scroll.CONTROL_KEYS,
)  # fmt: skip


def key_name(key: str, plain: bool = False) -> str:
    """As it is printed on the key: "Ctrl-Z", "F2", "["."""
    *held, last = key.split("+")
    name = NAMES.get(last, last.upper() if len(last) > 1 or (held and held != ["shift"]) else last)
    name = PLAIN.get(name, name) if plain else name
    return "-".join([*(word.capitalize() for word in held), name])


def groups(tables: Iterable[Sequence[Key]] = TABLES) -> dict[str, list[Key]]:
    """All keys by heading, in the order in which headings first appear."""
    found: dict[str, list[Key]] = {}
    for table in tables:
        for key in table:
            found.setdefault(key.where, []).append(key)
    return found


class HelpView(View):
    """One page that scrolls."""

    def compose(self) -> ComposeResult:
        """The page."""
        yield HelpPage()

    def arrive(self) -> None:
        """The page scrolls."""
        self.screen.set_focus(self.query_one(HelpPage))


class HelpPage(Scrolled):
    """Headings with their keys, in as many columns as there is room for."""

    DEFAULT_CSS = "HelpPage { height: 1fr; width: 1fr; }"

    def seen(self, now: float) -> object:
        """The focus: nothing else changes."""
        return self.has_focus

    def rows(self, width: int) -> Sequence[Sequence[Part]]:
        """A group is kept together, and goes into the column that is shortest so far."""
        count = max(1, (width + _GAP) // (_COLUMN + _GAP))
        across = (width - _GAP * (count - 1)) // count
        columns: list[list[list[Part]]] = [[] for _ in range(count)]
        for heading, found in groups().items():
            min(columns, key=len).extend(self._group(heading, found, across))
        empty: list[Part] = [(" " * across, self.ink("foreground"))]
        return [
            [part for column in columns for part in (*(column[y] if y < len(column) else empty), self._gap())]
            for y in range(max(len(column) for column in columns))
        ]

    def _gap(self) -> Part:
        return " " * _GAP, self.ink("foreground")

    def _group(self, heading: str, found: Sequence[Key], across: int) -> list[list[Part]]:
        rows: list[list[Part]] = [[(f" {heading.upper():<{across - 1}}", self.ink("accent", weight="b"))]]
        for key in found:
            names = _names(key, self.face.plain)
            room = across - max(_KEYS, len(names) + 3)
            for at, text in enumerate(textwrap.wrap(key.about, max(16, room))):
                head = f"  {names if at == 0 else '':<{_KEYS - 3}} "
                style = self.ink("foreground", weight="b")
                rows.append(
                    [(head, style), (f"{text:<{across - len(head)}.{across - len(head)}}", self.ink("foreground"))]
                )
        return [*rows, [(" " * across, self.ink("foreground"))]]


def _names(key: Key, plain: bool) -> str:
    """Its keys, as they are printed."""
    names = [key_name(each, plain) for each in key.keys.split(",")]
    return " ".join(names) if len(names) <= MOST_NAMES else f"{names[0]} to {names[-1]}"
