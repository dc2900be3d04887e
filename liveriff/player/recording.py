"""A recording of the performance: the mix, and if asked for its stems, each a tape of its own and all equally long.

``take`` and ``take_stems`` are called on the sink's thread and never wait.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from liveriff.params.words import DECKS
from liveriff.player.writer import TAPE_BYTES, Writer

STEMS = (*(f"deck {n}" for n in DECKS), "pads", "effects")


def stem_path(path: Path, stem: str) -> Path:
    """The file of a stem: "set.wav" has "set - deck 1.wav" beside it."""
    return path.with_name(f"{path.stem} - {stem}{path.suffix}")


class Recording:
    """``path``: of the mix; ``done``: all is closed; ``reason``: what went wrong with any of it, or ""."""

    def __init__(self, path: str, rate: int, stems: bool = False, depth: int = 0, most_bytes: int = TAPE_BYTES) -> None:
        """Open all files; DeviceError where one cannot be written, and then none is left open.

        depth: frames by which the mix is later than its stems: these are held back by as much, so that all files
        begin at the same moment; most_bytes: how large a file may grow.
        """
        self.path = Path(path)
        self.stems = stems
        self.mix = Writer(path, rate, most_bytes=most_bytes)
        self._depth = depth
        self._stems: list[Writer] = []
        try:
            for stem in STEMS if stems else ():
                self._stems.append(Writer(str(stem_path(self.path, stem)), rate, most_bytes=most_bytes))
        except Exception:
            self.finish()
            raise
        self._row = np.zeros((len(STEMS), 2 * depth + 4096, 2), np.float32)

    def take(self, block: NDArray[np.float32]) -> None:
        """Frames (frames, 2) of the mix."""
        self.mix.take(block)

    def take_stems(self, decks: NDArray[np.float64], pads: NDArray[np.float64], effects: NDArray[np.float64]) -> None:
        """Frames of the decks (4, frames, 2), the pads and the effects (frames, 2), after their faders, as mixed."""
        n, depth = len(pads), self._depth
        for i, (writer, stem) in enumerate(zip(self._stems, (*decks, pads, effects), strict=True)):
            row = self._row[i]
            row[depth : depth + n] = stem
            writer.take(row[:n])
            row[:depth] = row[n : n + depth].copy()

    @property
    def files(self) -> tuple[Path, ...]:
        """All that were written, the mix's first."""
        return tuple(path for writer in self._writers for path in writer.files)

    @property
    def frames(self) -> int:
        """Of the mix."""
        return self.mix.frames

    @property
    def done(self) -> bool:
        """See the class."""
        if self.mix.done:  # the mix has failed, or was finished: stems alone are of no use
            self.finish()
        return all(writer.done for writer in self._writers)

    @property
    def reason(self) -> str:
        """See the class."""
        return next((writer.reason for writer in self._writers if writer.reason), "")

    def finish(self, wait_s: float = 0.0) -> None:
        """Write what is left and close; ``done`` follows."""
        for writer in self._writers:
            writer.finish()
        for writer in self._writers if wait_s else ():
            writer.finish(wait_s)

    @property
    def _writers(self) -> tuple[Writer, ...]:
        return (self.mix, *self._stems)
