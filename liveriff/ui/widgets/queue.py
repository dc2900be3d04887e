"""The queue of a deck as a strip of chunks, first heard first: on one line, or a line each where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rich.cells import cell_len
from textual.strip import Strip

from liveriff.ui import lines
from liveriff.ui.look import CATEGORIES, STATES, Mark
from liveriff.ui.widgets.faced import fit
from liveriff.ui.widgets.painted import Painted, Part

ChunkLine = lines.ChunkLine
WORDS = {"playing": "now", "bridging": "looping", "landing": "lands", "rendering": "makes"}
"""Shorter than the states where a word must be short."""
UNKNOWN = Mark("?", "?", "muted")
chunks_of = lru_cache(maxsize=8)(lines.chunks)
"""``lines.chunks``, read once for all that ask in a frame."""


def timing(chunk: ChunkLine) -> str:
    """When it is heard, or how far it is: "1.4 s", "43 %", "43 % 2.0 s"."""
    parts = [f"{chunk.share:.0%}"] if chunk.state == "rendering" else []
    if chunk.seconds is not None and chunk.state not in ("playing", "bridging"):
        parts.append(f"{chunk.seconds:.1f}s")
    return " ".join(parts)


class Queue(Painted):
    """``/deck/N/chunks``."""

    def __init__(self, deck: int, name: str | None = None) -> None:
        """deck: 1 to 4."""
        super().__init__(name=name)
        self.deck = deck

    @property
    def chunks(self) -> tuple[ChunkLine, ...]:
        """As the engine tells them."""
        return chunks_of(self.store.words(f"/deck/{self.deck}/chunks"))

    def seen(self, now: float) -> object:
        """The chunks, and the state in words for an engine that tells none."""
        return self.chunks, self.store.words(f"/deck/{self.deck}/state")

    def show(self) -> None:
        """Paint the lines that changed."""
        self.mend()

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """A strip, or a list."""
        chunks = self.chunks
        if not chunks:
            return [self.strip([("nothing in the queue", self.ink("muted"))], width)]
        if height > 1:
            return [self._row(chunk, width) for chunk in chunks[:height]]
        parts: list[Part] = []
        for chunk in chunks:
            chip = self._chip(chunk, first=not parts)
            if sum(cell_len(text) for text, _ in parts + chip) > width:
                break
            parts += chip
        return [self.strip(parts, width)]

    def _sign(self, chunk: ChunkLine) -> tuple[str, str]:
        mark = STATES.get(chunk.state, UNKNOWN)
        return (mark.plain if self.face.plain else mark.sign), mark.colour.replace("text-", "")

    def _chip(self, chunk: ChunkLine, first: bool) -> list[Part]:
        sign, colour = self._sign(chunk)
        words = " ".join(part for part in (sign, WORDS.get(chunk.state, chunk.state), timing(chunk)) if part)
        arrow = [] if first else [(" > " if self.face.plain else " › ", self.ink("faint"))]
        return [*arrow, (words, self.ink(colour, weight="b" if chunk.state != "planned" else ""))]

    def _row(self, chunk: ChunkLine, width: int) -> Strip:
        sign, colour = self._sign(chunk)
        letters, _ = CATEGORIES.get(chunk.category, ("??", ""))
        head = f"{sign} {WORDS.get(chunk.state, chunk.state):<8}{timing(chunk):>10}  "
        rest = f"{letters} {chunk.seed} {chunk.words}"
        style = self.ink(colour, weight="b" if chunk.state != "planned" else "")
        return self.strip([(head, style), (fit(rest, width - len(head)), self.ink("muted"))], width)
