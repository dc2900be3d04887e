"""A player without a sink or a clock: takes what a performance's player took, block by block, and plays the same.

The very ``Player``, ``Inbox`` and ``Mixer`` run here, so what they do needs no second description; only the clock, the
panel and the ring of strokes are stood in for. Any thread; as fast as the machine can.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import Pipe
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liveriff.player.desk import Desk
from liveriff.player.ear import Ear
from liveriff.player.inbox import Inbox
from liveriff.player.kernels import Kernels, choose
from liveriff.player.listening import Listening
from liveriff.player.meters import Meters
from liveriff.player.mixer import Mixer
from liveriff.player.panel import Panel
from liveriff.player.player import Leave, Player
from liveriff.player.sink import ClockSink
from liveriff.wire.hits import Hit
from liveriff.wire.messages import Attach, Record

Sound = NDArray[np.float32]


@dataclass(frozen=True)
class Taken:
    """What a player takes before a block: cells of the panel, messages with the sounds of the slots they name, strokes
    (pad, velocity, frame when felt), and whether it shall fade out, within so many seconds."""

    panel: Mapping[str, float]
    messages: Sequence[tuple[object, Mapping[int, Sound]]] = ()
    strokes: Sequence[tuple[int, float, float]] = ()
    leave: float | None = None


class Shelf:
    """Stands in for the slots: what lies in each now. What a loop still reads of an older one stays alive with it."""

    def __init__(self) -> None:
        """Empty."""
        self.spec = self
        self.total = 1 << 30
        self._sounds: dict[int, Sound] = {}

    def put(self, sounds: Mapping[int, Sound]) -> None:
        """Lay sounds (frames, 2) into slots."""
        self._sounds.update(sounds)

    def __getitem__(self, slot: int) -> Sound:
        """The frames of a slot."""
        return self._sounds[slot]

    def close(self) -> None:
        """Nothing is mapped."""


class Offline:
    """One life of a player. rate: frames a second; block: what its sink says it asks for; limit: frames it plays from
    the first downbeat on, or None."""

    def __init__(
        self,
        rate: int,
        block: int,
        limit: int | None,
        names: Sequence[str],
        kernels: Kernels | None = None,
        heard: Listening | None = None,
    ) -> None:
        """At frame 0, silent. names: of the panel's cells, whose values are all 0; heard: what came in, after its
        level."""
        self._panel = Panel(names)
        self._replies: deque[object] = deque(maxlen=0)
        kernels = kernels or choose()
        self.mixer = Mixer(rate, kernels, self._replies.append, Desk(self._panel))
        if heard is not None:
            self.mixer.ear = Ear(heard, rate, kernels, self._panel, levelled=True)
        self._film = Film()
        self._strokes: list[Hit] = []
        film: Any = self._film  # instead of a file
        strokes: Any = _Strokes(self._strokes)
        sink = ClockSink(rate, block, "offline")
        self.player = Player(self.mixer, Meters(rate, None), sink, limit, film, strokes, self._panel)
        self.player.clock = _Felt()
        self._pipe, self._far = Pipe()
        self._inbox = Inbox(self._pipe, rate, self.player.commands, self._replies)
        self._shelf = Shelf()
        shelf: Any = self._shelf
        self._inbox.pools.append(shelf)

    @property
    def frame(self) -> int:
        """The next block's first frame."""
        return self.player.frame

    def block(self, frames: int, taken: Taken | None = None) -> Sound:
        """Play the next block of ``frames`` frames; what of it lies after the first downbeat, (up to frames, 2)."""
        if taken:
            self._take(taken)
        out = np.zeros((frames, 2), np.float32)
        self.player.fill(out)
        if self.player.fault:
            raise RuntimeError(self.player.fault)
        return self._film.cut()

    def _take(self, taken: Taken) -> None:
        self._panel.put([self._panel.index[name] for name in taken.panel], list(taken.panel.values()))
        for message, sounds in taken.messages:
            self._shelf.put(sounds)
            if not isinstance(message, Attach | Record):
                self._inbox.take(message)
        self._strokes.extend(Hit(pad, velocity, frame) for pad, velocity, frame in taken.strokes)
        if taken.leave is not None:
            self.player.commands.append(Leave(taken.leave))

    def close(self) -> None:
        """Done."""
        if self.mixer.ear is not None:
            self.mixer.ear.listening.close()
        self._pipe.close()
        self._far.close()


class Film:
    """Takes the place of a sink's file."""

    def __init__(self) -> None:
        """Empty."""
        self._parts: list[Sound] = []

    def take(self, block: Sound) -> None:
        """Keep frames (frames, 2)."""
        self._parts.append(block.copy())

    def cut(self) -> Sound:
        """What was kept since the last call."""
        parts, self._parts = self._parts, []
        return np.concatenate(parts) if parts else np.zeros((0, 2), np.float32)


class _Strokes:
    """The ring of strokes: given out at the next block."""

    def __init__(self, strokes: list[Hit]) -> None:
        self._strokes = strokes

    def take(self) -> list[Hit]:
        given = list(self._strokes)
        self._strokes.clear()
        return given


class _Felt:
    """The clock of strokes whose time is their frame."""

    def tell(self, frame: int, time_s: float) -> None:
        """There is no time."""

    def frame_at(self, time_s: float) -> float:
        """The frame it was felt at."""
        return time_s
