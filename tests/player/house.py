"""A player process with an engine's end of its pipe: real slots, real cells, a real sink."""

from __future__ import annotations

import multiprocessing
import os
import time
from dataclasses import replace
from fractions import Fraction
from itertools import count
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from liveriff.music.grid import Grid
from liveriff.player.entry import player_main
from liveriff.player.options import PlayerOptions
from liveriff.wire.cells import GAUGES, Cells
from liveriff.wire.messages import Attach, Opened, SetGrid, Swap
from liveriff.wire.slots import Slots, SlotSpec

PATIENCE_S = 40.0
SLOT_FRAMES = 100000
M = TypeVar("M")
_names = count()


class House:
    """Starts a player and owns what it shares; use it in a with statement."""

    def __init__(self, options: PlayerOptions, slots: int = 4) -> None:
        """Nothing runs before ``__enter__``."""
        name = f"liveriff-{os.getpid()}-test{next(_names)}"
        self.gauges = Cells(name + "g", GAUGES, create=True)
        self._spec = SlotSpec(name + "s", slots, SLOT_FRAMES)
        self.slots = Slots(self._spec, create=True)
        self._options = replace(options, gauges=name + "g")
        self.said: list[object] = []

    def __enter__(self) -> House:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=player_main, args=(theirs, self._options))
        self.process.start()
        theirs.close()
        return self

    def __exit__(self, *_: object) -> None:
        self.pipe.close()
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        self.slots.close()
        self.gauges.close()

    def open(self) -> Opened:
        """Wait for the sink and hand over the slots."""
        opened = self.hear(Opened)
        self.pipe.send(Attach(self._spec))
        return opened

    def hear(self, kind: type[M]) -> M:
        """Wait for the next message of a kind."""
        until = time.monotonic() + PATIENCE_S
        while self.pipe.poll(max(0.0, until - time.monotonic())):
            message = self.pipe.recv()
            self.said.append(message)
            if isinstance(message, kind):
                return message
        raise AssertionError(f"no {kind.__name__} came, but {self.said}")

    def lend(self, slot: int, chunk: NDArray[np.float32]) -> None:
        """Put a chunk into a slot."""
        self.slots[slot][: len(chunk)] = chunk

    def swap(self, slot: int | None, frames: int = 24000, at: int | None = None, fade: int = 0, deck: int = 1) -> None:
        """Tell the player to swap; loops are a beat long."""
        beat = None if at is None else Fraction(at)
        self.pipe.send(Swap(deck, slot, frames, 1, Fraction(0), beat, fade))

    def start(self, rate: int, bpm: float = 120.0) -> Grid:
        """Start the transport a moment from now."""
        grid = Grid(rate, round(bpm * 100), int(self.gauges.snapshot()["frame"]) + rate // 5)
        self.pipe.send(SetGrid(grid))
        return grid

    def play_on(self, frames: int = 4800) -> None:
        """Wait until the player has played so many frames more, however long this machine takes for it."""
        goal, until = self.gauges["frame"] + frames, time.monotonic() + PATIENCE_S
        while self.gauges["frame"] < goal:
            assert time.monotonic() < until, "the player stands still"
            time.sleep(0.01)

    def leave(self) -> int | None:
        """Wait for the process to end; its exit code."""
        self.process.join(PATIENCE_S)
        return self.process.exitcode
