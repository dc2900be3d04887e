"""The rim: MIDI, OSC, the door and outside clocks, joined to the engine. Engine's loop only, unless said otherwise.

Everything here may be missing or break without a note being lost: what cannot be opened is told in one sentence, and
the performance goes on without it. Only what was asked for by name and cannot be had ends the start.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from liveriff.control.clock.link import LinkClock
from liveriff.engine.options import RimOptions
from liveriff.engine.stage import Stage
from liveriff.engine.sync import Sync
from liveriff.errors import LiveriffError

if TYPE_CHECKING:
    from liveriff.control.door.door import Door
    from liveriff.control.osc.server import OscServer
    from liveriff.control.surface import Strike
    from liveriff.engine.hands import Hands

log = logging.getLogger(__name__)
STATE_S = 0.1
PATIENCE_S = 3.0
LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"


class Rim:
    """``await open()``, ``tick`` every look of the hub, ``await close()``."""

    def __init__(self, stage: Stage, strike: Strike, options: RimOptions) -> None:
        """Nothing is opened yet; strike: from any thread to the player."""
        self.faults = 0
        self.osc: OscServer | None = None
        self.door: Door | None = None
        self.hands: Hands | None = None
        self.sync = Sync(stage.registry, stage.time, stage.notice)
        self._stage, self._strike, self._options = stage, strike, options
        self._told = 0.0
        self.sync.add("link", LinkClock())
        stage.registry.subscribe(self._offset, "/tempo/offset")
        self._offset()

    def _offset(self, change: object = None) -> None:
        self.sync.offset_ms = self._stage.registry.number("/tempo/offset")

    async def open(self) -> None:
        """Open what is wanted, one after the other. LiveriffError where an address asked for cannot be had."""
        options = self._options
        if options != RimOptions():
            await asyncio.to_thread(_import)  # a second of work that the loop has no time for
        await self._try(self._open_hands, options.midi != "off", options.midi not in ("auto", "off"))
        await self._try(self._open_osc, options.osc is not None, options.osc_asked)
        await self._try(self._open_door, options.door is not None, options.door_asked)

    async def _try(self, opening: Callable[[], Awaitable[None]], wanted: bool, asked: bool) -> None:
        if not wanted:
            return
        try:
            await opening()
        except LiveriffError as error:
            if asked:
                raise
            self._stage.notice(str(error))

    async def _open_hands(self) -> None:
        from liveriff.engine.hands import Hands

        self.hands = Hands(self._stage, self._strike, self._options, self.sync)
        await self.hands.open()

    async def _open_osc(self) -> None:
        from liveriff.control.osc.server import OscServer

        assert self._options.osc is not None
        host, port = self._options.osc
        bind = EVERYWHERE if self._options.lan and host == LOOPBACK else host
        stage = self._stage
        server = OscServer(stage.registry, self._strike, stage.notice, bind, port, self._options.osc_reply)
        try:
            await server.start()
        except LiveriffError as error:
            if self._options.osc_asked:
                raise
            server = OscServer(stage.registry, self._strike, stage.notice, bind, 0, self._options.osc_reply)
            await server.start()
            stage.notice(f"{error} Meanwhile it listens on port {server.address[1]}.")
        self.osc = server

    async def _open_door(self) -> None:
        from liveriff.control.door.door import Door
        from liveriff.control.osc.desk import Desk

        assert self._options.door is not None
        host, port = self._options.door
        osc_host, osc_port = self.osc.address if self.osc else ("", 0)
        stage, options = self._stage, self._options
        desk = Desk(stage.registry, self._strike, stage.notice)
        door = Door(
            stage.registry, desk.packet, stage.notice, host, port, osc_host, osc_port, options.lan, options.token
        )
        await door.start()
        self.door = door

    def tick(self) -> None:
        """Follow the clock, paint the lights, send feedback. Never raises, never waits."""
        now = time.monotonic()
        self._guarded(self.sync.tick)
        if now - self._told >= STATE_S:
            self._told = now
            self._stage.registry.publish("/status/clock", self.sync.state)
        for part in (self.hands, self.osc, self.door):
            if part:
                self._guarded(partial(part.tick, now))

    def _guarded(self, work: Callable[[], object]) -> None:
        """A fault of ours at the rim is logged once, and never ends the music."""
        try:
            work()
        except Exception:
            self.faults += 1
            if self.faults == 1:
                log.exception("the rim failed")

    async def close(self) -> None:
        """Say goodbye to all: lights off, ports free. A few seconds at most; what hangs is left behind."""
        self.sync.close()
        if self.osc:
            self.osc.close()
        for part in (self.door, self.hands):
            if part:
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(part.close(), PATIENCE_S)

    @property
    def where(self) -> str:
        """For a person: how to come in."""
        ways = []
        if self.osc:
            ways.append(f"OSC at {self.osc.address[0]}:{self.osc.address[1]}")
        if self.door:
            ways.append(f"browsers at {self.door.address}")
        if self.hands and self.hands.names:
            ways.append(", ".join(self.hands.names))
        return "; ".join(ways)


def _import() -> None:
    import liveriff.control.door.http
    import liveriff.control.door.websocket
    import liveriff.control.osc.server
    import liveriff.engine.hands  # noqa: F401
