"""The engine's hand on the player process: open a sink, feed it, notice when it stands still, start it again.

Runs on the engine's loop only. The player owns time; what the engine knows of it is the gauges.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import cast

from liveriff.engine import autosave, orphans
from liveriff.engine.nursery import Nursery
from liveriff.engine.options import PlayOptions, for_player
from liveriff.engine.seeking import Seeker
from liveriff.engine.segments import segment_name
from liveriff.engine.supervise import Backoff, Child, Events, Process
from liveriff.errors import DeviceError
from liveriff.params.table import panel_names
from liveriff.player.entry import player_main
from liveriff.wire.cells import GAUGES, Cells
from liveriff.wire.hits import Hits
from liveriff.wire.messages import Attach, Compiling, Ended, Opened, Quit, SinkLost
from liveriff.wire.score import Score
from liveriff.wire.slots import SlotSpec

log = logging.getLogger(__name__)
OPEN_PATIENCE_S = 20.0
COMPILE_PATIENCE_S = 300.0  # five seconds of a core, and many times that on an old one that has more to do
COMPILES_S = 3.0
COMPILES = "The mixer is being made ready for this machine, which takes a while the first time."
FIRST_BLOCK_S = 5.0  # without a first block it is not known when a frame is, and the beat would move
STILL_S = 1.5  # a clock that has not moved for so long belongs to a dead audio server
SOON_STILL_S = 0.7  # where another player costs next to nothing
NURSERY_S = 3.0  # after the sink is open the music comes first


class _FellError(DeviceError):
    """The player left before it had opened anything."""


class Player:
    """One player process, always wanted: when it leaves or stands still it is started again."""

    def __init__(self, options: PlayOptions, on_message: Callable[[object], None], on_back: Callable[[], None]) -> None:
        """Make the shared cells; see ``open``. on_back: a new player is open in place of one that died."""
        self.opened: Opened | None = None
        self.restarts = 0
        self.gauges = Cells(segment_name("gauges"), GAUGES, create=True)
        self.panel = Cells(segment_name("panel"), panel_names(), create=True)
        self.hits = Hits(segment_name("hits"), create=True)
        self.score = Score(segment_name("score"), create=True) if options.log else None
        self.listeners: list[Callable[[int, object], None]] = []  # told of every message, and its number in this life
        self.on_open: Callable[[Opened], None] = lambda opened: None
        self.on_end: Callable[[], None] = lambda: None
        self._sent = 0
        self.ended = self._closed = False
        self.alive = False  # whether the gauges are a living player's
        self._play = options
        self._on_message, self._on_back = on_message, on_back
        self._child: Child | None = None
        self._opening: asyncio.Future[Opened] | None = None
        self._compiles = False
        self._notice: Callable[[str], None] = lambda sentence: None
        self._attach: Attach | None = None
        self._backoff = Backoff()
        self.nursery = Nursery()
        self._seeker = Seeker(lambda pipe: self._make(pipe, seeks=True), self._found)
        self._anew = asyncio.Lock()
        self._life = 0
        self._moved = (0.0, time.monotonic())

    # --- life ------------------------------------------------------------------------------------------------------

    async def open(self, notice: Callable[[str], None]) -> Opened:
        """Start it and wait for its sink. Where no device can be opened the null sink takes its place, and
        ``notice`` is told; a file that cannot be written raises DeviceError."""
        self._notice = notice
        try:
            self.opened = await self._start_twice()
        except DeviceError as error:
            if self._play.sink != "device":
                raise
            notice(f"{str(error).split(';')[0].rstrip('.')}; playing on the null sink, silent but in time.")
            self._play = replace(self._play, sink="null")
            self.opened = await self._start()
        self._living()
        self._play = replace(self._play, rate=self.opened.rate)  # chunks are made for this rate: keep it
        if self._play.sink == "device":
            asyncio.get_running_loop().call_later(NURSERY_S, self._warm)
        return self.opened

    def _warm(self) -> None:
        """Have another player at hand."""
        if not self._closed:
            self._warming = asyncio.ensure_future(asyncio.to_thread(self.nursery.warm))

    async def _start_twice(self) -> Opened:
        """A player that fell before it could say a word is no answer of the sink's: another may stand."""
        try:
            return await self._start()
        except _FellError as error:
            log.warning("%s It is started once more.", error)
            return await self._start()

    def _living(self) -> None:
        self.alive = True
        self._moved = (self.gauges["blocks"], time.monotonic())

    async def _start(self) -> Opened:
        self.on_end()
        self.gauges.clear()  # the frame count of an earlier life would place the music seconds off
        self._sent = 0
        if self.score:
            self.score.begin()
        self._life += 1
        life = self._life
        self._compiles = False
        self._opening = asyncio.get_running_loop().create_future()
        opening = self._opening
        # What a player of an earlier life still has to say, its leaving included, must not be taken for this one's.
        events = Events(
            lambda message: self._message(message) if self._life == life else None,
            lambda: self._gone() if self._life == life else None,
        )
        if self._child:
            self._child.kill()  # one that hangs in its sink, and was not waited for any longer
        self._child = await Child.start("player", self._make, events)
        try:
            if self._closed:  # meanwhile
                self._child.kill()
            return await self._answer(opening)
        finally:
            self._opening = None

    async def _answer(self, opening: asyncio.Future[Opened]) -> Opened:
        """What the player says of its sink. A sink that hangs is given up; kernels that are compiled are waited for."""
        begun, told = time.monotonic(), False
        while not opening.done():
            await asyncio.wait([opening], timeout=COMPILES_S)
            patience_s = COMPILE_PATIENCE_S if self._compiles else OPEN_PATIENCE_S
            if not opening.done() and time.monotonic() - begun > patience_s:
                raise DeviceError(f"The sink {self._play.sink} did not open within {patience_s:.0f} s.")
            if not opening.done() and self._compiles and not told:
                told = True
                self._notice(COMPILES)
        return opening.result()

    def _make(self, pipe: Connection, seeks: bool = False) -> Process:
        """IN A THREAD: a player, or one that only looks for the device."""
        leash = orphans.leash(autosave.folder())
        options = for_player(self._play, self.panel.names, self.score is not None, leash)
        if seeks:
            options = replace(options, sink="device", seek=True)
        born = self.nursery.bear(options, pipe)
        if born is not None:
            return born
        context = multiprocessing.get_context("spawn")  # never a fork of a process that holds torch
        return cast(Process, context.Process(target=player_main, args=(pipe, options), name="liveriff-player"))

    def attach(self, slots: SlotSpec, past: str = "", heard: str = "") -> None:
        """Tell it where chunks lie, and where to write what is played and what comes in."""
        self._attach = Attach(slots, past, heard)
        self.send(self._attach)

    def send(self, message: object) -> None:
        """Send; a player that is gone is told nothing."""
        if self._child:
            self._sent += 1
            self._child.send(message)
            for listener in self.listeners:
                listener(self._sent, message)

    def leave(self) -> None:
        """Let it fade out and leave; blocks for at most three seconds. What it has shown can still be read."""
        self._closed = True
        self._seeker.close()
        if self._child:
            self._child.close(Quit(), patience_s=2.0)
            self._child = None
        self.nursery.close()

    def close(self) -> None:
        """Leave, and give the shared memory back."""
        self.leave()
        if self.score:
            self.score.close()
        self.gauges.close()
        self.panel.close()
        self.hits.close()

    @property
    def pid(self) -> int | None:
        """Process id while one runs."""
        return self._child.pid if self._child else None

    # --- time ------------------------------------------------------------------------------------------------------

    def frame(self) -> int:
        """The frame that the sink takes at this moment, interpolated within a block."""
        gauges = self.gauges.snapshot()
        if self.opened is None or not gauges["clock_s"]:
            return 0
        since = max(time.monotonic() - gauges["clock_s"], 0.0)
        return int(gauges["frame"] + since * self.opened.rate)

    def watch(self) -> None:
        """Kill it when its clock stands still; called by the hub every tick."""
        blocks, now = self.gauges["blocks"], time.monotonic()
        if blocks != self._moved[0] or not self.alive or self.ended:
            self._moved = (blocks, now)
        elif now - self._moved[1] > (SOON_STILL_S if self.nursery.ready and not self._seeker.seeks else STILL_S):
            self._moved = (blocks, now)
            if self._child:
                self._child.kill()

    # --- what it says ----------------------------------------------------------------------------------------------

    def _message(self, message: object) -> None:
        if self._opening is not None and not self._opening.done():
            if isinstance(message, Compiling):
                self._compiles = True
                return
            if isinstance(message, Opened):
                self._opening.set_result(message)
                return
            if isinstance(message, SinkLost):
                self._opening.set_exception(DeviceError(message.reason))
                return
        if isinstance(message, Ended):
            self.ended = True
        self._on_message(message)

    def _gone(self) -> None:
        if self._opening is not None and not self._opening.done():
            code = getattr(self._child.process, "exitcode", None) if self._child else None
            sentence = f"The player left while it opened the sink {self._play.sink} (exit status {code})."
            self._opening.set_exception(_FellError(sentence))
        elif self._child is not None and self.opened is not None and not self.ended:
            self.alive = False
            if self._play.is_file:  # a file that misses a piece is no recording: end, and say so
                self._on_message(SinkLost(f"The player left; {self._play.sink} is not complete."))
                return
            self.restarts += 1
            asyncio.get_running_loop().call_later(self._backoff.next_s(), self._again)

    def _again(self) -> None:
        if self._closed:
            return
        self._task = asyncio.ensure_future(self._reopen())

    async def _start_anew(self) -> Opened:
        """In place of one that is gone: where there is no device any more the clock runs on, until there is."""
        try:
            return await self._start()
        except DeviceError as error:
            if self._play.sink != "device":
                raise
            self._notice(f"{str(error).split(';')[0].rstrip('.')}; silent but in time until it is back.")
            self._play = replace(self._play, sink="null")
            self._seeker.begin()
            return await self._start()

    def _found(self) -> None:
        """The device is back: another player opens it, and nobody hears this one leave."""
        self._play = replace(self._play, sink="device")
        if self._child and not self._closed:
            self._notice("The sound device is back.")
            self._child.kill()

    async def _first_block(self) -> None:
        """Wait until it is known which frame it is."""
        end = time.monotonic() + FIRST_BLOCK_S
        while not self.gauges["clock_s"] and time.monotonic() < end:
            await asyncio.sleep(0.002)

    async def _reopen(self) -> None:
        async with self._anew:
            if not self.alive and not self._closed:
                await self._replace()

    async def _replace(self) -> None:
        try:
            self.opened = await self._start_anew()
        except (OSError, DeviceError) as error:  # no more files or memory; a player that falls again and again
            if self._backoff.failures <= 1:
                self._notice(f"The player cannot be started ({error}); it is tried again.")
            asyncio.get_running_loop().call_later(self._backoff.next_s(), self._again)
            return
        self._backoff.worked()
        self._warm()  # whatever has taken the player may have taken more
        await self._first_block()
        self._living()
        self.on_open(self.opened)
        if self._attach is not None:
            self.send(self._attach)
        self._on_back()
