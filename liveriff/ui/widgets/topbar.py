"""The bar on top: place in the music, tempo, key, grid, scene, meters, recording, and how the engine is."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from textual import events
from textual.strip import Strip

from liveriff.ui.widgets.meter import FLOOR_DB, Ballistics
from liveriff.ui.widgets.painted import Painted, Part
from liveriff.ui.widgets.topbarparts import GAP, Counts, Piece, fitting, peaks, place, recording, troubles, words


class TopBar(Painted):
    """One line. Most of it can be clicked: the transport, the tempo (a tap), key, grid, recorder."""

    DEFAULT_CSS = "TopBar { height: 1; width: 1fr; }"
    ground = "panel"

    def __init__(self) -> None:
        """Silent."""
        super().__init__()
        self._left, self._right = Ballistics(), Ballistics()
        self._counts = Counts()
        self._shown: list[tuple[int, int, str]] = []

    def seen(self, now: float) -> object:
        """The pieces, as they would be written."""
        store, plain = self.store, self.face.plain
        self._left.look(now, store.number("/status/peak/left", FLOOR_DB))
        self._right.look(now, store.number("/status/peak/right", FLOOR_DB))
        playing = bool(store.get("/play")) and store.link.connected
        return (
            place(self.face.beat, playing, plain),
            *words(store)[:1],
            *troubles(store, now, self._counts),
            *recording(store, plain),
            *words(store)[1:],
            peaks(self._left.level, self._right.level, plain),
        )

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """What fits; the meters keep the right end."""
        pieces: Sequence[Piece] = self._seen if isinstance(self._seen, tuple) else ()
        kept = fitting(pieces, width - 2)
        spare = width - 2 - sum(piece.width for piece in kept) - GAP * (len(kept) - 1)
        parts: list[Part] = [(" ", self._style("foreground", ""))]
        self._shown, x = [], 1
        for piece in kept:
            before = (GAP if parts[1:] else 0) + (spare if piece.name == "peak" else 0)
            parts.append((" " * before, self._style("foreground", "")))
            parts += [(text, self._style(colour, weight)) for text, colour, weight in piece.runs]
            self._shown.append((x + before, x + before + piece.width, piece.name))
            x += before + piece.width
        return [self.strip(parts, width)]

    def _style(self, colour: str, weight: str) -> Style:
        if "r" in weight:
            return self.ink("background", colour, "b")
        return self.ink(colour, self.ground, weight)

    def on_click(self, event: events.Click) -> None:
        """Do what the piece is about."""
        name = next((name for start, end, name in self._shown if start <= event.x < end), "")
        store = self.store
        if name == "play":
            store.toggle("/play")
        elif name == "bpm":
            store.pull("/tempo/tap")
        elif name == "key":
            store.set("/key/mode", "major" if store.words("/key/mode") == "minor" else "minor")
        elif name == "grid":
            options = list(store.spec("/quantum").kind.options)  # type: ignore[union-attr]
            store.set("/quantum", options[(options.index(store.get("/quantum")) + 1) % len(options)])
        elif name == "record":
            store.toggle("/record")
