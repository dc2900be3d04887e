"""Where the parts of a deck's panel lie, for its size in cells. Pure."""

from __future__ import annotations

from textual.geometry import Region

from liveriff.ui.widgets.placed import Plan

FOLDED = 3
"""Lines up to which a panel is but a summary."""
WIDE = 50  # cells from which on three controls stand beside each other
ROOMY = 34  # lines from which on controls have two lines
LISTED = 28  # lines from which on the queue is a list
STACKED = 14  # lines for pictures from which on the coming one lies above
SNUG = 15  # lines up to which both prompts share one
LEAST_PICTURE = 5
METER = 2
Pages = tuple[tuple[tuple[str, ...], ...], ...]
CHIPS = {"mute": 7, "freeze": 9, "next": 7, "fill": 7, "back": 7, "swap": 7}
"""Buttons that stand beside each other, and how wide they are."""
_PLAY, _MOVE = ("mute", "freeze", "next"), ("fill", "back", "swap")
_WIDE_PAGES: Pages = (
    (("seed", "drift", "category"), ("density", "brightness", "model"), ("level", "side", *_PLAY)),
    (("loop", "repeat", "evolve"), ("preset", "bars", "fill beats"), ("level", "side", *_MOVE)),
    (("source", "source deck", "source file"), ("strength", "guidance", "steps"), ("negative", "beats", "model")),
)
_NARROW_PAGES: Pages = (
    (("seed", "drift"), ("category", "density"), ("brightness", "model"), ("level", "side"), _PLAY),
    (("loop", "repeat"), ("evolve", "fill beats"), ("preset", "bars"), ("level", "side"), _MOVE),
    (("source", "source deck"), ("source file", "strength"), ("guidance", "steps"), ("beats", "model"), ("negative",)),
)
"""Settings in rows, as pages of three or five; of each the most important row is the lowest."""
ALL_PICTURE = 16
"""Lines for pictures that must be left where more than a page is shown."""


def deck_plan(width: int, height: int, dials: int = 0) -> Plan:
    """Regions by name within a panel that has a frame of one cell.

    dials: which page of settings is shown, round and round; a page is as many rows as have room.
    """
    if height <= FOLDED or width < 12:
        return {}
    margin = 2 if width >= WIDE else 1
    inner = Region(margin, 1, width - 2 * margin, height - 2)
    plan: dict[str, Region] = {}
    top = _prompts(plan, inner, height)
    bottom = _controls(plan, inner, height, inner.bottom - top - LEAST_PICTURE - 1, dials)
    lines = max(0, min(bottom - top, 1 if height < LISTED else min(6, height // 8)))
    plan["queue"] = Region(inner.x, bottom - lines, inner.width, lines)
    air = 1 if height >= ROOMY else 0
    _pictures(plan, Region(inner.x, top + air, inner.width, bottom - lines - top - 2 * air))
    return {name: region for name, region in plan.items() if region.width > 0 and region.height > 0}


def _prompts(plan: dict[str, Region], inner: Region, height: int) -> int:
    """Both prompts, and the morph between them; returns the line below."""
    x, y, width, _ = inner
    if height <= SNUG:
        half = width // 2
        plan["a"], plan["b"] = Region(x, y, half, 1), Region(x + half + 1, y, width - half - 1, 1)
        plan["alpha"] = Region(x, y + 1, width, 1)
        return y + 2
    plan["a"], plan["b"], plan["alpha"] = (Region(x, y + line, width, 1) for line in range(3))
    return y + 3


def _controls(plan: dict[str, Region], inner: Region, height: int, room: int, dials: int) -> int:
    """Rows of controls from below, the most important lowest; returns the line where they begin."""
    tall = 2 if height >= ROOMY else 1
    pages = _WIDE_PAGES if inner.width >= WIDE else _NARROW_PAGES
    rows: list[tuple[str, ...]] = [row for page in pages for row in reversed(page)]
    bottom = inner.bottom
    for row in _page(rows, _fitting(rows, tall, room, len(pages[0])), dials):
        if left_over := tuple(name for name in row if name not in plan):
            lines = _lines(left_over, tall)
            bottom -= lines
            _row(plan, left_over, Region(inner.x, bottom, inner.width, lines))
    return bottom


def _lines(row: tuple[str, ...], tall: int) -> int:
    return tall if any(name not in CHIPS for name in row) else 1


def _fitting(rows: list[tuple[str, ...]], tall: int, room: int, page: int) -> int:
    """How many rows have room; more than a page of them leave the pictures more."""
    used = 0
    for at, row in enumerate(rows):
        used += _lines(row, tall)
        if used > (room if at < page else room - ALL_PICTURE):
            return at
    return len(rows)


def _page(rows: list[tuple[str, ...]], count: int, dials: int) -> list[tuple[str, ...]]:
    """The rows of a page of ``count``."""
    if count == 0:
        return []
    first = dials % -(-len(rows) // count) * count
    return rows[first : first + count]


def _row(plan: dict[str, Region], row: tuple[str, ...], region: Region) -> None:
    chips = tuple(name for name in row if name in CHIPS)
    columns = len(row) - len(chips)
    room = sum(CHIPS[name] for name in chips) + len(chips) - 1
    width = (region.width - (room + 2 if chips else 0) + 2) // columns - 2 if columns else 0
    x = region.x
    for name in row[:columns]:
        plan[name] = Region(x, region.y, width, region.height)
        x += width + 2
    if chips:
        _chips(plan, chips, Region(x, region.bottom - 1, region.right - x, 1))


def _chips(plan: dict[str, Region], chips: tuple[str, ...], region: Region) -> None:
    x, spare = region.x, max(0, region.width - sum(CHIPS[name] for name in chips)) // len(chips)
    for name in chips:
        plan[name] = Region(x, region.y, min(CHIPS[name], region.right - x), 1)
        x += CHIPS[name] + min(spare, 4)


def _pictures(plan: dict[str, Region], region: Region) -> None:
    """The loop with its meter, and what comes: above where there is height, else beside."""
    x, y, width, height = region
    plan["meter"] = Region(region.right - METER, y, METER, height)
    width -= METER + 1
    if height >= STACKED:
        above = max(4, height // 3)
        plan["coming"] = Region(x, y, width, above)
        plan["picture"] = Region(x, y + above, width, height - above)
    else:
        beside = width // 3
        plan["picture"] = Region(x, y, width - beside - 1, height)
        plan["coming"] = Region(x + width - beside, y, beside, height)
