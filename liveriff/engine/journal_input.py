"""What came in while it was heard in the mix, kept beside the log: a replay cannot ask a singer to sing again.

A file for each life of a player, float32 (frames, 2) from its frame 0 on, with holes where nothing was heard of it.
Engine's loop only, but for the writing.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from liveriff.engine import journal
from liveriff.wire.slots import CHANNELS

if TYPE_CHECKING:
    from liveriff.engine.stage import Stage

MARGIN_S = 1.0  # before the hand was seen to move, and after: a fade lasts a twentieth of that
PART_S = 0.25
LOST = "frame of the input"
FRAME_BYTES = 4 * CHANNELS


class InputKeeper:
    """``tick`` is called at every look, ``begin`` with every life of a player. aside: writes, one job after another."""

    def __init__(
        self,
        stage: Stage,
        folder: Path,
        put: Callable[[journal.Event], None],
        when: Callable[[], tuple[float, int, float]],
        aside: ThreadPoolExecutor,
    ) -> None:
        """put: one more event of the log; when: now."""
        self._stage, self._folder, self._put, self._when, self._aside = stage, folder, put, when, aside
        self._life = self._done = self._until = 0
        self._told = self._failed = self._follows = False

    def begin(self) -> None:
        """Another player counts frames from 0."""
        self._life, self._done, self._until, self._told = self._life + 1, 0, 0, False

    def tick(self, last: bool = False) -> None:
        """Keep what is heard; all there is, if this is the last look."""
        listener = self._stage.listener
        if listener is None:
            return
        if not self._follows:
            self._follows = True
            self._stage.registry.subscribe(lambda _: self._heard(), "/input/monitor")
        end, margin = listener.ring.end(0), round(MARGIN_S * self._stage.time.rate)
        if self._stage.registry.get("/input/monitor"):
            self._heard()
        first, until = self._done, min(end, self._until)
        if self._until <= first:
            self._done = max(first, end - margin)
        elif until - first >= (1 if last else round(PART_S * self._stage.time.rate)) or 0 < self._until <= end:
            self._keep(listener.ring.read(0, first, until - first), first, until - first)
            self._done = until

    def _heard(self) -> None:
        listener = self._stage.listener
        if listener is not None:
            self._until = listener.ring.end(0) + round(MARGIN_S * self._stage.time.rate)

    def _keep(self, sound: NDArray[np.float32] | None, first: int, frames: int) -> None:
        if sound is None or self._failed:
            self._put(journal.Fault(*self._when(), LOST, frames))
            return
        name = f"input-{self._life}.f32"
        self._aside.submit(self._write, name, sound, first, "r+b" if self._told else "wb")
        if not self._told:
            self._told = True
            self._put(journal.Input(*self._when(), name))

    def _write(self, name: str, sound: NDArray[np.float32], first: int, mode: str) -> None:
        """IN A THREAD."""
        try:
            self._folder.mkdir(exist_ok=True)
            with (self._folder / name).open(mode) as file:
                file.seek(first * FRAME_BYTES)
                file.write(sound.tobytes())
        except OSError:
            self._failed = True


class KeptInput:
    """Gives it back; see ``player.listening.Listening``."""

    device, lost, delay_s = "log", "", 0.0

    def __init__(self, path: Path) -> None:
        """OSError where it is not there."""
        self._file = path.open("rb")

    def read(self, out: NDArray[np.float32], frame: int) -> None:
        """Fill ``out`` (frames, 2) with what came in with the block that begins at ``frame``."""
        self._file.seek(frame * FRAME_BYTES)
        data = self._file.read(out.nbytes)
        out.fill(0.0)
        out.reshape(-1)[: len(data) // 4] = np.frombuffer(data[: len(data) // 4 * 4], np.float32)

    def close(self) -> None:
        """Done."""
        self._file.close()
