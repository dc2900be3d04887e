"""A list to choose from: a cursor, what holds now marked, narrowed down by a few letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip

from liveriff.ui.fuzzy import found
from liveriff.ui.keys import Key
from liveriff.ui.widgets.log_scroll import thumb, window
from liveriff.ui.widgets.painted import Painted, Part

HEADING = "Lists to choose from"
CONTROL_KEYS: tuple[Key, ...] = (
    Key("up,down", "go", "Go", "Along the list; also while its filter is being written.", HEADING),
    Key("pageup,pagedown,home,end", "page", "Far", "A page, or to an edge.", HEADING),
    Key("enter", "choose", "Choose", "Do what the line below the list says.", HEADING),
    Key("slash", "filter", "Filter", "A few letters narrow the list; Escape shows all again.", HEADING),
)


class Item(NamedTuple):
    """A line. name: what is chosen; note: at the right; now: it is what holds now."""

    name: str
    note: str = ""
    now: bool = False


Chosen = Callable[[str, str], object]
"""Called with the name and the way it was chosen ("" for Enter)."""


class Pick(Painted, can_focus=True):
    """``items`` says what there is; ``path`` is the parameter that the list is about."""

    DEFAULT_CSS = "Pick { height: 1fr; width: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "go(-1)", show=False),
        Binding("down", "go(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "go(-100000)", show=False),
        Binding("end", "go(100000)", show=False),
        Binding("enter", "choose('')", show=False),
    ]

    def __init__(self, title: str, chosen: Chosen, id: str | None = None) -> None:
        """title: stands above."""
        super().__init__(id=id)
        self.title, self.path, self._chosen = title, "", chosen
        self.query_text = ""
        self.cursor = 0
        self._items: tuple[Item, ...] = ()
        self._found: list[Item] = []
        self._from = 0

    def items(self) -> tuple[Item, ...]:
        """What there is now."""
        return ()

    @property
    def here(self) -> Item | None:
        """Under the cursor."""
        return self._found[self.cursor] if self.cursor < len(self._found) else None

    def seen(self, now: float) -> object:
        """What there is and where the cursor is; a list that has changed keeps the cursor on the same name."""
        items = self.items()
        if items != self._items or not self._found:
            self._items = items
            self._narrow()
        return items, self.query_text, self.cursor, self.has_focus, self.title

    def narrow(self, query: str) -> None:
        """Show what fits a few letters."""
        if query != self.query_text:
            self.query_text, self.cursor = query, 0
            self._narrow()

    def _narrow(self) -> None:
        name = self.here.name if self.here else ""
        self._found = found(self.query_text, self._items, lambda item: f"{item.name} {item.note}")
        names = [item.name for item in self._found]
        if name in names and not self.query_text:
            self.cursor = names.index(name)
        elif not name and not self.query_text:  # the first time: at what holds now
            self.cursor = next((at for at, item in enumerate(self._found) if item.now), 0)
        self.cursor = max(0, min(self.cursor, len(names) - 1))

    # --- acting ------------------------------------------------------------------------------------------------------

    def action_go(self, by: int) -> None:
        """Along the list."""
        self.cursor = max(0, min(len(self._found) - 1, self.cursor + by))
        self.refresh()

    def action_page(self, by: int) -> None:
        """A page."""
        self.action_go(by * max(1, self.outer_size.height - 2))

    def action_choose(self, way: str) -> None:
        """Take what is under the cursor."""
        if self.here is not None:
            self._chosen(self.here.name, way)

    def on_click(self, event: events.Click) -> None:
        """Once puts the cursor there, twice chooses."""
        event.stop()
        row = self._from + event.y - 1
        if event.y and row < len(self._found):
            self.cursor = row
            self.refresh()
            if event.chain == 2:
                self.action_choose("")

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Along."""
        event.stop()
        self.action_go(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Along."""
        event.stop()
        self.action_go(-1)

    # --- painting ----------------------------------------------------------------------------------------------------

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """A title, then as many as fit, with the cursor among them."""
        room = max(1, height - 1)
        self._from = window(max(0, self.cursor - room // 2), len(self._found), room, tail=False)
        shown = self._found[self._from : self._from + room]
        bar = thumb(self._from, len(self._found), room)
        lines = [self.strip(self._head(), width)]
        for y, item in enumerate(shown):
            edge = ("#" if self.face.plain else "█") if y in bar else " "
            line = self.strip(self._row(item, width - 1, self._from + y == self.cursor), width - 1)
            lines.append(Strip.join([line, self.strip([(edge, self.ink("muted"))], 1)]))
        if not shown:
            nothing = f"nothing fits “{self.query_text}”" if self.query_text else "nothing here in this scene"
            lines.append(self.strip([(f"  {nothing}", self.ink("muted"))], width))
        return lines

    def _head(self) -> list[Part]:
        count = f"  {len(self._found)} of {len(self._items)}" if self.query_text else ""
        style = self.ink("background", "accent", "b") if self.has_focus else self.ink("foreground", weight="b")
        return [(f" {self.title} ", style), (count, self.ink("muted"))]

    def _row(self, item: Item, width: int, under: bool) -> list[Part]:
        sign = (">" if self.face.plain else "▶") if item.now else " "
        note = f" {item.note} " if item.note and width > 30 else ""
        room = max(4, width - len(note) - 3)
        name = item.name if len(item.name) <= room else f"{item.name[: room - 1]}…"
        ground = "panel" if under else "surface"
        if under and self.has_focus:
            style = self.ink("background", "primary", "b")
            return [(f"{'>' if self.face.plain else '›'}{sign} {name:<{room}}{note}", style)]
        name_style = self.ink("success" if item.now else "foreground", ground, "b" if item.now else "")
        return [(f" {sign} {name:<{room}}", name_style), (note, self.ink("muted", ground))]
