"""Peak meters: a column beside a fader, dBFS with peak hold. What has changed is painted, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Sequence

from textual.geometry import Region
from textual.strip import Strip

from liveriff.ui.widgets.painted import Painted

FLOOR_DB = -60.0
HOT_DB, OVER_DB = -9.0, -1.0
"""From the first the colour warns; from the second a ! stands above."""
HOLD_S = 1.5
FALL_DB_S = 26.0
"""How fast the bar falls; as quick as a programme meter that one can still read."""
_EIGHTHS = " ▁▂▃▄▅▆▇█"


def share_of(level_db: float) -> float:
    """Place on the meter, 0 to 1; the upper half is the last 20 dB."""
    if level_db <= FLOOR_DB:
        return 0.0
    return float(min(1.0, ((level_db - FLOOR_DB) / -FLOOR_DB) ** 1.71))


class Ballistics:
    """A peak that rises at once, falls steadily, and is remembered for a while. Pure but for the clock passed in."""

    def __init__(self) -> None:
        """Silent."""
        self.level = self.held = FLOOR_DB
        self._at = self._held_at = -math.inf

    def look(self, now: float, peak: float) -> None:
        """A reading in dBFS at ``now`` (s)."""
        since = min(1.0, now - self._at) if self._at > -math.inf else 1.0
        self.level = max(peak, self.level - FALL_DB_S * since, FLOOR_DB)
        self._at = now
        if peak >= self.held or now - self._held_at > HOLD_S:
            self.held, self._held_at = self.level, now


def colour_of(level_db: float) -> str:
    """Name of the theme's colour."""
    return "error" if level_db >= OVER_DB else "warning" if level_db >= HOT_DB else "success"


class Meter(Painted):
    """A column; ``path`` is a peak in dBFS."""

    def __init__(self, path: str, name: str | None = None) -> None:
        """path: of the reading."""
        super().__init__(name=name)
        self.path = path
        self.ballistics = Ballistics()
        self._kept: dict[tuple[object, ...], Strip] = {}

    def frame(self, now: float) -> None:
        """Paint the lines between where the bar was and where it is."""
        ballistics, height = self.ballistics, self.outer_size.height
        ballistics.look(now, self.store.number(self.path, FLOOR_DB))
        eighths = round(share_of(ballistics.level) * height * 8)
        held = min(height - 1, int(share_of(ballistics.held) * height)) if ballistics.held > FLOOR_DB else -1
        seen = (eighths, held, colour_of(ballistics.level), colour_of(ballistics.held))
        before = self._seen
        if seen == before:
            return
        self._seen = seen
        if not isinstance(before, tuple) or self._lines is None or before[2:] != seen[2:]:
            self.refresh()
            return
        lines = {height - 1 - row for row in (before[1], held) if row >= 0}
        low, high = sorted((before[0], eighths))
        lines.update(range(max(0, height - 1 - high // 8), min(height, height - low // 8)))
        for y in lines:
            self._lines[y] = self._line(self._for[0], height - 1 - y, *seen)
        self.refresh(*(Region(0, y, self._for[0], 1) for y in lines))

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """From the top."""
        eighths, held, colour, held_colour = self._seen if isinstance(self._seen, tuple) else (0, -1, "success", "")
        return [self._line(width, height - 1 - y, eighths, held, colour, held_colour) for y in range(height)]

    def _line(self, width: int, row: int, eighths: int, held: int, colour: str, held_colour: str) -> Strip:
        filled = min(8, max(0, eighths - 8 * row))
        key = (self.app.theme, width, filled, colour, row == held, held_colour)
        if key not in self._kept:
            self._kept[key] = self._written(width, filled, colour, row == held, held_colour)
        return self._kept[key]

    def _written(self, width: int, filled: int, colour: str, held: bool, held_colour: str) -> Strip:
        plain = self.face.plain
        if filled:
            sign = (" :#"[(filled + 3) // 4]) if plain else _EIGHTHS[filled]
            return self.strip([(sign * width, self.ink(colour))], width)
        if held:
            sign = "!" if held_colour == "error" else "-" if plain else "▔"
            return self.strip([(sign * width, self.ink(held_colour or colour, weight="b"))], width)
        return self.strip([(("." if plain else "·") * width, self.ink("faint"))], width)


class Reduction(Painted):
    """What the limiter takes off, hanging from the top; ``path`` is a reading in dB."""

    FULL_DB = 12.0

    def __init__(self, path: str, name: str | None = None) -> None:
        """path: of the reading."""
        super().__init__(name=name)
        self.path = path

    def seen(self, now: float) -> object:
        """Lines that are filled, in halves."""
        taken = min(1.0, abs(self.store.number(self.path)) / self.FULL_DB)
        return math.ceil(taken * 2 * max(0, self.outer_size.height - 1))

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """From the top; the last line names it."""
        halves = self._seen if isinstance(self._seen, int) else 0
        full, half, rest = ("#", "'", ".") if self.face.plain else ("█", "▀", "·")
        lines = []
        for y in range(height - 1):
            sign = full if halves >= 2 * y + 2 else half if halves == 2 * y + 1 else rest
            lines.append(self.strip([(sign * width, self.ink("faint" if sign == rest else "warning"))], width))
        return [*lines, self.strip([("GR"[:width], self.ink("muted"))], width)]
