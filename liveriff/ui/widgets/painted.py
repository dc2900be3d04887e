"""A live widget that paints its own lines, and paints a line once: what has not changed costs a look-up.

Textual's way through borders, paddings and styles costs tens of microseconds a widget and frame, changed or not, and
a hundred widgets stand on the screen while playheads move. So these have neither border nor padding, and keep lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from rich.style import Style
from textual.filter import ANSIToTruecolor
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from liveriff.ui.live import Live
from liveriff.ui.widgets.ink import Ink, ink_of

Part = tuple[str, Style]


if TYPE_CHECKING:
    Beside = Widget
else:
    Beside = object  # Textual takes style, keys and focus from the first base that is a widget


class Kept(Beside):
    """Mix in before another widget: what it painted is kept until it is refreshed."""

    _kept: tuple[Region, list[Strip]] | None = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """For Textual's compositor."""
        if self._kept is None or self._kept[0] != crop:
            self._kept = (crop, super().render_lines(crop))
        return self._kept[1]

    def refresh(self, *regions: Region, **how: Any) -> Any:
        """Forget what was painted."""
        self._kept = None
        return super().refresh(*regions, **how)


class Painted(Live):
    """Subclasses say in ``draw`` what the lines are."""

    ALLOW_SELECT = False
    ground = "surface"

    _lines: list[Strip] | None = None
    _for: tuple[int, int] = (-1, -1)

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """All lines; too few are filled up with empty ones."""
        raise NotImplementedError

    @property
    def ink(self) -> Ink:
        """Styles of the present theme."""
        return ink_of(self.app)

    def seen(self, now: float) -> object:
        """Nothing that moves, unless said otherwise."""
        return None

    def render_lines(self, crop: Region) -> list[Strip]:
        """For Textual's compositor."""
        width, height = self.outer_size  # is kept, and the same: ``size`` looks the widget up in the layout
        if self._lines is None or self._for != (width, height):
            self._lines, self._for = self.whole(width, height), (width, height)
        if crop == (0, 0, width, height):
            return list(self._lines)
        lines = self._lines[crop.y : crop.bottom]
        return [line.crop(crop.x, crop.right) for line in lines] if (crop.x, crop.right) != (0, width) else lines

    def render_line(self, y: int) -> Strip:
        """One of them."""
        return self.render_lines(Region(0, y, self.size.width, 1))[0]

    def refresh(self, *regions: Region, **how: Any) -> Any:
        """Forget the lines, unless only regions are meant: those the subclass has mended."""
        if not regions:
            self._lines = None
        return super().refresh(*regions, **how)

    def mend(self) -> None:
        """Draw anew, and paint only the lines that came out otherwise."""
        before, (width, height) = self._lines, self._for
        if before is None or (width, height) != tuple(self.outer_size):
            self.refresh()
            return
        self._lines = self.whole(width, height)
        changed = [y for y, (old, new) in enumerate(zip(before, self._lines, strict=True)) if old != new]
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def strip(self, parts: Iterable[Part], width: int, ground: str = "") -> Strip:
        """A line of ``width`` cells from texts and their styles: cut or filled."""
        fill = self.ink("foreground", ground or self.ground)
        return Strip([Segment(text, style) for text, style in parts]).adjust_cell_length(width, fill)

    def whole(self, width: int, height: int) -> list[Strip]:
        """As many lines as there must be, in the colours that the terminal has."""
        lines = list(self.draw(width, height))[:height]
        lines += [self.strip((), width)] * (height - len(lines))
        for line_filter in self.get_line_filters():  # NO_COLOR; the other one is for colours that no ink has
            if not isinstance(line_filter, ANSIToTruecolor):
                lines = [line.apply_filter(line_filter, self.ink.colour(self.ground)) for line in lines]
        return lines
