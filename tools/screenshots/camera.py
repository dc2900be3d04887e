"""Takes pictures of terminals: still ones, and a recording as asciicast and as an animation."""

from __future__ import annotations

import json
import threading
import time
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from e2e.terminal import Terminal
from screenshots.cells import blank, cells, changes
from screenshots.painter import painted

COLOURS = 256
LAST_MS = 2000
SMALL = {"lossless": True, "quality": 40, "method": 4, "kmin": 9, "kmax": 1000}  # without kmax it is ten times as much


class Frame(NamedTuple):
    """s: seconds since the recording began; screen: lines with colour sequences."""

    s: float
    screen: str


def seen(terminal: Terminal) -> str:
    """What a terminal shows, with its colours."""
    return terminal.tmux("capture-pane", "-e", "-p")


def still(terminal: Terminal, path: Path, columns: int, rows: int) -> None:
    """A PNG of what a terminal shows now."""
    image = painted(seen(terminal), columns, rows)
    few = image.getcolors(COLOURS) is not None
    (image.quantize(COLOURS) if few else image.quantize(COLOURS, dither=0)).save(path, optimize=True)


class Recorder:
    """Looks at a terminal so many times a second until ``stop``."""

    def __init__(self, terminal: Terminal, fps: float) -> None:
        """Begins at once."""
        self.frames: list[Frame] = []
        self._terminal, self._fps = terminal, fps
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder")
        self._thread.start()

    def stop(self) -> list[Frame]:
        """The frames, of equal neighbours the first."""
        self._over.set()
        self._thread.join()
        return self.frames

    def _run(self) -> None:
        began = time.monotonic()
        while not self._over.is_set():
            now = time.monotonic() - began
            screen = seen(self._terminal)
            if not self.frames or screen != self.frames[-1].screen:
                self.frames.append(Frame(now, screen))
            self._over.wait(max(0.0, 1 / self._fps - (time.monotonic() - began - now)))


def write_cast(path: Path, frames: list[Frame], columns: int, rows: int, title: str) -> None:
    """As asciicast v2 (docs.asciinema.org): a header, then events of what has changed."""
    header = {"version": 2, "width": columns, "height": rows, "title": title, "env": {"TERM": "xterm-256color"}}
    lines = [json.dumps(header), json.dumps([0.0, "o", "\x1b[?25l\x1b[2J"])]
    shown: list[str] = [""] * rows
    cells_shown = [blank(columns)] * rows
    for frame in frames:
        text = ""
        for row, line in enumerate([*frame.screen.split("\n"), *[""] * rows][:rows]):
            if line != shown[row]:
                now = [*cells(line), *blank(columns)][:columns]
                text += changes(row, cells_shown[row], now)
                shown[row], cells_shown[row] = line, now
        lines.append(json.dumps([round(frame.s, 2), "o", text], ensure_ascii=False))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_animation(path: Path, frames: list[Frame], columns: int, rows: int, fps: float) -> int:
    """As an animated WebP, lossless: half the bytes of a lossy one, because so little changes. Frames are left out so
    that there are at most so many a second; returns how many are left."""
    kept = [frames[0]]
    for frame in frames[1:]:
        if frame.s - kept[-1].s >= 0.9 / fps:
            kept.append(frame)
    images = [painted(frame.screen, columns, rows) for frame in kept]
    lasts = [*(round((b.s - a.s) * 1000) for a, b in pairwise(kept)), LAST_MS]
    images[0].save(path, save_all=True, append_images=images[1:], duration=lasts, loop=0, **SMALL)
    return len(kept)
