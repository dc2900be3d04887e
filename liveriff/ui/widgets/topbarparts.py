"""What the top bar says, piece by piece, and what falls off first where it does not fit. Pure but for the store."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len

from liveriff.ui.store import Store
from liveriff.ui.widgets.meter import FLOOR_DB, colour_of, share_of

Run = tuple[str, str, str]
"""Text, colour, weight; see ``Ink``."""
METER_CELLS = 8
_EIGHTHS = " ▏▎▍▌▋▊▉█"
GAP = 3
FRESH_S = 20.0
"""A counter that moved within this time is shown as urgent; later, only if there is room."""


class Piece(NamedTuple):
    """name: for the mouse; rank: the higher, the sooner it falls off; runs: what is written."""

    name: str
    rank: int
    runs: tuple[Run, ...]

    @property
    def width(self) -> int:
        """In cells."""
        return sum(cell_len(text) for text, _, _ in self.runs)


def fitting(pieces: Sequence[Piece], width: int) -> list[Piece]:
    """As many as fit, by rank, in their order."""
    kept = list(pieces)
    while kept and sum(piece.width for piece in kept) + GAP * (len(kept) - 1) > width:
        kept.remove(max(kept, key=lambda piece: piece.rank))
    return kept


def place(beat: float, playing: bool, plain: bool) -> Piece:
    """Bar and beat, and four lights: the one of this beat is filled, and on the beat itself it is another sign."""
    step = math.floor(beat)
    bar, now = step // 4 + 1, step % 4
    flash = playing and beat - step < 0.25
    lit, dim, off = ("#", "o", ".") if plain else ("◉", "●", "·")
    lights: list[Run] = [
        (lit if flash else dim, "error" if now == 0 and flash else "accent", "b") if at == now else (off, "muted", "")
        for at in range(4)
    ]
    sign = (">" if playing else "#") if plain else ("▶" if playing else "■")
    head: Run = (f"{sign} {bar}.{now + 1} ".ljust(9), "foreground" if playing else "warning", "b")
    return Piece("play", 0, (head, *lights))


def peaks(left: float, right: float, plain: bool) -> Piece:
    """Both channels beside each other, with the louder one's figure."""
    loudest = max(left, right)
    runs: list[Run] = []
    for letter, level in (("L", left), ("R", right)):
        runs += [(letter, "muted", ""), *bar(level, METER_CELLS, plain), (" ", "muted", "")]
    over = "!" if colour_of(loudest) == "error" else " "
    figure = "-inf" if loudest <= FLOOR_DB else f"{loudest:.0f}"
    return Piece("peak", 2, (*runs, (f"{figure:>4} dB{over}", colour_of(loudest), "b")))


def bar(level_db: float, cells: int, plain: bool) -> list[Run]:
    """A lying meter."""
    eighths = round(share_of(level_db) * cells * 8)
    whole, part = divmod(eighths, 8)
    text = "#" * whole if plain else "█" * whole + _EIGHTHS[part].strip()
    return [(text, colour_of(level_db), ""), (("." if plain else "·") * (cells - len(text)), "faint", "")]


class Counts:
    """Counters of what went wrong, and which of them has moved of late. Pure but for the clock passed in."""

    def __init__(self) -> None:
        """Nothing went wrong."""
        self._counts: dict[str, int] = {}
        self._moved: dict[str, float] = {}

    def fresh(self, now: float, name: str, count: int) -> bool:
        """Whether a counter has moved within FRESH_S."""
        before = self._counts.get(name)
        self._counts[name] = count
        if before is not None and count > before:
            self._moved[name] = now
        return now - self._moved.get(name, -math.inf) < FRESH_S


def troubles(store: Store, now: float, counts: Counts) -> list[Piece]:
    """What the performer must know at once, most urgent first; nothing while all is well."""
    found: list[Piece] = []
    if not store.link.connected:
        run: Run = (" NO ENGINE ", "error", "br") if store.met else (" STARTING ", "warning", "b")
        found.append(Piece("link", 1, (run,)))
    for path, word in (
        ("/status/underruns", "holes"),
        ("/status/late_chunks", "late"),
        ("/status/late_blocks", "slow"),
    ):
        count = round(store.number(path))
        fresh = counts.fresh(now, word, count)
        if count:
            run = (f"! {count} {word}", "warning", "b") if fresh else (f"{count} {word}", "muted", "")
            found.append(Piece(word, 4 if fresh else 11, (run,)))
    return found


def recording(store: Store, plain: bool) -> list[Piece]:
    """The recorder, while it runs."""
    name = store.words("/status/recording")
    if not (name or store.get("/record")):
        return []
    sign: Run = ("* REC" if plain else "● REC", "error", "b")
    return [Piece("record", 3, (sign,)), *([Piece("name", 12, ((name, "foreground", ""),))] if name else [])]


def words(store: Store) -> list[Piece]:
    """Tempo, key, grid, scene, and how far ahead the renderer is."""
    clock = store.words("/status/clock")
    lead, speed = store.number("/status/lead_s"), store.number("/status/x_realtime")
    return [
        Piece("bpm", 1, ((f"{store.number('/tempo/bpm'):.2f}", "foreground", "b"), (" BPM", "muted", ""))),
        Piece("key", 5, ((f"{store.text('/key/tonic')} {store.text('/key/mode')}", "foreground", ""),)),
        Piece("grid", 6, (("grid ", "muted", ""), (store.text("/quantum"), "foreground", ""))),
        *([Piece("scene", 7, ((store.words("/scene"), "secondary", ""),))] if store.words("/scene") else []),
        *([Piece("lead", 8, (("lead ", "muted", ""), (f"{lead:.1f} s", "foreground", "")))] if lead > 0 else []),
        *([Piece("speed", 9, ((f"{speed:.1f}", "foreground", ""), (" x rt", "muted", "")))] if speed > 0 else []),
        *([Piece("clock", 10, (("clock ", "muted", ""), (clock, "foreground", "")))] if clock else []),
    ]
