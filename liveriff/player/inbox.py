"""What the engine says, made ready for the sink's thread: this one maps memory and opens files, so that one need not.

``start`` makes the pipe's thread, which only receives; replies are sent by the main thread alone.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from multiprocessing.connection import Connection

from liveriff.errors import DeviceError
from liveriff.params.words import DECKS, PADS
from liveriff.player.cutaway import Cut
from liveriff.player.layers import Change, StripChange
from liveriff.player.loop import Source
from liveriff.player.pads import PadSound
from liveriff.player.player import Ask, Command, Tape, Told
from liveriff.player.recording import Recording
from liveriff.player.strip import Place, strip_of
from liveriff.wire.messages import Attach, Fill, Load, Quit, Record, Recorded, Released, SetGrid, Strip, Swap
from liveriff.wire.past import INPUT_S, Past
from liveriff.wire.slots import Slots

PAGE_FRAMES = 512


class Inbox:
    """The pipe's receiving end. ``over``: nothing more will come; ``quit``: because the engine said Quit."""

    def __init__(self, pipe: Connection, rate: int, commands: deque[Command], replies: deque[object]) -> None:
        """rate: frames a second of recordings; commands: to the sink's thread; replies: to the main thread."""
        self.over = self.quit = False
        self._pipe, self._rate = pipe, rate
        self._sink, self._replies = commands, replies
        self._commands: list[Ask] = []  # what the present message asks of the sink's thread
        self._number = 0
        self.pools: list[Slots] = []
        self.on_past: Callable[[Past], None] = lambda past: None  # told where what is played shall be written
        self.on_input: Callable[[Past], None] = lambda ring: None  # told where what comes in shall be written
        self._pasts: list[Past] = []
        self.depth = 0  # frames by which the mix is later than its stems
        self.tapes: list[Recording] = []  # recordings that the engine has not been told the end of

    def start(self) -> None:
        """Begin to listen."""
        threading.Thread(target=self._listen, name="liveriff-pipe", daemon=True).start()

    def _listen(self) -> None:
        while not self.over:
            try:
                self.take(self._pipe.recv())
            except (EOFError, OSError):
                self.over = True
            except ValueError:  # the slots were closed meanwhile
                if not self.over:
                    raise

    def take(self, message: object) -> None:
        """Make one message ready; what it asks is handed over at once, with its number, so that it is taken whole."""
        self._number += 1
        self._commands = []
        self._take(message)
        if self._commands:
            self._sink.append(Told(self._number, tuple(self._commands)))

    def _take(self, message: object) -> None:
        match message:
            case Attach(spec=spec, past=past, input=heard):
                self.pools.append(Slots(spec))
                self._remember(past)
                self._hear(heard)
            case SetGrid():
                self._commands.append(message)
            case Swap():
                self._swap(message)
            case Strip():
                self._strip(message)
            case Fill():
                self._fill(message)
            case Load():
                self._load(message)
            case Record():
                self._record(message)
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
            source = _at_gain(source, swap.gain)
        return self._commands.append(Change(swap.deck, source, swap.at, max(0, swap.fade_frames)))

    def _fill(self, fill: Fill) -> None:
        source = self._source(fill.slot, fill.frames, fill.beats, fill.anchor) if fill.beats > 0 else None
        if source is None or fill.deck not in DECKS or fill.end <= fill.begin:
            return self._refuse(fill)
        source = _at_gain(source, fill.gain)
        return self._commands.append(Cut(fill.deck, source, fill.begin, fill.end, max(0, fill.fade_frames)))

    def _strip(self, strip: Strip) -> None:
        found = [self._source(p.slot, strip.frames, strip.beats, strip.anchor) for p in strip.points]
        sources = [source for source in found if source is not None]
        main = next((source for source in sources if source.slot == strip.slot), None)
        if strip.deck not in DECKS or strip.beats <= 0 or main is None or len(sources) < len(found):
            return self._refuse_all(strip)
        gains = zip(strip.points, sources, strict=True)
        places = [Place(point.alpha, source.slot, source.chunk, point.gain) for point, source in gains]
        try:
            made = strip_of(places, strip.frames)
        except ValueError:
            return self._refuse_all(strip)
        return self._commands.append(StripChange(strip.deck, replace(main, strip=made), strip.fresh))

    def _refuse_all(self, strip: Strip) -> None:
        """A strip that cannot be: none of what came with it is read; the loop itself goes on as it was."""
        for slot in strip.fresh:
            self._replies.append(Released(slot))

    def _remember(self, segment: str) -> None:
        if segment:
            past = Past(segment, self._rate)
            past.forget()
            self._pasts.append(past)
            self.on_past(past)

    def _hear(self, segment: str) -> None:
        if segment:
            ring = Past(segment, self._rate, rings=1, seconds=INPUT_S)
            ring.forget()
            self._pasts.append(ring)
            self.on_input(ring)

    def _load(self, load: Load) -> None:
        source = None if load.slot is None else self._source(load.slot, load.frames, max(0, load.beats), Fraction(0))
        if load.pad not in PADS or (load.slot is not None and source is None):
            return self._refuse(load)
        return self._commands.append(PadSound(load.pad, source, load.morph, load.alone))

    def _source(self, slot: int, frames: int, beats: int, anchor: Fraction) -> Source | None:
        """The chunk that a message names; None if there can be no such chunk."""
        pool = self.pools[-1] if self.pools else None
        if pool is None or not (0 <= slot < pool.spec.total and 0 < frames <= len(pool[slot])):
            return None
        chunk = pool[slot][:frames]
        # Touch every page here, or the sink's thread pays for each the first time round.
        chunk[::PAGE_FRAMES].sum()
        return Source(slot, chunk, frames, beats, anchor)

    def _refuse(self, message: Swap | Load | Fill) -> None:
        if message.slot is not None:
            self._replies.append(Released(message.slot))

    # --- recordings -------------------------------------------------------------------------------------------

    def _record(self, asked: Record) -> None:
        """Start a tape, or none; one that runs is finished."""
        before = self.tapes[-1] if self.tapes else None
        recording = None
        if asked.path is not None:
            try:
                recording = Recording(asked.path, self._rate, asked.stems, self.depth)
                self.tapes.append(recording)
            except DeviceError as error:
                self._replies.append(Recorded(asked.path, 0, str(error)))
        self._commands.append(Tape(recording))
        if before:
            before.finish()

    def tapes_done(self) -> list[Recording]:
        """Recordings that have ended since the last call. On the main thread."""
        done = [tape for tape in self.tapes if tape.done]
        for tape in done:
            self.tapes.remove(tape)
        return done

    def close(self) -> None:
        """Unmap the slots; nothing may read them any more."""
        self.over = True
        for pool in self.pools:
            pool.close()
        for past in self._pasts:
            past.close()


def _at_gain(source: Source, gain: float) -> Source:
    """The source, multiplied by a gain."""
    if gain == 1.0:
        return source
    return replace(source, strip=strip_of((Place(0.0, source.slot, source.chunk, gain),), source.frames))
