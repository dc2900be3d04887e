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

from liveriff.engine.options import PlayOptions
from liveriff.engine.segments import segment_name
from liveriff.engine.supervise import Backoff, Child, Events, Process
from liveriff.errors import DeviceError
from liveriff.params.table import panel_names
from liveriff.player.entry import player_main
from liveriff.player.options import PlayerOptions
from liveriff.wire.cells import GAUGES, Cells
from liveriff.wire.hits import Hits
from liveriff.wire.messages import Attach, Ended, Opened, Quit, SinkLost
from liveriff.wire.score import Score
from liveriff.wire.slots import SlotSpec

log = logging.getLogger(__name__)
OPEN_PATIENCE_S = 20.0
FIRST_BLOCK_S = 1.0
STILL_S = 1.5  # a clock that has not moved for so long belongs to a dead audio server


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
        self.ended = False
        self.alive = False  # whether the gauges are a living player's
        self._play = options
        self._on_message, self._on_back = on_message, on_back
        self._child: Child | None = None
        self._opening: asyncio.Future[Opened] | None = None
        self._attach: Attach | None = None
        self._backoff = Backoff()
        self._life = 0
        self._moved = (0.0, time.monotonic())

    # --- life ------------------------------------------------------------------------------------------------------

    async def open(self, notice: Callable[[str], None]) -> Opened:
        """Start it and wait for its sink. Where no device can be opened the null sink takes its place, and
        ``notice`` is told; a file that cannot be written raises DeviceError."""
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
        return self.opened

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
        self._opening = asyncio.get_running_loop().create_future()
        opening = self._opening
        # What a player of an earlier life still has to say, its leaving included, must not be taken for this one's.
        events = Events(
            lambda message: self._message(message) if self._life == life else None,
            lambda: self._gone() if self._life == life else None,
        )
        self._child = await Child.start("player", self._make, events)
        try:
            return await asyncio.wait_for(asyncio.shield(opening), OPEN_PATIENCE_S)
        except asyncio.TimeoutError:
            raise DeviceError(f"The sink {self._play.sink} did not open within {OPEN_PATIENCE_S:.0f} s.") from None
        finally:
            self._opening = None

    def _make(self, pipe: Connection) -> Process:
        options = PlayerOptions(
            sink=self._play.sink,
            device=self._play.device or None,
            rate=self._play.rate,
            block=self._play.block,
            seconds=self._play.seconds,
            panel=segment_name("panel"),
            panel_names=self.panel.names,
            gauges=segment_name("gauges"),
            hits=segment_name("hits"),
            score=segment_name("score") if self.score else "",
            input=self._play.input,
        )
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
        if self._child:
            self._child.close(Quit(), patience_s=2.0)
            self._child = None

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
        elif now - self._moved[1] > STILL_S and self._child:
            self._moved = (blocks, now)
            self._child.kill()

    # --- what it says ----------------------------------------------------------------------------------------------

    def _message(self, message: object) -> None:
        if self._opening is not None and not self._opening.done():
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
        self._task = asyncio.ensure_future(self._reopen())

    async def _first_block(self) -> None:
        """Wait until it is known which frame it is."""
        end = time.monotonic() + FIRST_BLOCK_S
        while not self.gauges["clock_s"] and time.monotonic() < end:
            await asyncio.sleep(0.002)

    async def _reopen(self) -> None:
        try:
            self.opened = await self._start()
        except DeviceError:
            self._play = replace(self._play, sink="null")  # the clock runs on; a device may come back later
            self.opened = await self._start()
        self._backoff.worked()
        await self._first_block()
        self._living()
        self.on_open(self.opened)
        if self._attach is not None:
            self.send(self._attach)
        self._on_back()
