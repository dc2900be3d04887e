"""The picture of a deck's loop with a playhead, and of the chunk that is being made for it.

The picture stands still while the loop plays: its lines are kept, and only two columns change when the playhead moves.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Region
from textual.strip import Strip

from liveriff.ui.beat import BeatClock
from liveriff.ui.look import STATES
from liveriff.ui.widgets.cells import Cells, PixelStrip, cells, strip_of, system_of
from liveriff.ui.widgets.colourmap import LEVELS
from liveriff.ui.widgets.painted import Painted
from liveriff.ui.widgets.pixels import beat_columns, fitted, ruled
from liveriff.ui.widgets.queue import chunks_of

HEAL_S = 1.0
"""So often the whole line up to the playhead is sent: should anything else have painted there, it does not stay."""
HEADED_FROM = 12
"""Lines from which on the first one says what this is, since another picture lies above."""
RULER_FROM = 4
"""Lines from which on the last one numbers the beats."""
SEEN = {"landing": "lands", "ready": "ready", "rendering": ""}
"""States of chunks that are made or being made and do not sound yet, and the word for it."""


class Spectrogram(Painted):
    """What sounds on a deck."""

    def __init__(self, deck: int, name: str | None = None) -> None:
        """deck: 1 to 4."""
        super().__init__(name=name)
        self.deck = deck
        self.head = -1
        self.beats = 0
        self._clock = BeatClock()
        self._keys: list[list[int]] = []
        self._cells: Cells | None = None
        self._known, self._painted, self._healed = 0, True, 0.0

    # --- looking -----------------------------------------------------------------------------------------------------

    def frame(self, now: float) -> None:
        """Paint the picture if it is another, else move the playhead if it has to."""
        head = self._place(now)
        seen = (self._path("spectrogram"), self.store.blob(self._path("spectrogram")), self.beats)
        if seen != self._seen:
            self._seen, self.head = seen, head
            self.refresh()
        elif head != self.head:
            self._move(now, head)

    def _path(self, name: str) -> str:
        return f"/deck/{self.deck}/{name}"

    def _place(self, now: float) -> int:
        """The column of the playhead, -1 where there is nothing to play."""
        store = self.store
        self.beats = int(store.number(self._path("heard/beats"), 8)) or 8
        reading = store.number(self._path("position")) * self.beats
        running = bool(store.get("/play")) and store.link.connected
        beat = self._clock.look(now, reading, store.number("/tempo/bpm", 120.0), running)
        if not store.blob(self._path("spectrogram")):
            return -1
        return int(beat % self.beats / self.beats * self.outer_size.width)

    def _move(self, now: float, head: int) -> None:
        """Paint the column where the playhead was and the one where it is."""
        old, self.head = self.head, head
        if self._lines is None:
            self.refresh()
            return
        self._known = min(old, head) if self._painted else min(old, head, self._known)
        if now - self._healed > HEAL_S:
            self._healed, self._known = now, 0
        self._painted = False
        self._lay(self._lines, *self._for)
        self.refresh(*(Region(column, 0, 1, self._for[1]) for column in (old, head) if column >= 0))

    def _lay(self, lines: list[Strip], width: int, height: int) -> None:
        pixels = [line for line in lines if isinstance(line, PixelStrip)]
        if not pixels:
            self._lines = self.whole(width, height)
            return
        for line in pixels:
            line.move(self.head, max(0, self._known))
        if len(lines) > len(pixels):
            lines[-1] = self._ruler(width)

    def render_lines(self, crop: Region) -> list[Strip]:
        """As others; and note that what was moved is on its way."""
        self._painted = self._painted or crop.size == self.outer_size
        return super().render_lines(crop)

    # --- painting ----------------------------------------------------------------------------------------------------

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """Rows of cells, and the ruler."""
        ruler, headed = height >= RULER_FROM, height >= HEADED_FROM
        rows = height - ruler - headed
        system = system_of(self.app)
        if self._lines is None or self._for != (width, height) or self._cells is None:
            self._cells = cells(system)
            self._keys = self._pixels(width, rows)
        lines = [strip_of(keys, self._cells, self.ink("foreground"), self.head) for keys in self._keys]
        return [self._heading(width)] * headed + lines + [self._ruler(width)] * ruler

    def _pixels(self, width: int, rows: int) -> list[list[int]]:
        picture = ruled(fitted(self.store.blob(self._path("spectrogram")), width, 2 * rows), self.beats)
        keys: list[list[int]] = (picture[0::2] * LEVELS + picture[1::2]).tolist()
        return keys

    def _heading(self, width: int) -> Strip:
        mark = STATES["playing"]
        sign = mark.plain if self.face.plain else mark.sign
        words = [(f"{sign} now", self.ink(mark.colour, weight="b")), (f"  {self.beats} beats", self.ink("muted"))]
        return self.strip(words, width)

    def _ruler(self, width: int) -> Strip:
        """Numbers where beats begin, and the foot of the playhead."""
        marks = [" "] * width
        for beat, column in enumerate([0, *beat_columns(width, self.beats)], 1):
            marks[column : column + len(str(beat))] = str(beat)
        text, ink, head = "".join(marks)[:width], self.ink, self.head
        faint = ink("muted")
        if not 0 <= head < width:
            return self.strip([(text, faint)], width)
        foot = "^" if self.face.plain else "▲"
        return self.strip([(text[:head], faint), (foot, ink("accent", weight="b")), (text[head + 1 :], faint)], width)


class Coming(Painted):
    """The chunk that is being made: a line that says so, and its picture as it comes out of the noise."""

    def __init__(self, deck: int, name: str | None = None) -> None:
        """deck: 1 to 4."""
        super().__init__(name=name)
        self.deck = deck

    def seen(self, now: float) -> object:
        """The picture, and how far it is."""
        return self.store.blob(f"/deck/{self.deck}/coming"), self._next()

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """The label above the picture."""
        picture, table = self.store.blob(f"/deck/{self.deck}/coming"), cells(system_of(self.app))
        label = self._label(width)
        levels = fitted(picture, width, 2 * (height - 1))
        ink = self.ink("foreground")
        return [label, *(strip_of(row.tolist(), table, ink) for row in levels[0::2] * LEVELS + levels[1::2])]

    def _next(self) -> tuple[str, float]:
        """State and share of the next chunk of which there is something to see; of none, "planned"."""
        chunks = chunks_of(self.store.words(f"/deck/{self.deck}/chunks"))
        return next(((chunk.state, chunk.share) for chunk in chunks if chunk.state in SEEN), ("planned", 0.0))

    def _label(self, width: int) -> Strip:
        ink, plain = self.ink, self.face.plain
        state, share = self._next()
        mark = STATES[state]
        sign = mark.plain if plain else mark.sign
        if state == "planned":
            return self.strip([(f"{sign} next", ink("muted"))], width)
        if state != "rendering":
            return self.strip([(f"{sign} next {SEEN[state]}", ink(mark.colour, weight="b"))], width)
        words = f"{sign} next {share:4.0%} "
        done = round(share * max(0, width - len(words)))
        full, rest = ("=", "-") if plain else ("━", "╌")
        bar = [(full * done, ink(mark.colour)), (rest * max(0, width - len(words) - done), ink("faint"))]
        return self.strip([(words, ink(mark.colour, weight="b")), *bar], width)
