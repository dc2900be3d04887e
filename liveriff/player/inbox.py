"""What the engine says, made ready for the sink's thread: this one maps memory and opens files, so that one need not.

``start`` makes the pipe's thread, which only receives; replies are sent by the main thread alone.
"""

from __future__ import annotations

import threading
from collections import deque
from fractions import Fraction
from multiprocessing.connection import Connection

from liveriff.errors import DeviceError
from liveriff.params.words import DECKS, PADS
from liveriff.player.deck import Change
from liveriff.player.loop import Source
from liveriff.player.pads import PadSound
from liveriff.player.player import Command, Tape
from liveriff.player.wavfile import Writer
from liveriff.wire.messages import Attach, Load, Quit, Record, Recorded, Released, SetGrid, Swap
from liveriff.wire.slots import Slots

PAGE_FRAMES = 512


class Inbox:
    """The pipe's receiving end. ``over``: nothing more will come; ``quit``: because the engine said Quit."""

    def __init__(self, pipe: Connection, rate: int, commands: deque[Command], replies: deque[object]) -> None:
        """rate: frames a second of recordings; commands: to the sink's thread; replies: to the main thread."""
        self.over = self.quit = False
        self._pipe, self._rate = pipe, rate
        self._commands, self._replies = commands, replies
        self._pools: list[Slots] = []
        self.tapes: list[Writer] = []  # recordings that the engine has not been told the end of

    def start(self) -> None:
        """Begin to listen."""
        threading.Thread(target=self._listen, name="liveriff-pipe", daemon=True).start()

    def _listen(self) -> None:
        while not self.over:
            try:
                self._take(self._pipe.recv())
            except (EOFError, OSError):
                self.over = True

    def _take(self, message: object) -> None:
        match message:
            case Attach(spec=spec):
                self._pools.append(Slots(spec))
            case SetGrid():
                self._commands.append(message)
            case Swap():
                self._swap(message)
            case Load():
                self._load(message)
            case Record(path=path):
                self._record(path)
            case Quit():
                self.over = self.quit = True

    def _swap(self, swap: Swap) -> None:
        if swap.deck not in DECKS:
            return self._refuse(swap)
        source = None
        if swap.slot is not None:
            source = self._source(swap.slot, swap.frames, swap.beats, swap.anchor) if swap.beats > 0 else None
            if source is None:
                return self._refuse(swap)
        return self._commands.append(Change(swap.deck, source, swap.at, max(0, swap.fade_frames)))

    def _load(self, load: Load) -> None:
        source = None if load.slot is None else self._source(load.slot, load.frames, 0, Fraction(0))
        if load.pad not in PADS or (load.slot is not None and source is None):
            return self._refuse(load)
        return self._commands.append(PadSound(load.pad, source))

    def _source(self, slot: int, frames: int, beats: int, anchor: Fraction) -> Source | None:
        """The chunk that a message names; None if there can be no such chunk."""
        pool = self._pools[-1] if self._pools else None
        if pool is None or not (0 <= slot < pool.spec.total and 0 < frames <= len(pool[slot])):
            return None
        chunk = pool[slot][:frames]
        # Touch every page here, or the sink's thread pays for each the first time round.
        chunk[::PAGE_FRAMES].sum()
        return Source(slot, chunk, frames, beats, anchor)

    def _refuse(self, message: Swap | Load) -> None:
        if message.slot is not None:
            self._replies.append(Released(message.slot))

    # --- recordings -------------------------------------------------------------------------------------------

    def _record(self, path: str | None) -> None:
        """Start a tape, or none; one that runs is finished."""
        before = self.tapes[-1] if self.tapes else None
        writer = None
        if path is not None:
            try:
                writer = Writer(path, self._rate)
                self.tapes.append(writer)
            except DeviceError as error:
                self._replies.append(Recorded(path, 0, str(error)))
        self._commands.append(Tape(writer))
        if before:
            before.finish()

    def tapes_done(self) -> list[Writer]:
        """Recordings that have ended since the last call. On the main thread."""
        done = [tape for tape in self.tapes if tape.done]
        for tape in done:
            self.tapes.remove(tape)
        return done

    def close(self) -> None:
        """Unmap the slots; nothing may read them any more."""
        for pool in self._pools:
            pool.close()
