"""Cells of pictures, two pixels each, with their escape sequences made beforehand; and the strips made of them.

A picture through Textual's segments costs three times as much as joining ready text (measured at 100 x 40 cells: 14 %
of a core against 49 %). ``PixelStrip`` relies on two private names of Textual's ``Strip``; where they are missing,
``strip_of`` makes ordinary strips.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, ClassVar

from rich.color import Color, ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.cache import FIFOCache
from textual.strip import Strip

from liveriff.ui.widgets.colourmap import LEVELS, RGB, colours

TRUE, INDEXED, SHADES, ASCII = "truecolor", "256", "shades", "ascii"
_BLOCK = "▀"
_RAMPS = {SHADES: " ░▒▓█", ASCII: " .:-=+*#%@"}
_HEADS = {SHADES: "┃", ASCII: "|"}
_HEAD: RGB = (255, 255, 255)
_RESET = "\x1b[0m"
FAST = {"_segments", "_render_cache"} <= set(getattr(Strip, "__slots__", ()))


class Cells:
    """All cells of one way to show colours; a cell's key is ``upper level * LEVELS + lower level``.

    Keys from ``HEAD`` on are the same cells under the playhead.
    """

    HEAD: ClassVar[int] = LEVELS * LEVELS

    def __init__(self, system: str) -> None:
        """system: TRUE, INDEXED, SHADES or ASCII."""
        self.system = system
        self._ramp = _RAMPS.get(system, "")
        self.glyphs = [self._glyph(key) for key in range(2 * self.HEAD)]
        self._styles: dict[int, Style] = {}
        self._ansi: dict[int, str] = {}

    def style(self, key: int) -> Style:
        """For segments."""
        if key not in self._styles:
            self._styles[key] = self._style(key)
        return self._styles[key]

    def ansi(self, key: int) -> str:
        """The cell as it is sent."""
        found = self._ansi.get(key)
        if found is None:
            system = ColorSystem.EIGHT_BIT if self.system == INDEXED else ColorSystem.TRUECOLOR
            codes = [] if self._ramp else _codes(self.style(key), system)
            found = self._ansi[key] = f"\x1b[{';'.join(codes)}m{self.glyphs[key]}" if codes else self.glyphs[key]
        return found

    def _glyph(self, key: int) -> str:
        if not self._ramp:
            return _BLOCK if key < self.HEAD else "┃"
        if key >= self.HEAD:
            return _HEADS[self.system]
        upper, lower = divmod(key, LEVELS)
        return self._ramp[(upper + lower) * len(self._ramp) // (2 * LEVELS)]

    def _style(self, key: int) -> Style:
        if self._ramp:
            return Style()
        table = colours()
        upper, lower = divmod(key % self.HEAD, LEVELS)
        if key >= self.HEAD:
            return Style(color=Color.from_rgb(*_HEAD), bgcolor=Color.from_rgb(*table[(upper + lower) // 2]))
        return Style(color=Color.from_rgb(*table[upper]), bgcolor=Color.from_rgb(*table[lower]))


def _codes(style: Style, system: ColorSystem) -> list[str]:
    codes: list[str] = []
    if style.color is not None:
        codes += style.color.downgrade(system).get_ansi_codes()
    if style.bgcolor is not None:
        codes += style.bgcolor.downgrade(system).get_ansi_codes(foreground=False)
    return codes


@lru_cache(maxsize=4)
def cells(system: str) -> Cells:
    """The cells of a way to show colours."""
    return Cells(system)


class PixelStrip(Strip):
    """A line of cells by their keys; text and segments are made only when asked for.

    Unlike other strips it changes: ``move`` lays the playhead over it. Textual writes a changed part of a line from the
    line's beginning on; ``known`` cells at the beginning are on the terminal already, and the cursor passes over them.
    """

    __slots__ = ("_cells", "_head", "_keys", "_known", "_lazy", "_texts")

    def __init__(self, keys: Sequence[int], table: Cells) -> None:
        """keys: from the left. Textual's own slots are filled when they are asked for; most never are."""
        self._keys, self._cells = keys, table
        self._head, self._known = -1, 0
        self._lazy: list[Segment] | None = None
        self._texts: list[str] | None = None
        self._cell_length: int | None = len(keys)
        self._render_cache: str | None = None
        self._link_ids: set[str] | None = None
        self._cell_count: int | None = None

    def __getattr__(self, name: str) -> Any:
        """A cache of Textual's that was not needed so far."""
        if not name.endswith("_cache"):
            raise AttributeError(name)
        cache: FIFOCache[Any, Any] = FIFOCache(4)
        setattr(self, name, cache)
        return cache

    def move(self, head: int, known: int = 0) -> None:
        """Lay the playhead over cell ``head``, nowhere at -1. known: see the class."""
        self._head, self._known = head, known
        self._lazy = self._render_cache = None

    @property
    def _segments(self) -> list[Segment]:
        if self._lazy is None:
            self._lazy = _segments(self.keys, self._cells)
        return self._lazy

    @_segments.setter
    def _segments(self, segments: list[Segment]) -> None:
        self._lazy = segments

    @property
    def keys(self) -> list[int]:
        """The cells as they are shown."""
        keys = list(self._keys)
        if 0 <= self._head < len(keys):
            keys[self._head] += Cells.HEAD
        return keys

    def __bool__(self) -> bool:
        return bool(self._keys)

    def render(self, console: Console) -> str:
        """The line as it is sent."""
        if self._render_cache is None:
            self._render_cache = self._text(0, len(self._keys))
        return self._render_cache

    def crop(self, start: int, end: int | None = None) -> Strip:
        """A part of the line."""
        start, end = max(0, start), len(self._keys) if end is None else min(end, len(self._keys))
        if start == 0 and end == len(self._keys):
            return self
        part = PixelStrip(self._keys[start:end], self._cells)
        part._head = self._head - start if start <= self._head < end else -1
        if start == 0 and 0 < self._known < end:
            part._render_cache = f"\x1b[{self._known}C{self._text(self._known, end)}"
        return part

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        """The parts between places."""
        ends = [cut for cut in cuts if cut <= len(self._keys)]
        if ends == [len(self._keys)]:
            return [self]
        return [PixelStrip(self.keys[start:end], self._cells) for start, end in zip([0, *ends], ends, strict=False)]

    def _text(self, start: int, end: int) -> str:
        if self._texts is None:
            self._texts = [self._cells.ansi(key) for key in self._keys]
        head = self._head
        if not start <= head < end:
            return "".join(self._texts[start:end]) + _RESET
        under = self._cells.ansi(self._keys[head] + Cells.HEAD)
        return "".join((*self._texts[start:head], under, *self._texts[head + 1 : end])) + _RESET


def _segments(keys: Sequence[int], table: Cells) -> list[Segment]:
    return [Segment(table.glyphs[key], table.style(key)) for key in keys]


def strip_of(keys: Sequence[int], table: Cells, ink: Style, head: int = -1) -> Strip:
    """A line of cells by their keys, the playhead over cell ``head``. ink: of cells that are letters."""
    strip = PixelStrip(keys, table)
    strip.move(head)
    if table.system in (SHADES, ASCII):
        return Strip([Segment("".join(table.glyphs[key] for key in strip.keys), ink)], len(keys))
    return strip if FAST else Strip(_segments(strip.keys, table), len(keys))


def system_of(app: Any) -> str:
    """How the app's terminal shows pictures. app: a ``Face``."""
    if app.plain:
        return ASCII
    known = {"truecolor": TRUE, "256": INDEXED, "standard": SHADES, "windows": SHADES}
    return known.get(app.console.color_system or "", TRUE)
