"""A pad of the grid: its number and key, kind, sound and state; it flashes when anybody hits it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from textual import events
from textual.content import Content

from liveriff.params.words import PER_BANK
from liveriff.ui.live import Live
from liveriff.ui.look import INK, STATES, letters, tint

FLASH_S = 0.15
SOFTEST = 0.25
"""Velocity of a click on the lower edge; the upper edge is 1."""
SILENT = "silent"

Hit = Callable[[int, float], object]


class Seen(NamedTuple):
    """All that a pad shows."""

    number: int
    category: str
    words: str
    seed: int
    state: str
    progress: float
    selected: bool
    lit: bool
    dark: bool


class Pad(Live):
    """``path`` is its trigger; clicked it calls ``hit`` with its place and a velocity, and 0 when it is let go."""

    DEFAULT_CSS = """
    Pad { width: 1fr; height: 1fr; background: $surface; color: $foreground; padding: 0; }
    Pad:hover { background: $panel; }
    """

    def __init__(self, place: int, key: str, hit: Hit) -> None:
        """place: from 1, in its bank; key: that plays it, as it is shown."""
        super().__init__()
        self._place, self._key, self._hit = place, key, hit
        self._hits = self._hits_seen = 0
        self._lit_until = float("-inf")
        self.selected = False
        self.turn(1)

    def turn(self, bank: int) -> None:
        """Show the pad of another bank (from 1)."""
        self.number = (bank - 1) * PER_BANK + self._place
        self.path = f"/pad/{self.number}/trigger"
        self._lit_until = float("-inf")
        self.tooltip = f"Pad {self.number}: key {self._key}; click it, higher is louder."

    def struck(self) -> None:
        """Somebody hit it."""
        self._hits += 1

    def seen(self, now: float) -> Seen:
        """The readings, and whether it is still lit."""
        if self._hits != self._hits_seen:
            self._hits_seen, self._lit_until = self._hits, now + FLASH_S
        base, store = f"/pad/{self.number}", self.store
        sounding = store.number(f"{base}/voices") > 0
        return Seen(
            self.number,
            store.words(f"{base}/category"),
            store.words(f"{base}/prompt"),
            int(store.number(f"{base}/seed")),
            "playing" if sounding else store.words(f"{base}/state") or "empty",
            round(store.number(f"{base}/progress"), 2),
            self.selected,
            now < self._lit_until,
            self.face.current_theme.dark,
        )

    def render(self) -> Content:
        """Three lines or two, whatever there is room for."""
        seen = self._seen
        if not isinstance(seen, Seen):
            return Content("")
        width, colour = max(1, self.size.width), tint(seen.category, seen.dark)
        return Content("\n").join(_painted(line, width, seen, colour) for line in self._lines(seen, width))

    def _lines(self, seen: Seen, width: int) -> list[tuple[str, str]]:
        """Left and right text of each line."""
        mark = STATES.get(seen.state.split()[0], STATES[SILENT])
        sign = mark.plain if self.face.plain else mark.sign
        number = f"{'>' if seen.selected else ' '}{seen.number}"
        sound = seen.words or f"seed {seen.seed}"
        state = f"{seen.state} {seen.progress:.0%}" if seen.state.startswith("rendering") else seen.state
        lines = [(f"{number} {self._key}", f"{letters(seen.category)} {sign}"), (f" {sound}", ""), (f" {state}", "")]
        lines += [("", "")] * (self.size.height - len(lines))
        return lines[: max(1, self.size.height)]

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Louder the higher it is struck."""
        event.stop()
        self.capture_mouse()
        self._hit(self._place, velocity(event.y, self.size.height))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go."""
        event.stop()
        self.release_mouse()
        self._hit(self._place, 0.0)


def velocity(row: int, height: int) -> float:
    """Of a click in a row counted from the top."""
    if height <= 1:
        return 1.0
    place = 1.0 - min(height - 1, max(0, row)) / (height - 1)
    return round(SOFTEST + (1.0 - SOFTEST) * place, 2)


def _painted(texts: tuple[str, str], width: int, seen: Seen, colour: str) -> Content:
    """A bar in the colour of the kind, then the line; all of it in that colour while it is lit."""
    left, right = texts
    room = max(0, width - 1 - len(right))
    line = f"{_cut(left, room):<{room}}{right}"
    if seen.lit:
        return Content.styled(f" {line}", f"{INK} on {colour} bold")
    body = f"$background on {colour} bold" if seen.selected and right else "bold" if right else ""
    return Content.assemble(("▌", colour), (line, body))


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: max(0, room - 1)]}…"
