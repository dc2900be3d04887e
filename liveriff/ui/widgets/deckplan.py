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
CHIPS = (("mute", 7), ("freeze", 9), ("next", 7))
_WIDE_ROWS = (("seed", "drift", "category"), ("density", "brightness", "model"), ("level", "side", "chips"))
_NARROW_ROWS = (("seed", "drift"), ("category", "density"), ("brightness", "model"), ("level", "side"), ("chips",))


def deck_plan(width: int, height: int) -> Plan:
    """Regions by name within a panel that has a frame of one cell."""
    if height <= FOLDED or width < 12:
        return {}
    margin = 2 if width >= WIDE else 1
    inner = Region(margin, 1, width - 2 * margin, height - 2)
    plan: dict[str, Region] = {}
    top = _prompts(plan, inner, height)
    bottom = _controls(plan, inner, height, inner.bottom - top - LEAST_PICTURE - 1)
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


def _controls(plan: dict[str, Region], inner: Region, height: int, room: int) -> int:
    """Rows of controls from below, the most important lowest; returns the line where they begin."""
    tall = 2 if height >= ROOMY else 1
    bottom = inner.bottom
    for row in reversed(_WIDE_ROWS if inner.width >= WIDE else _NARROW_ROWS):
        lines = 1 if row == ("chips",) else tall
        if inner.bottom - bottom + lines > room:
            break
        bottom -= lines
        _row(plan, row, Region(inner.x, bottom, inner.width, lines))
    return bottom


def _row(plan: dict[str, Region], row: tuple[str, ...], region: Region) -> None:
    chips = sum(width for _, width in CHIPS) + len(CHIPS) - 1
    shared = "chips" in row and len(row) > 1
    columns = len(row) - shared
    width = (region.width - (chips + 2 if shared else 0) + 2) // columns - 2
    x = region.x
    for name in row:
        if name == "chips":
            _chips(plan, Region(x, region.bottom - 1, region.right - x, 1))
        else:
            plan[name] = Region(x, region.y, width, region.height)
            x += width + 2


def _chips(plan: dict[str, Region], region: Region) -> None:
    x, spare = region.x, max(0, region.width - sum(width for _, width in CHIPS)) // len(CHIPS)
    for name, width in CHIPS:
        plan[name] = Region(x, region.y, min(width, region.right - x), 1)
        x += width + min(spare, 4)


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
