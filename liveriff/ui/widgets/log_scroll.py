"""Many lines in a window: with the keys of a pager, and following what is added at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip

from liveriff.ui.keys import Key
from liveriff.ui.widgets.painted import Painted, Part

HEADING = "Long lists and this page"
CONTROL_KEYS: tuple[Key, ...] = (
    Key("up,down", "scroll", "Scroll", "A line.", HEADING),
    Key("pageup,pagedown", "page", "Page", "A page.", HEADING),
    Key("home,end", "edge", "Edges", "To the beginning or the end.", HEADING),
)


class Scrolled(Painted, can_focus=True):
    """Subclasses give all ``rows``; ``tail``: the end is what is looked at, until one scrolls away from it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(0)", show=False),
        Binding("end", "edge(1)", show=False),
    ]
    tail = False

    _top: int | None = None  # None: at the beginning, or at the end where that is what is looked at
    _count = 0

    def rows(self, width: int) -> Sequence[Sequence[Part]]:
        """All lines, each in ``width`` cells."""
        raise NotImplementedError

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """Those in the window; at its right edge, where in the whole it is."""
        rows = self.rows(width - 2)
        self._count = len(rows)
        top = window(self._top, self._count, height, self.tail)
        shown = thumb(top, self._count, height)
        lines = [self.strip(rows[y] if y < self._count else (), width - 1) for y in range(top, top + height)]
        return [Strip.join([line, self.strip([self._edge(y in shown)], 1)]) for y, line in enumerate(lines)]

    def _edge(self, on: bool) -> Part:
        bar, way = ("#", ":") if self.face.plain else ("█", "│")
        colour = "accent" if on and self.has_focus else "muted" if on else "faint"
        return (bar if on else way if self._count > self.outer_size.height else " "), self.ink(colour, self.ground)

    def action_scroll(self, by: int) -> None:
        """Move the window."""
        height = self.outer_size.height
        top = window(self._top, self._count, height, self.tail) + by
        last = max(0, self._count - height)
        self._top = None if (top >= last if self.tail else top <= 0) else min(last, max(0, top))
        self.refresh()

    def action_page(self, by: int) -> None:
        """A window further, less a line."""
        self.action_scroll(by * max(1, self.outer_size.height - 1))

    def action_edge(self, end: int) -> None:
        """To an edge."""
        self.action_scroll(self._count if end else -self._count)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Three lines."""
        event.stop()
        self.action_scroll(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Three lines."""
        event.stop()
        self.action_scroll(-3)


def window(top: int | None, count: int, height: int, tail: bool) -> int:
    """The first row in the window; None is the beginning, or the end where that is what is looked at."""
    last = max(0, count - height)
    if top is None:
        return last if tail else 0
    return min(last, max(0, top))


def thumb(top: int, count: int, height: int) -> range:
    """The rows of the window's edge that show where in the whole it is; none where all is in it."""
    if count <= height or height <= 0:
        return range(0)
    length = max(1, height * height // count)
    start = round((height - length) * top / (count - height))
    return range(start, start + length)
