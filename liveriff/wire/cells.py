"""Cells: named doubles in shared memory, latest wins.

One writer a block of cells (the panel: engine to player; the gauges: player to engine). A single double is
written and read whole on every platform we run on; where several must belong together (frame and time), ``publish``
and ``snapshot`` use a sequence number, odd while writing. Neither side ever waits: a reader that keeps meeting a
writer takes the newest it has after a few tries.
"""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from liveriff.errors import LiveriffError
from liveriff.params.words import DECKS, PADS
from liveriff.wire.memory import remove, shared

_HEAD = 2  # cells before the values: digest of the names, sequence number
_TRIES = 8


class CellsView(Protocol):
    """What reads cells: ``Cells`` itself, or a copy of one moment. ``index``: places in ``values`` by name."""

    index: dict[str, int]
    values: NDArray[np.float64]


class Cells:
    """Doubles by name. ``values`` is the raw float64 view in the order of ``names``."""

    def __init__(self, segment: str, names: Sequence[str], create: bool = False) -> None:
        """Map (or create) the segment; both sides must pass the same names in the same order."""
        self.names = tuple(names)
        self.index = {name: i for i, name in enumerate(self.names)}
        self._owner = create
        size = 8 * (_HEAD + len(self.names))
        self._memory = shared(segment, size, create)
        self._cells: NDArray[np.float64] = np.ndarray((_HEAD + len(self.names),), np.float64, self._memory.buf)
        self.values: NDArray[np.float64] = self._cells[_HEAD:]
        self._sign(create)

    def _sign(self, create: bool) -> None:
        digest = float(zlib.crc32("\n".join(self.names).encode()))
        if create:
            self._cells[0] = digest
        elif self._cells[0] != digest:
            raise LiveriffError(f"the cells {self._memory.name} were made by another version; restart liveriff.")

    def __getitem__(self, name: str) -> float:
        """Latest value of a cell."""
        return float(self.values[self.index[name]])

    def __setitem__(self, name: str, value: float) -> None:
        """Write one cell (only the owner of the direction does)."""
        self.values[self.index[name]] = value

    def publish(self, values: Mapping[str, float]) -> None:
        """Write several cells that belong together."""
        self._cells[1] += 1
        for name, value in values.items():
            self.values[self.index[name]] = value
        self._cells[1] += 1

    def clear(self) -> None:
        """All zero, as when made: for the reader, when the writer has died and another is to come. The dead one may
        have left the sequence number odd, which would spoil every later ``snapshot``."""
        self._cells[1:] = 0.0

    def snapshot(self) -> dict[str, float]:
        """All cells as they stood at one moment."""
        copy = self.values.copy()
        for _ in range(_TRIES):
            before = self._cells[1]
            copy = self.values.copy()
            if before == self._cells[1] and before % 2 == 0:
                break
        return dict(zip(self.names, copy.tolist(), strict=True))

    def close(self) -> None:
        """Unmap; the owner also unlinks."""
        del self.values, self._cells
        with contextlib.suppress(BufferError):
            self._memory.close()
        if self._owner:
            remove(self._memory)


GAUGES: tuple[str, ...] = (
    "frame",  # frames the sink has asked for since it opened: the instrument's time
    "clock_s",  # time.monotonic() when that was
    "blocks",
    "underruns",  # reported by the audio host
    "late_blocks",  # blocks that took longer to mix than they last
    "load",  # smoothed share of the block's time spent mixing
    "peak_left",
    "peak_right",
    "rms",
    "reduction_db",  # limiter's gain reduction, >= 0
    "bad_samples",  # samples of chunks that were not finite and were played as zero
    *(f"deck{n}_peak" for n in DECKS),
    *(f"deck{n}_slot" for n in DECKS),  # slot playing, -1 for none
    *(f"deck{n}_loop" for n in DECKS),  # 0..1 through the loop
    "strokes",  # pad strokes so far
    "late_strokes",  # of them, those that came too late to sound at their constant distance
    *(f"pad{n}_voices" for n in PADS),
    "input_peak",
    "input_delay",  # frames from a frame that the sink asks for to what comes in when it is heard
)
